"""The layers of a model before and after a repair, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.model.record import Value
from kfix.report.rows import Row, rows
from kfix.shapes import Trace
from kfix.shapes.signatures import canonical

MOST_ROWS = 400


class Pair(Value):
    """A layer before and after; one of them is `None` where the repair removes or inserts it."""

    before: Row | None
    after: Row | None


def beside(before: Trace, after: Trace | None) -> list[Pair]:
    """Return the layers of both, matched by class (a longest common subsequence)."""
    old = list(rows(before))
    if after is None:
        return [Pair(row, None) for row in old]
    new = list(rows(after))
    if max(len(old), len(new)) > MOST_ROWS:
        return [Pair(row, None) for row in old]
    lengths = _common(old, new)
    written = sorted(old, key=_written), sorted(new, key=_written)
    if lengths[0][0] < min(len(old), len(new)) and written != (old, new):
        # A branch that grew is listed elsewhere; in the order of the program the layers match.
        again = _common(*written)
        if again[0][0] > lengths[0][0]:
            old, new, lengths = *written, again
    return list(_aligned(old, new, lengths))


def _aligned(old: list[Row], new: list[Row], lengths: list[list[int]]) -> Iterator[Pair]:
    """Yield the rows of both in order, those of a longest common subsequence as pairs."""
    i = j = 0
    while i < len(old) and j < len(new):
        # Equal rows are a pair only where the subsequence goes through them.
        if _alike(old[i], new[j]) and lengths[i][j] > lengths[i + 1][j + 1]:
            yield Pair(old[i], new[j])
            i, j = i + 1, j + 1
        elif lengths[i][j + 1] >= lengths[i + 1][j]:
            yield Pair(None, new[j])
            j += 1
        else:
            yield Pair(old[i], None)
            i += 1
    yield from (Pair(row, None) for row in old[i:])
    yield from (Pair(None, row) for row in new[j:])


def _written(row: Row) -> int:
    return row.node.id


def _common(old: Sequence[Row], new: Sequence[Row]) -> list[list[int]]:
    """Return the length of the longest common subsequence of each pair of suffixes."""
    lengths = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            if _alike(old[i], new[j]):
                lengths[i][j] = lengths[i + 1][j + 1] + 1
            else:
                lengths[i][j] = max(lengths[i + 1][j], lengths[i][j + 1])
    return lengths


def _alike(old: Row, new: Row) -> bool:
    same = (canonical(old.cls) or old.cls) == (canonical(new.cls) or new.cls)
    return same and old.node.layer.name == new.node.layer.name
