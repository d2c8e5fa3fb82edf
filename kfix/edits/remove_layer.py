"""A layer that is taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import SiteEdit
from kfix.edits.graph import GraphChanges

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class RemoveLayer(SiteEdit):
    """The layer put in at `site` goes."""

    kind: ClassVar[str] = "remove-layer"
    price_key: ClassVar[str] = "remove"

    def change(self, graph: GraphChanges) -> None:
        """Take the layer out."""
        graph.remove(self.site)

    def write(self, plan: Plan) -> str:
        """Take the layer out with the comment beside it; other comments stay."""
        from kfix.rewrite.kind_of_spot import spot

        place = spot(plan, self.site)
        place.remove()
        return f"remove {place.text()} {plan.where([self.site])}"
