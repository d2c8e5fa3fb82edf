"""What labels of a form ask of an output, under a loss."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kfix.checks.dims import (
    Dims,
    agree,
    alike,
    as_wanted,
    broadcast,
    one_each,
    wanted_dim,
)
from kfix.checks.loss import CATEGORICAL, SPARSE
from kfix.model.deciding import Row, all_hold, decide
from kfix.model.graph import Array, Dim
from kfix.model.record import Value, replace
from kfix.model.target import ANY, Wanted
from kfix.model.unknown import all_integers, any_integer

HIDDEN = ("relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "swish", "mish")
"""Activations of hidden layers, where a loss expects probabilities."""


class Head(Value):
    """The end of a model: its output dims, its last units and its last activation.

    `dims` is `None` where the model is refused. `entry` are the dims of its one input, where known.
    `of_features` says that it is a map of features: of a pooling, or of `keras.applications`.
    """

    dims: Dims | None
    units: int | None
    activation: object
    entry: Dims | None = None
    of_features: bool = False

    @property
    def is_single_softmax(self) -> bool:
        """Whether one unit has softmax, which is always 1 then."""
        return (self.units, self.activation) == (1, "softmax")

    @property
    def has_classes(self) -> bool:
        """Whether there are several units, as many as classes."""
        return self.units is not None and self.units > 1

    @property
    def is_hidden(self) -> bool:
        """Whether the model ends with a hidden layer, without one that returns probabilities."""
        return self.activation in HIDDEN or self.of_features

    def holds(self, count: int | None) -> bool:
        """Return whether there is a unit for each of `count` classes, as far as that is known."""
        return count is None or (self.units is not None and self.units >= count)


class Demand(Value):
    """What the labels ask for.

    `dims` are those of the output. `loss` is the loss that fits the labels
    where the present one does not, `problem` that it does not. `doubtful`
    says that another reading of the labels is as good, `silent` that Keras
    broadcasts, and so trains all the same. `flat` are the dims that the labels
    have to be reshaped to.
    """

    dims: tuple[Wanted, ...]
    loss: str | None = None
    problem: bool = False
    doubtful: bool = False
    silent: bool = False
    flat: Dims = ()


def ask(kind: str, labels: Array, head: Head) -> Demand | None:
    """Return what labels ask for under a kind of loss, `None` where that is unknown.

    Where the output fits, its own dims are the answer: what Keras trains without broadcasting.
    """
    if not labels.sample_known:
        return None
    return decide(_KINDS[kind], _Labels(labels, head))


class _Labels:
    """Labels of known rank, beside the output that a loss compares them with."""

    def __init__(self, labels: Array, head: Head) -> None:
        self.labels = labels
        self.head = head
        self.dims: Dims = labels.sample
        self.count = labels.distinct
        self.output: Dims = head.dims or ()
        """The dims of the output, `()` where the model is refused."""

    # --- facts ----------------------------------------------------------------------------------

    def is_column(self) -> bool:
        """Return whether there is one value for each sample."""
        return self.dims in ((), (1,))

    def fits(self) -> bool:
        """Return whether Keras compares the output with the labels element by element."""
        return self.head.dims is not None and alike(self.output, self.dims)

    def has_classes(self) -> bool:
        """Return whether the output has several units, as many as classes."""
        return self.head.has_classes

    def has_one_unit(self) -> bool:
        """Return whether the output has one unit."""
        return self.head.units == 1

    def has_unit_for_each(self) -> bool:
        """Return whether there is a unit for each class, as far as that is known."""
        return self.head.holds(self.count)

    def has_other_classes(self) -> bool:
        """Return whether the labels are indices of more than two classes."""
        return whole_numbers(self.labels) and (self.count or 0) > 2

    def means_classes(self) -> bool:
        """Return whether the model returns shares of classes, and the labels may be indices."""
        is_softmax = self.head.activation == "softmax"
        return self.head.has_classes and is_softmax and whole_numbers(self.labels)

    def are_integers(self) -> bool:
        """Return whether the labels may be class indices."""
        return whole_numbers(self.labels)

    def are_indices(self) -> bool:
        """Return whether the labels may be class indices, and not truth values."""
        return whole_numbers(self.labels) and self.labels.dtype != "bool"

    def are_floats(self) -> bool:
        """Return whether the labels are known to be floats."""
        return (self.labels.dtype or "").startswith("float")

    def is_flat(self) -> bool:
        """Return whether there is one axis for each sample."""
        return len(self.dims) == 1

    def is_deep(self) -> bool:
        """Return whether there are several axes for each sample."""
        return len(self.dims) > 1

    def are_one_hot_rows(self) -> bool:
        """Return whether there is one row for each sample, known to be one-hot."""
        return self.labels.one_hot and self.is_flat()

    def is_one_each(self) -> bool:
        """Return whether there is one label for each row of classes of the output."""
        return bool(self.output) and one_each(self.output, self.dims)

    def is_row_each(self) -> bool:
        """Return whether there is a row of several columns for each time step."""
        last = self.dims[-1]
        return agree(self.output, self.dims) and isinstance(last, int) and last > 1

    def is_class_each(self) -> bool:
        """Return whether there is one of several classes for each time step."""
        steps_known = isinstance(self.dims[0], int)
        return whole_numbers(self.labels) and steps_known and (self.count or 0) > 1

    def may_be_indices(self) -> bool:
        """Return whether the labels may be class indices, for all that is known."""
        return whole_numbers(self.labels) and not self.labels.one_hot

    def is_map_of_classes(self) -> bool:
        """Return whether the output has several classes for each time step (or pixel)."""
        return len(self.output) > 1 and self.head.units not in (None, 1)

    def has_known_steps(self) -> bool:
        """Return whether the number of steps of the labels is known.

        That of the output is, too, where the labels are of any dtype: else they are perhaps no
        class indices.
        """
        steps = all_integers(self.dims[: len(self.output) - 1])
        return steps and (self.labels.dtype is not None or any_integer(self.output[:-1]))

    def differs_from_units(self) -> bool:
        """Return whether the labels are not one row as wide as the output."""
        return self.dims != (self.head.units,)

    def are_indices_each(self) -> bool:
        """Return whether there is a class index for each time step (or pixel)."""
        return all_hold(_INDICES_EACH, self)

    # --- one label for each place of an image -----------------------------------------------------

    def places(self) -> Dims:
        """Return the places of an image that have a label each, `()` where they are not such.

        They are (height, width), perhaps with an axis of 1. The model returns a feature map of
        that size, or of an image of that size.
        """
        dims, entry = self.dims, self.head.entry or ()
        match dims:
            case (_, _, *_, 1):
                dims = dims[:-1]
        if not 1 < len(dims) == len(self.output) - 1:
            return ()
        if dims == entry[:-1] or agree(self.output[:-1], dims):
            return dims
        return ()

    def are_apart(self) -> bool:
        """Return whether a mask asks for another output than a map of its size has."""
        return self.head.has_classes or not agree(self.output[:-1], self.places())

    # --- answers --------------------------------------------------------------------------------

    def own_dims(self) -> Demand:
        """Return that the output is as it should be."""
        return Demand(as_wanted(self.output))

    def same_dims(self) -> Demand:
        """Return what a row for each sample asks for: an output of the same dims."""
        return Demand(as_wanted(self.dims))

    def same_dims_or_one(self) -> Demand:
        """Return the same of rows of two columns, which one unit may stand for as well."""
        return Demand(as_wanted(self.dims), doubtful=self.dims == (2,))

    def one_unit(self) -> Demand:
        """Return what one value for each sample asks for."""
        return Demand((1,))

    def one_unit_perhaps(self) -> Demand:
        """Return the same, doubtful where the output has several units."""
        return Demand((1,), doubtful=self.head.has_classes and len(self.output) == 1)

    def of_classes(
        self, loss: str | None = None, problem: bool = False, doubtful: bool = False
    ) -> Demand:
        """Return that the output should have as many units as there are classes."""
        return Demand((_classes(self.head, self.count),), loss, problem, doubtful)

    def one_channel(self) -> Demand:
        """Return that the output should have one channel of the size of the mask."""
        return Demand((*as_wanted(self.places()), 1))

    def of_places(self) -> Demand:
        """Return that the output should have a unit for each class at each place of the mask."""
        return Demand(as_wanted((*self.places(), _enough(self.output[-1], self.count))))

    def class_masks(self) -> Demand:
        """Return that a mask has the class index of each place, under another loss."""
        return Demand(as_wanted((*self.places(), self.output[-1])), SPARSE, problem=True)

    def class_masks_perhaps(self) -> Demand:
        """Return the same, doubtful where the number of classes is unknown."""
        return replace(self.class_masks(), doubtful=self.count is None)

    def indices(self) -> Demand:
        """Return that the labels may be class indices, under another loss."""
        return Demand((ANY,), SPARSE, problem=True, doubtful=True)

    def indices_perhaps(self) -> Demand:
        """Return the same, doubtful where the number of classes is unknown."""
        return replace(self.indices(), doubtful=self.count is None)

    def indices_each(self) -> Demand:
        """Return that there is a class index for each step, under another loss."""
        steps = self.dims[: len(self.output) - 1]
        wanted = as_wanted((*steps, _enough(self.head.units, self.count)))
        return Demand(wanted, SPARSE, problem=True)

    def units_each(self) -> Demand:
        """Return that the output should have a unit for each class beside each label."""
        return Demand(as_wanted((*self.output[:-1], _enough(self.output[-1], self.count))))

    def classes_each(self) -> Demand:
        """Return that the output should have the classes of each time step."""
        return Demand((wanted_dim(self.dims[0]), _classes(self.head, self.count)))

    def rows(self) -> Demand:
        """Return that the labels are one-hot rows, under another loss."""
        return Demand(as_wanted(self.dims), CATEGORICAL, problem=True)

    def rows_each(self) -> Demand:
        """Return that there is a one-hot row for each step, under another loss."""
        return Demand(as_wanted(self.output), CATEGORICAL, problem=True)

    def nothing(self) -> None:
        """Return `None`: what the labels ask for is unknown."""


def _broadcast(answer: Callable[[_Labels], Demand]) -> Callable[[_Labels], Demand]:
    """Return the same answer, silent where Keras broadcasts an axis of 1, and so trains."""

    def silent(labels: _Labels) -> Demand:
        compared = labels.head.dims is not None
        is_silent = compared and broadcast(labels.output, labels.dims or (1,))
        return replace(answer(labels), silent=is_silent)

    return silent


_L = _Labels
_INDICES_EACH = (
    _L.is_map_of_classes,
    _L.may_be_indices,
    _L.has_known_steps,
    _L.is_one_each,
    _L.differs_from_units,
)

_KINDS: dict[str, tuple[Row[_Labels, Demand | None], ...]] = {
    "sparse": (
        Row((_L.are_one_hot_rows,), _L.rows),
        Row((_L.is_one_each,), _L.units_each),
        Row((_L.is_column,), _L.of_classes),
        Row((_L.is_flat, _L.are_floats), _L.rows),
        Row((_L.is_flat, _L.is_class_each), _L.classes_each),
        Row((_L.is_deep, _L.is_row_each), _L.rows_each),
        Row((_L.places, _L.has_classes), _L.of_places),
    ),
    "categorical": (
        Row(
            (_L.is_column, _L.has_one_unit, _L.has_other_classes),
            partial(_L.of_classes, loss=SPARSE, problem=True, doubtful=True),
        ),
        Row((_L.is_column, _L.has_one_unit), _L.nothing),
        Row((_L.is_column, _L.are_integers), partial(_L.of_classes, loss=SPARSE, problem=True)),
        Row((_L.is_column,), partial(_L.of_classes, problem=True, doubtful=True)),
        Row((_L.fits,), _L.own_dims),
        Row((_L.places, _L.has_classes, _L.are_indices, _L.has_unit_for_each), _L.class_masks),
        Row((_L.are_indices_each,), _L.indices_each),
        Row((), _L.same_dims),
    ),
    "binary": (
        Row((_L.is_column, _L.means_classes, _L.has_unit_for_each), _L.indices_perhaps),
        Row((_L.fits,), _L.own_dims),
        Row((_L.is_column,), _L.one_unit_perhaps),
        Row(
            (_L.places, _L.means_classes, _L.are_indices, _L.has_unit_for_each),
            _L.class_masks_perhaps,
        ),
        Row((_L.places, _L.are_apart), _L.one_channel),
        Row((), _L.same_dims_or_one),
    ),
    "distance": (
        Row((_L.is_column, _L.means_classes, _L.has_unit_for_each), _L.indices),
        Row((_L.fits,), _L.own_dims),
        Row((_L.is_column,), _broadcast(_L.one_unit)),
        Row((_L.places, _L.are_apart), _broadcast(_L.one_channel)),
        Row((), _broadcast(_L.same_dims)),
    ),
}
"""What labels ask for, by the kind of a `Loss`: the one that takes class indices, the one that
takes one-hot rows, and those that compare labels and output element by element. A distance is
broadcast.
"""


def whole_numbers(labels: Array) -> bool:
    """Return whether the labels may be class indices."""
    return labels.dtype is None or labels.dtype.startswith(("int", "uint", "bool"))


def numbers_a_step(labels: Array, head: Head) -> bool:
    """Return whether there is a class index for each time step (or pixel) of an output of classes.

    Labels of (140,) beside an output of (140, 17) may be one-hot rows of 140 classes as little as
    (140, 1) may.
    """
    return _Labels(labels, head).are_indices_each()


def _enough(units: Dim, count: int | None) -> Dim:
    """Return the units, or the classes if there are more: a spare class is allowed."""
    if count is None or not isinstance(units, int):
        return units
    return max(units, count)


def _classes(head: Head, count: int | None) -> Wanted:
    """Return how many units the classes ask for; channels of a hidden map do not count them."""
    if count is None:
        return ANY
    if head.is_hidden and len(head.dims or ()) > 1:
        return count
    return max(head.units or 0, count)
