"""Another attribute of the same object."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import SiteEdit
from kfix.edits.graph import GraphChanges

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class ExchangeAttribute(SiteEdit):
    """The attribute or method without arguments that is asked for at `site` becomes `name`, of the
    same object.

    `x.get_shape()` becomes `x.shape`; a name may end in an index: `model.inputs[0]` in the place
    of `model.input`.
    """

    kind: ClassVar[str] = "exchange-attribute"
    price_key: ClassVar[str] = "rename"
    name: str

    def change(self, graph: GraphChanges) -> None:
        """Take out what stands for the attribute that is refused."""
        graph.remove(self.site)

    def write(self, plan: Plan) -> str:
        """Write the other attribute behind the object."""
        from kfix.rewrite.attributes import write_attribute

        old, new = write_attribute(plan, self.site, self.name)
        return f"write {new} for {old} {plan.where([self.site])}"

    def meaning(self) -> object:
        """Return the attribute, of whatever object."""
        return self.kind, self.name
