"""Another key of an entry of a dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import SiteEdit

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class RenameKey(SiteEdit):
    """The key of the entry at `site` of a dictionary becomes `name`: a string, with the quotes that
    stood there.
    """

    kind: ClassVar[str] = "rename-key"
    price_key: ClassVar[str] = "rename"
    reach: ClassVar[Literal["data"]] = "data"
    name: str

    def write(self, plan: Plan) -> str:
        """Write the key, where it is a string of the dictionary's display."""
        from kfix.rewrite.elements import rename_key

        old, new = rename_key(plan, self.site, self.name)
        return f"rename the key {old} to {new} {plan.where([self.site])}"

    def meaning(self) -> object:
        """Return the new key."""
        return "key", self.name
