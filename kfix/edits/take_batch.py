"""An array that is made for the samples of a tensor, and not for a fixed number of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import Price, SiteEdit

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class TakeBatch(SiteEdit):
    """The array that the operation at `site` takes is made for as many samples as its operand
    number `tensor` has: `keras.random.normal((keras.ops.shape(x)[0], 2))`.
    """

    kind: ClassVar[str] = "take-batch"
    price_key: ClassVar[str] = "take-batch"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "take-batch",
            0.4,
            "The last batch may have fewer samples than the others.",
        ),
    )
    reach: ClassVar[Literal["program"]] = "program"
    tensor: int

    def write(self, plan: Plan) -> str:
        """Write the number of samples of the tensor over the first dim of the array's shape."""
        from kfix.rewrite.batches import write_batch

        old, new = write_batch(plan, self.site, self.tensor)
        return f"write {new} for {old} {plan.where([self.site])}"
