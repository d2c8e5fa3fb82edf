"""A layer that gives its output alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Edit, Price
from kfix.edits.graph import Args, GraphChanges
from kfix.model.code import Slot
from kfix.model.graph import TensorRef
from kfix.model.record import Value
from kfix.model.site import Site

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class Several(Value):
    """What a layer gives where it gives several tensors: the node, and how many."""

    node: int
    count: int

    def first(self, value: object) -> object:
        """Return a structure of tensors with the first one for a list of them all."""
        if value == [TensorRef(self.node, number) for number in range(self.count)]:
            return TensorRef(self.node)
        if isinstance(value, list):
            return [self.first(one) for one in value]
        return value


class DropStates(Edit):
    """The argument `name` that lets a layer give more than its output goes: `return_state=True`.

    Those who are called at `users` take the one tensor for the list of all.
    """

    kind: ClassVar[str] = "drop-states"
    price_key: ClassVar[str] = "drop-states"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "drop-states",
            0.5,
            "States that nothing takes were not asked for: the output goes on alone.",
        ),
    )
    slot: Slot
    name: str
    users: tuple[Site, ...]
    given: tuple[Several, ...]

    @property
    def place(self) -> Site:
        """The argument."""
        return self.slot.place

    def change(self, graph: GraphChanges) -> None:
        """Take the argument out, and give the users the output alone."""
        graph.drop_argument(self.slot.call, self.name, self.slot.argument)
        for user in self.users:
            graph.set_call(user, self._alone)

    def _alone(self, args: Args) -> Args:
        for several in self.given:
            args = tuple((keyword, several.first(value)) for keyword, value in args)
        return args

    def write(self, plan: Plan) -> str:
        """Take the argument out."""
        from kfix.rewrite.arguments import find, on_calls, take_out

        take_out(plan, find(plan, self.slot, self.name), self.name)
        return f"take {self.name} from {on_calls(plan, [self.slot.call])}"

    def claims(self) -> tuple[object, ...]:
        """Return the argument of the call."""
        return ((self.name, self.slot.call),)

    def meaning(self) -> object:
        """Return the argument, of whatever layer."""
        return self.kind, self.name
