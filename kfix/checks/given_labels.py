"""What calls give as labels of one output."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat

from kfix.checks.dims import known_shape
from kfix.checks.fault import Subject
from kfix.checks.label_faults import Output
from kfix.checks.samples import one_by_one, same_count
from kfix.model.deciding import Row, decide
from kfix.model.graph import Array, Shape
from kfix.model.program import Fit
from kfix.model.record import Record
from kfix.model.unknown import Unknown
from kfix.shapes.values import listed


def given_labels(subject: Subject, output: Output) -> tuple[Array, ...]:
    """Return what all calls give as labels of one output, for training and for validation."""
    count = len(subject.model.outputs)
    batches = (one for fit in subject.fits for one in fit.batches)
    found = (part_of(one.y, output, count) for one in batches)
    return tuple(one for one in found if isinstance(one, Array))


def part_of(y: object, output: Output, count: int) -> object:
    """Return what is given for one output of so many; Keras takes one array for each of several."""
    if isinstance(y, dict):
        return y.get(output.name)
    several = listed(y)
    if len(several) != count:
        return None
    return several[output.number]


class _Given(Record):
    """What one call gives as labels of one output."""

    subject: Subject
    output: Output
    fit: Fit

    @property
    def y(self) -> object:
        """The labels; Keras takes one array for each of several outputs."""
        return part_of(self.fit.y_data, self.output, len(self.subject.model.outputs))

    @property
    def entry(self) -> Shape:
        """The shape of the one input, `()` where it is unknown."""
        return self.subject.trace.input or ()

    # --- facts ----------------------------------------------------------------------------------

    def are_rows_of_unknown(self) -> bool:
        """Return whether these are one-hot rows of so many classes, made of unknown labels."""
        match self.y:
            case Array(shape=Unknown(), one_hot=True, distinct=int()):
                return bool(self.output.head.dims)
        return False

    def are_one_by_one(self) -> bool:
        """Return whether a data set gives one sample at a time."""
        return any(one_by_one(self.entry[1:], part) for part in self.fit.sets)

    def have_shape(self) -> bool:
        """Return whether the shape of the labels is known."""
        return isinstance(getattr(self.y, "shape", None), tuple) and isinstance(self.y, Array)

    def count_as_data(self) -> bool:
        """Return whether there may be as many labels as there are samples of each input."""
        counts = chain.from_iterable(known_shape(x)[:1] for x in arrays(self.fit.x_data))
        own = known_shape(self.y)[:1]
        return bool(own) and all(map(same_count, counts, repeat(own[0])))

    def are_own_input(self) -> bool:
        """Return whether the call is `fit(x, x)`, where x is unknown."""
        model, is_sparse = self.subject.model, self.output.loss.kind == "sparse"
        single = len(model.outputs) == len(model.inputs) == 1
        return self.fit.same and single and not is_sparse and len(self.entry) > 1

    # --- answers --------------------------------------------------------------------------------

    def as_rows(self) -> object:
        """Return one row for each row of the output (`to_categorical(y, 10)`)."""
        y, dims = self.y, self.output.head.dims or ()
        assert isinstance(y, Array)
        assert isinstance(y.shape, Unknown)
        return Array((y.shape, *dims[:-1], y.distinct), y.dtype, None, one_hot=True)

    def as_input(self) -> object:
        """Return the input as labels."""
        return Array(self.entry, "float32")

    def itself(self) -> object:
        """Return the labels."""
        return self.y

    def nothing(self) -> None:
        """Return `None`: the labels are unknown."""


_LABELS: tuple[Row[_Given, object], ...] = (
    Row((_Given.are_rows_of_unknown,), _Given.as_rows),
    Row((_Given.are_one_by_one,), _Given.nothing),
    Row((_Given.have_shape, _Given.count_as_data), _Given.itself),
    Row((_Given.have_shape,), _Given.nothing),
    Row((_Given.are_own_input,), _Given.as_input),
)
"""The labels of one output, where they are known and count the samples as x does."""


TESTS = ("evaluate", "evaluate_generator", "test_on_batch")


def known_labels(subject: Subject, output: Output) -> list[tuple[Fit, Array]]:
    """Return the known labels of the calls that train, or of those that test."""
    fits = [fit for fit in subject.fits if fit.trains]
    fits = fits or [fit for fit in subject.fits if fit.method in TESTS]
    several = [(fit, decide(_LABELS, _Given(subject, output, fit))) for fit in fits]
    return [(fit, labels) for fit, labels in several if isinstance(labels, Array)]


def arrays(data: object) -> Sequence[object]:
    """Return the arrays that are given as data."""
    if isinstance(data, dict):
        return list(data.values())
    return listed(data)
