"""Two things that change places."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import Edit, Price
from kfix.model.site import Site

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class SwapData(Edit):
    """What is given at the two `sites`, elements of a list, a tuple or a dictionary, changes
    places.
    """

    kind: ClassVar[str] = "swap-data"
    price_key: ClassVar[str] = "swap"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "swap",
            0.5,
            "Given in the order of the inputs or the outputs, all of it fits: no other order does.",
        ),
    )
    reach: ClassVar[Literal["data"]] = "data"
    sites: tuple[Site, ...]

    @property
    def place(self) -> Site:
        """The first of the two."""
        return self.sites[0]

    def write(self, plan: Plan) -> str:
        """Write each of the two where the other stood; commas and keys stay."""
        from kfix.rewrite.elements import swap

        one, other = swap(plan, self.sites)
        return f"exchange {one} and {other} {plan.where(self.sites)}"
