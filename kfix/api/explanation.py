"""The error of a run, explained: for servers and notebooks that have its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kfix.api.results import Report
from kfix.engine.results import Evidence
from kfix.evidence.reading import Error
from kfix.model.site import Place


@dataclass(frozen=True)
class Explanation:
    """What the error at the end of a log means, and what it says of a program."""

    name: str | None
    """Its row in docs/errors.md, `None` for an error that kfix does not know."""
    log_line: int
    """The line of the log, counted from 1."""
    type: str
    """The exception, "" where the log does not name it."""
    message: str
    means: str
    causes: str
    codes: tuple[str, ...]
    """The findings that it means, the likeliest first; none where it is about something else than
    shapes.
    """
    about: str
    """What it is about where that is not shapes, else ""."""
    facts: Mapping[str, str]
    """The shapes, names and numbers of its text, by the fields that docs/errors.md lists."""
    report: Report | None
    """The program, checked with what the error says of it; `None` without a program."""

    @property
    def _evidence(self) -> Evidence | None:
        if self.report is None:
            return None
        return self.report._result.evidence

    @property
    def status(self) -> str | None:
        """What became of the error in the program: "used", …; docs/json.md lists them."""
        if self._evidence is None:
            return None
        return self._evidence.status

    @property
    def place(self) -> Place | None:
        """The line of the program that was running, where the log states it."""
        if self._evidence is None:
            return None
        return self._evidence.place


def explanation_of(error: Error, report: Report | None) -> Explanation:
    """Return an error with its meaning, and with the program that gave it."""
    explained = Explanation(
        None, error.line, error.type, error.message, "", "", (), "", dict(error.fields), report
    )
    row = error.row
    if row is None:
        return explained
    return replace(
        explained,
        name=row.name,
        means=row.means,
        causes=row.causes,
        codes=row.codes,
        about=row.other,
    )
