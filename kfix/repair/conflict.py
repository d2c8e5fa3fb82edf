"""What stands in a model's way, and the edits that may be made around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from kfix.edits.base import Edit
from kfix.edits.drop_argument import DropArgument
from kfix.edits.insert_layer import InsertLayer
from kfix.edits.move_layer import MoveLayer
from kfix.edits.remove_layer import RemoveLayer
from kfix.edits.replace_layer import ReplaceLayer
from kfix.edits.set_argument import SetArgument
from kfix.edits.set_input_shape import SetInputShape
from kfix.edits.set_literal import SetLiteral
from kfix.findings import Finding
from kfix.model.code import Existing, NewLayer, Slot, ValueOf, Where, plain
from kfix.model.graph import Argument, Layer, Shape
from kfix.model.origin import Fixed, Literal, literals, rests_on_value
from kfix.model.site import Site
from kfix.model.target import Target
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.repair.candidate import Candidate
from kfix.repair.constants import dims_told, index_of
from kfix.repair.edit_plan import Insertion
from kfix.repair.layers import without_argument
from kfix.repair.options import Options
from kfix.repair.prices import price
from kfix.repair.uses import Uses
from kfix.shapes import Tracer
from kfix.shapes.arguments import INPUT_NAMES, changed, default, named, same, texts, value
from kfix.shapes.operations import position
from kfix.shapes.registry import Knob, rule_of
from kfix.shapes.signatures import signature
from kfix.shapes.view import Step, View

DATA_FORMAT = "data_format"
_OF_DATA = ("input-data", "input-size")


class Conflict:
    """A model that is not as it should be: the view of it, and the refused step or the target that is missed."""

    def __init__(
        self,
        view: View,
        target: Target | None,
        options: Options,
        uses: Uses,
        anchors: Mapping[int, Insertion],
        tracer: Tracer,
    ) -> None:
        self.view = view
        self.step = view.refused
        self.finding: Finding | None = view.finding
        self.target = target
        self.options = options
        self.uses = uses
        self.anchors = anchors
        self.tracer = tracer
        self.walks: dict[object, object] = {}
        """What was walked back already, as `kfix.repair.trail` keeps it."""
        self._made: dict[Site, list[Layer]] | None = None

    @property
    def fed(self) -> tuple[Step, Shape] | None:
        """The refused step and the one shape that it is given, where there is one."""
        step = self.step
        return None if step is None or step.shape_in is None else (step, step.shape_in)

    # --- whole layers ---------------------------------------------------------------------

    def before(
        self, step: Step, new: NewLayer, input: int | None = None, *, once: bool = False
    ) -> tuple[Edit, ...] | None:
        """The edits that put a new layer before a step; `None` where no edit can say that.

        `once` says that one is enough for all that a loop makes at that place.
        The first layer of a Sequential may hold the input shape: the new first layer takes it over.
        """
        if step.inserted:
            return None
        new = self.told(step, new)
        given = named(step.layer) if not step.sources or step.sources == [-1] else {}
        holding = next((name for name in INPUT_NAMES if name in given), None)
        if step.is_input or (holding == "input_dim" and step.cls == "Embedding"):
            return None
        if holding is None:
            outside = self._outside(step) if input is None else None
            if outside is not None:
                return self.behind(outside, new)
            alike = [other for other in self.view.steps if other.node.site == step.node.site]
            where: Where = (
                "ahead"
                if once and input is None and len(alike) > 1 and alike[0] is step
                else "before"
            )
            return (InsertLayer(step.node.site, where, new, input),)
        argument, entry = given[holding], self.view.entry
        if argument.site is None or entry is None:
            return None
        as_it_is = holding == "input_shape" and argument.value == entry[1:]
        given_shape = ValueOf(argument.site) if as_it_is else entry[1:]
        carried = NewLayer(new.cls, (*new.arguments, ("input_shape", given_shape)))
        drop = DropArgument((Slot(step.layer.site, argument.site),), holding)
        return (InsertLayer(step.node.site, "before", carried), drop)

    def told(self, step: Step, new: NewLayer) -> NewLayer:
        """A new layer that is told of channels first, as those around it are one by one.

        `Flatten` gives as many numbers either way, and people do not tell it.
        """
        found = signature(new.cls)
        if found is None or DATA_FORMAT not in found.names or new.cls == "Flatten":
            return new
        other = self.view.ordering(step.place)
        argument = named(other.core).get(DATA_FORMAT) if other is not None else None
        if (
            argument is None
            or argument.value != "channels_first"
            or isinstance(argument.origin, Fixed)
        ):
            return new
        if any(name == DATA_FORMAT for name, _ in new.arguments):
            return new
        return NewLayer(new.cls, (*new.arguments, (DATA_FORMAT, "channels_first")))

    def _outside(self, step: Step) -> Step | None:
        """The step before the first of several that a loop or a helper function makes: before it is behind that."""
        steps = self.view.steps
        source = steps[step.sources[0]] if len(step.sources) == 1 and step.sources[0] >= 0 else None
        if source is None or source.inserted or source.model is not step.model:
            return None
        count = sum(other.node.site == step.node.site for other in steps)
        once = sum(other.node.site == source.node.site for other in steps)
        return source if once < count and len(source.users) == 1 else None

    def behind(self, step: Step, new: NewLayer) -> tuple[Edit, ...] | None:
        """The edits that put a new layer behind a step; `None` where no edit can say that."""
        steps = self.view.steps
        new = self.told(step, new)
        if step.inserted:
            anchor = self.anchors[step.node.id]
            if any(self._same_place(steps[user], anchor.site, anchor.where) for user in step.users):
                return None
            return (InsertLayer(anchor.site, anchor.where, new, anchor.input),)
        end = step.model.end
        site = end if end is not None and step.node is step.model.nodes[-1] else step.node.site
        if any(self._same_place(steps[user], site, "after") for user in step.users):
            return None
        if step.is_input and not step.model.is_sequential and len(step.users) == 1:
            user = steps[step.users[0]]  # the name of an Input is needed for the Model(...) too
            several = sum(other.node.site == user.node.site for other in steps) > 1
            if several and not step.implied:  # the user is called in a helper function
                return (InsertLayer(step.node.site, "after", new),)
            return self.before(
                user, new, user.sources.index(step.place) if len(user.sources) > 1 else None
            )
        if step.implied:
            return None
        return (InsertLayer(site, "after", new),)

    def _same_place(self, step: Step, site: Site, where: str) -> bool:
        if not step.inserted:
            return False
        anchor = self.anchors[step.node.id]
        return anchor.site == site and anchor.where == where

    def remove(self, step: Step) -> tuple[Edit, ...] | None:
        """The edit that takes a layer out, unless it is new; the input shape that it holds goes to the next."""
        if step.inserted or step.is_input:
            return None
        handed = self._handed_over(step)
        return None if handed is None else (RemoveLayer(step.node.site), *handed)

    def _handed_over(self, step: Step) -> tuple[Edit, ...] | None:
        """What writes the input shape of the first layer at the next one; `None` where it cannot be written there."""
        if step.sources != [-1] or not self._holds_input(step):
            return ()
        argument = named(step.layer).get("input_shape")
        to = self.view.steps[step.users[0]] if len(step.users) == 1 else None
        if (
            argument is None
            or argument.site is None
            or to is None
            or to.made
            or not to.layer.is_keras_layer
        ):
            return None
        if sum(
            other.node.site == to.node.site for other in self.view.steps
        ) > 1 or self._holds_input(to):
            return None
        return (
            SetInputShape(
                Slot(to.layer.site, None, texts(argument)), "input_shape", argument.value
            ),
        )

    def _holds_input(self, step: Step) -> bool:
        given = named(step.layer)
        return any(name in given for name in INPUT_NAMES)

    def move(self, step: Step, to: Step, where: Where) -> tuple[Edit, ...] | None:
        """The edit that moves a layer before or behind another, where each was put in once."""
        if step.inserted or step.is_input or to.inserted or step.model is not to.model:
            return None
        sites = [other.node.site for other in self.view.steps]
        handed = self._handed_over(step)
        if handed is None or sites.count(step.node.site) != 1 or sites.count(to.node.site) != 1:
            return None
        edits: list[Edit] = [MoveLayer(step.node.site, to.node.site, where), *handed]
        if handed:
            holding = named(step.layer)["input_shape"]
            edits.append(DropArgument((Slot(step.layer.site, holding.site),), "input_shape"))
        return tuple(edits)

    def replace(self, step: Step, new: NewLayer) -> tuple[Edit, ...] | None:
        """The edit that makes another layer of one."""
        if step.made or step.wrapped or (step.sources == [-1] and self._holds_input(step)):
            return None
        return (ReplaceLayer(step.layer.site, new),)

    def unwrap(self, step: Step) -> tuple[Edit, ...] | None:
        """The edit that leaves the layer and takes its wrapper off."""
        if step.made or not step.wrapped or (step.sources == [-1] and self._holds_input(step)):
            return None
        child = next((a.value for a in step.layer.arguments if isinstance(a.value, Layer)), None)
        if child is None:
            return None
        return (ReplaceLayer(step.layer.site, Existing(child.site)),)

    def wrap(self, step: Step) -> tuple[Edit, ...] | None:
        """The edit that puts a layer into TimeDistributed, as it stands; an input shape goes to the wrapper."""
        if step.made or step.wrapped:
            return None
        inner = Existing(step.layer.site)
        holding = named(step.layer).get("input_shape") if step.sources == [-1] else None
        if holding is not None and holding.site is not None:
            new = NewLayer(
                "TimeDistributed", ((None, inner), ("input_shape", ValueOf(holding.site)))
            )
            drop = DropArgument((Slot(step.layer.site, holding.site),), "input_shape")
            return drop, ReplaceLayer(step.layer.site, new)
        if step.sources == [-1] and self._holds_input(step):
            return None
        return (ReplaceLayer(step.layer.site, NewLayer("TimeDistributed", ((None, inner),))),)

    def wrap_all(self, steps: Iterable[Step]) -> tuple[Edit, ...] | None:
        """The same for several layers, each call once."""
        edits: dict[Edit, None] = {}
        for step in steps:
            one = self.wrap(step)
            if one is None:
                return None
            edits.update(dict.fromkeys(one))
        return tuple(edits)

    def everywhere(self, edit: Edit) -> float:
        """What an edit costs more since a helper function or a loop makes several layers at its place."""
        if isinstance(edit, RemoveLayer):
            return price("remove-more") * max(
                0, sum(step.node.site == edit.site for step in self.view.steps) - 1
            )
        if isinstance(edit, SetArgument) and edit.name in ("strides", "pool_size", "size"):
            calls = {slot.call for slot in edit.slots}
            several = sum(step.core.site in calls for step in self.view.steps) - len(calls)
            return price("rescale-more") * max(0, several)
        return 0.0

    # --- arguments ------------------------------------------------------------------------

    def set(
        self, steps: Sequence[Step], name: str, new: object, key: str, why: str, more: float = 0
    ) -> Iterator[Candidate]:
        """An argument set on one layer or on several at once: at the calls, or in the constant that they share."""
        cost = price(key) + more + (price("group") if len(steps) > 1 else 0)
        number = plain(new)
        slots: dict[Site, Slot] = {}
        arguments: list[Argument | None] = []
        for step in steps:
            argument = named(step.core).get(name)
            if step.made or (argument is not None and (argument.site or argument.origin) is None):
                return
            if argument is not None and (isinstance(argument.value, Unknown) or changed(argument)):
                return  # what could not be told may be right
            arguments.append(argument)
            slots.setdefault(step.core.site, self._slot(step, name, argument))
        if not slots:
            return
        if self._levels(slots, name):
            cost += price("levels")
        origin = arguments[0].origin if len(arguments) == 1 and arguments[0] is not None else None
        index = index_of(origin, number) if origin is not None else None
        if index is not None and not self.options.control.intersection(index.sites):
            yield Candidate((index,), cost, why)
            return
        constant = self._constant(arguments)
        if constant is not None:
            calls = {(step.core.site, place) for step, place in self._places(steps, name)}
            others = self.uses.of.get(constant.site, set()) - calls
            alone = not others and constant.site not in self.options.control
            extra = 0.0 if alone else price("shared")
            yield Candidate((SetLiteral((constant.site,), number, name),), cost + extra, why)
            if alone:
                return
        elif any(self._derived_elsewhere(argument) for argument in arguments):
            cost += price("bypass")
        if self._levels(slots, name) and all(
            same(number, default(step.core, name)) for step in steps
        ):
            cost -= price("levels") - price("levels-none")
        if all(argument is None or argument.site is not None for argument in arguments):
            # A number that the program computes follows what it is computed from: a literal does not.
            sure = not any(_is_computed(argument) for argument in arguments)
            yield Candidate((SetArgument(tuple(slots.values()), name, new),), cost, why, sure)

    def _slot(self, step: Step, name: str, argument: Argument | None) -> Slot:
        """Where the argument is, with what is written there if that has one value wherever the call makes a layer."""
        if step.core.is_operation:
            return Slot(step.core.site, position=position(step.core.cls, name))
        if argument is None or argument.site is None:
            return Slot(step.core.site, argument.site if argument is not None else None)
        return Slot(
            step.core.site,
            argument.site,
            texts(argument) if len(self._given(step.core.site, name)) == 1 else (),
        )

    def _given(self, call: Site, name: str) -> frozenset[str]:
        """The values of an argument of all the layers that a call makes."""
        if self._made is None:
            self._made = {}
            for step in self.view.steps:
                self._made.setdefault(step.core.site, []).append(step.core)
        return frozenset(
            repr(value(layer, name)) for layer in dict.fromkeys(self._made.get(call, ()))
        )

    def _levels(self, calls: Iterable[Site], name: str) -> bool:
        """Does a call make several layers with values of their own, which one value would level?"""
        return any(len(self._given(call, name)) > 1 for call in calls)

    def elsewhere(self, argument: Argument) -> bool:
        """Is the argument written with names, as far as anybody can tell?"""
        return argument.site is not None and (
            self._derived_elsewhere(argument)
            or argument.origin is None
            or not any(literals(argument.origin))
        )

    def _places(self, steps: Sequence[Step], name: str) -> Iterator[tuple[Step, int]]:
        for step in steps:
            argument = named(step.core).get(name)
            if argument is not None:
                yield step, step.core.arguments.index(argument)

    def _constant(self, arguments: Sequence[Argument | None]) -> Literal | None:
        """The one literal from elsewhere that all the arguments are."""
        found: Literal | None = None
        for argument in arguments:
            if argument is None or not isinstance(argument.origin, Literal):
                return None
            if not self.uses.elsewhere(argument.origin.site, argument, self.options.within):
                return None
            if found is not None and found.site != argument.origin.site:
                return None
            found = argument.origin
        return found

    def _derived_elsewhere(self, argument: Argument | None) -> bool:
        if argument is None or argument.origin is None:
            return False
        return any(
            self.uses.elsewhere(literal.site, argument, self.options.within)
            for literal in literals(argument.origin)
        )

    def knobs(self, step: Step) -> tuple[Knob, ...]:
        """The arguments of a layer that may be turned."""
        rule = rule_of(step.cls) if step.core.is_keras_layer and step.names else None
        return rule.knobs if rule is not None else ()

    def values(self, step: Step, name: str) -> list[object]:
        """The values worth trying for a knob, without the present one."""
        shape = step.shape_in
        knob = next((knob for knob in self.knobs(step) if knob.name == name), None)
        if knob is None or shape is None or step.made:
            return []
        present = value(step.core, name)
        # Where the argument itself is what the layer does not take, it is left out.
        for layer in (step.core, without_argument(step.core, name)):
            with suppress(Finding, UnknownUsed):
                found = list(knob.values(self.tracer.bound(layer), shape))
                return [new for new in found if not same(new, present)]
        return []

    # --- the input ------------------------------------------------------------------------

    def root(self, step: Step | None) -> Step | None:
        """The step that declares the shape of the input that leads to `step`."""
        place = step.place if step is not None else self.view.last
        steps = [
            self.view.steps[at] for at in sorted(self.view.ancestors(place))
        ] or self.view.steps[:1]
        found = [one for one in steps if one.sources in ([], [-1])]
        calls = {one.layer.site for one in found if one.is_input}
        return (
            found[0]
            if len(found) == 1 or (len(calls) == 1 and all(one.is_input for one in found))
            else None
        )

    def set_input(
        self, step: Step | None, dims: Sequence[object], key: str, why: str, more: float = 0
    ) -> Iterator[Candidate]:
        """The shape of the input (without the batch) set where it is declared."""
        cost = price(key) + more
        root = self.root(step)
        given = named(root.layer) if root is not None and not root.made else {}
        name = next((one for one in INPUT_NAMES if one in given), None)
        if (
            root is not None
            and name is not None
            and not (name == "input_dim" and root.cls == "Embedding")
        ):
            argument = given[name]
            if argument.site is None:
                return
            new: object = tuple(dims)
            if name.startswith("batch"):
                old = argument.value
                new = (old[0] if isinstance(old, tuple | list) and old else None, *dims)
            elif name == "input_dim":
                if len(dims) == 1:
                    new = dims[0]
                else:
                    name = "input_shape"
            if key in _OF_DATA:
                constants = dims_told(root.layer, argument, new, self.uses, self.options)
                if constants:
                    yield Candidate(constants, cost, why)
                    return
            slot = Slot(root.layer.site, argument.site, texts(argument))
            yield Candidate((SetInputShape(slot, name, new),), cost, why)
        elif self.view.model.given_site is not None:
            batch = self.view.entry[0] if self.view.entry else None
            slot = Slot(
                self.view.model.given_site, self.view.model.given_site
            )  # the argument of `build` itself
            yield Candidate((SetInputShape(slot, "input_shape", (batch, *dims)),), cost, why)


def _is_computed(argument: Argument | None) -> bool:
    """Return whether a written number is computed from a value that no literal decides."""
    if argument is None or argument.site is None or argument.origin is None:
        return False
    if isinstance(argument.value, bool) or not isinstance(argument.value, int):
        return False
    return rests_on_value(argument.origin)
