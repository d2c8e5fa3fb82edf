"""KFX606."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class LabelsBroadcast(Finding):
    """Outputs and labels have different sizes, and the loss repeats the one over the other.

    With `mse`, `mae` and the like, Keras broadcasts `(None, 1)` against labels
    of `(N, 4)`, and `(None, 4)` against `(N, 1)`, and trains without a word.
    That is hardly ever meant, but it runs: nothing is edited without
    `--unsafe`. `--target`, or a comment `# kfix: target=4`, says what is meant.
    """

    code = "KFX606"
    severity: Severity = "warning"
    sentence = "`{subject}` has output shape {actual}, but its labels have shape {expected} and are broadcast"
