"""One layer in the place of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import SiteEdit
from kfix.edits.graph import GraphChanges
from kfix.model.code import Existing, NewLayer

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class ReplaceLayer(SiteEdit):
    """The layer made by the call at `site` becomes another, or (`Existing`) the layer that it
    wraps.
    """

    kind: ClassVar[str] = "replace-layer"
    price_key: ClassVar[str] = "replace"
    layer: NewLayer | Existing

    def change(self, graph: GraphChanges) -> None:
        """Replace the layer."""
        graph.replace(self.site, self.layer)

    def write(self, plan: Plan) -> str:
        """Write the new layer over the call; its parentheses stay."""
        layer = plan.replace_layer(self.site, self.layer)
        return f"replace {plan.text(self.site)} by {layer.text}"

    def meaning(self) -> object:
        """Return the class of the new layer, as if it were put in: what it replaces is a place."""
        if isinstance(self.layer, Existing):
            return ("unwrap",)
        return "insert", self.layer.cls, ""
