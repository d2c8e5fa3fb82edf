"""A layer that is made and not called."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Price, SiteEdit
from kfix.edits.graph import GraphChanges
from kfix.model.attributes import UNCALLED
from kfix.model.site import Site

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class CallLayer(SiteEdit):
    """The layer made at `site` is called on the tensor that its variable held before, or on that
    of the variable `on`.

    `x = Dense(10)` becomes `x = Dense(10)(x)`. Where it is written again at `at`, it is called
    there: `base(x)` in the place of `base`.
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
    on: str = ""
    at: Site | None = None

    def change(self, graph: GraphChanges) -> None:
        """Call the layer."""
        graph.set_attribute(self.site, UNCALLED)

    def write(self, plan: Plan) -> str:
        """Write the call behind the one that makes the layer."""
        from kfix.rewrite.attributes import write_behind
        from kfix.rewrite.layer_calls import write_layer_call

        if self.at is not None:
            return f"call {write_behind(plan, self.at, f'({self.on})')} {plan.where([self.at])}"
        return f"call {write_layer_call(plan, self.site, self.on)} {plan.where([self.site])}"
