"""The input of a model against the data that its calls give it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.checks.dims import Dims
from kfix.checks.fault import Fault, Subject
from kfix.checks.samples import fitting, gives_one_sample, one_sample
from kfix.findings.batch_axis_missing import BatchAxisMissing
from kfix.findings.input_against_data import InputAgainstData
from kfix.model.graph import Array, Layer, Model, Shape
from kfix.model.program import Fit, Part
from kfix.model.record import Record
from kfix.model.unknown import Unknown
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
        return self.fit.method.startswith("predict") and one_sample(self.entry, self.data)


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
    model, inputs = subject.model, subject.trace.inputs
    if len(inputs) > 1 and model.is_functional:
        for number in range(len(inputs)):
            yield from _named_input_faults(subject, number)
        return
    if len(inputs) != 1 or not isinstance(inputs[0], tuple):
        return
    entry, fits = inputs[0][1:], subject.fits
    if any(isinstance(dim, Unknown) for dim in entry):
        # The shape of the data as a whole has one axis too many, whatever the number of samples is.
        fits = [fit for fit in fits if isinstance(fit.x_data, Array) and entry == fit.x_data.shape]
        if not fits:
            return
    if not declared(model):
        if model.is_sequential and subject.trace.refusal is not None and subject.fits:
            yield UndeclaredInput(None, entry)
    elif entry:
        # What is given for training counts first.
        fits = sorted(fits, key=lambda fit: fit.method.startswith("predict"))
        yield from _input_faults(subject, fits, entry)


def _input_faults(subject: Subject, fits: Sequence[Fit], entry: Dims) -> Iterator[Fault]:
    """Yield the first call of other samples than the input takes, and the first of one sample."""
    pairs = [(fit, shape) for fit in fits for shape in _sample_shapes(fit, entry)]
    met = False
    for fit, shape in pairs:
        counts = shape == entry and isinstance(shape[0], Unknown)
        if counts or not fitting(entry, shape[1:]):
            elsewhere = any(fitting(entry, other[1:]) for _, other in pairs)
            finding = InputAgainstData(subject.model.name, entry, shape[1:], method=fit.method)
            finding.site = fit.site
            if not _takes_any_size(subject, entry, shape):
                yield InputMismatch(finding, fit, entry, shape, met, elsewhere)
            break
        if subject.trace.refusal is not None and len(shape) != len(entry) + 1 and not met:
            yield DeclaredRank(None, fit, shape[1:])
            break
        met = True  # a last axis of 1 is Keras's to add or to drop
    sample = next((fit for fit in fits if gives_one_sample(fit, entry)), None)
    if sample is not None:
        missing = BatchAxisMissing(
            subject.model.name, (None, *entry), sample.x or entry, method=sample.method
        )
        missing.site = sample.site
        yield SampleForBatch(missing, sample, entry)


def _takes_any_size(subject: Subject, entry: Dims, shape: Shape) -> bool:
    """Return whether a Sequential takes the data all the same.

    It compares the rank of its input alone; its layers may take any size.
    """
    model = subject.model
    if not model.is_sequential or compares(model.nodes[0].layer):
        return False
    if subject.trace.refusal is not None or len(entry) != len(shape) - 1:
        return False
    return accepts_data(subject.tracer, model, (None, *shape[1:]))


def _named_input_faults(subject: Subject, number: int) -> Iterator[Fault]:
    """Yield the first call that gives one of several inputs other samples than it takes."""
    shape = subject.trace.inputs[number]
    if not isinstance(shape, tuple) or len(shape) < 2:
        return
    if any(isinstance(dim, Unknown) for dim in shape):
        return
    entry, own, met = shape[1:], _named_input(subject, number), False
    given = [(fit, part) for fit in subject.fits for part in fit.parts if own.takes(part)]
    for fit, part in given:
        data = part.value.shape if isinstance(part.value, Array) else None
        if not isinstance(data, tuple) or not data:
            continue
        if any(isinstance(dim, Unknown) for dim in data[1:]):
            continue
        if fitting(entry, data[1:]):
            met = True
            continue
        finding = _named_finding(subject, own, fit, entry, data)
        finding.site = part.site or fit.site
        yield NamedInputMismatch(finding, fit, entry, data, met, own)
        return


def _named_input(subject: Subject, number: int) -> NamedInput:
    node = subject.model.inputs[number].node
    steps = View(subject.model, subject.trace).steps
    own = (step for step in steps if step.node.id == node and step.model is subject.model)
    step = next(own, None)
    return NamedInput(number, step, None if step is None else step.layer.name)


def _named_finding(
    subject: Subject, own: NamedInput, fit: Fit, entry: Dims, data: Shape
) -> BatchAxisMissing | InputAgainstData:
    name = f"{subject.model.name or 'the model'}, input {own.name or own.number + 1},"
    if fit.method.startswith("predict") and one_sample(entry, data):
        return BatchAxisMissing(name, (None, *entry), data, method=fit.method)
    return InputAgainstData(name, entry, data[1:], method=fit.method)


def _sample_shapes(fit: Fit, entry: Dims) -> Iterator[Shape]:
    """Yield the known shapes of the data of a call, the axis of the samples first.

    What is given for validation comes behind what is given for training.
    """
    first = fit.x_data
    plain = (part.value for part in fit.parts if part.role == "x" and part.key is None)
    for x in (first, *(value for value in plain if value is not first)):
        shape = _as_samples(x, entry)
        if shape is None or gives_one_sample(fit, entry):
            continue
        if shape != entry and any(isinstance(dim, Unknown) for dim in shape[1:]):
            continue
        if x is not first or fit.method.startswith("predict") or _is_counted(fit, shape):
            yield shape


def _as_samples(x: object, entry: Dims) -> Shape | None:
    """Return the shape of an array as Keras takes it, `None` where it is unknown.

    Keras adds an axis to one number per sample; text, and lists of several lengths, are not that.
    """
    shape = x.shape if isinstance(x, Array) else None
    if not isinstance(x, Array) or not isinstance(shape, tuple) or not shape:
        return None
    if len(shape) > 1:
        return shape
    numeric = x.dtype is not None and x.dtype.startswith(("int", "uint", "float"))
    return (*shape, 1) if numeric and len(entry) == 1 else None


def _is_counted(fit: Fit, shape: Shape) -> bool:
    """Return whether the first axis counts samples; a data set that is not batched says nothing."""
    y = fit.y_data
    if isinstance(y, Array) and isinstance(y.shape, tuple):
        if not y.shape:
            return False
        unknown = isinstance(y.shape[0], Unknown) or isinstance(shape[0], Unknown)
        return unknown or y.shape[0] == shape[0]
    return fit.same or shape[0] is None or (isinstance(shape[0], Unknown) and not fit.sets)


def declared(model: Model) -> bool:
    """Return whether the input shape is written in the program, and not taken from the data."""
    if not model.is_sequential:
        return model.is_functional
    first = model.nodes[0].layer if model.nodes else None
    if first is None:
        return False
    if compares(first) or (first.model is not None and declared(first.model)):
        return True
    if not first.is_keras_layer:
        return False
    given = named(first)
    written = any(name in given for name in INPUT_NAMES)
    return is_input(first) or written or model.given_site is not None


def compares(layer: Layer) -> bool:
    """Return whether a layer is a functional model, which refuses data of another size."""
    return layer.is_application or (layer.model is not None and layer.model.is_functional)
