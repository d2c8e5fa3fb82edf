"""Labels of places (height, width), beside an output that has all of them along one axis."""

from __future__ import annotations

from kfix.checks.dims import Dims, as_wanted, one_each
from kfix.checks.labels import Demand, Head
from kfix.checks.loss import SPARSE
from kfix.checks.numbers import are_fractions
from kfix.model.deciding import Row, decide
from kfix.model.graph import Array
from kfix.model.record import Record
from kfix.shapes.view import elements


class _Places(Record):
    """Labels of places (height, width), beside an output of (pixels, classes)."""

    kind: str
    labels: Array
    output: Dims

    @property
    def rows(self) -> Dims:
        """The places of which each has a row of classes, `()` where they have none."""
        dims = self.labels.sample
        return dims[:-1] if len(dims) > 2 and dims[-1:] == self.output[1:] else ()

    @property
    def indices(self) -> Dims:
        """The places of which each has a class index, perhaps with an axis of 1."""
        dims = self.labels.sample
        return dims[:-1] if len(dims) > 2 and dims[-1] == 1 else dims

    # --- facts ----------------------------------------------------------------------------------

    def has_pixels(self) -> bool:
        """Return whether the output has several classes for each of its pixels."""
        match self.output:
            case (int(), int() as classes):
                return classes > 1 and not one_each(self.output, self.labels.sample)
        return False

    def are_rows(self) -> bool:
        """Return whether each pixel has a row of classes."""
        return len(self.rows) > 1 and elements(self.rows) == self.output[0]

    def are_indices(self) -> bool:
        """Return whether each pixel may have a class index."""
        fits = len(self.indices) > 1 and elements(self.indices) == self.output[0]
        return fits and not are_fractions(self.labels)

    def takes_rows(self) -> bool:
        """Return whether the loss takes rows of classes."""
        return self.kind == "categorical"

    def takes_indices(self) -> bool:
        """Return whether the loss takes class indices."""
        return self.kind == "sparse"

    # --- answers --------------------------------------------------------------------------------

    def as_rows(self) -> Demand:
        """Return that the labels are to be rows for all pixels along one axis."""
        return Demand(as_wanted(self.output), problem=True, flat=self.output)

    def as_indices(self, loss: str | None = None) -> Demand:
        """Return that they are to be class indices."""
        return Demand(as_wanted(self.output), loss, problem=True, flat=self.output[:1])

    def as_other_indices(self) -> Demand:
        """Return the same, under another loss."""
        return self.as_indices(SPARSE)


_P = _Places
_LAYOUTS: tuple[Row[_Places, Demand], ...] = (
    Row((_P.has_pixels, _P.takes_rows, _P.are_rows), _P.as_rows),
    Row((_P.has_pixels, _P.takes_rows, _P.are_indices), _P.as_other_indices),
    Row((_P.has_pixels, _P.takes_indices, _P.are_indices), _P.as_indices),
)


def ask_layout(kind: str, labels: Array, head: Head) -> Demand | None:
    """Return what labels of places ask for, beside an output that has them along one axis."""
    return decide(_LAYOUTS, _Places(kind, labels, head.dims or ()))
