"""The tensors of a list, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import SiteEdit
from kfix.edits.graph import Args, CannotApply, GraphChanges

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class SpreadInputs(SiteEdit):
    """The layer called at `site` takes the tensors of its list one by one.

    `attention(x, y)` for `attention([x, y])`.
    """

    kind: ClassVar[str] = "spread-inputs"
    price_key: ClassVar[str] = "list-inputs"

    def change(self, graph: GraphChanges) -> None:
        """Call the layer on the tensors of the list."""
        graph.set_call(self.site, _spread)

    def write(self, plan: Plan) -> str:
        """Take the brackets away."""
        from kfix.rewrite.listed_arguments import write_spread

        called = write_spread(plan, self.site)
        return f"give {called} its inputs one by one {plan.where([self.site])}"


def _spread(args: Args) -> Args:
    if not args or not isinstance(args[0][1], list | tuple):
        raise CannotApply("the call has no list")
    return (*((None, one) for one in args[0][1]), *args[1:])
