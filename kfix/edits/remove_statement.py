"""A statement that means nothing in Keras 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import SiteEdit

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class RemoveStatement(SiteEdit):
    """The call of `name` at `site` goes, with the statement that it is: `K.set_session(…)`."""

    kind: ClassVar[str] = "remove-statement"
    price_key: ClassVar[str] = "rename"
    reach: ClassVar[Literal["program"]] = "program"
    name: str

    def write(self, plan: Plan) -> str:
        """Take the statement out of its block."""
        from kfix.rewrite.statements import take_out_call

        take_out_call(plan, self.site)
        return f"take out the call of {self.name} {plan.where([self.site])}"

    def meaning(self) -> object:
        """Return the name of what is called."""
        return self.kind, self.name
