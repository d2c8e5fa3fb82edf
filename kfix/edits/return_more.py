"""A layer that returns more than its output."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Price, SiteEdit
from kfix.edits.graph import GraphChanges
from kfix.model.code import Slot
from kfix.model.site import Site

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class ReturnMore(SiteEdit):
    """The call at `site` gets the argument `name` that lets a layer return its states or scores.

    They are taken apart at `taken`: `x, h, c = LSTM(8)(x)` becomes `x, h, c = LSTM(8,
    return_state=True)(x)`.
    """

    kind: ClassVar[str] = "return-more"
    price_key: ClassVar[str] = "return-more"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "return-more",
            0.4,
            "As many variables as a layer has outputs and states say that the states are meant.",
        ),
    )
    name: str
    taken: Site

    def change(self, graph: GraphChanges) -> None:
        """Set the argument, and take out what stands for the refusal."""
        graph.set_argument(self.site, self.name, True)
        graph.remove(self.taken)

    def write(self, plan: Plan) -> str:
        """Write the argument."""
        from kfix.rewrite.arguments import on_calls, write_argument

        write_argument(plan, Slot(self.site), self.name, True)
        return f"set {self.name}=True on {on_calls(plan, [self.site])}"

    def meaning(self) -> object:
        """Return the argument, of whatever layer."""
        return self.kind, self.name
