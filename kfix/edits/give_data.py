"""Other data for a call: another variable, or the same one in another form."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import Price, SiteEdit

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class GiveData(SiteEdit):
    """What is given at `site` becomes `form`, in which `{0}` stands for what is written there."""

    kind: ClassVar[str] = "give-data"
    price_key: ClassVar[str] = "data-named"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "data-named",
            0.5,
            "The data has a variable in the form that the model takes, and no call is given that.",
        ),
        Price(
            "data-listed",
            0.7,
            "One array for several inputs or outputs holds them side by side, or is each of them.",
        ),
    )
    reach: ClassVar[Literal["data"]] = "data"
    form: str

    def write(self, plan: Plan) -> str:
        """Write the form over what is given."""
        from kfix.rewrite.elements import write_form

        old, new = write_form(plan, self.site, self.form)
        return f"write {new} for {old} {plan.where([self.site])}"

    def meaning(self) -> object:
        """Return the form."""
        return "give", self.form
