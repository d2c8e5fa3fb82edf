"""The input of a model against the data that its calls give it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain, islice

from kfix.checks.dims import Dims, known_dims, known_shape
from kfix.checks.fault import Fault, Given, Subject
from kfix.checks.samples import fitting, gives_one_sample, one_by_one, one_sample, same_count
from kfix.findings.batch_axis_missing import BatchAxisMissing
from kfix.findings.input_against_data import InputAgainstData
from kfix.model.deciding import Row, all_hold, decide
from kfix.model.graph import Array, Layer, Model, Shape
from kfix.model.program import Fit, Part
from kfix.model.record import Record
from kfix.model.unknown import Unknown, any_unknown
from kfix.shapes.arguments import INPUT_NAMES, named
from kfix.shapes.concrete_calls import accepts_data
from kfix.shapes.inputs import is_input
from kfix.shapes.view import Step, View


class InputMismatch(Fault):
    """A call gives samples of `dims` to a model that takes samples of `entry`.

    `data` is the shape that was taken for them, which is the `entry` itself where the number of
    samples stands in the input shape. Another call gives what the model takes where it is `met`;
    where any call does, before or behind this one, it is `met_elsewhere`.
    """

    fit: Fit
    entry: Dims
    data: Shape
    met: bool
    met_elsewhere: bool

    @property
    def dims(self) -> Dims:
        """The dims of a sample."""
        return self.data[1:]


class NamedInput(Record):
    """One of several inputs: its number, the step that makes it, the name of its layer."""

    number: int
    step: Step | None
    name: str | None

    def takes(self, part: Part) -> bool:
        """Return whether a part of a call is given to this input."""
        keyed = part.key is not None and part.key in (self.number, self.name)
        return part.role == "x" and keyed


class NamedInputMismatch(Fault):
    """A call gives one of several inputs samples of other dims than it takes."""

    fit: Fit
    entry: Dims
    data: Shape
    met: bool
    input: NamedInput

    @property
    def is_sample(self) -> bool:
        """Whether predict is given one sample in the place of a batch."""
        return self.fit.predicts and one_sample(self.entry, self.data)


class SampleForBatch(Fault):
    """A call is given one sample in the place of a batch."""

    finding: BatchAxisMissing
    fit: Fit
    entry: Dims


class RefusedSamples(Fault):
    """The model refuses samples of other dims in one source of data, where others may fit.

    `entries` are the dims of a sample of each input, `data` the arrays that are given for them.
    """

    finding: InputAgainstData
    entries: tuple[Dims, ...]
    data: tuple[Array, ...]


class DeclaredRank(Fault):
    """A layer refuses the declared input, which has an axis more or less than the data."""

    fit: Fit
    dims: Dims


class UndeclaredInput(Fault):
    """A Sequential without an input shape refuses its data, perhaps for want of a last axis."""

    entry: Dims


def input_faults(subject: Subject) -> Iterator[Fault]:
    """Yield where the input shapes and the data of the calls do not fit."""
    model, inputs, entry = subject.model, subject.trace.inputs, subject.trace.input
    if len(inputs) > 1 and model.is_functional:
        for number in range(len(inputs)):
            yield from _named_input_faults(subject, number)
    if entry is None:
        return
    dims, fits = entry[1:], subject.fits
    if any_unknown(dims):
        # The shape of the data as a whole has one axis too many, whatever the number of samples is.
        fits = [fit for fit in fits if known_shape(fit.x_data) == dims]
    if declared(model):
        # What is given for training counts first.
        yield from _input_faults(subject, sorted(fits, key=lambda fit: fit.predicts), dims)
    elif fits and model.is_sequential and subject.trace.refusal is not None:
        yield UndeclaredInput(None, dims)


class _Samples(Record):
    """The samples that the calls of a model give its one input, in their order."""

    subject: Subject
    entry: Dims
    given: Sequence[tuple[Fit, Shape]]

    def _fits(self, given: tuple[Fit, Shape]) -> bool:
        """Return whether an array fits; one of the shape of a sample may be of any number."""
        shape = given[1]
        counts = shape == self.entry and any_unknown(shape[:1])
        return not counts and fitting(self.entry, shape[1:])

    @cached_property
    def other(self) -> tuple[Fit, Shape] | None:
        """The first array that does not fit."""
        return next((one for one in self.given if not self._fits(one)), None)

    def begin_otherwise(self) -> bool:
        """Return whether the first array does not fit."""
        return self.other in self.given[:1]

    def have_refused_rank(self) -> bool:
        """Return whether a layer refuses the input, and the first array has another rank.

        A last axis of 1 is Keras's to add or to drop.
        """
        refused = self.subject.trace.refusal is not None
        return refused and any(len(one[1]) != len(self.entry) + 1 for one in self.given[:1])

    def differ(self) -> bool:
        """Return whether an array does not fit, and Keras takes it neither."""
        return self.other is not None and not all_hold(_TAKES_ANY_SIZE, self)

    def is_of_layers(self) -> bool:
        """Return whether the model is a Sequential that does not compare its input itself.

        It compares the rank of its input alone; its layers may take any size.
        """
        model = self.subject.model
        return model.is_sequential and not compares(model.nodes[0].layer)

    def have_rank(self) -> bool:
        """Return whether the model builds, and the array that does not fit has its rank."""
        assert self.other is not None
        same = len(self.entry) == len(self.other[1]) - 1
        return same and self.subject.trace.refusal is None

    def are_accepted(self) -> bool:
        """Return whether all layers take the array that does not fit the input."""
        assert self.other is not None
        dims = self.other[1][1:]
        return accepts_data(self.subject.tracer, self.subject.model, (None, *dims))

    def declared_rank(self) -> Fault:
        """Return that the first array has another rank than the input."""
        fit, shape = self.given[0]
        return DeclaredRank(None, fit, shape[1:])

    def mismatch(self) -> Fault:
        """Return that an array has other dims than the input."""
        assert self.other is not None
        fit, shape = self.other
        finding = InputAgainstData(
            self.subject.model.name, self.entry, shape[1:], method=fit.method, site=fit.site
        )
        met_elsewhere = any(fitting(self.entry, other[1:]) for _, other in self.given)
        met = self.other is not self.given[0]
        return InputMismatch(finding, fit, self.entry, shape, met, met_elsewhere)


_TAKES_ANY_SIZE = (_Samples.is_of_layers, _Samples.have_rank, _Samples.are_accepted)
"""What holds of data that a model takes though its input is declared otherwise."""

_FAULTS: tuple[Row[_Samples, Fault], ...] = (
    Row((_Samples.begin_otherwise, _Samples.differ), _Samples.mismatch),
    Row((_Samples.have_refused_rank,), _Samples.declared_rank),
    Row((_Samples.differ,), _Samples.mismatch),
)


def _input_faults(subject: Subject, fits: Sequence[Fit], entry: Dims) -> Iterator[Fault]:
    """Yield the first call of other samples than the input takes, and the first of one sample."""
    if not entry:
        return  # one number for each sample, to which Keras adds an axis or not
    single = [fit for fit in fits if gives_one_sample(fit, entry)]
    several = (fit for fit in fits if fit not in single and not _yields_samples(fit, entry))
    given = [(fit, shape) for fit in several for shape in _sample_shapes(fit, entry)]
    found = decide(_FAULTS, _Samples(subject, entry, given))
    yield from filter(None, [found])
    for fit in single[:1]:
        missing = BatchAxisMissing(
            subject.model.name, (None, *entry), fit.x or entry, method=fit.method, site=fit.site
        )
        yield SampleForBatch(missing, fit, entry)


def _yields_samples(fit: Fit, entry: Dims) -> bool:
    """Return whether a data set or a generator gives one sample at a time."""
    return any(one_by_one(entry, part) for part in fit.sets)


def _named_input_faults(subject: Subject, number: int) -> Iterator[Fault]:
    """Yield the first call that gives one of several inputs other samples than it takes."""
    entry = known_dims(subject.trace.inputs[number])
    own = _named_input(subject, number)
    if not entry:
        return
    given = [one for one in subject.given if own.takes(one.part)]
    others = (one for one in given if not fitting(entry, one.shape[1:]))
    for other in islice(others, 1):
        met = other is not given[0]
        finding = _named_finding(subject, own, other, entry)
        yield NamedInputMismatch(finding, other.fit, entry, other.shape, met, own)


def _named_input(subject: Subject, number: int) -> NamedInput:
    node = subject.model.inputs[number].node
    steps = View(subject.model, subject.trace).steps
    own = (step for step in steps if step.node.id == node and step.model is subject.model)
    step = next(own, None)
    return NamedInput(number, step, None if step is None else step.layer.name)


def _named_finding(
    subject: Subject, own: NamedInput, given: Given, entry: Dims
) -> BatchAxisMissing | InputAgainstData:
    shape = given.shape
    finding: BatchAxisMissing | InputAgainstData
    if given.fit.predicts and one_sample(entry, shape):
        finding = BatchAxisMissing(subject.name, (None, *entry), shape)
    else:
        finding = InputAgainstData(subject.name, entry, shape[1:])
    finding.method, finding.site = given.fit.method, given.site
    finding.input = own.name or str(own.number + 1)
    return finding


def _sample_shapes(fit: Fit, entry: Dims) -> Iterator[Shape]:
    """Yield the known shapes of the data of a call, the axis of the samples first.

    What is given for validation comes behind what is given for training.
    """
    plain = (part.value for part in fit.parts if part.role == "x" and part.key is None)
    others = (_as_samples(value, entry) for value in plain if value is not fit.x_data)
    first = _as_samples(fit.x_data, entry)
    counted = fit.predicts or _is_counted(fit, first)
    for shape in chain([first] * counted, others):
        if shape == entry or (shape and not any_unknown(shape[1:])):
            yield shape


def _as_samples(x: object, entry: Dims) -> Shape:
    """Return the shape of an array as Keras takes it, `()` where it is unknown.

    Keras adds an axis to one number per sample; text, and lists of several lengths, are not that.
    """
    match x:
        case Array(shape=tuple((_, _, *_)) as shape):
            return shape
        case Array(shape=(count,), dtype=str() as dtype) if len(entry) == 1:
            return (count, 1) * dtype.startswith(("int", "uint", "float"))
    return ()


def _is_counted(fit: Fit, shape: Shape) -> bool:
    """Return whether the first axis counts samples; a data set that is not batched says nothing."""
    match fit.y_data, shape:
        case Array(shape=()), _:
            return False
        case Array(shape=(count, *_)), (first, *_):
            return same_count(count, first)
        case _, (Unknown(), *_):
            return fit.same or not fit.sets
    return not fit.sets or fit.same or shape[:1] == (None,)


def declared(model: Model) -> bool:
    """Return whether the input shape is written in the program, and not taken from the data."""
    if not model.nodes or not model.is_sequential:
        return model.is_functional
    first = model.nodes[0].layer
    if first.model is not None and declared(first.model):
        return True
    return compares(first) or (first.is_keras_layer and _has_stated_shape(model, first))


def _has_stated_shape(model: Model, first: Layer) -> bool:
    """Return whether the first layer of a Sequential, or `build`, says the input shape."""
    written = not named(first).keys().isdisjoint(INPUT_NAMES)
    return is_input(first) or written or model.given_site is not None


def compares(layer: Layer) -> bool:
    """Return whether a layer is a functional model, which refuses data of another size."""
    return layer.is_application or (layer.model is not None and layer.model.is_functional)
