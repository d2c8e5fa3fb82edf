"""Where the lines of an earlier text are in a later one."""

from __future__ import annotations

import re
from itertools import takewhile

_ENDS = re.compile(r"\r\n|\r|\n")


class Moved:
    """The lines that two texts begin and end with alike; the others have no place any more."""

    def __init__(self, before: str, after: str) -> None:
        old, new = _ENDS.split(before), _ENDS.split(after)
        self._same = _alike(old, new)
        most = min(len(old), len(new)) - self._same
        self._behind = len(old) - min(_alike(old[::-1], new[::-1]), most)
        self._by = len(new) - len(old)

    def line(self, number: int) -> int | None:
        """Return where a line is now, counted from 1; `None` if it was changed."""
        if number <= self._same:
            return number
        if number > self._behind:
            return number + self._by
        return None

    def before(self, number: int) -> int | None:
        """Return where a line of the later text was; `None` if it was not there."""
        if number <= self._same:
            return number
        if number - self._by > self._behind:
            return number - self._by
        return None


def _alike(some: list[str], others: list[str]) -> int:
    pairs = zip(some, others, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
