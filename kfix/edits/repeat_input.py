"""The tensor of a call once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Price, SiteEdit
from kfix.edits.graph import Args, CannotApply, GraphChanges

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class RepeatInput(SiteEdit):
    """The layer called at `site` takes its one tensor as query and as value: `attention(x, x)` for
    `attention(x)`, or `attention([x, x])` where it takes a list.
    """

    listed: bool = False

    kind: ClassVar[str] = "repeat-input"
    price_key: ClassVar[str] = "repeat-input"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "repeat-input",
            0.5,
            "Attention that is given one sequence is attention of the sequence to itself.",
        ),
    )

    def change(self, graph: GraphChanges) -> None:
        """Give the layer the tensor twice."""
        graph.set_call(self.site, _twice_in_list if self.listed else _twice)

    def write(self, plan: Plan) -> str:
        """Write the argument once more."""
        from kfix.rewrite.listed_arguments import write_twice

        return f"write {write_twice(plan, self.site, self.listed)} {plan.where([self.site])}"


def _twice(args: Args) -> Args:
    if len(args) != 1:
        raise CannotApply("the call has several inputs")
    return (*args, *args)


def _twice_in_list(args: Args) -> Args:
    (name, tensor), other = _twice(args)
    return ((name, [tensor, other[1]]),)
