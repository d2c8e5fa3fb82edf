"""The inputs of a merge have different ranks: a map or a sequence, and a vector."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.code import NewLayer
from kfix.model.graph import Shape
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.collapse import options
from kfix.repair.conflict import Conflict
from kfix.repair.layer_edits import on
from kfix.repair.prices import price
from kfix.shapes.arguments import value
from kfix.shapes.signatures import canonical
from kfix.shapes.view import Step, total


def ranks(conflict: Conflict, step: Step, shapes: list[Shape]) -> Iterator[Candidate]:
    """Yield vectors of the inputs with more dims, or one number per step with an axis."""
    if min(len(shape) for shape in shapes) != 2:
        return
    beside = {cls for source in step.sources for cls in _collapsed(conflict, source)}
    sibling = beside.pop() if len(beside) == 1 else ""
    for which, shape in enumerate(shapes):
        if 3 <= len(shape) <= 5 and step.sources[which] >= 0:
            yield from _samples(conflict, step, which, shape)
            if len(shape) == 3:
                yield from _last_step(conflict, step, which)
            yield from _laid_out(conflict, step, which, shape)
            way = list(conflict.view.back(step.sources[which]))
            source = next((found for found in way if not found.keeps), way[0])
            for cls, key in options(conflict, shape, source, None):
                why = f"{step.cls} merges vectors, and its input {which + 1} is {shape}"
                alike = canonical(sibling) == cls
                key = "collapse-siblings" if alike else "pool" if key == "pool-head" else key
                yield from made(on(step, which, NewLayer(sibling if alike else cls)), key, why)
        elif len(shape) == 2:
            yield from _number_a_step(conflict, step, which, shapes)


def _samples(conflict: Conflict, step: Step, which: int, shape: Shape) -> Iterator[Candidate]:
    """Yield the Input without the batch, where only Dense layers read its rows."""
    way = list(conflict.view.back(step.sources[which]))
    given = way[-1].shape_out if way and way[-1].is_input else None
    if (
        given is None
        or len(given) != 3
        or len(shape) != 3
        or given[1] is not None
        or not isinstance(given[2], int)
    ):
        return
    if all(found.is_dense or found.keeps for found in way[:-1]):
        why = f"the batch does not belong in the input shape: ({given[2]},) is one sample"
        yield from conflict.set_input(way[-1], (given[2],), "input-samples", why)


def _collapsed(conflict: Conflict, source: int) -> Iterator[str]:
    """Yield the class of the layer that makes a vector of the map for an input of a merge."""
    for step in conflict.view.back(source) if source >= 0 else ():
        if step.collapses:
            yield step.cls
        if not step.keeps:
            return


def _last_step(conflict: Conflict, step: Step, which: int) -> Iterator[Candidate]:
    """Yield the last step of a recurrent layer as the vector of its sequence."""
    for found in conflict.view.back(step.sources[which]):
        if found.is_recurrent and not found.is_film:
            if value(found.core, "return_sequences") is True and len(found.users) == 1:
                why = f"{step.cls} merges vectors, and {found.cls} returns one per step"
                yield from conflict.set([found], "return_sequences", False, "sequences-off", why)
            return
        if not (found.keeps or (found.is_dense and not found.wrapped)) or len(found.users) > 1:
            return


def _number_a_step(
    conflict: Conflict, step: Step, which: int, shapes: list[Shape]
) -> Iterator[Candidate]:
    """Yield an axis of one for an input that has one number for each step."""
    source = step.sources[which]
    given = conflict.view.steps[source] if source >= 0 else None
    if given is None or not given.is_input or any(len(shape) > 3 for shape in shapes):
        return
    steps = {shape[1] for shape in shapes if len(shape) == 3}
    if steps == {shapes[which][1]}:
        why = (
            f"{step.cls} merges sequences, and its input {which + 1} has one number per step: "
            "that is an axis of one"
        )
        yield from conflict.set_input(given, (shapes[which][1], 1), "input-channel", why)


def _laid_out(conflict: Conflict, step: Step, which: int, shape: Shape) -> Iterator[Candidate]:
    """Yield a vector laid out as channels of the map that a convolution reads behind."""
    behind = next((found for found in conflict.view.after(step) if not found.keeps), None)
    joined = step.cls.lower().rpartition(".")[2].startswith("concat")
    if (
        not joined
        or behind is None
        or not behind.is_convolution
        or behind.wrapped
        or len(shape) < 4
    ):
        return
    space = total((None, *shape[1:-1]))
    for other, vector in enumerate(conflict.view.given(step)):
        count = total(vector) if len(vector) == 2 else None
        if space is None or count is None or count % space:
            continue
        dims = (*shape[1:-1], count // space)
        why = (
            f"{behind.cls} reads a map, and input {other + 1} of {step.cls} has {count} "
            f"numbers: laid out as {dims}"
        )
        new = NewLayer("Reshape", ((None, dims),))
        yield from made(on(step, other, new), "reshape", why, -price("bridge"))
