"""A keyword under its new name."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Edit, Price
from kfix.edits.graph import Args, GraphChanges
from kfix.model.code import Slot
from kfix.model.site import Site

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class RenameArgument(Edit):
    """The keyword at `slot` becomes `name`; its value becomes `value` unless that is `Ellipsis`."""

    kind: ClassVar[str] = "rename-argument"
    price_key: ClassVar[str] = "rename"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "rename",
            0.5,
            "The same argument by the name that Keras has for it now.",
        ),
    )
    slot: Slot
    old: str
    name: str
    value: object = ...

    @property
    def place(self) -> Site:
        """The slot."""
        return self.slot.place

    def change(self, graph: GraphChanges) -> None:
        """Rename the argument."""
        graph.rename_argument(self.slot.call, self.old, self.name, self.value)
        graph.set_call(self.slot.call, self._renamed)

    def _renamed(self, args: Args) -> Args:
        """Return the arguments of a function, whose keywords its node has."""
        return tuple(
            (self.name if keyword == self.old else keyword, value) for keyword, value in args
        )

    def write(self, plan: Plan) -> str:
        """Write the new keyword, and the new value if there is one."""
        from kfix.rewrite.arguments import find, on_calls, write_present

        place = find(plan, self.slot, self.old)
        text = write_present(plan, self.slot, place, self.name, self.value, rename=self.name)
        value = "" if self.value is ... else f"={text}"
        return f"rename {self.old} to {self.name}{value} on {on_calls(plan, [self.slot.call])}"

    def claims(self) -> tuple[object, ...]:
        """Return the argument of the call."""
        return ((self.slot.call, self.old),)

    def meaning(self) -> object:
        """Return the new name."""
        return "rename", self.name
