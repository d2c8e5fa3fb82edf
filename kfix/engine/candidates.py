"""The candidates of one model: what its data and its search suggest, in the order of proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from kfix.edits.base import Edit, Repair
from kfix.edits.drop_argument import DropArgument
from kfix.edits.insert_layer import InsertLayer
from kfix.edits.set_input_shape import SetInputShape
from kfix.edits.set_literal import SetLiteral
from kfix.edits.wrap_argument import WrapArgument
from kfix.engine.diagnosis import expectations_of_group, met
from kfix.engine.results import Group, Reading
from kfix.engine.settings import Settings
from kfix.model.code import NewLayer
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.model.target import Target
from kfix.shapes import Trace

if TYPE_CHECKING:
    from kfix.checks.expectations import Expectations
    from kfix.model.graph import Model
    from kfix.model.program import Fit
    from kfix.repair.candidate import Candidate
    from kfix.repair.data.remedies import Alternative, Remedies
    from kfix.repair.search import Search

LAYOUT = (InsertLayer, DropArgument, SetInputShape)
"""Edits that change the layout of the input and leave the model as it is."""


class RepairCandidates:
    """The candidates worth proving, the cheapest first.

    They are what must come first, what the search finds, and what goes with either.
    """

    def __init__(
        self,
        settings: Settings,
        reading: Reading,
        group: Group,
        wanted: Mapping[int, Target],
        expectations: Expectations,
    ) -> None:
        self.settings = settings
        self.reading = reading
        self.group = group
        self.wanted = wanted
        self.first: Candidate | None = None
        self.accompanying: list[Candidate] = []
        self.alternatives: list[Alternative] = []
        self.proposal: Candidate | None = None
        self.suggestions: list[str] = []
        self._enter(expectations)
        self.search: Search | None = None
        self.proven = 0
        """How many of the yielded repairs were proven."""

    def _enter(self, expectations: Expectations) -> None:
        """Enter the remedies of the faults, without kinds of edits that a person has ruled out."""
        from kfix.repair.data.repairs import remedies_of

        remedies = remedies_of(expectations)
        self.first = self._allowed(remedies.first)
        self.accompanying = self._accompanying(remedies)
        self.alternatives = [one for one in remedies.alternatives if self._allowed(one.candidate)]
        self.proposal = self._allowed(remedies.proposal)
        self.suggestions = remedies.suggestions

    def _accompanying(self, remedies: Remedies) -> list[Candidate]:
        """Return what comes along with every repair.

        With --unsafe that is the proposal too, which the next run would make by itself.
        """
        proposals = [remedies.proposal] if self.settings.unsafe and remedies.proposal else []
        return list(filter(self._allowed, (*remedies.accompanying, *proposals)))

    def __iter__(self) -> Iterator[Repair]:
        """Yield the first choice, its alternatives in the data, then the others.

        An alternative that is ranked goes before the first choice where it is cheaper.
        """
        given = self._mine()
        first = next(given, None)
        before, behind = _ranked(self.alternatives, first)
        yield from self._all_in_data(before)
        if first is not None:
            yield first
        yield from self._all_in_data(behind)
        if first is not None:
            yield from given

    def _all_in_data(self, alternatives: Iterable[Alternative]) -> Iterator[Repair]:
        """Yield the repairs of the data that some alternatives make."""
        for repair in filter(None, map(self._in_data, alternatives)):
            yield replace(repair, in_data=True)

    def _mine(self) -> Iterator[Repair]:
        """Yield the repairs of the model and of `compile`, with their accompanying edits."""
        if self.first is not None:
            given = False
            for repair in self._firsts(self.first):
                given = True
                yield self._with(repair, self._along(repair))
            if given:
                return
        if not self._right(self.group.traces):
            for repair in self._searched(self.group):
                followed = self._followed(repair)
                yield self._with(followed, self._along(followed))
        elif self.accompanying:
            first, *others = self.accompanying
            yield self._with(self._of(first, self.group.traces[0]), others)
        elif self.proposal is not None:
            yield self._of(self.proposal, self.group.traces[0])

    def _along(self, repair: Repair) -> list[Candidate]:
        """Return the edits of calls that go with a repair, for the model as it is after the repair.

        What predict is given may fit the repaired input, though it did not fit the old one. An
        argument that the repair edits already is not edited twice.
        """
        from kfix.repair.apply import apply
        from kfix.repair.data.repairs import remedies_of

        models = [apply(model, repair.edits) for model in self.group.models]
        traces = [self.reading.tracer.trace(model) for model in models]
        expectations = expectations_of_group(
            Group(models, traces, self.group.nested), self.reading, self.wanted
        )
        wrapped = _sites(repair.edits, WrapArgument)
        return [
            candidate
            for candidate in self._accompanying(remedies_of(expectations))
            if wrapped.isdisjoint(_sites(candidate.edits, WrapArgument))
        ]

    def _firsts(self, first: Candidate) -> Iterator[Repair]:
        """Yield the repairs that begin with these edits; in constants where that costs no more."""
        plain = self._after(first)
        declared = next(plain, None)
        through = self._through_constants(first)
        constants: set[Site] = set()
        if through is not None and (declared is None or through.cost <= declared.cost):
            yield through
            if self.proven:
                declared = None  # it sets the same in other places, and so does what sets both
                constants = _sites(through.edits, SetLiteral)
        for repair in filter(None, chain((declared,), plain)):
            if constants.isdisjoint(_sites(repair.edits, SetLiteral)):
                yield repair

    def _through_constants(self, first: Candidate) -> Repair | None:
        """Return the repair that sets the constants of these edits, `None` without constants."""
        constants = self._in_constants(first)
        if constants is None:
            return None
        return next(self._after(constants), None)

    def _in_constants(self, first: Candidate) -> Candidate | None:
        from kfix.repair.constants import through_constants
        from kfix.repair.options import Options
        from kfix.repair.prices import price
        from kfix.repair.uses import Uses

        program = self.reading.program
        options = Options(within=program.within, control=program.control)
        edits = through_constants(self.group.models, first.edits, Uses(program.models), options)
        if edits is None:
            return None
        return self._allowed(replace(first, edits=edits, cost=first.cost + price("shared")))

    def _followed(self, repair: Repair) -> Repair:
        """Return the repair with the data transformed for the input shape that it sets."""
        if self.alternatives or not any(isinstance(e, SetInputShape) for e in repair.edits):
            return repair
        from kfix.checks.fault import Subject
        from kfix.repair.apply import apply
        from kfix.repair.candidate import Candidate
        from kfix.repair.data.inputs import transformed
        from kfix.repair.prices import price

        model, reading = apply(self.group.models[0], repair.edits), self.reading
        uids = frozenset(one.uid for one in self.group.models)
        trace = reading.tracer.trace(model)
        data = transformed(Subject(model, trace, uids, reading.program, reading.tracer))
        if data is None:
            return repair
        candidate = Candidate(data.edits, price("bridge"), data.why + data.remark)
        return self._with(repair, filter(self._allowed, [candidate]))

    def _in_data(self, alternative: Alternative) -> Repair | None:
        """Return a repair of the data with the cheapest repair that the model then needs."""
        others = [one for one in self.accompanying if one is not alternative.replaces]
        group = self._given(alternative)
        if self.first is not None and self.first is not alternative.replaces:
            repairs = self._after(self.first)
        elif alternative.settles or self._right(group.traces):
            return self._with(self._of(alternative.candidate, group.traces[0]), others)
        else:
            repairs = self._searched(group, keep=False)
        repair = next(repairs, None)
        if repair is None:
            return None
        return self._with(repair, [*others, alternative.candidate])

    def _given(self, alternative: Alternative) -> Group:
        """Return the group with the data of an alternative."""
        if alternative.model is None:
            return self.group
        given = alternative.model.given
        return self._traced([replace(model, given=given) for model in self.group.models])

    def _traced(self, models: list[Model]) -> Group:
        return Group(models, list(map(self.reading.tracer.trace, models)), False)

    def _allowed(self, candidate: Candidate | None) -> Candidate | None:
        """Return the candidate, `None` where a person has ruled out a kind of its edits."""
        if candidate is None or not self.settings.allows({edit.kind for edit in candidate.edits}):
            return None
        return candidate

    def remarks(self) -> Iterator[str]:
        """Return the remarks on the search for a person."""
        if self.search is not None:
            yield from self.search.advice

    def _right(self, traces: Sequence[Trace]) -> bool:
        return all(trace.trouble is None for trace in traces) and met(traces, self.wanted)

    def _after(self, first: Candidate) -> Iterator[Repair]:
        """Yield the repairs of the model that begin with these edits."""
        from kfix.repair.apply import apply

        group = self._traced([apply(model, first.edits) for model in self.group.models])
        if self._right(group.traces):
            yield self._of(first, group.traces[0])
            return
        laid_out = any(one.replaces is first and one.lays_out for one in self.alternatives)
        for repair in self._searched(group):
            if laid_out and not all(isinstance(edit, LAYOUT) for edit in repair.edits):
                continue  # the model takes the right numbers: only how they are laid out is wrong
            yield replace(
                repair,
                edits=_joined(first.edits, repair.edits),
                cost=round(first.cost + repair.cost, 4),
                why=f"{first.why}; then {repair.why}",
                safety=_safety_of_both(first, repair),
            )

    def _searched(self, group: Group, keep: bool = True) -> Iterator[Repair]:
        from kfix.repair.search import Options, search

        settings, program = self.settings, self.reading.program
        options = Options(
            settings.prefer,
            settings.only,
            settings.never,
            within=program.within,
            program=program.models,
            control=program.control,
            activation=self._activation(group),
            at_hand=program.at_hand,
            tensors_at=program.tensors_at,
            always=settings.unsafe,
            batch=_batch(group, program.fits),
            fits=program.fits,
        )
        found = search(group.models, self.reading.tracer, self.wanted or None, options)
        if keep:
            self.search = found
        yield from found

    def _activation(self, group: Group) -> str | None:
        """Return the output shape that the loss expects of a model with one output."""
        from kfix.checks.heads import loss_at
        from kfix.checks.loss import activation

        model = group.models[0]
        if not self.reading.program.compiles or len(model.outputs) != 1:
            return None
        loss = loss_at(model, self.reading.program, 0)
        if loss is None:
            return None
        return activation(loss)

    def _of(self, candidate: Candidate, trace: Trace) -> Repair:
        """Return a candidate as a repair of the model with this trace."""
        return Repair(
            candidate.edits,
            tuple(trace.outputs),
            trace.params,
            candidate.cost,
            "safe" if candidate.sure else "unsafe",
            candidate.why,
        )

    def _with(self, repair: Repair, candidates: Iterable[Candidate]) -> Repair:
        """Return a repair with the edits of the candidates that it has not yet."""
        for candidate in candidates:
            if set(candidate.edits) <= set(repair.edits):
                continue
            if not candidate.sure:
                repair = replace(repair, safety="unsafe")
            repair = replace(
                repair,
                edits=(*repair.edits, *candidate.edits),
                cost=round(repair.cost + candidate.cost, 4),
                why=f"{repair.why}; then {candidate.why}",
            )
        return repair


def _batch(group: Group, fits: Iterable[Fit]) -> int | None:
    """Return how many samples `fit` takes at a time, where the program says that of all calls."""
    mine = {model.uid for model in group.models}
    sizes = {fit.stated_batch for fit in fits if fit.trains and fit.model in mine}
    return sizes.pop() if len(sizes) == 1 else None


def _ranked(
    alternatives: Sequence[Alternative], first: Repair | None
) -> tuple[list[Alternative], list[Alternative]]:
    """Return the alternatives that are cheaper than the first choice, and the others."""
    before = [one for one in alternatives if one.ranked and first and _is_cheaper(one, first)]
    return before, [one for one in alternatives if one not in before]


def _is_cheaper(alternative: Alternative, first: Repair) -> bool:
    """Return whether an alternative costs less than what it replaces, or than the first choice."""
    replaced = alternative.replaces
    return alternative.candidate.cost < (first.cost if replaced is None else replaced.cost)


def _sites(edits: Sequence[Edit], kind: type[SetLiteral] | type[WrapArgument]) -> set[Site]:
    """Return the places that the edits of one kind change."""
    return {site for edit in edits if isinstance(edit, kind) for site in edit.sites}


def _safety_of_both(first: Candidate, repair: Repair) -> str:
    """Return the safety of a repair that begins with other edits."""
    return repair.safety if first.sure else "unsafe"


def _joined(first: Sequence[Edit], more: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return both, with an input shape that was set moved to a new first layer."""
    dropped = {
        slot.argument for edit in more if isinstance(edit, DropArgument) for slot in edit.slots
    }
    # The last edit of an argument counts.
    dropped |= {edit.slot.argument for edit in more if isinstance(edit, SetInputShape)}
    shapes = {edit.slot.argument: edit.value for edit in first if isinstance(edit, SetInputShape)}
    carried: list[Edit] = []
    for edit in more:
        if isinstance(edit, InsertLayer):
            arguments = tuple(
                (name, shapes.get(getattr(value, "site", None), value))
                for name, value in edit.layer.arguments
            )
            edit = replace(edit, layer=NewLayer(edit.layer.cls, arguments))
        carried.append(edit)
    kept = (
        edit
        for edit in first
        if not (isinstance(edit, SetInputShape) and edit.slot.argument in dropped)
    )
    return (*kept, *carried)
