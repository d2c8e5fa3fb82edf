"""An argument of one or several layers that is given another value."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Edit
from kfix.edits.graph import GraphChanges
from kfix.model.code import Slot, plain
from kfix.model.site import Site

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class SetArgument(Edit):
    """The argument `name` becomes `value` at every slot, however many calls that touches."""

    kind: ClassVar[str] = "set-argument"
    price_key: ClassVar[str] = "knob"
    slots: tuple[Slot, ...]
    name: str
    value: object

    @property
    def place(self) -> Site:
        """The first of the slots."""
        return self.slots[0].place

    def change(self, graph: GraphChanges) -> None:
        """Set the argument of every layer."""
        for slot in self.slots:
            graph.set_argument(slot.call, self.name, plain(self.value))

    def write(self, plan: Plan) -> str:
        """Write the value at every slot, in the form of what stood there."""
        from kfix.rewrite.arguments import on_calls, write_argument

        texts = [write_argument(plan, slot, self.name, self.value) for slot in self.slots]
        calls = on_calls(plan, [slot.call for slot in self.slots])
        return f"set {self.name}={texts[-1]} on {calls}"

    def claims(self) -> tuple[object, ...]:
        """Return the argument of each call."""
        return tuple((slot.call, self.name) for slot in self.slots)

    def meaning(self) -> object:
        """Return the argument and its value, be it written at the calls or in a constant.

        Keras takes one number for that number on each axis.
        """
        value = plain(self.value)
        if isinstance(value, tuple | list) and len(set(map(repr, value))) == 1:
            value = value[0]
        return "set", self.name, value
