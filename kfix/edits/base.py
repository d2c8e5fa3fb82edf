"""What every kind of edit says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from kfix.model.graph import Shapes
from kfix.model.record import Value
from kfix.model.site import Site
from kfix.model.unknown import Unknown

if TYPE_CHECKING:
    from kfix.edits.graph import GraphChanges
    from kfix.rewrite.plan import Plan


class Price(Value):
    """One row of the price list: what the edit is, what it costs, and why it costs that."""

    key: str
    cost: float
    reason: str


COSTS: dict[str, float] = {}
"""By key: the costs of the rows that the kinds imported so far add to the price list."""


class Edit(Value):
    """One edit of the source: it names Sites, and through a Site every layer that was made there.

    A kind of edit is a subclass in a module of its own, which has the name of
    the kind: `insert-layer` is `kfix/edits/insert_layer.py`.
    """

    kind: ClassVar[str]
    """The name of the kind, as `--only` and `--never` take it."""

    price_key: ClassVar[str]
    """The row of the price list for an edit of this kind where a candidate names no other."""

    prices: ClassVar[tuple[Price, ...]] = ()
    """The rows that this kind adds to the price list."""

    reach: ClassVar[Literal["model", "program", "data"]] = "model"
    """What it changes: the model, perhaps more of the program, or what the model is given."""

    drops_calls: ClassVar[bool] = False
    """Whether the program calls a layer or a model no more where the edit is made."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        COSTS.update((row.key, row.cost) for row in cls.prices)

    @property
    def place(self) -> Site:
        """The Site that the edit is reported at."""
        raise NotImplementedError

    def change(self, graph: GraphChanges) -> None:
        """Enter what the edit changes in a graph; nothing where it changes no model."""

    def write(self, plan: Plan) -> str:
        """Enter the edit in the plan of the new text; return it in words, for a person.

        `plan.put_code` writes over an expression, `kfix.rewrite` has functions for the rest: layers
        and their places, arguments, literals, names, imports. They are imported in this function,
        for a check of a program needs none of them. Raises `CannotWrite` where the source leaves no
        way to write the edit.
        """
        raise NotImplementedError

    def claims(self) -> tuple[object, ...]:
        """Return what the edit decides; two edits that claim the same are not made together."""
        return ((self.kind, None),)

    def meaning(self) -> object:
        """Return what the edit does, without the place where it does it."""
        return (self.kind,)


class SiteEdit(Edit):
    """An edit of what stands at one Site."""

    site: Site

    @property
    def place(self) -> Site:
        """The Site itself."""
        return self.site

    def claims(self) -> tuple[object, ...]:
        """Return the kind at its Site."""
        return ((self.kind, self.site),)


class Repair(Value):
    """A set of edits that fixes a model, and the shapes that result.

    `cost` is the sum of the edits' prices. `safety` is "safe" (the model could
    not build, and this has one meaning), "unsafe" (another choice is as good)
    or "display" (advice, no edit). `why` is one sentence for a person. It
    is `in_data` where it changes what a model is given, in the place of the model.
    """

    edits: tuple[Edit, ...]
    outputs: tuple[Shapes, ...]
    params: int | Unknown
    cost: float
    safety: str
    why: str = ""
    in_data: bool = False
