"""What labels of a form ask of an output, under a loss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.checks.dims import Dims, agree, alike, as_wanted, broadcast, one_each, wanted_dim
from kfix.checks.loss import CATEGORICAL, SPARSE
from kfix.model.graph import Array, Dim, Shapes
from kfix.model.record import Value
from kfix.model.target import ANY, Wanted


class Head(Value):
    """The end of a model: its output dims, its last units and its last activation.

    `dims` is `None` where the model is refused. `entry` are the dims of its one input, where known.
    """

    dims: Dims | None
    units: int | None
    activation: object
    entry: Dims | None = None

    @property
    def has_classes(self) -> bool:
        """Whether there are several units, as many as classes."""
        return self.units is not None and self.units > 1

    def holds(self, count: int | None) -> bool:
        """Return whether there is a unit for each of `count` classes, as far as that is known."""
        return count is None or (self.units is not None and self.units >= count)


class Asked(Value):
    """What the labels ask for.

    `dims` are those of the output. `loss` is the loss that fits the labels
    where the present one does not, `problem` that it does not. `doubtful`
    says that another reading of the labels is as good, `silent` that Keras
    broadcasts, and so trains all the same.
    """

    dims: tuple[Wanted, ...]
    loss: str | None = None
    problem: bool = False
    doubtful: bool = False
    silent: bool = False


def ask(kind: str, labels: Array, head: Head) -> Asked | None:
    """Return what labels ask for under a kind of loss, `None` where that is unknown.

    Where the output fits, its own dims are the answer: what Keras trains without broadcasting.
    """
    if not labels.sample_known:
        return None
    return _KINDS[kind](labels, head).asked()


class _Labels:
    """Labels of known rank, read under a loss that compares them with the output."""

    def __init__(self, labels: Array, head: Head) -> None:
        self.labels = labels
        self.head = head
        self.dims: Dims = labels.sample
        self.count = labels.distinct
        self.integers = whole_numbers(labels)

    @property
    def is_column(self) -> bool:
        """Whether there is one value for each sample."""
        return self.dims in ((), (1,))

    @property
    def output(self) -> Dims:
        """The dims of the output, `()` where the model is refused."""
        return self.head.dims or ()

    def asked(self) -> Asked | None:
        """Return what the labels ask for, `None` where that is unknown."""
        if self.is_column:
            return self.column()
        if self.head.dims is not None and alike(self.output, self.dims):
            return Asked(as_wanted(self.output))
        if self.places:
            masks = self.masks()
            if masks is not None:
                return masks
        return self.rows()

    def column(self) -> Asked | None:
        """Return what one value for each sample asks for."""
        if self.means_classes and self.head.holds(self.count):
            return Asked((ANY,), SPARSE, problem=True, doubtful=self.doubts_classes)
        if self.head.dims is not None and alike(self.output, self.dims):
            return Asked(as_wanted(self.output))
        return Asked((1,), doubtful=self.doubts_column, silent=self.broadcasts((1,)))

    def rows(self) -> Asked | None:
        """Return what a row for each sample asks for: an output of the same dims."""
        return Asked(as_wanted(self.dims), silent=self.broadcasts(self.dims))

    @property
    def means_classes(self) -> bool:
        """Whether the model returns shares of classes, and the labels may be their indices."""
        return self.head.has_classes and self.head.activation == "softmax" and self.integers

    @property
    def doubts_classes(self) -> bool:
        """Whether the labels may be another thing than class indices."""
        return True

    @property
    def doubts_column(self) -> bool:
        """Whether an output of one unit is perhaps not meant."""
        return False

    def broadcasts(self, dims: Dims) -> bool:
        """Return whether Keras broadcasts an axis of 1, and trains all the same."""
        return False

    # --- one label for each place of an image -----------------------------------------------------

    @property
    def places(self) -> Dims:
        """The places of an image that have a label each, `()` where they are not such a mask.

        They are (height, width), perhaps with an axis of 1. The model returns a feature map of
        that size, or of an image of that size.
        """
        dims = self.dims
        places = dims[:-1] if len(dims) > 2 and dims[-1] == 1 else dims
        if len(places) < 2 or len(self.output) != len(places) + 1:
            return ()
        entry = self.head.entry
        of_image = entry is not None and entry[:-1] == places
        return places if of_image or agree(self.output[:-1], places) else ()

    def masks(self) -> Asked | None:
        """Return what a label for each place asks for: class indices, or else one channel."""
        head = self.head
        if agree(self.output[:-1], self.places) and not head.has_classes:
            return None
        if head.has_classes and self.are_class_masks and head.holds(self.count):
            wanted = as_wanted((*self.places, self.output[-1]))
            return Asked(wanted, SPARSE, problem=True, doubtful=self.doubts_masks)
        return self.one_channel()

    def one_channel(self) -> Asked | None:
        """Return that the output should have one channel of the size of the mask."""
        return Asked((*as_wanted(self.places), 1), silent=self.broadcasts(self.dims))

    @property
    def are_class_masks(self) -> bool:
        """Whether a mask has the class index of each place."""
        return False

    @property
    def doubts_masks(self) -> bool:
        """Whether a mask may have other values than class indices."""
        return False


class _Sparse(_Labels):
    """Labels under sparse categorical cross-entropy, which takes class indices."""

    def asked(self) -> Asked | None:
        dims, head = self.dims, self.head
        if self.labels.one_hot and len(dims) == 1:
            return Asked((wanted_dim(dims[0]),), CATEGORICAL, problem=True)
        if self.output and one_each(self.output, dims):
            return Asked(as_wanted((*self.output[:-1], _enough(self.output[-1], self.count))))
        if self.is_column:
            return Asked((_classes(head, self.count),))
        if len(dims) > 1:
            return self._row_for_each_step() or self._mask()
        return self.rows() or self._mask()

    def _row_for_each_step(self) -> Asked | None:
        last = self.dims[-1]
        if agree(self.output, self.dims) and isinstance(last, int) and last > 1:
            return Asked(as_wanted(self.output), CATEGORICAL, problem=True)
        return None

    def rows(self) -> Asked | None:
        length = self.dims[0]
        if (self.labels.dtype or "").startswith("float"):
            return Asked((wanted_dim(length),), CATEGORICAL, problem=True)
        several = self.count is not None and self.count > 1
        if self.integers and isinstance(length, int) and several:
            return Asked((length, _classes(self.head, self.count)))  # one class for each step
        return None

    def _mask(self) -> Asked | None:
        places = self.places
        if not places or not self.head.has_classes:
            return None
        return Asked(as_wanted((*places, _enough(self.output[-1], self.count))))


class _Categorical(_Labels):
    """Labels under categorical cross-entropy, which takes one-hot rows."""

    def column(self) -> Asked | None:
        if self.head.units == 1:
            if self.integers and self.count is not None and self.count > 2:
                return Asked((self.count,), SPARSE, problem=True, doubtful=True)
            return None
        loss = SPARSE if self.integers else None
        return Asked((_classes(self.head, self.count),), loss, problem=True)

    def rows(self) -> Asked | None:
        if not numbers_a_step(self.labels, self.head):
            return super().rows()
        steps = self.dims[: len(self.output) - 1]
        wanted = as_wanted((*steps, _enough(self.head.units, self.count)))
        return Asked(wanted, SPARSE, problem=True)

    @property
    def are_class_masks(self) -> bool:
        return self.integers and self.labels.dtype != "bool"

    def one_channel(self) -> Asked | None:
        return None


class _Binary(_Labels):
    """Labels under binary cross-entropy."""

    def rows(self) -> Asked | None:
        return Asked(as_wanted(self.dims), doubtful=self.dims == (2,))

    @property
    def doubts_classes(self) -> bool:
        return self.count is None

    @property
    def doubts_column(self) -> bool:
        return self.head.has_classes and len(self.output) == 1

    @property
    def are_class_masks(self) -> bool:
        return self.means_classes and self.labels.dtype != "bool"

    @property
    def doubts_masks(self) -> bool:
        return self.count is None


class _Distance(_Labels):
    """Labels under a loss that measures a distance, which Keras broadcasts."""

    def broadcasts(self, dims: Dims) -> bool:
        return self.head.dims is not None and broadcast(self.output, dims)


_KINDS: dict[str, type[_Labels]] = {
    "sparse": _Sparse,
    "categorical": _Categorical,
    "binary": _Binary,
    "distance": _Distance,
}
"""By the kind of a `Loss`."""


def one_a_sample(labels: Array, head: Head, inputs: Sequence[Shapes], data: object) -> Array:
    """Return labels without a last axis of 1 that an output of any length may not be compared with.

    `(None, 1)` is not a column of labels where the data has thirty time steps.
    """
    output = head.dims or ()
    if labels.sample != (1,) or len(output) != 2 or output[0] is not None:
        return labels
    lengths = _open_lengths(inputs, data)
    if not lengths or 1 in lengths or not isinstance(labels.shape, tuple):
        return labels
    return Array(labels.shape[:1], labels.dtype, labels.distinct, labels.one_hot)


def opened(dims: tuple[Wanted, ...], inputs: Sequence[Shapes], data: object) -> tuple[Wanted, ...]:
    """Return wanted dims, any length where the model leaves the length of its input open.

    Labels of (64, 59, 93) beside data of as many time steps for an `Input((None, 93))` ask for a
    sequence, and not for 59.
    """
    lengths = _open_lengths(inputs, data)
    return (*(ANY if dim in lengths else dim for dim in dims[:-1]), *dims[-1:])


def _open_lengths(inputs: Sequence[Shapes], data: object) -> set[int]:
    """Return the sizes that the data has where the inputs leave them open."""
    given = list(data) if isinstance(data, list | tuple) else [data]
    if len(given) != len(inputs):
        return set()
    pairs = zip(inputs, given, strict=True)
    return {length for entry, array in pairs for length in _lengths(entry, array)}


def _lengths(entry: Shapes, array: object) -> Iterator[int]:
    if isinstance(array, Array) and isinstance(entry, tuple):
        for dim, length in zip(entry[1:], array.sample, strict=False):
            if dim is None and isinstance(length, int):
                yield length


def whole_numbers(labels: Array) -> bool:
    """Return whether the labels may be class indices."""
    return labels.dtype is None or labels.dtype.startswith(("int", "uint", "bool"))


def numbers_a_step(labels: Array, head: Head) -> bool:
    """Return whether there is a class index for each time step (or pixel) of an output of classes.

    Labels of (140,) beside an output of (140, 17) may be one-hot rows of 140 classes as little as
    (140, 1) may.
    """
    output, dims = head.dims or (), labels.sample
    may_be_indices = whole_numbers(labels) and not labels.one_hot
    if len(output) < 2 or not may_be_indices or head.units in (None, 1):
        return False
    if not all(isinstance(dim, int) for dim in dims[: len(output) - 1]):
        return False
    if labels.dtype is None and not any(isinstance(dim, int) for dim in output[:-1]):
        return False  # of any number of steps, and perhaps no class indices
    return one_each(output, dims) and dims != (head.units,)


def _enough(units: Dim, count: int | None) -> Dim:
    """Return the units, or the classes if there are more: a spare class is allowed."""
    if count is None or not isinstance(units, int):
        return units
    return max(units, count)


def _classes(head: Head, count: int | None) -> Wanted:
    """Return how many units the classes ask for."""
    if count is None:
        return ANY
    return max(head.units or 0, count)
