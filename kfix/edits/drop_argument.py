"""An argument that is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Edit
from kfix.edits.graph import GraphChanges
from kfix.model.code import Slot
from kfix.model.site import Site

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class DropArgument(Edit):
    """The argument `name` goes from every slot (each has a present argument)."""

    kind: ClassVar[str] = "drop-argument"
    price_key: ClassVar[str] = "knob"
    slots: tuple[Slot, ...]
    name: str

    @property
    def place(self) -> Site:
        """The first of the slots."""
        return self.slots[0].place

    def change(self, graph: GraphChanges) -> None:
        """Leave the argument out of every layer."""
        for slot in self.slots:
            graph.drop_argument(slot.call, self.name, slot.argument)

    def write(self, plan: Plan) -> str:
        """Take the argument out at every slot."""
        from kfix.rewrite.arguments import find, on_calls, take_out

        for place in dict.fromkeys(find(plan, slot, self.name) for slot in self.slots):
            take_out(plan, place, self.name)
        return f"drop {self.name} from {on_calls(plan, [slot.call for slot in self.slots])}"

    def claims(self) -> tuple[object, ...]:
        """Return the argument of each call."""
        return tuple((slot.call, self.name) for slot in self.slots)

    def meaning(self) -> object:
        """Return the argument."""
        return "drop", self.name
