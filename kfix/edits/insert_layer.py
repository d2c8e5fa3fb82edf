"""A new layer beside a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import SiteEdit
from kfix.edits.graph import GraphChanges
from kfix.model.code import NewLayer, Where

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class InsertLayer(SiteEdit):
    """A new layer `before` or `after` (`where`) the place where a layer is put in.

    `ahead` is before the first layer alone of those that are put in there, and so before the loop
    that makes them.
    Before a call on several tensors, `input` is the number of the one that the
    new layer is called on (from 0, in the order they are written).
    """

    kind: ClassVar[str] = "insert-layer"
    price_key: ClassVar[str] = "bridge"
    where: Where
    layer: NewLayer
    input: int | None = None

    def change(self, graph: GraphChanges) -> None:
        """Put the layer in."""
        graph.insert(self.site, self.where, self.layer, self.input)

    def write(self, plan: Plan) -> str:
        """Put the layer in, called as its neighbours are."""
        from kfix.rewrite.kind_of_spot import spot

        place = spot(plan, self.site)
        layer, put = place.spelled(self.layer, self.where)
        if self.where == "ahead":
            return f"insert {layer.text} {place.ahead(put)} {place.text()}"
        if self.input is None:
            place.insert(self.where, put)
            return f"insert {layer.text} {self.where} {place.text()}"
        tensor = place.input(self.input)
        tensor.insert(self.where, put)
        return f"insert {layer.text} on {tensor.text()} {self.where} {place.text()}"

    def claims(self) -> tuple[object, ...]:
        """Return nothing: any number of layers can be put in at a place."""
        return ()

    def meaning(self) -> object:
        """Return the class of the layer, and that of a layer in it."""
        within = next((new.cls for _, new in self.layer.arguments if isinstance(new, NewLayer)), "")
        return "insert", self.layer.cls, within
