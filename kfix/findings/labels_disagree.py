"""KFX603."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class LabelsDisagree(Finding):
    """The program says two things about the output that it wants, and the model gives neither.

    Nothing is edited. `--target`, or a comment `# kfix: target=10`, says which is meant.
    """

    code = "KFX603"
    severity: Severity = "warning"
    sentence = "{subject} is wanted to give {expected} in one place, and {actual} in another"
