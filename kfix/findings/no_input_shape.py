"""KFX401."""

from __future__ import annotations

from typing import ClassVar

from kfix.findings.base import Finding, Severity


class NoInputShape(Finding):
    """The model does not say what it is fed with, so that no shape in it is known before it sees data.

    Keras allows it: the model is built when it is first called. Until then it
    has no weights, `summary()` shows no shapes, and nothing can be checked.

    What Keras says: `This model has not yet been built. Build the model first by calling 'build()'`.

    Cure: `keras.Input(shape=(28, 28, 1))` as the first layer.
    """

    code = "KFX401"
    severity: ClassVar[Severity] = "warning"
    sentence = "{subject} has no input shape{hint}"
