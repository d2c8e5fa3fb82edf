"""The output of a model in the place of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kfix.edits.base import Price, SiteEdit
from kfix.edits.graph import GraphChanges
from kfix.model.attributes import UNCALLED
from kfix.model.site import Site

if TYPE_CHECKING:
    from kfix.rewrite.plan import Plan


class TakeOutput(SiteEdit):
    """The model made by `model` is written at `site` where its output belongs: `base.output` for
    `base`.

    `name` is the attribute: `output`, of a Sequential `outputs[0]`.
    """

    kind: ClassVar[str] = "take-output"
    price_key: ClassVar[str] = "take-output"
    prices: ClassVar[tuple[Price, ...]] = (
        Price(
            "take-output",
            0.4,
            "A model has one output: where a tensor belongs, that is what is meant.",
        ),
    )
    model: Site
    name: str

    def change(self, graph: GraphChanges) -> None:
        """Let the model be called on its own input."""
        graph.set_attribute(self.model, UNCALLED)

    def write(self, plan: Plan) -> str:
        """Write the attribute behind the model."""
        from kfix.rewrite.attributes import write_behind

        return f"take {write_behind(plan, self.site, f'.{self.name}')} {plan.where([self.site])}"

    def meaning(self) -> object:
        """Return the attribute, of whatever model."""
        return self.kind, self.name
