"""A literal that is used as a constant."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import Edit
from kfix.edits.graph import GraphChanges
from kfix.model.site import Site

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class SetLiteral(Edit):
    """The literals at `sites` become `value`, and all that is made of them follows.

    `role` says what the value means where it is used (an argument's name),
    for the price and for the words.
    """

    kind: ClassVar[str] = "set-literal"
    price_key: ClassVar[str] = "shared"
    reach: ClassVar[Literal["program"]] = "program"
    sites: tuple[Site, ...]
    value: object
    role: str

    @property
    def place(self) -> Site:
        """The first of the literals."""
        return self.sites[0]

    def change(self, graph: GraphChanges) -> None:
        """Let every literal read otherwise."""
        for site in self.sites:
            graph.set_literal(site, self.value)

    def write(self, plan: Plan) -> str:
        """Write the value at every site, with the quotes and parentheses that stood there."""
        from kfix.rewrite.literals import write_literal

        sites = list(dict.fromkeys(self.sites))
        said = [write_literal(plan, site, self.value, self.role) for site in sites]
        return f"change {said[0]} {plan.where(sites)}"

    def claims(self) -> tuple[object, ...]:
        """Return the literals."""
        return self.sites

    def meaning(self) -> object:
        """Return the argument that the literal is for, and the value."""
        return "set", self.role, self.value
