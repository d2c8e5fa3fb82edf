"""The table of errors: all rows, and the one that a log is about."""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import NamedTuple

from kfix.evidence.log import Log, Raised, chain
from kfix.evidence.row import Entry, Row
from kfix.evidence.texts import arguments, inputs, labels, layers, others

ROWS: tuple[Row, ...] = (
    *inputs.ROWS,
    *layers.ROWS,
    *arguments.ROWS,
    *labels.ROWS,
    *others.ROWS,
)


class Match(NamedTuple):
    """A row that a log has, with the facts of its text.

    `start` and `end` are places in the log without white space.
    """

    row: Row
    fields: dict[str, str]
    start: int
    end: int


@cache
def _entries() -> tuple[list[Entry], list[Entry]]:
    """Return the rows about shapes and those about something else."""
    shapes = [Entry(row) for row in ROWS if row.codes or not row.other]
    return shapes, [Entry(row) for row in ROWS if not row.codes and row.other]


def match(log: Log, raised: list[Raised]) -> Match | None:
    """Return the row of the last error of a log, `None` where the table has none.

    An error that was raised while another was handled is looked at first, then that other one. A
    log without
    the name of an exception (cut, or a warning) is searched as a whole.
    """
    shapes, others = _entries()
    if not raised:
        return _last(log, shapes, 0, len(log.squeezed)) or _last(log, others, 0, len(log.squeezed))
    errors = list(islice(chain(raised), _MOST_LINKED))
    for one in errors:
        region = log.offset_of(one.at), log.offset_of(one.end)
        found = _first(log, shapes, *region) or _first(log, others, *region)
        if found is not None and (found.row.codes or one is errors[0]):
            return found
    return _by_type(log, errors[0], others)


_MOST_LINKED = 12
"""Errors of one chain that are looked at, from the last."""


def match_of(log: Log, name: str) -> Match | None:
    """Return where a log has the row of a name last, `None` where it has not."""
    entry = next(entry for entry in _entries()[0] if entry.row.name == name)
    return _in_part(log, entry, 0, len(log.squeezed))


def _first(log: Log, entries: list[Entry], start: int, end: int) -> Match | None:
    """Return the first row of the table that a part of the log has."""
    for entry in entries:
        found = _in_part(log, entry, start, end)
        if found is not None:
            return found
    return None


def _last(log: Log, entries: list[Entry], start: int, end: int) -> Match | None:
    """Return the row that stands last in a part of the log."""
    best: Match | None = None
    for entry in entries:
        found = _in_part(log, entry, start, end)
        if found is not None and (best is None or found.start > best.start):
            best = found
    return best


def _in_part(log: Log, entry: Entry, start: int, end: int) -> Match | None:
    for template in entry.templates:
        for found in template.found_in(log.squeezed, start, end):
            fields = {
                name: _written(log, name, *span)
                for name, span in found.spans.items()
                if span[0] >= 0
            }
            return Match(entry.row, fields, found.start, found.end)
    return None


_IN_WORDS = ("labels", "shown", "keys", "names")
"""Facts in which white space separates one thing from the next."""


def _written(log: Log, name: str, start: int, end: int) -> str:
    """Return a fact as it is written, but for the white space of wrapped lines."""
    squeezed = log.squeezed[start:end]
    if "," in squeezed and name not in _IN_WORDS:
        return squeezed.replace(",", ", ").replace(", )", ",)")
    if name in _IN_WORDS or squeezed.startswith(("[", "(")):
        return log.original(start, end)
    return squeezed


def _by_type(log: Log, raised: Raised, entries: list[Entry]) -> Match | None:
    """Return the row of an exception whose type alone says what it is about."""
    start = log.offset_of(raised.at)
    for entry in entries:
        if raised.name.lstrip("_") in entry.row.types:
            return Match(entry.row, {}, start, log.offset_of(raised.at + 1))
    return None
