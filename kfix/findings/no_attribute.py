"""KFX214."""

from __future__ import annotations

from kfix.findings.base import Finding


class NoAttribute(Finding):
    """An attribute of a tensor or a model that Keras 3 does not have.

    A KerasTensor has `shape`, a tuple; `_keras_shape` and `get_shape()` are of older versions.
    A Sequential has `inputs` and `outputs`; `input` and `output` are there only once it was
    called on a KerasTensor. Names of methods of a model are often misspelt (`summery`), or of
    older versions (`to_yaml`).

    What Keras says:

    - Keras 3: `'KerasTensor' object has no attribute '_keras_shape'`; `The layer sequential has
      never been called and thus has no defined input`; `'Sequential' object has no attribute
      'summery'`.
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

    @property
    def template(self) -> str:
        """Leave out what to use where that is not known."""
        return self.sentence if self.expected else "{subject} has no attribute `{actual}`"
