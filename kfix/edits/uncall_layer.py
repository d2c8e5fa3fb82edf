"""A layer in the place of the tensor that it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Price, SiteEdit
from kfix.edits.graph import GraphChanges
from kfix.model.attributes import CALLED
from kfix.model.site import Site

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class UncallLayer(SiteEdit):
    """The layer made by `layer` is put into a Sequential at `site`, in the place of the tensor that
    it gives.

    `model.add(Dense(5)(x))` becomes `model.add(Dense(5))`, and `model.add(base.output)` becomes
    `model.add(base)`.
    """

    kind: ClassVar[str] = "uncall-layer"
    price_key: ClassVar[str] = "uncall-layer"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "uncall-layer",
            0.4,
            "A Sequential calls its layers itself: a layer belongs there, not what it gives.",
        ),
    )
    drops_calls: ClassVar[bool] = True
    layer: Site

    def change(self, graph: GraphChanges) -> None:
        """Put in the layer."""
        graph.set_attribute(self.layer, CALLED)

    def write(self, plan: Plan) -> str:
        """Take the call, or the attribute, from behind the layer."""
        from kfix.rewrite.layer_calls import write_without_call

        old, new = write_without_call(plan, self.site)
        return f"put in {new} for {old} {plan.where([self.site])}"
