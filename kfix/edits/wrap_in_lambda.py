"""A function called in a Lambda layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Price, SiteEdit
from kfix.edits.graph import GraphChanges
from kfix.model.attributes import IN_LAYER

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class WrapInLambda(SiteEdit):
    """The function called at `site` is called in a Lambda layer instead, which takes its tensors.

    `tensors` are their numbers in the call, from 0. `tf.unstack(x, axis=1)` becomes
    `layers.Lambda(lambda t: tf.unstack(t, axis=1))(x)`.
    """

    kind: ClassVar[str] = "wrap-in-lambda"
    price_key: ClassVar[str] = "lambda"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "lambda",
            0.9,
            "A Lambda layer calls any function, but a model with one is saved and read less well.",
        ),
    )
    tensors: tuple[int, ...]

    def change(self, graph: GraphChanges) -> None:
        """Let the function be part of a layer."""
        graph.set_attribute(self.site, IN_LAYER, True)

    def write(self, plan: Plan) -> str:
        """Write the Lambda around the function, and its call on the tensors."""
        from kfix.rewrite.lambdas import write_lambda

        return f"call {write_lambda(plan, self.site, self.tensors)} in a Lambda layer " + (
            plan.where([self.site])
        )
