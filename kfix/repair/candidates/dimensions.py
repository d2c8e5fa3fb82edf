"""The same layer for another number of dims: MaxPooling1D for MaxPooling2D."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kfix.edits.exchange_name import ExchangeName
from kfix.model.graph import Argument, Shape
from kfix.repair.candidate import Candidate, made
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.arguments import INPUT_NAMES
from kfix.shapes.signatures import signature
from kfix.shapes.view import Step, nearest

RANKS = {
    2: "a vector per sample",
    3: "a sequence (rank 3)",
    4: "a map (rank 4)",
    5: "a volume (rank 5)",
}


def rank_in_words(rank: int) -> str:
    """Return a rank as people call a tensor of it."""
    return RANKS.get(rank, f"rank {rank}")


def other_dims(conflict: Conflict, step: Step, shape: Shape) -> Iterator[Candidate]:
    """Yield the same layer for as many dims as it is given."""
    dims = len(shape) - 2
    named = re.fullmatch(r"(\w+)(\d)D", step.cls)
    new = f"{named[1]}{dims}D" if named else step.cls
    if named is None or step.wrapped or step.made or new == step.cls or signature(new) is None:
        return
    if any(_counts_otherwise(argument, dims) for argument in step.core.arguments):
        return
    for_dims, given = rank_in_words(int(named[2]) + 2), rank_in_words(len(shape))
    why, edits = (
        f"{step.cls} is for {for_dims}, and is given {given}",
        [ExchangeName(step.core.site, new)],
    )
    if map_before(conflict, step) or _siblings_behind(conflict, step, shape):
        yield from made(edits, "replace-siblings", f"{why}, as its neighbours")
    else:
        more = price("replace-alone") + price("bridge") * step.is_convolution
        yield from made(edits, "replace", why, more)


def _counts_otherwise(argument: Argument, dims: int) -> bool:
    """Return whether an argument has a number for each of another number of dims."""
    several = isinstance(argument.value, tuple) and len(argument.value) != dims
    return several and argument.keyword not in INPUT_NAMES


def _siblings_behind(conflict: Conflict, step: Step, shape: Shape) -> bool:
    """Return whether the next layer that cares for the number of dims is for what this is given.

    A global pooling in the middle of a model cares itself: there is a map or a sequence to make a
    vector of.
    """
    before = conflict.view.previous(step)
    if step.is_global_pooling and before is not None and not before.is_input:
        return True
    after = nearest(conflict.view.after(step), lambda later: not later.keeps)
    return after is not None and after.rank_taken == len(shape) and not after.wrapped


def map_before(conflict: Conflict, step: Step) -> bool:
    """Return whether layers for the map that it is given stand before it, not for a sequence."""
    view, kind = conflict.view, f"{step.rank_in - 2}D"
    before = (view.steps[place] for place in view.ancestors(step.place) - {step.place})
    return any(one.has_window and one.cls.endswith(kind) and not one.wrapped for one in before)
