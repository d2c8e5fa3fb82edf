"""The input shape of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Edit
from kfix.edits.graph import GraphChanges
from kfix.model.code import Slot, plain
from kfix.model.site import Site

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class SetInputShape(Edit):
    """The input shape of a model becomes `value`, written as argument `name` at the slot."""

    kind: ClassVar[str] = "set-input-shape"
    price_key: ClassVar[str] = "input-data"
    slot: Slot
    name: str
    value: object

    @property
    def place(self) -> Site:
        """The slot."""
        return self.slot.place

    def change(self, graph: GraphChanges) -> None:
        """Set the shape."""
        graph.set_input(self.slot.call, self.name, plain(self.value))

    def write(self, plan: Plan) -> str:
        """Write the shape; a present argument of another name (`input_dim`) gets the new name."""
        from kfix.rewrite.arguments import on_calls, write_argument

        text = write_argument(plan, self.slot, self.name, self.value, rename=self.name)
        return f"set {self.name}={text} on {on_calls(plan, [self.slot.call])}"

    def claims(self) -> tuple[object, ...]:
        """Return the input of the call."""
        return ((self.slot.call, "input"),)

    def meaning(self) -> object:
        """Return the shape."""
        return "input", plain(self.value)
