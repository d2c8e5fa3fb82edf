"""A call of a function as one of another, which takes fewer arguments or calls them otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import SiteEdit
from kfix.edits.graph import Args, CannotApply, GraphChanges

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class ExchangeCall(SiteEdit):
    """The call of a function at `site` becomes one of its sibling `name`, or of the function of
    that name in full, which takes `kept` of its arguments.

    Of each that number in the call, from 0, and its keyword (`None`: positional).
    `merge([a, b], mode="concat", concat_axis=1)` becomes `concatenate([a, b], axis=1)`, and
    `tf.reduce_mean(x, 1)` becomes `keras.ops.mean(x, 1)`.
    """

    kind: ClassVar[str] = "exchange-call"
    price_key: ClassVar[str] = "rename"
    name: str
    kept: tuple[tuple[int, str | None], ...]

    def change(self, graph: GraphChanges) -> None:
        """Call the other function, on the arguments that stay."""
        graph.set_class(self.site, self.name)
        graph.set_call(self.site, self._keep)

    def _keep(self, args: Args) -> Args:
        if any(number >= len(args) for number, _ in self.kept):
            raise CannotApply("the call has fewer arguments")
        return tuple((keyword, args[number][1]) for number, keyword in self.kept)

    def write(self, plan: Plan) -> str:
        """Write the new name, take the other arguments out, and give those that stay their
        keywords.
        """
        from kfix.rewrite.callees import write_call

        old, new = write_call(plan, self.site, self.name, dict(self.kept))
        return f"write {new} for {old} {plan.where([self.site])}"

    def meaning(self) -> object:
        """Return the new name."""
        return "exchange", self.name
