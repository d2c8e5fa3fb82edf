"""Other data in the expression that makes what a call is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import SiteEdit

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class ExchangeSource(SiteEdit):
    """What is given at `site` is made of other data: `np.ones(len(x_train))` in the place of
    `np.ones(len(x_test))`.

    `names` are pairs of variables, of which the first may be in the expression, and the second
    stands for it then.
    """

    kind: ClassVar[str] = "exchange-source"
    price_key: ClassVar[str] = "data-named"
    reach: ClassVar[Literal["data"]] = "data"
    names: tuple[tuple[str, str], ...]

    def write(self, plan: Plan) -> str:
        """Write the other variable wherever the expression has the first."""
        from kfix.rewrite.made import write_source

        old, new = write_source(plan, self.site, self.names)
        return f"write {new} for {old} in the data {plan.where([self.site])}"
