"""The model's input against the data that it is given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kfix.edits.base import Edit
from kfix.edits.set_input_shape import SetInputShape
from kfix.edits.wrap_argument import WrapArgument
from kfix.findings import Finding
from kfix.findings.bad_argument import BadArgument
from kfix.findings.batch_axis_missing import BatchAxisMissing
from kfix.findings.input_against_data import InputAgainstData
from kfix.model.graph import Array, Dim, Layer, Model, Shape
from kfix.model.program import Fit, Part, Program
from kfix.model.record import replace
from kfix.model.unknown import Unknown
from kfix.repair.apply import apply
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.repair.intent.wraps import (
    EXPAND_DIMS,
    MOVEAXIS,
    NOTHING,
    REPEAT,
    Wrap,
    Wraps,
    bring,
    colored,
    fitting,
    one_sample,
    total,
    wraps,
)
from kfix.repair.options import Options
from kfix.repair.uses import Uses
from kfix.shapes import Trace, Tracer, show
from kfix.shapes.arguments import INPUT_NAMES, named
from kfix.shapes.inputs import is_input
from kfix.shapes.view import View

Dims = tuple[Dim, ...]


class Given(NamedTuple):
    """A model that is given what it does not take.

    `candidate` is the edit of the model against it, `data` the edits of what
    is given, `advice` what is said where neither can be made. `batch` is the
    method that is given one sample, where that is the fault. `model` is the
    model as it would be with the data edited, where it has its shape from there.
    """

    finding: Finding | None
    candidate: Candidate | None
    data: Wraps | None
    advice: str
    batch: str = ""
    model: Model | None = None


def against_data(
    model: Model, trace: Trace, uids: frozenset[int], program: Program, tracer: Tracer
) -> Iterator[Given]:
    """Where the input shapes and the data of the calls do not go together."""
    fits = [fit for fit in program.fits if fit.model == model.uid]
    if len(trace.inputs) > 1 and model.is_functional:
        for number in range(len(trace.inputs)):
            yield from _of_several(model, trace, number, fits, uids, program, tracer)
        return
    if len(trace.inputs) != 1 or not isinstance(trace.inputs[0], tuple):
        return
    entry = trace.inputs[0][1:]
    if any(isinstance(dim, Unknown) for dim in entry):
        fits = [fit for fit in fits if isinstance(fit.x_data, Array) and entry == fit.x_data.shape]
        if (
            not fits
        ):  # the shape of the data as a whole is one too many, whatever the count of samples is
            return
    if not declared(model):
        yield from _undeclared(model, trace, entry, uids, program, tracer)
        return
    if not entry:
        return
    right = False
    fits = sorted(
        fits, key=lambda fit: fit.method.startswith("predict")
    )  # what is given for training counts first
    pairs = [(one, shape) for one in fits for shape in _samples(one, entry)]
    for fit, shape in pairs:
        if not fitting(entry, shape[1:]) or (shape == entry and isinstance(shape[0], Unknown)):
            given = _mismatch(model, trace, fit, entry, shape, uids, program, tracer, right)
            elsewhere = any(fitting(entry, other[1:]) for _, other in pairs)
            if given is not None and given.data is not None and given.data.lays_out and elsewhere:
                given = given._replace(
                    candidate=None
                )  # other calls lay the same numbers out as the model takes them
            if given is not None:
                yield given
            break
        if trace.refusal is not None and len(shape) != len(entry) + 1 and not right:
            candidate = _as_given(model, trace, fit, shape[1:], tracer)
            if candidate is not None:
                yield Given(None, candidate, None, "")
                break
        right = True  # the last axis of one is Keras's to add or to drop
    sample = next((fit for fit in fits if _is_one(fit, entry)), None)
    if sample is not None:
        yield _one_sample(model, trace, sample, entry, uids, program)


def _as_given(model: Model, trace: Trace, fit: Fit, dims: Dims, tracer: Tracer) -> Candidate | None:
    """The last axis of one that the data has and the input shape has not, or the reverse, where a layer asks for it."""
    conflict = Conflict(View(model, trace), None, Options(), Uses([model]), {}, tracer)
    candidate = next(
        conflict.set_input(None, dims, "input-data", f"{fit.method} gives samples of {show(dims)}"),
        None,
    )
    if candidate is None or trace.refusal is None:
        return None
    now = tracer.trace(apply(model, candidate.edits))
    return candidate if now.refusal is None or now.refusal.site != trace.refusal.site else None


def conflict_of(view: View, program: Program, tracer: Tracer) -> Conflict:
    """What an edit of the input of a model is made with, before a search."""
    options = Options(within=program.within, control=program.control)
    return Conflict(view, None, options, Uses(program.models), {}, tracer)


def _of_several(
    model: Model,
    trace: Trace,
    number: int,
    fits: list[Fit],
    uids: frozenset[int],
    program: Program,
    tracer: Tracer,
) -> Iterator[Given]:
    """One of several inputs against what is given for it, by its place in a list or by its name."""
    shape, ref = trace.inputs[number], model.inputs[number]
    if (
        not isinstance(shape, tuple)
        or len(shape) < 2
        or any(isinstance(dim, Unknown) for dim in shape)
    ):
        return
    entry = shape[1:]
    view = View(model, trace)
    step = next(
        (step for step in view.steps if step.node.id == ref.node and step.model is model), None
    )
    name = step.layer.name if step is not None else None

    def mine(fit: Fit, part: Part) -> bool:
        return part.role == "x" and part.key is not None and part.key in (number, name)

    def needs(fit: Fit, x: Array) -> Wrap | None:
        if not isinstance(x.shape, tuple):
            return None
        if (
            fit.method.startswith("predict")
            and one_sample(entry, x.shape)
            and not fitting(entry, x.shape[1:])
        ):
            return Wrap(EXPAND_DIMS, ((None, 0),))
        return bring(entry, x.shape)

    right = False
    for fit, part in [(one, part) for one in fits for part in one.parts if mine(one, part)]:
        data = part.value.shape if isinstance(part.value, Array) else None
        if (
            not isinstance(data, tuple)
            or not data
            or any(isinstance(dim, Unknown) for dim in data[1:])
        ):
            continue
        if fitting(entry, data[1:]):
            right = True
            continue
        wrapped = wraps(program, uids, mine, needs)
        subject = f"{model.name or 'the model'}, input {name or number + 1},"
        if fit.method.startswith("predict") and one_sample(entry, data):
            missing = BatchAxisMissing(subject, (None, *entry), data, method=fit.method)
            missing.site = part.site or fit.site
            yield Given(
                missing,
                None,
                wrapped,
                "give predict a batch of one: np.expand_dims(x, 0)",
                batch=fit.method,
            )
            return
        finding = InputAgainstData(subject, entry, data[1:], method=fit.method)
        finding.site = part.site or fit.site
        candidate = None
        if not right and not fit.method.startswith("predict") and step is not None:
            key = "input-samples" if entry == data else "input-data"
            conflict = conflict_of(view, program, tracer)
            why = f"{fit.method} gives samples of {show(data[1:])}"
            candidate = next(conflict.set_input(step, data[1:], key, why), None)
        ordered = sorted(map(str, entry)) == sorted(map(str, data[1:]))
        yield Given(finding, candidate, wrapped, _advice(entry, data[1:], ordered))
        return


def _samples(fit: Fit, entry: Dims) -> Iterator[Shape]:
    """The shapes of the data that a call gives, with the axis of the samples first, where all of it is known.

    What is given for validation comes behind what is given for training.
    """
    first = fit.x_data
    more = [
        part.value
        for part in fit.parts
        if part.role == "x" and part.key is None and part.value is not first
    ]
    for x in (first, *more):
        shape = x.shape if isinstance(x, Array) else None
        if not isinstance(x, Array) or not isinstance(shape, tuple) or not shape:
            continue
        if len(shape) == 1:
            # A number a sample, to which Keras adds the axis; text and lists of several lengths are none.
            if (
                len(entry) != 1
                or x.dtype is None
                or not x.dtype.startswith(("int", "uint", "float"))
            ):
                continue
            shape = (*shape, 1)
        if _is_one(fit, entry) or (
            shape != entry and any(isinstance(dim, Unknown) for dim in shape[1:])
        ):
            continue
        if x is not first or fit.method.startswith("predict") or _counted(fit, shape):
            yield shape


def _is_one(fit: Fit, entry: Dims) -> bool:
    """Is a call given one sample? Of a call with labels their number has to say so, too."""
    x, y = fit.x_data, fit.y_data
    if not isinstance(x, Array) or not isinstance(x.shape, tuple) or not one_sample(entry, x.shape):
        return False
    if fit.sets:
        return False  # what is said of data sets and generators is said elsewhere
    if fit.method.startswith("predict"):
        return True
    labels = y.shape if isinstance(y, Array) else None
    if not isinstance(labels, tuple) or not isinstance(x.shape[0], int):
        return False
    return not labels or (isinstance(labels[0], int) and labels[0] != x.shape[0])


def declared(model: Model) -> bool:
    """Is the input shape written in the program, and not what the data says?"""
    if not model.is_sequential:
        return model.is_functional
    first = model.nodes[0].layer if model.nodes else None
    if first is not None and (
        compares(first) or (first.model is not None and declared(first.model))
    ):
        return True
    if first is None or not first.is_keras_layer:
        return False
    given = named(first)
    return (
        is_input(first)
        or any(name in given for name in INPUT_NAMES)
        or model.given_site is not None
    )


def compares(layer: Layer) -> bool:
    """Is it a functional model, which refuses what is of another size than its input?"""
    return layer.is_application or (layer.model is not None and layer.model.is_functional)


def _counted(fit: Fit, shape: Shape) -> bool:
    """Is the first axis the samples'? A data set that nobody has batched yet says nothing."""
    y = fit.y_data
    if isinstance(y, Array) and isinstance(y.shape, tuple):
        untold = bool(y.shape) and (
            isinstance(y.shape[0], Unknown) or isinstance(shape[0], Unknown)
        )
        return untold or (bool(y.shape) and y.shape[0] == shape[0])
    return (
        fit.same or shape[0] is None or (isinstance(shape[0], Unknown) and not fit.sets)
    )  # rows, however many


def _is_x(fit: Fit, part: Part) -> bool:
    """Is it what goes in? `fit(x, x)` is given the same twice."""
    return part.key is None and (part.role == "x" or fit.same)


def _one_sample(
    model: Model, trace: Trace, fit: Fit, entry: Dims, uids: frozenset[int], program: Program
) -> Given:
    """One sample for a call that takes a batch; where its labels are those of one sample, too, they go along."""
    output = trace.outputs[0] if len(trace.outputs) == 1 else None
    finding = BatchAxisMissing(model.name, (None, *entry), fit.x or entry, method=fit.method)
    finding.site = fit.site

    def needs(fit: Fit, x: Array) -> Wrap | None:
        labels = x is fit.y_data and not fit.same
        if (
            labels
            and isinstance(output, tuple)
            and isinstance(x.shape, tuple)
            and len(x.shape) >= len(output)
        ):
            return NOTHING  # a batch of labels
        return Wrap(EXPAND_DIMS, ((None, 0),)) if _is_one(fit, entry) else NOTHING

    def mine(fit: Fit, part: Part) -> bool:
        return _is_x(fit, part) or (part.key is None and part.role == "y" and _is_one(fit, entry))

    data = wraps(program, uids, mine, needs)
    return Given(
        finding,
        None,
        data,
        f"give {fit.method} a batch of one: np.expand_dims(x, 0)",
        batch=fit.method,
    )


def _mismatch(
    model: Model,
    trace: Trace,
    fit: Fit,
    entry: Dims,
    data: Shape,
    uids: frozenset[int],
    program: Program,
    tracer: Tracer,
    right: bool,
) -> Given | None:
    """`right` says that another call gives what the model takes: then it is not the model that is wrong."""
    dims = data[1:]
    finding = InputAgainstData(model.name, expected=entry, actual=dims, method=fit.method)
    finding.site = fit.site

    def needs(fit: Fit, x: Array) -> Wrap | None:
        return (
            NOTHING
            if _is_one(fit, entry) or not isinstance(x.shape, tuple)
            else bring(entry, x.shape)
        )

    wrapped = wraps(program, uids, _is_x, needs)
    why, key = f"{fit.method} gives samples of {show(dims)}", "input-data"
    ordered = sorted(map(str, entry)) == sorted(map(str, dims))
    if entry == data:
        count = "number of samples is" if isinstance(data[0], Unknown) else f"{data[0]} samples are"
        key, why = "input-samples", f"the {count} no part of an input shape"
    elif ordered:
        key, why = "input-order", f"{fit.method} gives the axes as {show(dims)}"
    conflict = conflict_of(View(model, trace), program, tracer)
    candidate = next(conflict.set_input(None, _as_rank(dims, len(entry)), key, why), None)
    if candidate is not None and trace.refusal is not None and _as_rank(dims, len(entry)) != dims:
        whole = next(
            conflict.set_input(None, dims, key, why), None
        )  # the axis of one may be what a layer lacks
        if whole is not None and tracer.trace(apply(model, whole.edits)).refusal is None:
            candidate = whole
    if candidate is not None and fit.batch is not None:
        candidate = candidate._replace(
            edits=tuple(of_batch(edit, fit.batch) for edit in candidate.edits)
        )
    if candidate is not None and trace.refusal is None:
        first = tracer.trace(apply(model, candidate.edits)).refusal
        if isinstance(first, BadArgument):  # pretrained weights are for three channels
            candidate = None
    alike = model.is_sequential and not compares(model.nodes[0].layer)
    if alike and trace.refusal is None and len(entry) == len(dims):
        # A Sequential does not compare sizes: only its layers do, and what they take may be of any size.
        if candidate is None:
            return None
        other = tracer.trace(apply(model, candidate.edits))
        if other.refusal is None and all(
            other.nodes[key].params == traced.params
            for key, traced in trace.nodes.items()
            if key in other.nodes
        ):
            return None
    turned = (
        ordered and len(dims) > 2 and dims[-1] != entry[-1]
    )  # height and width alone are the loader's to say
    asked = fit.method.startswith("predict")
    if (
        asked
        and candidate is not None
        and wrapped is None
        and len(entry) == len(dims)
        and not turned
        and not right
    ):
        candidate = candidate._replace(
            sure=False
        )  # nothing is known of the data that it is trained on
    elif right or asked or (turned and _channels_last(entry)):
        candidate = None
    built = key == "input-order" and wrapped is not None and trace.refusal is None
    if (
        candidate is not None
        and built
        and tracer.trace(apply(model, candidate.edits)).refusal is not None
    ):
        candidate = (
            None  # the model is made for its own order: the data lacks nothing but to be turned
        )
    if len(entry) == 2 and dims == entry[1:] and _reads_steps(model, trace):
        # The features are right, and the data has no steps: each sample is a sequence of one.
        single = wraps(program, uids, _is_x, lambda fit, x: _one_step(entry, x))
        if single is not None and entry[0] in (None, 1):
            return Given(finding, None, single, "")
        told = next(conflict.set_input(None, (1, *dims), key, f"{why}, one step each"), None)
        if single is not None and told is not None and not right:
            return Given(
                finding, told._replace(edits=(*told.edits, *single.edits), sure=False), None, ""
            )
    if candidate is None and wrapped is None:
        wrapped = wraps(program, uids, _is_x, lambda fit, x: colored(entry, x.shape))
    advice = _advice(entry, dims, ordered)
    if candidate is None and (*dims[:2], 3) == entry and dims[2:] in ((), (1,)):
        stacked = "stack the grey pictures three times: np.stack([x] * 3, axis=-1)"
        advice = stacked if fit.parts else "let the loader give three channels: color_mode='rgb'"
    return Given(finding, candidate, wrapped, advice)


def of_batch(edit: Edit, batch: int) -> Edit:
    """The batch in a `batch_shape` as `fit` gives it, where there is a number."""
    if (
        not isinstance(edit, SetInputShape)
        or not edit.name.startswith("batch")
        or not isinstance(edit.value, tuple)
    ):
        return edit
    return (
        SetInputShape(edit.slot, edit.name, (batch, *edit.value[1:]))
        if isinstance(edit.value[0], int)
        else edit
    )


def _reads_steps(model: Model, trace: Trace) -> bool:
    """Is it a recurrent layer that the input goes to?"""
    first = next(
        (step for step in View(model, trace).steps if not step.is_input and not step.keeps), None
    )
    return first is not None and first.is_recurrent


def _one_step(entry: Dims, x: Array) -> Wrap | None:
    dims = x.shape[1:] if isinstance(x.shape, tuple) else None
    if dims == entry[1:]:
        return Wrap(EXPAND_DIMS, ((None, 1),))
    return NOTHING if dims is not None and fitting(entry, dims) else None


def _as_rank(dims: Dims, rank: int) -> Dims:
    """`dims` without the last axis of one that Keras drops where the model takes an axis less."""
    return dims[:-1] if rank and len(dims) == rank + 1 and dims[-1] == 1 else dims


def _advice(entry: Dims, dims: Dims, ordered: bool) -> str:
    """What is said where the data cannot be edited."""
    if ordered and len(dims) > 2 and dims[-1] != entry[-1]:
        axes = "np.moveaxis(x, 1, -1)" if dims[0] == entry[-1] else "np.transpose"
        return f"bring the axes of the data into the model's order with {axes}"
    if len(entry) != len(dims) and total(entry) == total(dims) is not None:
        return (
            f"lay the data out as the model takes it: x.reshape(-1, {', '.join(map(str, entry))})"
        )
    return ""


def turned(
    model: Model, trace: Trace, uids: frozenset[int], program: Program, tracer: Tracer
) -> Wraps | None:
    """What brings all the data into the axes, or the colors, that the input of a model was given itself."""
    for given in against_data(model, trace, uids, program, tracer):
        wrapped = given.data
        if wrapped is not None and all(
            isinstance(e, WrapArgument) and e.function in (MOVEAXIS, REPEAT) for e in wrapped.edits
        ):
            return wrapped
    return None


def _undeclared(
    model: Model, trace: Trace, entry: Dims, uids: frozenset[int], program: Program, tracer: Tracer
) -> Iterator[Given]:
    """A Sequential without an input shape, which refuses its data for want of a last axis.

    Keras adds that axis only where the model says what it takes.
    """
    refusal = trace.refusal
    if (
        not model.is_sequential
        or refusal is None
        or not any(fit.model == model.uid for fit in program.fits)
    ):
        return
    wider = replace(model, given=(None, *entry, 1))
    now = tracer.trace(wider)
    if now.refusal is not None and now.refusal.site == refusal.site:
        return

    def needs(fit: Fit, x: Array) -> Wrap | None:
        if not isinstance(x.shape, tuple):
            return None
        if x.shape[1:] == entry:
            return Wrap(EXPAND_DIMS, ((None, -1),))
        return NOTHING if x.shape[1:] == (*entry, 1) else None

    wrapped = wraps(program, uids, _is_x, needs)
    if wrapped is not None:
        yield Given(None, None, wrapped, "", model=wider)


def _channels_last(dims: Dims) -> bool:
    return dims[-1] in (1, 3, 4) and all(isinstance(dim, int) and dim > 4 for dim in dims[:-1])
