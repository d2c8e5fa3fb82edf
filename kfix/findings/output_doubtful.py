"""KFX605."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity
from kfix.model.site import Place


class OutputDoubtful(Finding):
    """The program suggests another output shape, without stating it.

    A classification loss on the output of a `Dense` on a feature map usually expects one
    prediction per sample. Nothing is edited without `--unsafe`; `--target`, or a
    comment `# kfix: target=10`, declares what is expected.
    """

    code = "KFX605"
    bad = """
        model = keras.Sequential([
            layers.Input((8, 8, 3)),
            layers.Conv2D(16, 3),
            layers.Dense(10, activation="softmax"),
        ])
        model.compile(loss="categorical_crossentropy")
    """
    good = """
        model = keras.Sequential([
            layers.Input((8, 8, 3)),
            layers.Conv2D(16, 3),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ])
        model.compile(loss="categorical_crossentropy")
    """
    severity: Severity = "warning"
    sentence = "`{subject}` has output shape {actual}, perhaps expected {expected}"

    source: str = ""
    """What hints at it: "the loss"."""
    asked: Place | None = None
    """Where."""
