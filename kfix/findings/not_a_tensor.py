"""KFX215."""

from __future__ import annotations

from kfix.findings.base import Finding


class NotATensor(Finding):
    """A layer is called on something that is not a tensor.

    Only tensors are given to a layer by position; numbers, strings and truth values go by
    keyword: `layer(x, training=True)`. A layer is called before the next one takes what it
    returns: `Concatenate()([a, b])`, not `Concatenate([a, b])`.

    What Keras says:

    - Keras 3: `Only input tensors may be passed as positional arguments. The following argument
      value should be passed as a keyword argument: 3 (of type <class 'int'>)`.
    - Keras 2: nothing for numbers; `Inputs to a layer should be tensors. Got: <... Concatenate>`.
    """

    code = "KFX215"
    bad = """
        a = keras.Input((8,))
        b = keras.Input((8,))
        merged = layers.Concatenate([a, b])
        model = keras.Model([a, b], layers.Dense(4)(merged))
    """
    good = """
        a = keras.Input((8,))
        b = keras.Input((8,))
        merged = layers.Concatenate()([a, b])
        model = keras.Model([a, b], layers.Dense(4)(merged))
    """
    sentence = "{subject} takes only tensors by position, got {actual}"
    keras = "Only input tensors may be passed as positional arguments."
