"""Code for Keras 3 in the place of an expression of older programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import SiteEdit

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class WriteCode(SiteEdit):
    """The expression at `site` becomes `text`: `x.shape` in the place of `K.int_shape(x)`.

    `{0}`, `{1}` in the text stand for the names of `brings`, each a dotted path into Keras: they
    are written as the file spells them, and imported where it does not have them.
    """

    kind: ClassVar[str] = "write-code"
    price_key: ClassVar[str] = "rename"
    reach: ClassVar[Literal["program"]] = "program"
    text: str
    brings: tuple[str, ...] = ()

    def write(self, plan: Plan) -> str:
        """Write the code over the expression."""
        from kfix.rewrite.functions import function_name

        file, unit, path = plan.file(self.site), plan.unit(self.site), plan.path(self.site)
        names = [function_name(file, unit, path, one) for one in self.brings]
        new = self.text.format(*names)
        old = plan.put_code(self.site, new)
        return f"write {new} for {old} {plan.where([self.site])}"

    def meaning(self) -> object:
        """Return what is written."""
        return self.kind, self.text, self.brings
