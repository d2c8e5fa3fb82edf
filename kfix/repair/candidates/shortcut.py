"""A layer on the shortcut that brings it to the shape of the branch."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.base import Edit
from kfix.model.code import NewLayer
from kfix.repair.adapters import new
from kfix.repair.candidate import Candidate, made, varied
from kfix.repair.candidates.pace import strides_between
from kfix.repair.layer_edits import on
from kfix.repair.merges import Side, as_written
from kfix.repair.prices import price
from kfix.shapes.view import Step

WIDTHS, PACES = ("filters", "units"), ("strides", "pool_size")
"""The arguments of a branch that decide its channels, and its size."""


def shortcut(side: Side) -> Iterator[Candidate]:
    """Yield a 1×1 convolution, or the same pooling, on the shortcut; a Dense for vectors."""
    channels, dims = side.wanted[-1], len(side.shape) - 2
    if not isinstance(channels, int) or dims > 3:
        return
    branch, own = side.branch(), side.own()
    width = as_written(side.merge.conflict, branch, WIDTHS, channels)
    if dims == 0:
        yield from _dense(side, own, dict.fromkeys((width, channels)))
        # What reads the merge may be made for the width of the shortcut.
        other = _dense(side.other, side.other.own(), {side.shape[-1]: None})
        yield from varied(other, price("doubtful"))
        return
    strides = strides_between(side.shape, side.wanted, own, branch)
    last = next((found for found in branch if not found.keeps), None)
    by_dense = last is not None and last.is_dense and not last.wrapped and strides == 1
    why = f"the shortcut is {side.shape[1:]}, and {side.wanted[1:]} is added to it: a"
    if by_dense:
        why = f"{why} Dense brings it there"
        yield from made(_on(side, new("Dense", width)), _row(side, own, "is_dense"), why)
    elif strides is not None:
        pace = as_written(side.merge.conflict, branch, PACES, strides)
        key, why = _row(side, own, "is_convolution"), f"{why} 1×1 convolution brings it there"
        written = dict.fromkeys(((width, pace), (channels, strides)))
        for number, (filters, by) in enumerate(written):
            paces = (("strides", by),) if by != 1 else ()
            layer = NewLayer(f"Conv{dims}D", ((None, filters), (None, 1), *paces))
            yield from made(_on(side, layer), key, why, price("spelled-out") * number)
        if side.shape[-1] == channels and strides > 1:
            yield from _pooled(side, strides)


def _pooled(side: Side, by: int) -> Iterator[Candidate]:
    """Yield the pooling of the branch on the shortcut too."""
    why = f"the shortcut is {by} times as large: the same pooling on it"
    for padding in ((), (("padding", "same"),)):
        layer = NewLayer(f"MaxPooling{len(side.shape) - 2}D", ((None, by), *padding))
        more = price("next") * len(padding)
        yield from made(_on(side, layer), "insert-pooling", why, more)


def _dense(side: Side, own: list[Step], widths: dict[object, None]) -> Iterator[Candidate]:
    """Yield a Dense of the width of the vector that is added."""
    source = side.merge.view.at(side.source)
    of_input = side.merge.weighs and source is not None and source.is_input
    more = price("runner-up") + price("weigh-input") * of_input
    what = ("shortcut", "branch")[side.which == side.merge.main]
    why = f"the {what} has {side.shape[-1]} features, and {side.wanted[-1]} are added to it"
    for number, units in enumerate(widths):
        key, extra = _row(side, own, "is_dense"), price("spelled-out") * number
        yield from made(_on(side, new("Dense", units)), key, why, more + extra)


def _row(side: Side, own: list[Step], kind: str) -> str:
    """Return the row of the price list for a layer of a kind on the shortcut.

    A shortcut that has one of its own is to be set right, not to be given another. Weights are
    made for what they weigh, not the other way round. Where steps attend to each other all blocks
    are of one width: that of the Dense is wrong.
    """
    view = side.merge.view
    before = view.ancestors(side.merge.step.place) if kind == "is_dense" else ()
    attends = any("Attention" in view.steps[place].cls for place in before)
    if attends or side.merge.weighs or any(getattr(one, kind) for one in own):
        return "append-dense" if kind == "is_dense" else "append-convolution"
    return "shortcut"


def _on(side: Side, layer: NewLayer) -> tuple[Edit, ...]:
    return on(side.merge.step, side.which, layer)
