"""A layer that is made and not called."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Price, SiteEdit
from kfix.edits.graph import GraphChanges
from kfix.model.attributes import UNCALLED

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class CallLayer(SiteEdit):
    """The layer made at `site` is called on the tensor that its variable held before.

    `x = Dense(10)` becomes `x = Dense(10)(x)`.
    """

    kind: ClassVar[str] = "call-layer"
    price_key: ClassVar[str] = "call-layer"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "call-layer",
            0.4,
            "A layer that displaces a tensor in its variable was to be called on that tensor.",
        ),
    )

    def change(self, graph: GraphChanges) -> None:
        """Call the layer."""
        graph.set_attribute(self.site, UNCALLED)

    def write(self, plan: Plan) -> str:
        """Write the call behind the one that makes the layer."""
        from kfix.rewrite.layer_calls import write_layer_call

        return f"call {write_layer_call(plan, self.site)} {plan.where([self.site])}"
