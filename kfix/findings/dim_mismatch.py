"""KFX208."""

from __future__ import annotations

from kfix.findings.base import Finding


class DimMismatch(Finding):
    """A dim of the input differs from the one that the layer's weights were built for.

    A layer that is called twice keeps the weights of its first call.

    What Keras says:

    - Keras 3: `Input 0 of layer "dense_1" is incompatible with the layer: expected axis -1 of
      input shape to have value 64, but received input with shape (None, 32)`; `expected
      shape=(None, 28, 28, 1), found shape=(None, 28, 28, 3)`.
    - Keras 2: `Input 0 of layer dense_1 is incompatible with the layer: expected axis -1 of
      input shape to have value 64 but received input with shape (None, 32)`; `Error when
      checking input: expected dense_1_input to have shape (64,) but got array with shape
      (32,)`.
    """

    code = "KFX208"
    bad = """
        dense = layers.Dense(4)
        a = keras.Input((8,))
        b = keras.Input((9,))
        model = keras.Model([a, b], [dense(a), dense(b)])
    """
    good = """
        dense = layers.Dense(4)
        a = keras.Input((8,))
        b = keras.Input((8,))
        model = keras.Model([a, b], [dense(a), dense(b)])
    """
    sentence = "{subject} expects {expected:input}, got {actual:input}"
    keras = "incompatible with the layer"

    first_call: bool = False
    """Whether the expected shape is that of the first call, which created the weights."""
