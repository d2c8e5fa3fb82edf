"""KFX605."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity
from kfix.model.site import Place


class OutputDoubtful(Finding):
    """The program hints that it wants another output, without saying so.

    A loss for classes behind a `Dense` on a feature map is as a rule meant for
    one answer a sample. Nothing is edited without `--unsafe`; `--target`, or a
    comment `# kfix: target=10`, says what is meant.
    """

    code = "KFX605"
    severity: Severity = "note"
    sentence = "`{subject}` has output shape {actual}, perhaps expected {expected}"

    source: str = ""
    """What hints at it: "the loss"."""
    asked: Place | None = None
    """Where."""
