"""Repeated blocks of a large model, which its picture shows folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from kfix.report.formats.html.boxes import Box, Edge

_LARGE = 30
"""Boxes of a model that is shown whole."""
_LEAST_REPEATED = 6
"""Boxes of a row of equal blocks that is worth folding."""
_LEAST_BLOCK = 4
"""Boxes of a block with branches that is worth folding by itself."""
_LONGEST = 24
"""Segments of one block."""


class Segment(NamedTuple):
    """Boxes between two places where a single tensor goes on: first, end, and what they are."""

    start: int
    end: int
    shape: tuple[object, ...]


class Fold(NamedTuple):
    """The boxes from `start` to `end`: `times` equal blocks one after another."""

    start: int
    end: int
    times: int


def folds(boxes: Sequence[Box], edges: Sequence[Edge]) -> list[dict[str, Any]]:
    """Return the blocks that the picture folds, none for a model of few layers."""
    if len(boxes) <= _LARGE:
        return []
    segments = list(_segments(boxes, edges))
    return [fold._asdict() for fold in _folds(segments, len(boxes))]


def _segments(boxes: Sequence[Box], edges: Sequence[Edge]) -> Iterator[Segment]:
    """Yield the boxes between inputs and outputs, cut where one tensor alone goes on."""
    sources: list[list[int]] = [[] for _ in boxes]
    furthest = [number for number, _ in enumerate(boxes)]
    for edge in edges:
        sources[edge.target].append(edge.source)
        if boxes[edge.target].kind != "output":
            furthest[edge.source] = max(furthest[edge.source], edge.target)
    start = reach = 0
    for number, box in enumerate(boxes):
        # Nothing but this box feeds what comes behind it.
        if reach <= number:
            if box.kind not in ("input", "output"):
                inside = range(start, number + 1)
                yield Segment(start, number + 1, tuple(_token(boxes, sources, n) for n in inside))
            start = number + 1
        reach = max(reach, furthest[number])


def _token(boxes: Sequence[Box], sources: Sequence[list[int]], number: int) -> tuple[object, ...]:
    """Return what makes a box equal to another: its class, arguments, and where its inputs are."""
    box = boxes[number]
    taken = tuple(number - source for source in sources[number])
    return box.cls, box.arguments, box.fault, box.change, taken


def _folds(segments: Sequence[Segment], boxes: int) -> Iterator[Fold]:
    """Yield rows of equal blocks, and blocks with branches by themselves."""
    shapes = [segment.shape for segment in segments]
    at = 0
    while at < len(segments):
        period, times = _repeated(shapes, at)
        last = segments[at + period * times - 1]
        size = last.end - segments[at].start
        branches = times == 1 and size >= _LEAST_BLOCK and size <= boxes // 4
        if branches or (times > 1 and size >= _LEAST_REPEATED):
            yield Fold(segments[at].start, last.end, times)
        at += period * times


def _repeated(shapes: Sequence[object], at: int) -> tuple[int, int]:
    """Return the period and the number of the blocks at that place which cover most segments."""
    best = 1, 1
    for period in range(1, min(_LONGEST, (len(shapes) - at) // 2) + 1):
        block = shapes[at : at + period]
        times = 1
        while shapes[at + period * times : at + period * (times + 1)] == block:
            times += 1
        if times > 1 and period * times > best[0] * best[1]:
            best = period, times
    return best
