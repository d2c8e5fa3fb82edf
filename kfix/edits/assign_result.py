"""The result of a call that a statement throws away, assigned to what the call was made on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import Price, SiteEdit

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class AssignResult(SiteEdit):
    """The statement `x.reshape(…)` at `site` becomes `x = x.reshape(…)`, `name` being `x`."""

    kind: ClassVar[str] = "assign-result"
    price_key: ClassVar[str] = "assign"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "assign",
            0.5,
            "A call that returns a new array and changes nothing is made for what it returns.",
        ),
    )
    reach: ClassVar[Literal["data"]] = "data"
    name: str

    def write(self, plan: Plan) -> str:
        """Write the assignment around the call."""
        from kfix.rewrite.elements import write_assigned

        return f"write {write_assigned(plan, self.site, self.name)} {plan.where([self.site])}"

    def meaning(self) -> object:
        """Return the variable."""
        return "assign", self.name
