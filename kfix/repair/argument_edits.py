"""The edits of arguments that may be made around a conflict: at the calls, or in a constant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property

from kfix.edits.set_argument import SetArgument
from kfix.edits.set_literal import SetLiteral
from kfix.findings import Finding
from kfix.model.code import Slot, plain
from kfix.model.graph import Argument
from kfix.model.origin import Literal, Origin, literals, rests_on_value
from kfix.model.record import Value
from kfix.model.site import Site
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.repair.candidate import Candidate
from kfix.repair.constants import index_of
from kfix.repair.layers import replaced_core, with_argument, without_argument
from kfix.repair.prices import price
from kfix.repair.problem import Problem
from kfix.repair.uses import Uses
from kfix.shapes.arguments import changed, default, named, same, texts, value
from kfix.shapes.operations import position
from kfix.shapes.registry import Knob
from kfix.shapes.trace_result import Traced
from kfix.shapes.view import Step


class _Given(Value):
    """One argument of several layers: the steps, its name, and what each layer is given for it."""

    steps: Sequence[Step]
    name: str
    arguments: list[Argument | None]

    @property
    def present(self) -> list[Argument]:
        """The arguments that are written."""
        return [argument for argument in self.arguments if argument is not None]

    @property
    def settable(self) -> bool:
        """Whether every layer can be given another value; what is unknown may be right."""
        found = self.present
        known = not any(isinstance(one.value, Unknown) or changed(one) for one in found)
        written = all(one.site or one.origin for one in found)
        return bool(self.steps) and known and written and not any(one.made for one in self.steps)

    @property
    def origin(self) -> Origin | None:
        """What the argument of a single layer is made of."""
        return self.present[0].origin if len(self.arguments) == len(self.present) == 1 else None

    @property
    def places(self) -> set[tuple[Site, int]]:
        """The calls, each with the place of the argument there."""
        pairs = zip(self.steps, self.arguments, strict=True)
        return {
            (step.core.site, step.core.arguments.index(argument))
            for step, argument in pairs
            if argument is not None
        }


class ArgumentEdits(Problem):
    """The edits of the arguments of a model that is not as it should be."""

    def set(  # noqa: PLR0913 - an argument, its value, its price and its reason
        self, steps: Sequence[Step], name: str, new: object, key: str, why: str, more: float = 0
    ) -> Iterator[Candidate]:
        """Yield an argument set on one layer or on several at once.

        It is set at the calls, or in the constant that they share.
        """
        given = _Given(steps, name, [named(step.core).get(name) for step in steps])
        if not given.settable:
            return
        number, origin = plain(new), given.origin
        levels = any(len(self._values_at(step.core.site, name)) > 1 for step in steps)
        cost = price(key) + more + price("group") * (len(steps) > 1) + price("levels") * levels
        index = index_of(origin, number)
        if index is not None and not self.options.control.intersection(index.sites):
            yield Candidate((index,), cost, why)
            return
        constant = self._constant(given.arguments)
        if constant is not None:
            alone = self._is_alone(constant, given)
            edit = SetLiteral((constant.site,), number, name)
            yield Candidate((edit,), cost + price("shared") * (not alone), why)
            if alone:
                return
        elif any(self._derived_elsewhere(argument) for argument in given.present):
            cost += price("bypass")
        if levels and all(same(number, default(step.core, name)) for step in steps):
            cost -= price("levels") - price("levels-none")
        if all(argument.site is not None for argument in given.present):
            # A number that the program computes follows what it is computed from: a literal not.
            sure = not any(map(_is_computed, given.present))
            slots: dict[Site, Slot] = {}
            for step in steps:
                slots.setdefault(step.core.site, self._slot(step, name))
            yield Candidate((SetArgument(tuple(slots.values()), name, new),), cost, why, sure)

    def _slot(self, step: Step, name: str) -> Slot:
        """Return where the argument is.

        It is named as it is written there if it has one value wherever the call makes a layer.
        """
        call, argument = step.core.site, named(step.core).get(name)
        if step.core.is_operation:
            return Slot(call, position=position(step.core.cls, name))
        if argument is None or argument.site is None:
            return Slot(call)
        written = texts(argument) if len(self._values_at(call, name)) == 1 else ()
        return Slot(call, argument.site, written)

    def _values_at(self, call: Site, name: str) -> frozenset[str]:
        """Return the values of an argument of all the layers that a call makes.

        Where these differ, one value would level them.
        """
        return frozenset(repr(value(layer, name)) for layer in self.made_at(call))

    def elsewhere(self, argument: Argument) -> bool:
        """Return whether the argument is written with names, as far as that is known."""
        plainly = any(literals(argument.origin))
        return argument.site is not None and (not plainly or self._derived_elsewhere(argument))

    def _constant(self, arguments: Sequence[Argument | None]) -> Literal | None:
        """Return the one literal from elsewhere that all the arguments are."""
        found: dict[Site, Literal] = {}
        for argument in arguments:
            if argument is None or not isinstance(argument.origin, Literal):
                return None
            origin = argument.origin
            if not self.uses.elsewhere(origin.site, argument, self.options.within):
                return None
            found[origin.site] = origin
        return next(iter(found.values())) if len(found) == 1 else None

    def _is_alone(self, constant: Literal, given: _Given) -> bool:
        """Return whether a constant is used for these arguments and for nothing else.

        The call of a layer of the program in which it is written hands it to those inside.
        """
        found = (uses.of.get(constant.site, set()) for uses in (self.uses, self._inside))
        others = set().union(*found) - given.places
        handed = all(self._holds(call, constant) for call, _ in others)
        owned = constant.site not in self.options.control | self.options.of_data
        return handed and owned

    @cached_property
    def _inside(self) -> Uses:
        """Where literals are used inside layers of the program, of those that are looked into."""
        return Uses(()).add(step.core for step in self.view.steps)

    def _holds(self, call: Site, constant: Literal) -> bool:
        within = self.options.within
        return within is not None and within(constant.site, call)

    def _derived_elsewhere(self, argument: Argument) -> bool:
        """Return whether an argument is made of a literal that is written somewhere else."""
        found = literals(argument.origin)
        within = self.options.within
        return any(self.uses.elsewhere(literal.site, argument, within) for literal in found)

    def knobs(self, step: Step) -> tuple[Knob, ...]:
        """Return the arguments of a layer that may be turned."""
        return () if step.rule is None else step.rule.knobs

    def free_knobs(self, step: Step) -> frozenset[str]:
        """Return the names of those that take any number."""
        return frozenset(knob.name for knob in self.knobs(step) if knob.free)

    def traced_with(self, step: Step, name: str, new: object) -> Traced:
        """Return the trace of a step with another value for an argument."""
        layer = replaced_core(step.layer, with_argument(step.core, name, new))
        return self.tracer.use(layer, ((None, step.traced.inputs),))

    def values(self, step: Step, name: str) -> list[object]:
        """Return the values worth trying for a knob, without the present one."""
        shape = step.shape_in
        knob = next((knob for knob in self.knobs(step) if knob.name == name), None)
        if knob is None or shape is None or step.made:
            return []
        present = value(step.core, name)
        # Where the argument itself is what the layer does not take, it is left out.
        left_out = without_argument(step.core, name)
        bound, unchecked = self.tracer.bound, self.tracer.unchecked
        for bind, layer in ((bound, step.core), (bound, left_out), (unchecked, step.core)):
            with suppress(Finding, UnknownUsed):
                found = list(knob.values(bind(layer), shape))
                return [new for new in found if not same(new, present)]
        return []


def _is_computed(argument: Argument) -> bool:
    """Return whether a written number is computed from a value that no literal decides."""
    if type(argument.value) is not int or argument.origin is None:
        return False
    return rests_on_value(argument.origin)
