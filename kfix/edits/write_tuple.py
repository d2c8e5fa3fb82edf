"""A tuple in the place of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import Price, SiteEdit

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class WriteTuple(SiteEdit):
    """The list that is written at `site` becomes a tuple of the same elements."""

    kind: ClassVar[str] = "write-tuple"
    price_key: ClassVar[str] = "tuple"
    prices: ClassVar[tuple[Price, ...]] = (
        Price("tuple", 0.4, "Keras takes a tuple of a generator where it refuses a list."),
    )
    reach: ClassVar[Literal["data"]] = "data"

    def write(self, plan: Plan) -> str:
        """Write round brackets for the square ones."""
        from kfix.rewrite.elements import write_tuple

        old, new = write_tuple(plan, self.site)
        return f"write {new} for {old} {plan.where([self.site])}"
