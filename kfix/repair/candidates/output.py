"""The output has another rank than the target."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.graph import Shape
from kfix.model.target import Target
from kfix.repair.adapters import new
from kfix.repair.candidate import Candidate, made, varied
from kfix.repair.candidates.collapse import head, heads
from kfix.repair.conflict import Conflict
from kfix.repair.layer_edits import Gap, on, together
from kfix.repair.prices import HEAVY, price
from kfix.shapes.view import Step, nearest, total


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield fewer dims or more, where the model's head begins."""
    view, target, shape = conflict.view, conflict.target, conflict.view.output
    if target is None or shape is None or view.last < 0:
        return
    end = view.steps[view.last]
    if len(shape) > target.rank:
        yield from _fewer(conflict, target, shape, end)
    elif len(shape) < target.rank:
        yield from _more(conflict, target, shape, end)
    elif target.squeezed:
        yield from varied(_all_steps(conflict, end), price("doubtful"), sure=False)
    if len(shape) != target.rank >= 3 and target.sizes and total(target.shape) == total(shape):
        why = f"the output has as many elements as {target.sizes}, in another shape"
        yield from made(conflict.behind(end, new("Reshape", target.sizes)), "reshape", why)


def _fewer(conflict: Conflict, target: Target, shape: Shape, end: Step) -> Iterator[Candidate]:
    """Yield what takes dims away: one step of a sequence, a vector of a map, no Reshape."""
    if len(shape) == target.rank + 1:
        yield from _one_step(conflict, end)
    if target.rank == 2:
        yield from heads(conflict, head(conflict, end))
        yield from _merged(conflict, end)
    expected = f"where {target.rank - 1} are expected"
    for step in conflict.view.back(end.place):
        if step.cls in ("Reshape", "RepeatVector") and 0 < step.rank_in <= target.rank:
            why = f"{step.cls} returns {step.rank_out - 1} dims per sample, {expected}"
            yield from made(conflict.remove(step), "remove", why)
    if target.rank == 3 and len(shape) == 4:
        rows = new("TimeDistributed", new("Flatten"))
        edits = conflict.put(head(conflict, end) or Gap(end, behind=True), rows)
        yield from made(edits, "time-distributed", "each row of the feature map becomes one step")


def _one_step(conflict: Conflict, end: Step) -> Iterator[Candidate]:
    """Yield the last step alone of the last recurrent layer, and its head without wrappers."""
    way = list(conflict.view.back(end.place))
    last = nearest(way, lambda step: step.is_recurrent, _in_head)
    if last is None or not last.returns_all:
        return
    wrapped = [step for step in way[: way.index(last)] if step.wrapped]
    bare = together(*map(conflict.unwrap, wrapped))
    why = f"one output per sequence is expected, and the last {last.cls} returns one per step"
    for one in conflict.set([last], "return_sequences", False, "sequences-off", why):
        yield from one.along(bare, price("bridge") * len(wrapped))


def _in_head(step: Step) -> bool:
    return step.wrapped or step.in_head


def _on_image(step: Step) -> bool:
    return step.has_window or step.is_upsampling


def _merged(conflict: Conflict, end: Step) -> Iterator[Candidate]:
    """Yield a vector for each of the maps that are compared at the end."""
    view, way = conflict.view, list(conflict.view.back(end.place))
    merge = nearest(way, lambda step: step.is_merge, lambda step: _is_plain(step) or step.is_dense)
    direct = nearest(way, lambda step: step.is_merge, _is_plain)
    if merge is None or min(merge.sources) < 0:
        return
    if merge is direct or merge.cls == "Dot":
        yield from _single_steps(conflict, merge)
    sources = [view.steps[at] for at in merge.sources]
    one_network = len({source.node.site for source in sources}) == 1
    if merge is direct and one_network and not sources[0].inserted:
        gap = head(conflict, sources[0])
        if gap is not None and not gap.behind and not gap.step.wrapped:
            yield from heads(conflict, gap)


def _is_plain(step: Step) -> bool:
    return step.keeps or step.layer.is_operation


def _single_steps(conflict: Conflict, merge: Step) -> Iterator[Candidate]:
    """Yield a vector for each input of a merge that is a sequence of one step."""
    shapes = conflict.view.given(merge)
    single = all(len(shape) > 2 and set(shape[1:-1]) == {1} for shape in shapes)
    if not single or len(shapes) != len(merge.sources) or merge.inserted:
        return
    edits = [edit for which in range(len(shapes)) for edit in on(merge, which, new("Flatten"))]
    why = f"the inputs of {merge.cls} are sequences of one step: each is one vector"
    yield from made(edits, "collapse-siblings", why)


def _more(conflict: Conflict, target: Target, shape: Shape, end: Step) -> Iterator[Candidate]:
    """Yield what gives dims: all steps of a sequence, a map that is kept, a vector laid out."""
    if target.rank == len(shape) + 1:
        yield from _all_steps(conflict, end)
    if target.rank == 3 and len(shape) == 2:
        yield from _repeated(conflict, target.dims[0], end)
    expected = f"{target.rank - 1} dims per sample are expected"
    for step in conflict.view.back(end.place):
        if step.collapses:
            why = f"{step.cls} makes one vector of the feature map, and {expected}"
            yield from made(conflict.remove(step), "remove", why)
    yield from _anew(conflict, target, shape, end)


def _repeated(conflict: Conflict, steps: object, end: Step) -> Iterator[Candidate]:
    """Yield the vector repeated for each step that is expected.

    Only Dense layers stand behind it: every step has the same answer, which few mean.
    """
    if isinstance(steps, int):
        why = f"one output for each of {steps} steps is expected: the vector is repeated for each"
        gap = head(conflict, end) or Gap(end, behind=True)
        edits = conflict.put(gap, new("RepeatVector", steps))
        yield from made(edits, "repeat", why, sure=False)


def _all_steps(conflict: Conflict, end: Step) -> Iterator[Candidate]:
    """Yield all steps of the last recurrent layer, and the layers for one image on each of them."""
    way = list(conflict.view.back(end.place))
    last = nearest(
        way, lambda step: step.is_recurrent, lambda step: _in_head(step) or _on_image(step)
    )
    if last is None or not last.returns_last:
        return
    images = [step for step in way[: way.index(last)] if _on_image(step)]
    wrapped = conflict.wrap_all(images)
    why = f"one output per step is expected, and the last {last.cls} returns one per sequence"
    for one in conflict.set([last], "return_sequences", True, "sequences-on", why):
        yield from one.along(wrapped, price("bridge") * len(images))


def _anew(conflict: Conflict, target: Target, shape: Shape, end: Step) -> Iterator[Candidate]:
    """Yield a Dense of as many units as there are elements wanted, and these laid out."""
    dims, units = target.sizes, total(target.shape)
    if dims is None or units is None or units == total(shape) or len(shape) != 2:
        return
    wide = shape[-1]
    if isinstance(wide, int) and (wide + 1) * units > HEAVY / 50:
        return  # nobody makes a map of a few numbers like this: another output is expected
    laid_out = conflict.behind(end, new("Reshape", dims))
    # Labels for each step of the input belong to the steps one by one.
    more = price("steps-laid-out") * any(
        step.is_recurrent and step.shape_in is not None and step.shape_in[1:2] == dims[:1]
        for step in conflict.view.back(end.place)
    )
    last = conflict.view.changing(end.place)
    if last is not None and last.is_dense:
        why = f"{units} elements are expected, laid out as {dims}"
        for one in conflict.set([last], "units", units, "append-dense", why, more):
            yield from one.along(laid_out)
        return
    edits = together(conflict.behind(end, new("Dense", units)), laid_out)
    why = f"a Dense of {units} units, laid out as {dims}"
    yield from made(edits, "append-dense", why, price("bridge") + more)
