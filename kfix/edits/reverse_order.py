"""What a loop goes through, in the reverse order."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import SiteEdit
from kfix.edits.graph import GraphChanges

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class ReverseOrder(SiteEdit):
    """The layer that a loop calls at `site` takes the tensors of its input number `input` in the
    reverse order.
    """

    kind: ClassVar[str] = "reverse-order"
    price_key: ClassVar[str] = "skip"
    input: int

    def change(self, graph: GraphChanges) -> None:
        """Reverse the order of the tensors."""
        graph.reorder(self.site, self.input, lambda tensors: tensors[::-1])

    def write(self, plan: Plan) -> str:
        """Write `reversed(skips)` in the head of the loop; what is reversed already is not any
        more.
        """
        from kfix.rewrite.loops import reverse_loop

        text = reverse_loop(plan, self.site, self.input)
        return f"loop over {text} {plan.where([self.site])}"

    def meaning(self) -> object:
        """Return that the order is another one, as of the calls of a helper function."""
        return ("order",)
