"""The modes of the command in one table, for the command line and its documentation."""

from __future__ import annotations

from kfix.model.record import Value


class Mode(Value):
    """What one mode prints where, whether it looks for repairs, and whether it writes."""

    options: tuple[str, ...]
    stdout: str
    stderr: str
    search: bool
    writes: bool
    exit: str


MODES = {
    "fix": Mode((), "findings, explanation, diff", "summary, errors", True, True, "0, 1, 2"),
    "dry-run": Mode(
        ("--dry-run", "--diff"),
        "the unified diff alone",
        "findings, explanation, summary",
        True,
        False,
        "1 if it would change anything or an error is left",
    ),
    "check": Mode(
        ("--check",),
        "findings, no search for repairs",
        "summary",
        False,
        False,
        "1 if an error is found or a declared target missed",
    ),
    "summary": Mode(("--summary",), "summaries", "errors", False, False, "0 or 2"),
}
