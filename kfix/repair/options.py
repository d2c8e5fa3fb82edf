"""What a person asked of the search."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from kfix.edits.base import Edit
from kfix.model.graph import Array, Model, TensorRef
from kfix.model.origin import places
from kfix.model.program import AtHand, Fit, no_tensors_at, nothing_at_hand
from kfix.model.site import Site


class Options:
    """What a person asked of the search.

    `prefer` is "flatten" or "pool"; `only` and `never` are kinds of edits
    (`insert-layer`, …); `steps` is how many times a model may be traced.
    `within(literal, argument)` says whether a literal is written inside an
    argument (and not a constant from elsewhere), where that is known.
    `program` are all models of the program, `control` the literals that decide
    a condition or a loop: what is made of a constant besides the arguments of
    the models that are to be fixed. `activation` is that of a last layer
    under the loss of the model, where that asks for one. `at_hand` are the
    names of integers where a layer is made. With `always`, adapters in
    front of every refused layer are taken where nothing else is found. `batch` is how many
    samples the program says that `fit` takes at a time, `fits` are all calls that are given data.
    """

    def __init__(  # noqa: PLR0913 - a record: one argument for each field
        self,
        prefer: str | None = None,
        only: frozenset[str] = frozenset(),
        never: frozenset[str] = frozenset(),
        steps: int = 900,
        within: Callable[[Site, Site], bool] | None = None,
        program: Sequence[Model] = (),
        control: frozenset[Site] = frozenset(),
        activation: str | None = None,
        at_hand: Callable[[Site], Mapping[str, AtHand]] = nothing_at_hand,
        tensors_at: Callable[[Site], Mapping[str, TensorRef]] = no_tensors_at,
        always: bool = False,
        batch: int | None = None,
        fits: Sequence[Fit] = (),
    ) -> None:
        self.prefer = prefer
        self.only = only
        self.never = never
        self.steps = steps
        self.within = within
        self.program = program
        self.control = control
        self.activation = activation
        self.at_hand = at_hand
        self.tensors_at = tensors_at
        self.always = always
        self.batch = batch
        self.fits = fits

    @cached_property
    def of_data(self) -> frozenset[Site]:
        """The literals that the data of the calls is made of: the model does not own them."""
        parts = (part for fit in self.fits for part in (*fit.parts, *fit.sets))
        arrays = (part.value for part in parts if isinstance(part.value, Array))
        return frozenset(one.site for array in arrays for one in places(array.origin))

    def allows(self, edit: Edit) -> bool:
        """Return whether this edit may be made."""
        return edit.kind not in self.never and (not self.only or edit.kind in self.only)
