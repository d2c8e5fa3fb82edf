"""KFX603."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity
from kfix.model.site import Place


class LabelsDisagree(Finding):
    """Two calls expect different output shapes, and the model has neither.

    Nothing is edited. `--target`, or a comment `# kfix: target=10`, declares which is expected.
    """

    code = "KFX603"
    bad = """
        x = np.zeros((100, 8))
        model = keras.Sequential([layers.Input((8,)), layers.Dense(3)])
        model.compile(loss="mse")
        model.fit(x, np.zeros((100, 2)))
        model.fit(x, np.zeros((100, 5)))
    """
    good = """
        x = np.zeros((100, 8))
        model = keras.Sequential([layers.Input((8,)), layers.Dense(2)])
        model.compile(loss="mse")
        model.fit(x, np.zeros((100, 2)))
        model.fit(x, np.zeros((100, 2)))
    """
    severity: Severity = "warning"
    sentence = "calls of `{subject}` expect two output shapes: {expected}, and {actual}"

    method: str = ""
    """The call that expects the other shape."""
    other: Place | None = None
    """Where that call is."""
