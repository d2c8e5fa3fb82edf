"""Two calls of a helper function that exchange one of their arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import SiteEdit
from kfix.edits.graph import GraphChanges
from kfix.model.graph import TensorRef

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class SwapArguments(SiteEdit):
    """Two calls of the helper function that calls a layer at `site` change what they give it as its
    input `input`.

    `one` and `two` number those calls from 0, of `count` in all.
    """

    kind: ClassVar[str] = "swap-arguments"
    price_key: ClassVar[str] = "skip"
    input: int
    one: int
    two: int
    count: int

    def change(self, graph: GraphChanges) -> None:
        """Exchange the tensors of the two calls."""
        graph.reorder(self.site, self.input, self._swapped)

    def _swapped(self, tensors: list[TensorRef]) -> list[TensorRef]:
        if len(tensors) == self.count:
            tensors[self.one], tensors[self.two] = tensors[self.two], tensors[self.one]
        return tensors

    def write(self, plan: Plan) -> str:
        """Give each of the two calls the expression that stands in the other."""
        from kfix.rewrite.helper_calls import swap_in_calls

        numbers = (self.one, self.two)
        one, two, helper, calls = swap_in_calls(plan, self.site, self.input, numbers, self.count)
        return f"exchange {one} and {two} in the calls of {helper} {plan.where(calls)}"

    def meaning(self) -> object:
        """Return that the order is another one, as of what a loop goes through."""
        return ("order",)
