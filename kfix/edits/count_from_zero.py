"""Labels that one-hot rows are made of, counted from 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import SiteEdit

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class CountFromZero(SiteEdit):
    """The labels that the call at `site` makes one-hot rows of become `y - 1`."""

    kind: ClassVar[str] = "count-from-zero"
    price_key: ClassVar[str] = "labels"
    reach: ClassVar[Literal["data"]] = "data"

    def write(self, plan: Plan) -> str:
        """Write `- 1` behind the labels."""
        from kfix.rewrite.elements import write_first

        old, new = write_first(plan, self.site, "{0} - 1")
        return f"write {new} for {old} {plan.where([self.site])}"

    def meaning(self) -> object:
        """Return that the labels are counted from 0."""
        return (self.kind,)
