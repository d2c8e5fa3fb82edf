"""`int(…)` around an argument of a layer that is an integer of NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Edit
from kfix.edits.graph import GraphChanges
from kfix.model.code import Slot
from kfix.model.site import Site
from kfix.model.unknown import Unknown

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class AsInteger(Edit):
    """The argument `name` in `slot` becomes an integer of Python: `int(np.max(y) + 1)`.

    `value` is which one, `None` where that is not known.
    """

    kind: ClassVar[str] = "as-integer"
    price_key: ClassVar[str] = "rename"
    slot: Slot
    name: str
    value: int | None = None

    @property
    def place(self) -> Site:
        """The slot."""
        return self.slot.place

    def change(self, graph: GraphChanges) -> None:
        """Give the layer the integer."""
        value: object = self.value
        if value is None:
            value = Unknown("an integer of an array")
        graph.set_argument(self.slot.call, self.name, value)

    def write(self, plan: Plan) -> str:
        """Write the call around the value."""
        from kfix.rewrite.wrapping import wrap

        place = self.slot.place
        return f"write {wrap(plan, place, 'int', ())} {plan.where([place])}"

    def claims(self) -> tuple[object, ...]:
        """Return the argument of the call."""
        return ((self.slot.call, self.name),)

    def meaning(self) -> object:
        """Return that it is an integer."""
        return (self.kind,)
