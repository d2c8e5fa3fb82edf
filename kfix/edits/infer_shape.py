"""The declaration of an output shape that is not what a layer gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.edits.base import Edit, Price
from kfix.edits.graph import GraphChanges
from kfix.model.attributes import INFERRED
from kfix.model.code import Slot
from kfix.model.site import Site

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan

ARGUMENT, METHOD = "output_shape", "compute_output_shape"


class InferShape(Edit):
    """The declaration goes, and Keras infers the shape of the layers made at `calls` from `call`.

    It is the argument of a Lambda, or the method `at` that Site.
    """

    kind: ClassVar[str] = "infer-shape"
    price_key: ClassVar[str] = "infer-shape"
    prices: ClassVar[tuple[Price, ...]] = (
        Price("infer-shape", 0.4, "A declared shape that is not what the layer gives is wrong."),
    )
    reach: ClassVar[Literal["model", "program", "data"]] = "program"
    calls: tuple[Site, ...]
    slot: Slot | None
    at: Site | None

    @property
    def place(self) -> Site:
        """The first of the calls."""
        return self.calls[0]

    def change(self, graph: GraphChanges) -> None:
        """Let the layers give what their bodies do."""
        for call in self.calls:
            graph.set_attribute(call, INFERRED, True)

    def write(self, plan: Plan) -> str:
        """Take the argument or the method out."""
        if self.slot is not None:
            from kfix.rewrite.arguments import find, on_calls, take_out

            take_out(plan, find(plan, self.slot, ARGUMENT), ARGUMENT)
            return f"drop {ARGUMENT} from {on_calls(plan, [self.slot.call])}"
        from kfix.rewrite.statements import take_out_method

        assert self.at is not None
        take_out_method(plan, self.at)
        return f"take out {METHOD} {plan.where([self.at])}"

    def meaning(self) -> object:
        """Return what is declared no more."""
        return self.kind, self.at
