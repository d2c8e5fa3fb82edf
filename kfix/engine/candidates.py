"""The candidates of one model: what its data and its search suggest, in the order of proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from kfix.edits.base import Edit, Repair
from kfix.edits.drop_argument import DropArgument
from kfix.edits.insert_layer import InsertLayer
from kfix.edits.set_input_shape import SetInputShape
from kfix.edits.set_literal import SetLiteral
from kfix.edits.wrap_argument import WrapArgument
from kfix.engine.diagnosis import intent_of, met
from kfix.engine.results import Group, Reading
from kfix.engine.settings import Settings
from kfix.model.code import NewLayer
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.project.project import Project
from kfix.repair.target import Target
from kfix.shapes import Trace

if TYPE_CHECKING:
    from kfix.repair.intent import Cure, Instead, Intent
    from kfix.repair.search import Search

LAYOUT = (InsertLayer, DropArgument, SetInputShape)
"""Edits that lay the input out otherwise for a model that stays as it is."""


class RepairCandidates:
    """The candidates worth proving, the cheapest first.

    They are what must come first, what the search finds, and what goes with either.
    """

    def __init__(
        self,
        project: Project,
        settings: Settings,
        reading: Reading,
        group: Group,
        wanted: Mapping[int, Target],
        intent: Intent | None,
    ) -> None:
        self.project = project
        self.settings = settings
        self.reading = reading
        self.group = group
        self.wanted = wanted
        self.first: Cure | None = self._allowed(intent.first) if intent is not None else None
        self.also = [
            cure
            for cure in (intent.also if intent is not None else ())
            if self._allowed(cure) is not None
        ]
        self.instead = [
            other
            for other in (intent.instead if intent is not None else ())
            if self._allowed(other.cure) is not None
        ]
        self.calls = intent is not None
        """Does the program compile the model, or give it data?"""
        self.offer = self._allowed(intent.offer) if intent is not None else None
        self.search: Search | None = None
        self.proven = 0
        """How many of the repairs that it has given were proven."""

    def __iter__(self) -> Iterator[Repair]:
        """The first choice, what may be done in the data in its place, then the others."""
        given = self._mine()
        first = next(given, None)
        if first is not None:
            yield first
        for other in self.instead:
            repair = self._other(other)
            if repair is not None:
                yield repair
        if first is not None:
            yield from given

    def _mine(self) -> Iterator[Repair]:
        """The repairs of the model and of `compile`, with what has to come along."""
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
        elif self.also:
            yield self._with(self._of(self.also[0], self.group.traces[0]), self.also[1:])
        elif self.offer is not None:
            yield self._of(self.offer, self.group.traces[0])

    def _along(self, repair: Repair) -> list[Cure]:
        """Return the edits of calls that go with a repair, for the model as it is after the repair.

        What predict is given may fit the repaired input, though it did not fit the old one. An
        argument that the repair edits already is not edited twice.
        """
        if not self.calls:
            return []
        from kfix.repair.apply import apply

        models = [apply(model, repair.edits) for model in self.group.models]
        traces = [self.reading.tracer.trace(model) for model in models]
        intent = intent_of(Group(models, traces, self.group.nested), self.reading, self.wanted)
        if intent is None:
            return self.also
        edited = {site for edit in repair.edits for site in _wrapped(edit)}
        return [
            cure
            for cure in intent.also
            if self._allowed(cure) is not None
            and edited.isdisjoint(site for edit in cure.edits for site in _wrapped(edit))
        ]

    def _firsts(self, first: Cure) -> Iterator[Repair]:
        """What must come first, in the constants that it is made of where that is no dearer, and what goes with it."""
        plain = self._after(first)
        declared = next(plain, None)
        constants = self._through_constants(first)
        through = next(self._after(constants), None) if constants is not None else None
        told: set[Site] = set()
        if through is not None and (declared is None or through.cost <= declared.cost):
            yield through
            if self.proven:
                declared = None  # it says the same in other places, and so does what sets both
                told = {
                    site
                    for edit in through.edits
                    if isinstance(edit, SetLiteral)
                    for site in edit.sites
                }
        for repair in plain if declared is None else chain((declared,), plain):
            if not any(
                isinstance(edit, SetLiteral) and told.intersection(edit.sites)
                for edit in repair.edits
            ):
                yield repair

    def _through_constants(self, first: Cure) -> Cure | None:
        from kfix.repair.constants import through_constants
        from kfix.repair.options import Options
        from kfix.repair.prices import price
        from kfix.repair.uses import Uses

        program = self.reading.program
        options = Options(within=program.within, control=program.control)
        edits = through_constants(self.group.models, first.edits, Uses(program.models), options)
        if edits is None:
            return None
        return self._allowed(first._replace(edits=edits, cost=first.cost + price("shared")))

    def _followed(self, repair: Repair) -> Repair:
        """The repair with the data that goes with the input that it sets: its axes turned, or grey made color."""
        if self.instead or not any(isinstance(edit, SetInputShape) for edit in repair.edits):
            return repair
        from kfix.repair.apply import apply
        from kfix.repair.intent import Cure
        from kfix.repair.intent.data import turned
        from kfix.repair.prices import price

        model, reading = apply(self.group.models[0], repair.edits), self.reading
        uids = frozenset(one.uid for one in self.group.models)
        data = turned(model, reading.tracer.trace(model), uids, reading.program, reading.tracer)
        if data is None:
            return repair
        cure = self._allowed(Cure(data.edits, price("bridge"), data.why + data.remark))
        return self._with(repair, [cure]) if cure is not None else repair

    def _other(self, other: Instead) -> Repair | None:
        """A cure in the data, with the cheapest of what is still to be done to the model."""
        also = [cure for cure in self.also if cure is not other.place]
        group = self.group
        if other.model is not None:
            models = [replace(model, given=other.model.given) for model in group.models]
            group = Group(models, [self.reading.tracer.trace(model) for model in models], False)
        if self.first is not None and self.first is not other.place:
            mended = next(self._after(self.first), None)
        elif self._right(group.traces):
            return self._with(self._of(other.cure, group.traces[0]), also)
        else:
            mended = next(iter(self._searched(group, keep=False)), None)
        return self._with(mended, [*also, other.cure]) if mended is not None else None

    def _allowed(self, cure: Cure | None) -> Cure | None:
        """Edits of kinds that a person has ruled out are not made here either."""
        only, never = self.settings.only, self.settings.never
        kinds = {edit.kind for edit in cure.edits} if cure is not None else set()
        return cure if not kinds & never and (not only or kinds <= only) else None

    def remarks(self) -> Iterator[str]:
        """What a person should know of the search."""
        if self.search is not None:
            yield from self.search.advice

    def _right(self, traces: Sequence[Trace]) -> bool:
        return all(trace.trouble is None for trace in traces) and met(traces, self.wanted)

    def _after(self, first: Cure) -> Iterator[Repair]:
        """What is to be done with the model once its input is as it must be."""
        from kfix.repair.apply import apply

        models = [apply(model, first.edits) for model in self.group.models]
        traces = [self.reading.tracer.trace(model) for model in models]
        if self._right(traces):
            yield self._of(first, traces[0])
            return
        laid_out = any(other.place is first and other.lays_out for other in self.instead)
        for repair in self._searched(Group(models, traces, False)):
            if laid_out and not all(isinstance(edit, LAYOUT) for edit in repair.edits):
                continue  # the model takes the right numbers: only how they are laid out is wrong
            yield replace(
                repair,
                edits=_joined(first.edits, repair.edits),
                cost=round(first.cost + repair.cost, 4),
                why=f"{first.why}; then {repair.why}",
                safety=repair.safety if first.safety == "safe" else first.safety,
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
        )
        found = search(group.models, self.reading.tracer, self.wanted or None, options)
        if keep:
            self.search = found
        yield from found

    def _activation(self, group: Group) -> str | None:
        """What the last layer of a model with one output has under its loss."""
        from kfix.repair.intent.heads import output_name
        from kfix.repair.intent.loss import activation, loss_of

        model = group.models[0]
        if not self.reading.program.compiles or len(model.outputs) != 1:
            return None
        loss = loss_of(self.reading.program, model.uid, output_name(model, 0), 0, 1)
        return None if loss is None else activation(loss)

    def _of(self, cure: Cure, trace: Trace) -> Repair:
        return Repair(
            cure.edits, tuple(trace.outputs), trace.params, cure.cost, cure.safety, cure.why
        )

    def _with(self, repair: Repair, cures: Sequence[Cure]) -> Repair:
        for cure in cures:
            if set(cure.edits) <= set(repair.edits):
                continue
            repair = replace(
                repair,
                edits=(*repair.edits, *cure.edits),
                cost=round(repair.cost + cure.cost, 4),
                safety="unsafe" if "unsafe" in (repair.safety, cure.safety) else repair.safety,
                why=f"{repair.why}; then {cure.why}",
            )
        return repair


def _wrapped(edit: Edit) -> tuple[Site, ...]:
    """Return the places of the data that an edit wraps in a function."""
    return edit.sites if isinstance(edit, WrapArgument) else ()


def _joined(first: Sequence[Edit], more: Sequence[Edit]) -> tuple[Edit, ...]:
    """Both, where a new first layer takes the input shape over that was set on the old one."""
    dropped = {
        slot.argument for edit in more if isinstance(edit, DropArgument) for slot in edit.slots
    }
    dropped |= {
        edit.slot.argument for edit in more if isinstance(edit, SetInputShape)
    }  # the last word counts
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
