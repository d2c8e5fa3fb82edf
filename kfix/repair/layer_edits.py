"""The edits of whole layers around a conflict: put in, taken out, moved, wrapped."""

from __future__ import annotations

from collections.abc import Iterable

from kfix.edits.base import Edit
from kfix.edits.drop_argument import DropArgument
from kfix.edits.insert_layer import InsertLayer
from kfix.edits.move_layer import MoveLayer
from kfix.edits.remove_layer import RemoveLayer
from kfix.edits.replace_layer import ReplaceLayer
from kfix.edits.set_argument import SetArgument
from kfix.edits.set_input_shape import SetInputShape
from kfix.model.code import Existing, NewLayer, Slot, ValueOf, Where
from kfix.model.graph import Shape
from kfix.model.origin import Fixed
from kfix.model.record import Value
from kfix.model.site import Site
from kfix.repair.prices import price
from kfix.repair.problem import Problem
from kfix.shapes.arguments import INPUT_NAMES, children, named, texts
from kfix.shapes.signatures import signature
from kfix.shapes.view import Step

DATA_FORMAT = "data_format"

SCALING = ("strides", "pool_size", "size")
"""The arguments that scale a size: one value for several layers does so again."""

Edits = tuple[Edit, ...] | None
"""The edits together, `None` where no edit can say it."""


class Gap(Value):
    """A place for a new layer: before a step, or behind it."""

    step: Step
    behind: bool = False

    @property
    def shape(self) -> Shape | None:
        """The shape there, where known."""
        return self.step.shape_out if self.behind else self.step.shape_in


class LayerEdits(Problem):
    """The edits of the layers of a model that is not as it should be."""

    def put(self, gap: Gap, *new: NewLayer, once: bool = False) -> Edits:
        """Return the edits that put new layers in a gap, in this order."""
        if gap.behind:
            return together(*(self.behind(gap.step, layer) for layer in new))
        return together(*(self.before(gap.step, layer, once=once) for layer in new))

    def before(
        self, step: Step, new: NewLayer, input: int | None = None, *, once: bool = False
    ) -> Edits:
        """Return the edits that put a new layer before a step.

        `once` says that one is enough for all that a loop makes at that place.
        The first layer of a Sequential may hold the input shape: the new first layer takes it over.
        """
        holding = _holding(step)
        if step.inserted or step.is_input or (holding == "input_dim" and step.cls == "Embedding"):
            return None
        new = self.ordered(step, new)
        if holding is not None:
            return self._taking_over(step, new, holding, self.view.entry)
        if input is not None:
            return (InsertLayer(step.node.site, "before", new, input),)
        outside = self._outside(step)
        if outside is not None:
            return self.behind(outside, new)
        where: Where = "before"
        if once and self._is_first_of_several(step):
            where = "ahead"
        return (InsertLayer(step.node.site, where, new),)

    def _is_first_of_several(self, step: Step) -> bool:
        """Return whether a loop or a helper function puts the layer in first here, then again."""
        alike = [other for other in self.view.steps if other.node.site == step.node.site]
        return len(alike) > 1 and alike[0] is step

    def in_front(self, new: NewLayer, dims: Shape) -> Edits:
        """Return the edits of a new first layer that takes samples of `dims`.

        `None` where the present first layer does not hold the input shape.
        """
        for step in self.view.steps[:1]:
            holding = _holding(step)
            if holding is not None and not step.is_input:
                return self._taking_over(step, new, holding, (None, *dims))
        return None

    def _taking_over(self, step: Step, new: NewLayer, holding: str, entry: Shape | None) -> Edits:
        """Return the edits of a new first layer, which holds the input shape then."""
        argument = named(step.layer)[holding]
        if argument.site is None or entry is None:
            return None
        shape: object = entry[1:]
        if holding == "input_shape" and argument.value == shape:
            shape = ValueOf(argument.site)
        carried = NewLayer(new.cls, (*new.arguments, ("input_shape", shape)))
        drop = DropArgument((Slot(step.layer.site, argument.site),), holding)
        return (InsertLayer(step.node.site, "before", carried), drop)

    def declared_before(self, step: Step, name: str, value: object) -> Edits:
        """Return the edits of an Input before a first layer, with its shape and an argument more.

        `None` where the layer does not hold the input shape.
        """
        given = named(step.layer).get("input_shape")
        if step.inserted or _holding(step) != "input_shape" or given is None or given.site is None:
            return None
        new = NewLayer("Input", (("shape", ValueOf(given.site)), (name, value)))
        drop = DropArgument((Slot(step.layer.site, given.site),), "input_shape")
        return (InsertLayer(step.node.site, "before", new), drop)

    def ordered(self, step: Step, new: NewLayer) -> NewLayer:
        """Return a new layer with channels first, where those around it state that one by one.

        `Flatten` has as many elements either way: people leave its `data_format` out.
        """
        if not _takes_format(new) or not self._states_channels_first(step):
            return new
        return NewLayer(new.cls, (*new.arguments, (DATA_FORMAT, "channels_first")))

    def _states_channels_first(self, step: Step) -> bool:
        """Return whether the nearest layer back that orders axes is given channels first itself."""
        other = self.view.ordering(step.place)
        if other is None or not other.channels_first:
            return False
        argument = named(other.core).get(DATA_FORMAT)
        return argument is not None and not isinstance(argument.origin, Fixed)

    def _outside(self, step: Step) -> Step | None:
        """Return the step before the first of several that a loop or a helper function makes.

        To stand before that one is to stand behind this.
        """
        source = self.view.only_source(step)
        if source is None or source.inserted or source.model is not step.model:
            return None
        if len(source.users) > 1 or self.uses_of(source.node.site) >= self.uses_of(step.node.site):
            return None
        return source

    def behind(self, step: Step, new: NewLayer) -> Edits:
        """Return the edits that put a new layer behind a step."""
        new = self.ordered(step, new)
        if step.inserted:
            anchor = self.anchors[step.node.id]
            at = InsertLayer(anchor.site, anchor.where, new, anchor.input)
            return None if self._taken(step, at) else (at,)
        at = InsertLayer(_end(step) or step.node.site, "after", new)
        if self._taken(step, at):
            return None
        if step.is_input and not step.model.is_sequential and len(step.users) == 1:
            return self._behind_input(step, new)
        return None if step.implied else (at,)

    def _behind_input(self, step: Step, new: NewLayer) -> Edits:
        """Return the edits behind an Input, whose name is needed for the Model(...) too."""
        user = self.view.steps[step.users[0]]
        if self.uses_of(user.node.site) > 1 and not step.implied:  # called in a helper function
            return (InsertLayer(step.node.site, "after", new),)
        if user.is_merge:
            return self.before(user, new, user.sources.index(step.place))
        return self.before(user, new)

    def _taken(self, step: Step, new: InsertLayer) -> bool:
        """Return whether a layer that was put in behind a step stands at that very place."""
        users = (self.view.steps[user] for user in step.users)
        anchors = [self.anchors[user.node.id] for user in users if user.inserted]
        return any((one.site, one.where) == (new.site, new.where) for one in anchors)

    def remove(self, step: Step) -> Edits:
        """Return the edits that take a layer out, unless it is new.

        The input shape that it holds goes to the next.
        """
        handed = self._handed_over(step)
        if step.inserted or step.is_input or handed is None:
            return None
        return (RemoveLayer(step.node.site), *handed)

    def _handed_over(self, step: Step) -> tuple[SetInputShape, ...] | None:
        """Return what writes the input shape of the first layer at the next, where it can be."""
        if step.sources != [-1] or _holding(step) is None:
            return ()
        argument, to = named(step.layer).get("input_shape"), self.view.only_user(step)
        if argument is None or argument.site is None or to is None or not self._can_hold(to):
            return None
        slot = Slot(to.layer.site, None, texts(argument))
        return (SetInputShape(slot, "input_shape", argument.value),)

    def _can_hold(self, step: Step) -> bool:
        """Return whether a layer can be given the shape of the input, which it does not hold."""
        if step.made or not step.layer.is_keras_layer or _holding_name(step) is not None:
            return False
        return self.uses_of(step.node.site) == 1

    def move(self, step: Step, to: Step, where: Where) -> Edits:
        """Return the edits that move a layer before or behind another, each put in once."""
        if step.inserted or step.is_input or to.inserted or step.model is not to.model:
            return None
        handed = self._handed_over(step)
        once = self.uses_of(step.node.site) == self.uses_of(to.node.site) == 1
        if handed is None or not once:
            return None
        edits: list[Edit] = [MoveLayer(step.node.site, to.node.site, where), *handed]
        if handed:
            slot = Slot(step.layer.site, named(step.layer)["input_shape"].site)
            edits.append(DropArgument((slot,), "input_shape"))
        return tuple(edits)

    def replace(self, step: Step, new: NewLayer) -> Edits:
        """Return the edit that makes another layer of one."""
        if step.made or step.wrapped or _holding(step) is not None:
            return None
        return (ReplaceLayer(step.layer.site, new),)

    def unwrap(self, step: Step) -> Edits:
        """Return the edit that leaves the layer and takes its wrapper off."""
        child = next(children(step.layer), None)
        if step.made or not step.wrapped or child is None or _holding(step) is not None:
            return None
        return (ReplaceLayer(step.layer.site, Existing(child.site)),)

    def wrap(self, step: Step) -> Edits:
        """Return the edits that put a layer into TimeDistributed as it stands.

        An input shape goes to the wrapper.
        """
        holding = _holding(step)
        if step.made or step.wrapped or holding not in (None, "input_shape"):
            return None
        given: tuple[tuple[str | None, object], ...] = ((None, Existing(step.layer.site)),)
        if holding is None:
            return (ReplaceLayer(step.layer.site, NewLayer("TimeDistributed", given)),)
        site = named(step.layer)[holding].site
        if site is None:
            return None
        new = NewLayer("TimeDistributed", (*given, ("input_shape", ValueOf(site))))
        drop = DropArgument((Slot(step.layer.site, site),), "input_shape")
        return drop, ReplaceLayer(step.layer.site, new)

    def wrap_all(self, steps: Iterable[Step]) -> Edits:
        """Return the same for several layers, each call once."""
        found = [self.wrap(step) for step in steps]
        return together(*found)

    def everywhere(self, edit: Edit) -> float:
        """Return what an edit costs more where a helper function or a loop makes several layers."""
        if isinstance(edit, RemoveLayer):
            return price("remove-more") * max(0, self.uses_of(edit.site) - 1)
        if isinstance(edit, SetArgument) and edit.name in SCALING:
            calls = {slot.call for slot in edit.slots}
            several = sum(step.core.site in calls for step in self.view.steps) - len(calls)
            return price("rescale-more") * max(0, several)
        return 0.0


def together(*parts: Edits) -> Edits:
    """Return the edits of all parts, each once; `None` where a part cannot be said."""
    edits: dict[Edit, None] = {}
    for part in parts:
        if part is None:
            return None
        edits.update(dict.fromkeys(part))
    return tuple(edits)


def on(step: Step, which: int, *new: NewLayer) -> tuple[Edit, ...]:
    """Return the edits that put new layers on one input of a step."""
    return tuple(InsertLayer(step.node.site, "before", layer, which) for layer in new)


def _holding(step: Step) -> str | None:
    """Return the argument with which a first layer holds the shape of the input."""
    return _holding_name(step) if step.is_first else None


def _holding_name(step: Step) -> str | None:
    """Return the argument of a layer that declares the shape of an input, first or not."""
    return next(filter(named(step.layer).__contains__, INPUT_NAMES), None)


def _end(step: Step) -> Site | None:
    """Return the end of a model for its last step, where layers can go behind that."""
    return step.model.end if step.node is step.model.nodes[-1] else None


def _takes_format(new: NewLayer) -> bool:
    """Return whether a new layer takes a `data_format` that it is not given yet."""
    found = signature(new.cls)
    if found is None or new.cls == "Flatten":
        return False
    return DATA_FORMAT in found.names and DATA_FORMAT not in dict(new.arguments)
