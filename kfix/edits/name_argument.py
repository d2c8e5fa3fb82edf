"""A keyword for an argument that is given by its position."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import SiteEdit
from kfix.edits.graph import Args, GraphChanges
from kfix.model.attributes import BY_POSITION
from kfix.model.site import Site

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class NameArgument(SiteEdit):
    """The layer made by `layer` that is called at `site` takes an argument by the keyword `name`
    that it is given by position.

    `number` is its place, from 0: `base(x, False)` becomes `base(x, training=False)`.
    """

    kind: ClassVar[str] = "name-argument"
    price_key: ClassVar[str] = "rename"
    layer: Site
    number: int
    name: str

    def change(self, graph: GraphChanges) -> None:
        """Give the argument its keyword."""
        graph.set_attribute(self.layer, BY_POSITION)
        graph.set_call(self.site, self._named)

    def _named(self, args: Args) -> Args:
        if self.number >= len(args):
            return args  # of a layer of the program a node keeps the tensors alone
        named = (self.name, args[self.number][1])
        return (*args[: self.number], named, *args[self.number + 1 :])

    def write(self, plan: Plan) -> str:
        """Write the keyword before the value."""
        from kfix.rewrite.arguments import write_keyword

        text = write_keyword(plan, self.site, self.number, self.name)
        return f"give {text} by its keyword {plan.where([self.site])}"

    def meaning(self) -> object:
        """Return the keyword, in whatever call."""
        return self.kind, self.name
