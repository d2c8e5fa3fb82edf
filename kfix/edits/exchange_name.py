"""A class or function of a library by the name of its sibling."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import SiteEdit
from kfix.edits.graph import GraphChanges

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class ExchangeName(SiteEdit):
    """The class or function of a library that is written at `site` becomes its sibling `name`; its
    arguments stay.

    `CategoricalCrossentropy(from_logits=True)` becomes
    `SparseCategoricalCrossentropy(from_logits=True)`.
    `removed` is the old name where the library has it no more: its import goes too.
    """

    kind: ClassVar[str] = "exchange-name"
    price_key: ClassVar[str] = "rename"
    reach: ClassVar[Literal["program"]] = "program"
    name: str
    removed: str = ""

    def change(self, graph: GraphChanges) -> None:
        """Let the call make a layer of the other class."""
        graph.set_class(self.site, self.name)

    def write(self, plan: Plan) -> str:
        """Write the new name over the old one; the module before it and the arguments behind it
        stay.
        """
        from kfix.rewrite.callees import write_sibling

        old, new = write_sibling(plan, self.site, self.name, self.removed)
        if new == old:
            return f"import {self.name} as {new} in the place of {self.removed}"
        return f"exchange {old} for {new} {plan.where([self.site])}"

    def meaning(self) -> object:
        """Return the new name."""
        return "exchange", self.name
