"""A function that is called once too often."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import Price, SiteEdit

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class TakeOutCall(SiteEdit):
    """What the call at `site` is given first stands in its place, or what its method is of."""

    kind: ClassVar[str] = "take-out-call"
    price_key: ClassVar[str] = "once"
    prices: ClassVar[tuple[Price, ...]] = (
        Price("once", 0.5, "The data has the form already that the call is there to make."),
    )
    reach: ClassVar[Literal["data"]] = "data"
    of_method: bool = False

    def write(self, plan: Plan) -> str:
        """Write the data, or take out the statement that would do nothing then."""
        from kfix.rewrite.statements import take_out_outer

        taken = take_out_outer(plan, self.site, of_method=self.of_method)
        return f"take out {taken} {plan.where([self.site])}"

    def meaning(self) -> object:
        """Return the kind: it is the same wherever the call stands."""
        return (self.kind,)
