"""KFX214."""

from __future__ import annotations

from kfix.findings.base import Finding


class NoAttribute(Finding):
    """An attribute of a tensor or a model that Keras 3 does not have.

    A KerasTensor has `shape`, a tuple; `_keras_shape` and `get_shape()` are of older versions.
    A Sequential has `inputs` and `outputs`; `input` and `output` are there only once it was
    called on a KerasTensor.

    What Keras says:

    - Keras 3: `'KerasTensor' object has no attribute '_keras_shape'`; `The layer sequential has
      never been called and thus has no defined input`.
    - Keras 2: nothing.
    """

    code = "KFX214"
    bad = """
        x = keras.Input((8,))
        model = keras.Model(x, layers.Dense(x._keras_shape[-1])(x))
    """
    good = """
        x = keras.Input((8,))
        model = keras.Model(x, layers.Dense(x.shape[-1])(x))
    """
    sentence = "{subject} has no attribute `{actual}`, use `{expected}`"
