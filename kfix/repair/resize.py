"""Candidates that give a tensor other sizes: arguments turned, layers taken out."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import partial
from itertools import chain

from kfix.edits.base import Edit
from kfix.model.graph import Shape
from kfix.model.record import Value, replace
from kfix.model.target import fits
from kfix.repair.axes import solve
from kfix.repair.candidate import Candidate, made
from kfix.repair.conflict import Conflict
from kfix.repair.numbers import most
from kfix.repair.prices import price
from kfix.repair.trail import LARGEST, Stage, Want, effects_on, entry_want, trail
from kfix.shapes.arguments import named, value
from kfix.shapes.effects import Kind
from kfix.shapes.signatures import signature
from kfix.shapes.trace_result import only_shape
from kfix.shapes.variation import output_with
from kfix.shapes.view import Step, first_step

LEAST = {"pool_size": 2, "size": 2, "kernel_size": 2}
"""The least value that a person would write for an argument: a window of 1 repairs nothing."""

MOST_FREE = 8
"""Up to which number an argument is turned that takes any."""

ROWS = {
    "padding": "same",
    "strides": "strides",
    "pool_size": "pool-size",
    "size": "upsampling",
    "kernel_size": "kernel",
    "n": "units",
}
"""The rows of the price list for arguments that scale a size; for every other one it is "knob"."""

DECISIVE = (Kind.DECIDED, Kind.PRODUCT)
"""The effects of a step that does not take a size from one axis of its input."""

REASONS = {
    "padding": "the padding of {} decides whether the border is kept",
    "strides": "the strides of {} decide the size",
    "pool_size": "the window of {} divides the size",
    "size": "{} multiplies the size",
    "kernel_size": "the kernel of {} decides how much border is lost",
    "output_padding": "output_padding decides the last pixels of {}",
}


class Ask(Value):
    """The sizes wanted of the output of a step, and what the conflict adds to price and reason."""

    place: int
    want: Want
    why: str = ""
    more: float = 0.0
    leap: float = 0.0
    """What strides beyond 2 cost more, which leave out more than they look at."""
    key: str | None = None
    """The row of the price list for an argument that decides a size, if not the layer's."""
    within: Container[int] | None = None
    """The places of the steps that may be changed, where not all may."""

    def allows(self, step: Step) -> bool:
        """Return whether a step may be changed."""
        return not step.made and (self.within is None or step.place in self.within)

    @property
    def open(self) -> bool:
        """Whether any size beyond a least one does."""
        return any(size.most >= LARGEST for size in self.want.values())

    @property
    def up(self) -> bool:
        """Whether an axis is to become larger."""
        return any(size.sign > 0 for size in self.want.values())


class Turn(Value):
    """An argument of a step on the trail, a value for it, whether that reaches the sizes."""

    step: Step
    name: str
    value: object
    reached: bool
    distance: int

    @property
    def kind(self) -> tuple[str, str, object]:
        """What the same turn of several layers has in common."""
        found = signature(self.step.cls)
        uneven = isinstance(self.value, tuple) and len(set(self.value)) > 1
        number = self.value if uneven or isinstance(self.value, str) else most(self.value)
        return found.family if found is not None else "", self.name, number

    @property
    def keeps(self) -> bool:
        """Whether the layer keeps the size then, as all of a stack may be meant to."""
        return self.value == "same" or (not isinstance(self.value, str) and most(self.value) == 1)


def resized(conflict: Conflict, ask: Ask, refused: Step | None = None) -> Iterator[Candidate]:
    """Yield every turn of one layer or of several alike, and every layer that is one too many.

    The step that is `refused` what it is given is turned as well.
    """
    stages = [one for one in trail(conflict, ask.place, ask.want) if ask.allows(one.step)]
    own = [step for step in (refused,) if step is not None]
    turns = [turn for step in own for turn in _own_turns(conflict, step)]
    for distance, stage in enumerate(stages, len(own)):
        turns += _turns(conflict, stage, distance)
    yield from _turned(conflict, ask, turns)
    for step in filter(partial(_only_scales, conflict), own):
        yield from made(conflict.remove(step), row_of_removal(conflict, step), ask.why)
    for distance, stage in enumerate(stages, len(own)):
        yield from _removed(conflict, ask, stage, distance)
    if ask.up:
        yield from removed_together(conflict, ask, [stage.step for stage in stages])
    if any(map(_decides, trail(conflict, ask.place, ask.want))):
        for axis, size in ask.want.items():
            if size.exact:
                yield from solve(conflict, ask.place, axis, size.least, ask.key)


def _turned(conflict: Conflict, ask: Ask, turns: Sequence[Turn]) -> Iterator[Candidate]:
    """Yield the turns of layers that are alike together where they may be, then one by one."""
    groups: dict[object, list[Turn]] = {}
    for turn in turns:
        groups.setdefault(turn.kind, []).append(turn)
    for group in groups.values():
        if len(group) == 1 or group[0].keeps:
            yield from _set(conflict, ask, group)
    for turn in turns:
        if len(groups[turn.kind]) > 1:
            yield from _set(conflict, ask, [turn], alone=False)


def _decides(stage: Stage) -> bool:
    """Return whether a step decides an axis that is wanted, whatever it is given."""
    step = stage.step
    kinds = {effect.kind for axis, effect in enumerate(stage.effects) if axis in stage.want}
    return step.is_data or step.layer.is_operation or not kinds.isdisjoint(DECISIVE)


def entries(conflict: Conflict, ask: Ask) -> Iterator[Candidate]:
    """Yield the input of other sizes: those wanted, or doubled until they lead to them."""
    step = conflict.view.at(ask.place)
    entry = conflict.entry(step)
    want = entry_want(conflict, ask.place, ask.want)
    if entry is None or len(entry) < 3 or not want:
        return
    dims = list(entry)
    for axis, size in want.items():
        dim = dims[axis]
        if isinstance(dim, int) and size.possible and dim > 0:
            while ask.open and dim < size.least:
                dim *= 2
            dims[axis] = min(max(dim, size.least), size.most)
    if tuple(dims) != entry:
        why = ask.why or "another size of the input gives the expected output"
        yield from conflict.set_input(step, dims[1:], "input-size", why)


def _own_turns(conflict: Conflict, step: Step) -> Iterator[Turn]:
    """Yield the values of the arguments of a refused step with which it takes what it is given."""
    for knob in conflict.knobs(step):
        for new in likely(conflict, step, knob.name):
            if given_with(conflict, step, knob.name, new) is not None:
                yield Turn(step, knob.name, new, True, 0)


def _turns(conflict: Conflict, stage: Stage, distance: int) -> Iterator[Turn]:
    """Yield the values of the arguments that scale a size, where they bring it nearer."""
    step = stage.step
    for name in stage.scaled:
        for new in likely(conflict, step, name):
            reached = stage.verdict(given_with(conflict, step, name, new))
            if reached is not None:
                yield Turn(step, name, new, reached, distance)


def likely(conflict: Conflict, step: Step, name: str) -> list[object]:
    """Return the values of an argument that a person would write, without the present one."""
    now, least = value(step.core, name), LEAST.get(name, 1)
    if most(now) < least or (
        name == "strides" and step.is_pooling and name not in named(step.core)
    ):
        return []
    return [
        new
        for new in _values(conflict, step, name, now)
        if most(new) >= least and (name != "kernel_size" or most(new) % 2)
    ]


def _values(conflict: Conflict, step: Step, name: str, now: object) -> Sequence[object]:
    """Return the values of an argument: those that its knob names, or small integers."""
    if type(now) is int and name in conflict.free_knobs(step):
        return [number for number in range(1, MOST_FREE + 1) if number != now]
    return conflict.values(step, name)


def given_with(conflict: Conflict, step: Step, name: str, new: object) -> Shape | None:
    """Return the output shape of a step with another value for an argument."""
    if not step.wrapped and step.shape_in is not None:
        return output_with(conflict.tracer, step.core, step.shape_in, {name: new})
    return only_shape([conflict.traced_with(step, name, new).outputs])


def _set(
    conflict: Conflict, ask: Ask, turns: Sequence[Turn], alone: bool = True
) -> Iterator[Candidate]:
    """Yield one turn, of one layer or of all that are alike."""
    first = turns[0]
    key = row_of(conflict, first)
    pooling = first.step.is_pooling
    if key == "same" and ((ask.open and (pooling or not alone)) or (pooling and len(turns) > 1)):
        key = "same-some"
    why = ask.why or REASONS.get(first.name, "{} decides the size").format(first.step.cls)
    more = ask.more + price("near") * first.distance * (len(turns) == 1)
    if first.name == "strides" and most(first.value) > 2:
        more += price("stride-large") + ask.leap
    steps = [turn.step for turn in turns]
    if first.value == "same" and all(map(_single, steps)):
        more += price("same-single")
    if key == "strides-one" and ask.open:
        more += price("strides-small")
    for candidate in conflict.set(steps, first.name, first.value, key, why, more):
        yield replace(candidate, reached=first.reached or len(turns) > 1)


def _single(step: Step) -> bool:
    """Return whether a step is given a map of one place."""
    return set((step.shape_in or ())[1:-1]) == {1}


def row_of(conflict: Conflict, turn: Turn) -> str:
    """Return the row of the price list for a turn."""
    step = turn.step
    if turn.value == "valid":
        if step.is_transposed:
            return "valid-up"
        if gives_back(conflict):
            return "valid-back"
        return "valid-seed" if seeded(conflict, step) else "valid"
    if turn.name == "strides" and most(turn.value) == 1 and not step.is_transposed:
        return "strides-one"
    return ROWS.get(turn.name, "knob")


def _removed(conflict: Conflict, ask: Ask, stage: Stage, distance: int) -> Iterator[Candidate]:
    """Yield the step taken out, where it has no weights and does nothing but scale."""
    step = stage.step
    if not stage.scaled or not _only_scales(conflict, step):
        return
    reached = stage.verdict(step.shape_in)
    if reached is not None:
        why = ask.why or f"{step.cls} changes the size once too often"
        more = ask.more + price("near") * distance
        for candidate in made(conflict.remove(step), row_of_removal(conflict, step), why, more):
            yield replace(candidate, reached=reached)


def _only_scales(conflict: Conflict, step: Step) -> bool:
    """Return whether a layer has no weights, and scales what it is given."""
    if step.rule is None or step.rule.weights is not None:
        return False
    effects = effects_on(conflict, step, conflict.view.given(step))
    return Kind.SCALED in {effect.kind for effect in effects}


def row_of_removal(conflict: Conflict, step: Step) -> str:
    """Return the row of the price list for a layer that is taken out."""
    if step.is_upsampling:
        return "remove-upsampling"
    if not step.is_pooling:
        return "remove"
    return "remove-double" if doubled(conflict, step) else "remove-pooling"


def removed_together(conflict: Conflict, ask: Ask, steps: Sequence[Step]) -> Iterator[Candidate]:
    """Yield all poolings taken out, and all but the first of those that stand behind each other."""
    pools = [step for step in steps if step.is_pooling]
    why = ask.why or "every pooling divides the size"
    runs = [(pools, "remove-pooling", price("remove-more"))]
    runs += [(run, "remove-double", price("group")) for run in _repeated(conflict, steps)]
    for run, key, more in runs:
        edits: list[Edit] = [edit for step in run for edit in conflict.remove(step) or ()]
        if 1 < len(run) == len(edits):
            yield from made(tuple(edits), key, why, ask.more + more * (len(run) - 1))


def _repeated(conflict: Conflict, steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Yield the poolings that stand behind another of their kind, run by run from behind."""
    run: list[Step] = []
    for step in steps:
        if step.is_pooling and doubled(conflict, step):
            run = [*run, step]
            yield run
        else:
            run = []


def doubled(conflict: Conflict, step: Step) -> bool:
    """Return whether a pooling follows right behind another of its class."""
    before = conflict.view.previous(step)
    return before is not None and before.cls == step.cls


def gives_back(conflict: Conflict) -> bool:
    """Return whether the output is wanted as large as the input is, as of an autoencoder."""
    target, entry = conflict.target, conflict.view.entry
    if target is None or entry is None or len(entry) != target.rank:
        return False
    return all(fits(want, given) for want, given in zip(target.dims[:-1], entry[1:-1], strict=True))


def seeded(conflict: Conflict, step: Step) -> bool:
    """Return whether the layer stands in a decoder that starts from a Reshape of a vector."""
    before = list(conflict.view.before(step))
    reshape = first_step(before, lambda one: one.cls == "Reshape")
    if reshape is None or reshape.rank_in != 2:
        return False
    around = chain(before[: before.index(reshape)], conflict.view.after(step))
    return any(one.enlarges for one in around)
