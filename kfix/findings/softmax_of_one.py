"""KFX607."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class SoftmaxOfOne(Finding):
    """The output is one number that went through softmax: it is 1, whatever the model is given.

    Softmax makes shares that add up to 1, so that the only one is 1. Nothing
    is learned: `categorical_crossentropy` gives a loss of 0 from the first step,
    `binary_crossentropy` one that stays as it is.

    Yes or no is `Dense(1, activation="sigmoid")` with `binary_crossentropy`; one of several classes is
    `Dense(n, activation="softmax")`. Nothing is edited without `--unsafe`.

    What Keras says:

    - Keras 3, a warning: `You are using a softmax over axis -1 of a tensor of shape (None, 1). This axis has
      size 1. The softmax operation will always return the value 1`;
    - Keras 2: nothing.
    """

    code = "KFX607"
    severity: Severity = "warning"
    sentence = "`{subject}` ends in softmax over one unit, which is always 1"
