"""An option of a call that makes data, or that gives a model its data."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import SiteEdit
from kfix.model.code import Slot

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class SetOption(SiteEdit):
    """The call at `site`, which makes data or gives it to a model, gets the argument `name`."""

    kind: ClassVar[str] = "set-option"
    price_key: ClassVar[str] = "data-made"
    reach: ClassVar[Literal["data"]] = "data"
    name: str
    value: object

    def write(self, plan: Plan) -> str:
        """Write the argument over that of its name, or behind those that the call has."""
        from kfix.rewrite.arguments import on_calls, write_argument

        text = write_argument(plan, Slot(self.site, None), self.name, self.value)
        return f"set {self.name}={text} on {on_calls(plan, [self.site])}"

    def claims(self) -> tuple[object, ...]:
        """Return the argument of the call."""
        return ((self.site, self.name),)

    def meaning(self) -> object:
        """Return the argument and its value."""
        return "set", self.name, self.value
