"""An import of what Keras has elsewhere now."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import SiteEdit

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class MoveImport(SiteEdit):
    """The import at `site` brings each name from the module that has it now.

    `homes` are its names, each with that module and its name there ("" for a
    name that nothing uses: it goes). `inside` are names that were modules:
    the name, what is read from it, the module that has that now, and its name.
    """

    kind: ClassVar[str] = "move-import"
    price_key: ClassVar[str] = "rename"
    homes: tuple[tuple[str, str, str], ...]
    inside: tuple[tuple[str, str, str, str], ...] = ()

    def write(self, plan: Plan) -> str:
        """Write the module of most names over the old one; import those of others on a line under
        it.
        """
        from kfix.rewrite.moved_imports import move_import

        said = move_import(plan, self.site, self.homes, self.inside)
        return f"{said} {plan.where([self.site])}"
