"""Arrays side by side, in the place of one array that a call packs them into."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import Price, SiteEdit

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class ListArrays(SiteEdit):
    """The arrays that the call at `site` packs into one stay apart, in a list or in a tuple."""

    kind: ClassVar[str] = "list-arrays"
    price_key: ClassVar[str] = "data-unpacked"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "data-unpacked",
            0.5,
            "As many arrays as the model has inputs or outputs are meant one for each.",
        ),
    )
    reach: ClassVar[Literal["data"]] = "data"
    as_tuple: bool = False

    def write(self, plan: Plan) -> str:
        """Write the list in the place of the call."""
        from kfix.rewrite.elements import write_listed

        old, new = write_listed(plan, self.site, self.as_tuple)
        return f"write {new} for {old} {plan.where([self.site])}"

    def meaning(self) -> object:
        """Return whether it is a tuple."""
        return self.kind, self.as_tuple
