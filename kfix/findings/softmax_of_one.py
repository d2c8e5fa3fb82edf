"""KFX607."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class SoftmaxOfOne(Finding):
    """The output is softmax over one unit, which is 1 for every input.

    The outputs of softmax add up to 1, so a single one is always 1. The model learns
    nothing: the loss of `categorical_crossentropy` is 0 from the first step, that of
    `binary_crossentropy` is constant.

    Two classes: `Dense(1, activation="sigmoid")` with `binary_crossentropy`; several classes:
    `Dense(n, activation="softmax")`. Nothing is edited without `--unsafe`.

    What Keras says:

    - Keras 3, a warning: `You are using a softmax over axis -1 of a tensor of shape (None, 1). This
      axis has size 1. The softmax operation will always return the value 1`;
    - Keras 2: nothing.
    """

    code = "KFX607"
    bad = """
        model = keras.Sequential([
            layers.Input((8,)),
            layers.Dense(1, activation="softmax"),
        ])
        model.compile(loss="binary_crossentropy")
    """
    good = """
        model = keras.Sequential([
            layers.Input((8,)),
            layers.Dense(1, activation="sigmoid"),
        ])
        model.compile(loss="binary_crossentropy")
    """
    severity: Severity = "warning"
    sentence = "`{subject}` ends in softmax over one unit, which is always 1"
