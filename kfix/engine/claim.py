"""What a repair makes of a program, and what must hold of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from kfix.checks.expectations import Expectations
from kfix.edits.base import Edit, Repair
from kfix.edits.graph import CannotApply
from kfix.engine.diagnosis import expectations_of_group, may_meet, met
from kfix.engine.kept_data import keeps_data
from kfix.engine.results import Group, Reading
from kfix.model.graph import Model, Shapes
from kfix.model.record import Value, replace
from kfix.model.target import Target
from kfix.shapes import Trace, show, unknowns


class Claim(Value):
    """A candidate to prove: the index of the group that it repairs, and what is expected of it."""

    group: int
    wanted: Mapping[int, Target]
    repair: Repair


class Later(Value):
    """What a claim is about, in the program before its edits and in the one with them."""

    claim: Claim
    reading: Reading
    again: Reading

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits of the repair."""
        return self.claim.repair.edits

    @property
    def before(self) -> Group:
        """The group before the edits."""
        return self.reading.groups[self.claim.group]

    @property
    def now(self) -> Group:
        """The group with the edits."""
        return self.again.groups[self.claim.group]

    @property
    def is_loose(self) -> bool:
        """Whether it is a call outside of any model, which has a group while it is refused."""
        return self.before.models[0].loose

    @property
    def group(self) -> Group:
        """The group after its repair; a call outside of any model as the edits make it."""
        if not self.is_loose:
            return self.now
        models = self._predicted()
        return replace(self.before, models=models, traces=[*map(self.reading.tracer.trace, models)])

    def _predicted(self) -> list[Model]:
        """Return what the edits make of the models; raise `CannotApply`."""
        from kfix.repair.apply import apply

        return [apply(model, self.edits) for model in self.before.models]

    # --- what must hold -------------------------------------------------------------------------

    def has_same_models(self) -> bool:
        """Return whether there are as many models as before, and no new group.

        Calls outside of any model are counted among them, unless the repair may take calls away.
        """
        dropped = any(edit.drops_calls for edit in self.edits)
        before, now = made(self.reading, dropped), made(self.again, dropped)
        return len(now) == len(before) and len(self.again.groups) <= len(self.reading.groups)

    def refuses_less(self) -> bool:
        """Return whether Keras refuses less outside of any model than before."""
        return sum(_loose(self.again).values()) < sum(_loose(self.reading).values())

    def has_group(self) -> bool:
        """Return whether the group is there still."""
        return self.claim.group < len(self.again.groups)

    def keeps_promise(self) -> bool:
        """Return whether the repaired model runs, with the expected and predicted outputs."""
        fails = any(trace.trouble is not None for trace in self.now.traces)
        if fails or not _reached(self.before, self.now, self.claim.wanted):
            return False
        return not any(map(_lost, self.claim.repair.outputs, self.now.traces[0].outputs))

    def breaks_nothing(self) -> bool:
        """Return whether no model, and no call of one, is worse than before."""
        return not breaks_others(self.reading, self.again)

    def keeps_data(self) -> bool:
        """Return whether what the calls are given is as it was, but for the edits."""
        return keeps_data(self.claim.repair, self.reading.program, self.again.program)

    def fixes_data(self) -> bool:
        """Return whether edits of data or calls remove their findings, and the labels fit."""
        return all(edit.reach == "model" for edit in self.edits) or self._fits_data()

    def _fits_data(self) -> bool:
        expectations = expectations_of_group(self.now, self.again)
        left = data_errors(expectations)
        if left:
            before = data_errors(expectations_of_group(self.before, self.reading))
            if left.total() >= before.total():
                return False
        return met(self.now.traces, expectations.wanted)

    def is_alone(self) -> bool:
        """Return whether the model and its target are what its own edits make of them."""
        if _aims(self.before, self.reading) != _aims(self.now, self.again):
            return False
        try:
            predicted = map(self.reading.tracer.trace, self._predicted())
        except CannotApply:
            return False
        return [*map(_shape_of, predicted)] == [*map(_shape_of, self.now.traces)]


PROOFS: dict[bool, tuple[Callable[[Later], bool], ...]] = {
    True: (Later.has_same_models, Later.refuses_less, Later.breaks_nothing),
    False: (
        Later.has_same_models,
        Later.has_group,
        Later.keeps_promise,
        Later.breaks_nothing,
        # The dearest question comes last: the data of all calls is compared with both texts.
        Later.keeps_data,
        Later.fixes_data,
    ),
}
"""What must hold of a repair, by whether it is of a call outside of any model."""

ALONE = (Later.keeps_promise, Later.is_alone)
"""What must hold of each of several repairs that are made together."""


def _shape_of(trace: Trace) -> tuple[object, ...]:
    """Return what two traces of the same model have in common: inputs, layers, parameters."""
    layers = Counter(
        (node.layer.cls, show(traced.inputs), show(traced.outputs), show(traced.params))
        for node in trace.model.nodes
        if (traced := trace.nodes.get(node.id)) is not None
    )
    return show(trace.inputs), layers, show(trace.outputs), show(trace.params)


def _aims(group: Group, reading: Reading) -> list[tuple[object, ...]]:
    """Return the targets that the program states, without their places."""
    wanted = expectations_of_group(group, reading).wanted
    return [(n, target.rank, target.dims, target.weight) for n, target in wanted.items()]


def made(reading: Reading, without_calls: bool = False) -> list[Group]:
    """Return the groups without those of calls that Keras refuses outside of any model."""
    made = [group for group in reading.groups if not group.models[0].loose]
    return [group for group in made if not (without_calls and group.called)]


def _loose(reading: Reading) -> Counter[str]:
    """Count by code what Keras refuses outside of any model."""
    refused = (group.traces for group in reading.groups if group.models[0].loose)
    return sum(map(_codes, refused), Counter())


def breaks_others(reading: Reading, again: Reading) -> bool:
    """Return whether a model or a call of one is worse than before."""
    if _worse(_loose(reading), _loose(again)):
        return True
    groups = list(zip(made(reading), made(again), strict=False))
    if any(_worse(_codes(before.traces), _codes(now.traces)) for before, now in groups):
        return True
    return any(_calls_worse(before, reading, now, again) for before, now in groups)


def _reached(before: Group, now: Group, wanted: Mapping[int, Target]) -> bool:
    """Return whether the outputs are as expected, or may be if Keras refused the model before."""
    return met(now.traces, wanted) or (before.refused and may_meet(now.traces, wanted))


def _lost(predicted: Shapes, now: Shapes) -> bool:
    """Return whether a predicted output shape cannot be inferred from the new text."""
    return not unknowns(predicted) and bool(unknowns(now))


def _codes(traces: Sequence[Trace]) -> Counter[str]:
    """Count the errors and warnings by code."""
    return Counter(f.code for trace in traces for f in trace.findings if f.severity != "note")


def _calls_worse(before: Group, reading: Reading, now: Group, again: Reading) -> bool:
    """Return whether a call of a model gets an error, or labels that its output matched before."""
    was, is_now = expectations_of_group(before, reading), expectations_of_group(now, again)
    if _worse(data_errors(was), data_errors(is_now)):
        return True
    if was.silent or before.refused:
        return False
    return met(before.traces, was.wanted) and not met(now.traces, is_now.wanted)


def data_errors(expectations: Expectations) -> Counter[str]:
    """Count by code the errors that the data of a model shows."""
    return Counter(found.code for found in expectations.findings if found.severity == "error")


def _worse(before: Counter[str], now: Counter[str]) -> bool:
    """Return whether there is an error or a warning that was not there before."""
    return bool(now - before)
