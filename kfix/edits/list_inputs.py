"""The tensors of a call in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Price, SiteEdit
from kfix.edits.graph import Args, CannotApply, GraphChanges

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class ListInputs(SiteEdit):
    """The layer or model called at `site` takes its positional arguments in one list.

    `base([a, b])` for `base(a, b)`.
    """

    kind: ClassVar[str] = "list-inputs"
    price_key: ClassVar[str] = "list-inputs"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "list-inputs",
            0.5,
            "Merging layers and models of several inputs take them in one list: that is meant.",
        ),
    )

    def change(self, graph: GraphChanges) -> None:
        """Call the layer on the list."""
        graph.set_call(self.site, _listed)

    def write(self, plan: Plan) -> str:
        """Write brackets around the positional arguments."""
        from kfix.rewrite.listed_arguments import write_list

        return f"give {write_list(plan, self.site)} its inputs in a list {plan.where([self.site])}"


def _listed(args: Args) -> Args:
    inputs = [value for keyword, value in args if keyword is None]
    if len(inputs) < 2:
        raise CannotApply("the call has one input")
    return ((None, inputs), *(pair for pair in args if pair[0] is not None))
