"""An axis of size 1 at the end of a tensor that an operation is called on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Price, SiteEdit
from kfix.edits.graph import GraphChanges
from kfix.model.code import NewLayer

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class AddAxis(SiteEdit):
    """The operation at `site` gets its input number `input` (from 0) with a last axis of size 1:
    `x[..., None] * w` in the place of `x * w`.

    `dims` are those of the tensor behind the batch, `written` its number among all that the
    operation is given.
    """

    kind: ClassVar[str] = "add-axis"
    price_key: ClassVar[str] = "columns"
    prices: ClassVar[tuple[Price, ...]] = (
        Price("columns", 0.7, "A number for each row stands beside the features of that row."),
    )
    input: int
    dims: tuple[object, ...]
    written: int

    def change(self, graph: GraphChanges) -> None:
        """Lay the tensor out with the axis."""
        column = NewLayer("Reshape", ((None, (*self.dims, 1)),))
        graph.insert(self.site, "before", column, self.input)

    def write(self, plan: Plan) -> str:
        """Write an index behind the tensor."""
        from kfix.rewrite.kind_of_spot import spot
        from kfix.rewrite.tensor_values import add_axis

        place = spot(plan, self.site)
        return f"write {add_axis(place.input(self.written))} {plan.where([self.site])}"

    def meaning(self) -> object:
        """Return the kind: the axis is the last of any tensor."""
        return (self.kind,)
