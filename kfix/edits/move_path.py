"""A dotted name of Keras by the path that it has now."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import SiteEdit

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class MovePath(SiteEdit):
    """The dotted name written at `site` becomes `path`: `layers.Rescaling`."""

    kind: ClassVar[str] = "move-path"
    price_key: ClassVar[str] = "rename"
    path: str

    def write(self, plan: Plan) -> str:
        """Write the new path over the old one."""
        from kfix.rewrite.callees import write_path

        old = write_path(plan, self.site, self.path)
        return f"write {self.path} for {old} {plan.where([self.site])}"
