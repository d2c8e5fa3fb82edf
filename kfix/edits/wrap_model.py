"""A model put into a Sequential."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Price, SiteEdit
from kfix.edits.graph import GraphChanges

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class WrapModel(SiteEdit):
    """The model that the call at `site` adds to goes into a Sequential before: `model =
    Sequential([model])`.
    """

    kind: ClassVar[str] = "wrap-model"
    price_key: ClassVar[str] = "wrap-model"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "wrap-model",
            0.7,
            "A model that is not a Sequential becomes the first layer of one that can be added to.",
        ),
    )

    def change(self, graph: GraphChanges) -> None:
        """Take out what stands for the call that is refused."""
        graph.remove(self.site)

    def write(self, plan: Plan) -> str:
        """Write the Sequential before the statement that adds to the model, or before the loop
        around that.
        """
        from kfix.rewrite.containers import put_into_sequential

        name = put_into_sequential(plan, self.site)
        return f"put {name} into a Sequential {plan.where([self.site])}"
