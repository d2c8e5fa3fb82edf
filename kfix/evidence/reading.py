"""What a log states: the error at its end, its meaning, and the shapes and numbers in its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kfix.evidence.log import Frame, Log, Raised, chain
from kfix.evidence.row import Row
from kfix.evidence.table import match, match_of

WARNED = "input-shape-warned"
"""The warning in which TensorFlow 2 states the shape of the data; the error behind it does not."""

Dims = tuple[int | None, ...]
"""A shape as an error prints it, with the batch: `None` where it prints `None` or `?`."""

_DIM = re.compile(r"None|\?|-?\d{1,12}")
_SHAPE = re.compile(r"[(\[][^()\[\]]{0,200}[)\]]")
_VARIABLE = {"None": None, "?": None}
_NUMBERS = re.compile(r"-?\d{1,9}")


@dataclass(frozen=True)
class Error:
    """The last error of a log; lines count from 1.

    `row` is the row of the table that it is, `None` where the table has none; `fields` are the
    facts of its text. `frames`
    are those of its traceback and of those that it was raised upon, the innermost last.
    """

    line: int
    type: str
    message: str
    row: Row | None
    fields: Mapping[str, str]
    frames: tuple[Frame, ...]
    context: str = ""
    """The whole message."""

    @property
    def _row(self) -> Row:
        return self.row or _NO_ROW

    @property
    def name(self) -> str:
        """Return the name of its row, "" for an error that the table does not have."""
        return self._row.name

    @property
    def means(self) -> str:
        """Return what the error means, "" for one that the table does not have."""
        return self._row.means

    @property
    def causes(self) -> str:
        """Return what usually causes it, "" for one that the table does not have."""
        return self._row.causes

    @property
    def about(self) -> str:
        """Return what else than shapes it is about, "" for one that the table does not have."""
        return self._row.other

    @property
    def is_other(self) -> bool:
        """Whether it is known to be about something else than shapes."""
        return self.row is not None and bool(self.row.other) and not self.row.codes

    @property
    def is_of_type(self) -> bool:
        """Whether its row knows it by its type: its text may be about shapes all the same."""
        return self.type in self._row.types

    def shape(self, field: str) -> Dims | None:
        """Return the shape that a field states, `None` where it states none."""
        if field not in self.fields:
            return None
        return dims(self.fields[field])

    def shapes_of(self, *names: str) -> list[Dims]:
        """Return the shapes that these fields state, without those that state none."""
        return [dims(self.fields[name]) for name in names if name in self.fields]

    def shapes(self, field: str) -> list[Dims]:
        """Return the shapes that a field lists."""
        return [dims(one) for one in _SHAPE.findall(self.fields.get(field, ""))]

    @property
    def called_on(self) -> Dims | None:
        """Return the shape that the model was called on, `None` where the text does not say it."""
        found = _CALLED_ON.search(self.context)
        if found is None:
            return None
        return dims(found[1])

    @property
    def received(self) -> list[Dims]:
        """Return the shape of the first tensor that the layer of the error was called on."""
        return [dims(one) for one in _RECEIVED.findall(self.context)[:1]]

    def number(self, field: str) -> int | None:
        """Return the number that a field states, `None` where it states none."""
        found = _NUMBERS.search(self.fields.get(field, ""))
        if found is None:
            return None
        return int(found.group())

    def numbers(self, field: str) -> list[int]:
        """Return the numbers that a field lists."""
        return list(map(int, _NUMBERS.findall(self.fields.get(field, ""))))


_CALLED_ON = re.compile(
    r"rguments received by (?:(?:Sequential|Functional)\.call\(\)"
    r'|layer "[^"]{1,120}" \(type (?:Sequential|Functional)\)): {1,3}. '
    r"inputs=tf\.Tensor\(shape=(\([\dN][\w, ]{0,100}\))"
)
"""What Keras says of a model that failed inside, with white space as `Log.original` leaves it."""

_RECEIVED = re.compile(
    r"rguments received by \w{1,80}\.call\(\): . (?:\w{1,40}=)?\(?'?(?:<KerasTensor |tf\.Tensor\()"
    r"shape=(\([\dN][\w, ]{0,100}\))"
)
"""What Keras says of a layer that failed, with white space as `Log.original` leaves it."""

_NO_ROW = Row("", (), "", "", "")
"""The row of an error that the table does not have."""


def dims(text: str) -> Dims:
    """Return the dims of a shape in the text of an error: `(None, 28)`, `[?,28]`, `[None 28]`."""
    return tuple(_VARIABLE[one] if one in _VARIABLE else int(one) for one in _DIM.findall(text))


def read_error(text: str) -> Error | None:
    """Return the error that a log ends with, `None` where it has none."""
    log = Log(text)
    raised = log.raised()
    found = match(log, raised)
    if found is None:
        if raised:
            return _unknown(log, raised)
        return None
    if found.row.codes[:1] == ("KFX601",) and (warned := match_of(log, WARNED)) is not None:
        found = found._replace(fields=found.fields | warned.fields)
    line = log.line_of(found.start)
    within = next((one for one in reversed(raised) if one.at <= line < one.end), None)
    shown = log.original(found.start, min(found.end, found.start + _MOST_SHOWN))
    if within is None:
        return Error(line, "", shown, found.row, found.fields, ())
    frames = _frames(within, raised)
    return Error(line, within.name, shown, found.row, found.fields, frames, _whole(log, within))


_MOST_SHOWN = 400
"""Characters of a message that are repeated."""

_MOST_CONTEXT = 2_000
"""Characters of a message in which the class of the layer is looked for."""


def _whole(log: Log, raised: Raised) -> str:
    """Return the message of an exception, as far as it is looked at."""
    start, end = log.offset_of(raised.at), log.offset_of(raised.end)
    return log.original(start, min(end, start + _MOST_CONTEXT))


def _unknown(log: Log, raised: list[Raised]) -> Error:
    """Return an error that the table does not have."""
    last = raised[-1]
    shown, frames = last.message[:_MOST_SHOWN], _frames(last, raised)
    return Error(last.at, last.name, shown, None, {}, frames, _whole(log, last))


def _frames(error: Raised, raised: list[Raised]) -> tuple[Frame, ...]:
    """Return the frames of an error, behind those of the errors that were raised upon it."""
    upon: list[Frame] = []
    for one in chain(raised):
        if one is error:
            break
        upon.extend(one.frames)
    return (*upon, *error.frames)
