"""A layer that goes to another place of its model."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import SiteEdit
from kfix.edits.graph import GraphChanges
from kfix.model.code import Where
from kfix.model.site import Site

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class MoveLayer(SiteEdit):
    """The layer put in at `site` goes `before` or `after` the one put in at `to`."""

    kind: ClassVar[str] = "move-layer"
    price_key: ClassVar[str] = "move"
    to: Site
    where: Where

    def change(self, graph: GraphChanges) -> None:
        """Move the layer."""
        graph.move(self.site, self.to, self.where)

    def write(self, plan: Plan) -> str:
        """Carry the layer, with the comment beside it, before or after another."""
        from kfix.rewrite.errors import CannotWrite
        from kfix.rewrite.kind_of_spot import spot

        if self.site == self.to:
            raise CannotWrite("a layer cannot be moved past itself")
        source, goal = spot(plan, self.site), spot(plan, self.to)
        if source.unit is not goal.unit:
            raise CannotWrite("a layer cannot be moved to another file or cell")
        layer, comment = source.carried()
        goal.insert(self.where, layer, comment)
        source.remove()
        return f"move {source.text()} {self.where} {goal.text()}"
