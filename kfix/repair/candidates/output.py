"""The output has another rank than the target."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.base import Edit
from kfix.model.code import NewLayer
from kfix.model.graph import Shape
from kfix.model.record import replace
from kfix.model.target import Target
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.collapse import heads, place
from kfix.repair.conflict import Conflict
from kfix.repair.layer_edits import on
from kfix.repair.prices import HEAVY, price
from kfix.shapes.arguments import value
from kfix.shapes.view import Step, total


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield fewer dims or more, where the model's head begins."""
    view, target, shape = conflict.view, conflict.target, conflict.view.output
    if target is None or shape is None or view.last < 0 or len(shape) == target.rank:
        return
    end = view.steps[view.last]
    if len(shape) > target.rank:
        yield from _fewer(conflict, target, shape, end)
    else:
        yield from _more(conflict, target, shape, end)
    yield from _laid_out(conflict, target, shape, end)


def _recurrent(conflict: Conflict, end: Step) -> tuple[Step | None, list[Step]]:
    """Return the last recurrent layer before the head, and the wrapped layers behind it."""
    wrapped: list[Step] = []
    for step in conflict.view.back(end.place):
        if step.is_recurrent:
            return step, wrapped
        if step.wrapped:
            wrapped.append(step)
        elif not (step.keeps or step.is_dense):
            break
    return None, wrapped


def _fewer(conflict: Conflict, target: Target, shape: Shape, end: Step) -> Iterator[Candidate]:
    last, wrapped = _recurrent(conflict, end)
    if (
        last is not None
        and len(shape) == target.rank + 1
        and value(last.core, "return_sequences") is True
    ):
        why = f"one output per sequence is expected, and the last {last.cls} returns one per step"
        for candidate in conflict.set([last], "return_sequences", False, "sequences-off", why):
            edits: list[Edit] = list(candidate.edits)
            for step in wrapped:
                edits.extend(conflict.unwrap(step) or ())
            if len(edits) == len(candidate.edits) + len(wrapped):
                yield Candidate(tuple(edits), candidate.cost + price("bridge") * len(wrapped), why)
    if target.rank == 2:
        yield from heads(conflict, *place(conflict, end))
        yield from _branches(conflict, end)
    for step in conflict.view.back(end.place):
        if (
            step.cls in ("Reshape", "RepeatVector")
            and step.shape_in is not None
            and len(step.shape_in) <= target.rank
        ):
            why = (
                f"{step.cls} gives {len(step.shape_out or ()) - 1} dims per sample, where "
                f"{target.rank - 1} are expected"
            )
            yield from made(conflict.remove(step), "remove", why)
    if target.rank == 3 and len(shape) == 4:
        first, behind = place(conflict, end)
        new = NewLayer("TimeDistributed", ((None, NewLayer("Flatten")),))
        edits_ = (
            conflict.before(first, new)
            if first is not None
            else conflict.behind(behind or end, new)
        )
        yield from made(edits_, "time-distributed", "each row of the map is flattened to one step")


def _branches(conflict: Conflict, end: Step) -> Iterator[Candidate]:
    """Yield a vector for each of the maps that are compared at the end."""
    over = end
    if end.is_dense and len(end.sources) == 1 and end.sources[0] >= 0:
        merge = conflict.view.steps[end.sources[0]]
        if merge.cls == "Dot":
            yield from _single_steps(conflict, merge)
    while (
        (over.keeps or over.layer.is_operation) and len(over.sources) == 1 and over.sources[0] >= 0
    ):
        over = conflict.view.steps[over.sources[0]]
    if len(over.sources) < 2 or min(over.sources) < 0:
        return
    yield from _single_steps(conflict, over)
    sources = [conflict.view.steps[at] for at in over.sources]
    if len({source.node.site for source in sources}) > 1 or sources[0].inserted:
        return  # one network for all of them
    before, _ = place(conflict, sources[0])
    if before is not None and not before.wrapped:
        yield from heads(conflict, before, None)


def _single_steps(conflict: Conflict, merge: Step) -> Iterator[Candidate]:
    """Yield a vector for each input of a merge that is a sequence of one step."""
    shapes = conflict.view.given(merge)
    single = all(len(shape) > 2 and set(shape[1:-1]) == {1} for shape in shapes)
    if not single or len(shapes) != len(merge.sources) or merge.inserted:
        return
    edits = [edit for which in range(len(shapes)) for edit in on(merge, which, NewLayer("Flatten"))]
    why = f"{merge.cls} is given sequences of one step: each of them is one vector"
    yield Candidate(tuple(edits), price("collapse-siblings"), why)


def _more(conflict: Conflict, target: Target, shape: Shape, end: Step) -> Iterator[Candidate]:
    last, _ = _recurrent(conflict, end)
    if target.rank == 3 and len(shape) == 2:
        if last is not None and value(last.core, "return_sequences") is False:
            why = (
                f"one output per step is expected, and the last {last.cls} returns one per sequence"
            )
            yield from conflict.set([last], "return_sequences", True, "sequences-on", why)
        steps = target.dims[0]
        if isinstance(steps, int):
            new = NewLayer("RepeatVector", ((None, steps),))
            why = (
                f"one output for each of {steps} steps is expected: the vector is repeated for each"
            )
            first, behind = place(conflict, end)
            edits = (
                conflict.before(first, new)
                if first is not None
                else conflict.behind(behind or end, new)
            )
            # Only Dense layers stand behind it: every step has the same answer, which few mean.
            for candidate in made(edits, "repeat", why):
                yield replace(candidate, sure=False)
    yield from _film(conflict, target, shape, end)
    for step in conflict.view.back(end.place):
        if step.collapses and not step.inserted:
            why = (
                f"{step.cls} makes one vector of the map, and {target.rank - 1} dims a "
                "sample are expected"
            )
            yield from made(conflict.remove(step), "remove", why)
    dims = tuple(dim for dim in target.dims if isinstance(dim, int))
    if len(dims) == len(target.dims) and total((None, *dims)) != total(shape) and len(shape) == 2:
        units = total((None, *dims))
        wide = shape[-1]
        if isinstance(wide, int) and units is not None and (wide + 1) * units > HEAVY / 50:
            return  # nobody makes a map of a few numbers like this: another output is expected
        reshape = conflict.behind(end, NewLayer("Reshape", ((None, dims),)))
        head = next((step for step in conflict.view.back(end.place) if not step.keeps), None)
        if head is not None and head.is_dense and reshape is not None:
            why = f"{units} elements are expected, laid out as {dims}"
            for candidate in conflict.set([head], "units", units, "append-dense", why):
                yield Candidate((*candidate.edits, *reshape), candidate.cost, why)
            return
        dense = conflict.behind(end, NewLayer("Dense", ((None, units),)))
        if dense is not None and reshape is not None:
            why = f"a Dense of {units} units, laid out as {dims}"
            yield from made((*dense, *reshape), "append-dense", why, price("bridge"))


def _film(conflict: Conflict, target: Target, shape: Shape, end: Step) -> Iterator[Candidate]:
    """Yield all steps of the last ConvLSTM, and the layers for one image on each of them."""
    pictures: list[Step] = []
    for step in conflict.view.back(end.place):
        if step.is_recurrent:
            if (
                (pictures or step.is_film)
                and target.rank == len(shape) + 1
                and value(step.core, "return_sequences") is False
            ):
                wrapped = conflict.wrap_all(pictures)
                why = (
                    f"one output per step is expected, and the last {step.cls} returns only "
                    "one per sequence"
                )
                for candidate in conflict.set(
                    [step], "return_sequences", True, "sequences-on", why
                ):
                    if wrapped is not None:
                        cost = candidate.cost + price("bridge") * len(pictures)
                        yield Candidate((*candidate.edits, *wrapped), cost, why)
            return
        if step.is_convolution or step.is_pooling or step.is_upsampling:
            pictures.append(step)
        elif not (step.keeps or step.is_dense):
            return


def _laid_out(conflict: Conflict, target: Target, shape: Shape, end: Step) -> Iterator[Candidate]:
    """Yield the same number of elements in the target's shape."""
    dims = tuple(dim for dim in target.dims if isinstance(dim, int))
    if len(dims) == len(target.dims) and target.rank >= 3 and total((None, *dims)) == total(shape):
        why = f"the output has as many numbers as {dims}, laid out otherwise"
        yield from made(conflict.behind(end, NewLayer("Reshape", ((None, dims),))), "reshape", why)
