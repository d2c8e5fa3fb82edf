"""Another tensor as an input of a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Price, SiteEdit
from kfix.edits.graph import GraphChanges
from kfix.model.graph import TensorRef
from kfix.model.site import Site

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class ExchangeTensor(SiteEdit):
    """The layer called at `site` takes another tensor as its input number `input`: the one that is
    made at `given`.

    Where that Site makes several, as a helper function does, `tensor` is the one that is meant
    and `name` the variable that holds it.
    """

    kind: ClassVar[str] = "exchange-tensor"
    price_key: ClassVar[str] = "skip"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "skip",
            0.75,
            "The skip connection of another level fits as it is: one variable in another's place.",
        ),
    )
    input: int
    given: Site
    tensor: TensorRef | None = None
    name: str = ""

    def change(self, graph: GraphChanges) -> None:
        """Give the layer the other tensor."""
        graph.exchange(self.site, self.input, self.given, self.tensor)

    def write(self, plan: Plan) -> str:
        """Write the name of the other tensor's variable over that of the one that is there."""
        from kfix.rewrite.tensor_names import write_tensor

        old, new, call = write_tensor(plan, self.site, self.input, self.given, self.name)
        return f"take {new} for {old} in {call} {plan.where([self.site])}"

    def meaning(self) -> object:
        """Return the input and the tensor, at whatever layer."""
        return self.kind, self.input, self.given, self.name
