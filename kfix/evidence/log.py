"""The log of a run.

It has lines without colours, tracebacks with their frames, and the exceptions at their ends.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from kfix.model.record import Value

MOST = 100_000
"""Characters of a log that are read, from its end: the error stands there."""

_COLOUR = re.compile(
    r"(?:\x1b|\u241b|\\x1b|\\u001b|\\033)?\[[0-9;]{1,12}m|\x1b\[[0-9;?]{0,12}[A-Za-z]"
)
_FRAMES = (
    re.compile(
        r'File "(?P<path>[^"\n]{1,400})", line (?P<line>\d{1,7})(?:, in (?P<function>\S{1,200}))?'
    ),
    re.compile(r"\bCell In ?\[(?P<cell>\d{1,6})\](?:, line (?P<line>\d{1,7}))?"),
    re.compile(r"\bInput In ?\[(?P<cell>\d{1,6})\], in .{0,200}"),
    re.compile(r"<ipython-input-(?P<cell>\d{1,6})-[0-9a-f]{1,40}> in (?P<function>\S{1,200})"),
    re.compile(
        r"(?:^|\s)(?:File )?(?P<path>[^\s\"'<>:]{1,400}\.py):(?P<line>\d{1,7})"
        r"(?:,? in (?P<function>\S{1,200}))?"
    ),
    re.compile(r"^(?P<path>[^\s\"'<>]{1,400}\.py) in (?P<function>\S{1,200})"),
)
"""A frame as Python prints it, as IPython does (newer and older versions), and as pytest does."""
_IN_CELL = re.compile(r"<ipython-input-(?P<cell>\d{1,6})-")
_ARROW = re.compile(r"^\s{0,12}-{1,10}> ?(?P<line>\d{1,7})\b ?(?P<code>.{0,300})")
_EXCEPTION = re.compile(
    r"^(?:\S{0,60}[\]:\dZ]\s{1,3}){0,2}?(?P<type>(?:[A-Za-z_]\w{0,60}\.){0,8}\w{0,60}"
    r"(?:Error|Exception|Interrupt|Exit|StopIteration|NotFound|Empty|Warning|Timeout|BadZipFile"
    r"|DependencyNotInstalled|(?<=\w\.)error))"
    r"(?::(?P<message>\s.*|$)|$)"
)
_START = re.compile(r"Traceback \(most recent call last\)")
_LINKS = (
    "During handling of the above exception, another exception occurred",
    "The above exception was the direct cause of the following exception",
)


class Frame(Value):
    """One frame of a traceback: the file or the notebook's cell, the line, and its source.

    A cell goes by its execution count. `at` is the line of the log, counted from 1, where the
    frame stands.
    """

    path: str
    cell: int | None
    line: int | None
    function: str
    code: str
    at: int


class Raised(Value):
    """An exception: its type as it is printed, the first line of its message, and where it is.

    `first` is where the traceback begins, `at` where the exception is named, `end` the line behind
    the message. `linked`
    says that it was raised while the one before it was handled.
    """

    type: str
    message: str
    first: int
    at: int
    end: int
    linked: bool
    frames: tuple[Frame, ...]

    @property
    def name(self) -> str:
        """Return the type without its modules."""
        return self.type.rpartition(".")[2]


class Log:
    """The end of a log, as lines without colours.

    Lines count from 1, from the beginning of the whole log.
    """

    def __init__(self, text: str) -> None:
        cut = max(0, len(text) - MOST)
        self.first = text.count("\n", 0, cut) + 1
        self.lines = _COLOUR.sub("", text[cut:]).split("\n")
        self._lengths = [len(line) for line in text[cut:].split("\n")]
        squeezed = ["".join(line.split()) for line in self.lines]
        self.squeezed = "".join(squeezed)
        """All of it without any white space: a message that was wrapped reads as it was raised."""
        self._starts = [0, *accumulate(map(len, squeezed))]

    def line_of(self, offset: int) -> int:
        """Return the line on which a character of `squeezed` stands."""
        return self.first + min(bisect_right(self._starts, offset), len(self.lines)) - 1

    def offset_of(self, line: int) -> int:
        """Return where a line begins in `squeezed`."""
        return self._starts[max(0, min(line - self.first, len(self.lines)))]

    def original(self, start: int, end: int) -> str:
        """Return a part of `squeezed` as it is written, with one space for every white space."""
        first, last = (
            self.line_of(start) - self.first,
            self.line_of(max(start, end - 1)) - self.first,
        )
        text = "".join(map(self._joined, range(first, last + 1)))
        kept = [index for index, letter in enumerate(text) if not letter.isspace()]
        before, count = start - self._starts[first], end - start
        if count <= 0 or before + count > len(kept):
            return ""
        return " ".join(text[kept[before] : kept[before + count - 1] + 1].split())

    def _joined(self, index: int) -> str:
        """Return a line with the white space that ends it, none where it was wrapped."""
        line = self.lines[index]
        is_wrapped = self._width in (len(line), self._lengths[index])
        return line + " " * (not is_wrapped)

    @cached_property
    def _width(self) -> int:
        """Return the width at which the lines were wrapped, -1 where it is not clear."""
        # A terminal does not count colours, a tool that folds lines does.
        for lengths in (self._lengths, list(map(len, self.lines))):
            width = max(lengths)
            if lengths.count(width) >= _FULL_LINES and width >= _NARROWEST:
                return width
        return -1

    def raised(self) -> list[Raised]:
        """Return the exceptions in the order of the log, each with the traceback above it."""
        found: list[Raised] = []
        frames: list[Frame] = []
        first, linked = self.first, False
        for index, whole in enumerate(self.lines):
            line = whole[:_LONGEST]
            if not any(mark in line for mark in _MARKS):
                continue
            if _START.search(line):
                first, frames = self.first + index, []
            elif any(link in line for link in _LINKS):
                linked = True
            elif (frame := self._frame(index, line)) is not None:
                frames.append(frame)
            elif (exception := _exception(line)) is not None and _ends(line, frames):
                at = self.first + index
                kind, message = exception
                found.append(
                    Raised(kind, message, first, at, self._end(index), linked, tuple(frames))
                )
                frames, linked, first = [], False, at
        return found

    def _frame(self, index: int, line: str) -> Frame | None:
        """Return the frame that a line names, with the source below it.

        The arrow of IPython is part of the frame.
        """
        found = next((match for one in _FRAMES if (match := one.search(line)) is not None), None)
        if found is None:
            return None
        groups = found.groupdict()
        path = groups.get("path") or ""
        cell = groups.get("cell")
        within = _IN_CELL.search(path)
        if within is not None:
            path, cell = "", within["cell"]
        number, code = groups.get("line"), ""
        arrow = self._arrow(index)
        if arrow is not None:
            number, code = arrow
        elif index + 1 < len(self.lines) and line.lstrip().startswith("File "):
            code = self.lines[index + 1].strip()
        if _START.search(code) or any(one.search(code) for one in _FRAMES[:2]):
            code = ""
        return Frame(
            path,
            _number(cell),
            _number(number),
            (groups.get("function") or "").split("(")[0],
            code[:300],
            self.first + index,
        )

    def _arrow(self, index: int) -> tuple[str, str] | None:
        """Return the line number and the source that IPython points at below the head."""
        for line in self.lines[index + 1 : index + 8]:
            if len(line) <= _LONGEST and (found := _ARROW.match(line)) is not None:
                return found["line"], found["code"].strip()
            if not line.strip():
                return None
        return None

    def _end(self, index: int) -> int:
        """Return the line behind a message that begins here.

        It is at the next traceback, or after some lines.
        """
        place = bisect_right(self._heads, index)
        heads = self._heads[place : place + 1]
        return self.first + min(*heads, index + _MOST_LINES, len(self.lines))

    @cached_property
    def _heads(self) -> list[int]:
        """Return the lines, from 0, that begin a traceback or link it to the one before."""
        return [number for number, line in enumerate(self.lines) if _is_head(line)]


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text)


def _is_head(line: str) -> bool:
    return "Traceback (most" in line or any(link in line for link in _LINKS)


_MARKS = (
    "Traceback",
    'File "',
    "Cell In",
    "Input In",
    "<ipython-input",
    ".py",
    "exception",
    *("Error", "Exception", "Interrupt", "Exit", "StopIteration"),
    *("NotFound", "Empty", "Warning", "Timeout", "BadZipFile", "NotInstalled", ".error"),
)
"""What a line has that is part of a traceback, but for the source of a frame."""

_FULL_LINES, _NARROWEST = 3, 40
"""Lines of the same greatest length that are taken as wrapped, and the least length of these."""

_LONGEST = 4_000
"""Characters of a line that may be a frame or an exception."""

_MOST_LINES = 500
"""Lines that a message may have."""


def _exception(line: str) -> tuple[str, str] | None:
    """Return the type and the message of an exception that a line names."""
    text = line.strip().lstrip(">").removeprefix("E ").strip()
    found = _EXCEPTION.match(text)
    if found is None:
        return None
    return found["type"], (found["message"] or "").strip()


def _ends(line: str, frames: Sequence[Frame]) -> bool:
    """Return whether a line names the exception at the end of a traceback.

    It may be text within a message, too.
    """
    indented = line.startswith((" ", "\t"))
    return not indented or (not frames and "except" not in line)


def chain(raised: Sequence[Raised]) -> Iterator[Raised]:
    """Yield the last exception, and before it those that it was raised upon."""
    for one in reversed(raised):
        yield one
        if not one.linked:
            return
