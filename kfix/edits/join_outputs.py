"""Two outputs of a layer that are joined by a Concatenate."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Price, SiteEdit
from kfix.edits.graph import GraphChanges
from kfix.model.code import NewLayer

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan

_JOIN = NewLayer("Concatenate")


class JoinOutputs(SiteEdit):
    """Of the outputs of the layer called at `site`, two are joined by a Concatenate, which takes
    the place of one.

    Each of `pairs` is the number of the output that is replaced, and those of the two that are
    joined.
    """

    kind: ClassVar[str] = "join-outputs"
    price_key: ClassVar[str] = "join"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "join",
            0.7,
            "A decoder of twice the units starts from the states of both directions, joined.",
        ),
    )
    pairs: tuple[tuple[int, int, int], ...]

    def change(self, graph: GraphChanges) -> None:
        """Join each pair."""
        for replaced, *joined in self.pairs:
            graph.join(self.site, replaced, joined, _JOIN)

    def write(self, plan: Plan) -> str:
        """Write `state = Concatenate()([state, other])` for each pair, by the names that the
        outputs are given.
        """
        from kfix.rewrite.outputs import join_outputs

        said = join_outputs(plan, self.site, self.pairs, _JOIN)
        return f"insert {'; '.join(said)} {plan.where([self.site])}"
