"""Repairs of an input that the data of the calls does not fit: of the input, or of the data."""

from __future__ import annotations

from kfix.checks.dims import Dims
from kfix.checks.fault import Subject
from kfix.checks.inputs import (
    DeclaredRank,
    InputMismatch,
    NamedInputMismatch,
    RefusedSamples,
    SampleForBatch,
    UndeclaredInput,
    input_faults,
)
from kfix.checks.samples import fitting, gives_one_sample, is_x, one_sample
from kfix.edits.base import Edit
from kfix.edits.set_input_shape import SetInputShape
from kfix.edits.wrap_argument import WrapArgument
from kfix.findings.bad_argument import BadArgument
from kfix.model.graph import Array, Model
from kfix.model.program import Fit, Part
from kfix.model.record import Record, replace
from kfix.model.unknown import Unknown
from kfix.repair.apply import apply
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.repair.data.forms import (
    EXPAND_DIMS,
    MOVEAXIS,
    NOTHING,
    REPEAT,
    Needs,
    Wrap,
    Wraps,
    bring,
    colored,
    wraps,
)
from kfix.repair.data.remedies import Alternative, Remedies
from kfix.repair.data.sources import MADE, recuts, remade_all
from kfix.repair.options import Options
from kfix.repair.prices import price
from kfix.repair.uses import Uses
from kfix.shapes import Trace, show
from kfix.shapes.view import View, elements


class InputRepairs(Record):
    """The ways to bring an input and its data together.

    `candidate` edits the model, `data` what is given; `suggestion` is shown where neither can be
    made. `price_key` is the price of the edit of the data. `batch` is the method that is given one
    sample, where that is the fault. `model` is the model as it would be with the data edited, where
    it has its shape from there.
    """

    candidate: Candidate | None = None
    data: Wraps | None = None
    suggestion: str = ""
    batch: str = ""
    model: Model | None = None
    price_key: str = "data"
    sure: bool = True


def input_conflict(subject: Subject) -> Conflict:
    """Return what an edit of the input of a model is made with, before a search."""
    program = subject.program
    options = Options(within=program.within, control=program.control)
    view = View(subject.model, subject.trace)
    return Conflict(view, None, options, Uses(program.models), {}, subject.tracer)


def with_batch(edit: Edit, batch: int) -> Edit:
    """Return an edit of a `batch_shape` with the batch size of `fit` where it has an integer."""
    if not isinstance(edit, SetInputShape) or not edit.name.startswith("batch"):
        return edit
    if not isinstance(edit.value, tuple) or not isinstance(edit.value[0], int):
        return edit
    return SetInputShape(edit.slot, edit.name, (batch, *edit.value[1:]))


# --- one kind of fault after the other ----------------------------------------------------------


def repair_input(fault: InputMismatch, remedies: Remedies) -> None:
    """Edit the input shape, or the data, or suggest what to do with the data."""
    take(remedies, _MismatchRepair(fault, remedies.subject).repairs())


def repair_named_input(fault: NamedInputMismatch, remedies: Remedies) -> None:
    """Edit one of several inputs, or what is given for it."""
    take(remedies, _named_repairs(fault, remedies.subject))


def repair_sample(fault: SampleForBatch, remedies: Remedies) -> None:
    """Make a batch of one of a sample, and of its labels."""
    take(remedies, _sample_repairs(fault, remedies.subject))


def repair_rank(fault: DeclaredRank, remedies: Remedies) -> None:
    """Declare the input as the data is, where the refused layer asks for that."""
    subject = remedies.subject
    trace = subject.trace
    why = f"{fault.fit.method} gives samples of {show(fault.dims)}"
    conflict = input_conflict(subject)
    candidate = next(conflict.set_input(None, fault.dims, "input-data", why), None)
    if candidate is None or trace.refusal is None:
        return
    refusal = subject.tracer.trace(apply(subject.model, candidate.edits)).refusal
    if refusal is None or refusal.site != trace.refusal.site:
        take(remedies, InputRepairs(candidate))


def repair_refused_samples(fault: RefusedSamples, remedies: Remedies) -> None:
    """Change what the refused data is made of."""
    pairs = zip(fault.data, fault.entries, strict=False)
    edits = remade_all((array, entry) for array, entry in pairs if array.sample != entry)
    if edits:
        sure = not recuts(fault.data, edits)
        candidate = Candidate(edits, price("data-made"), MADE, sure)
        remedies.accompanying.append(candidate)


def repair_undeclared(fault: UndeclaredInput, remedies: Remedies) -> None:
    """Give the data a last axis of 1, which Keras adds only where an input shape is declared."""
    subject, entry = remedies.subject, fault.entry
    refusal = subject.trace.refusal
    wider = replace(subject.model, given=(None, *entry, 1))
    now = subject.tracer.trace(wider).refusal
    if refusal is None or (now is not None and now.site == refusal.site):
        return

    def needs(fit: Fit, x: Array) -> Wrap | None:
        if not isinstance(x.shape, tuple):
            return None
        if x.shape[1:] == entry:
            return Wrap(EXPAND_DIMS, ((None, -1),))
        return NOTHING if x.shape[1:] == (*entry, 1) else None

    wrapped = wraps(subject.program, subject.uids, is_x, needs)
    if wrapped is not None:
        take(remedies, InputRepairs(data=wrapped, model=wider))


def take(remedies: Remedies, ways: InputRepairs) -> None:
    """Enter the edit of the model first, that of the data where the model has none.

    The other way is an alternative.
    """
    first: Candidate | None = None
    if ways.candidate is not None:
        first = ways.candidate
        if remedies.first is not None:  # of another input
            edits = tuple(dict.fromkeys(remedies.first.edits + first.edits))
            cost = remedies.first.cost + price("group")
            first = Candidate(edits, cost, remedies.first.why, first.sure)
            remedies.alternatives.clear()
        remedies.first = first
    if ways.data is None:
        if ways.suggestion:
            remedies.suggest(ways.suggestion if first is None else f"or {ways.suggestion}")
        return
    why = ways.data.why
    if ways.batch:
        why = f"{ways.batch} takes a batch: one sample is a batch of one"
    cost = price("batch" if ways.batch else ways.price_key)
    asked = ways.price_key == "data-asked"
    candidate = Candidate(ways.data.edits, cost, why + ways.data.remark, ways.sure)
    if first is None and ways.model is None:
        remedies.accompanying.append(candidate)
    else:
        alternative = Alternative(candidate, first, ways.model, ways.data.lays_out, asked)
        remedies.alternatives.append(alternative)


def transformed(subject: Subject) -> Wraps | None:
    """Return what brings all the data into the axes, or the colors, that a repaired input has."""
    for fault in input_faults(subject):
        if isinstance(fault, InputMismatch):
            data = _MismatchRepair(fault, subject).repairs().data
        elif isinstance(fault, NamedInputMismatch):
            data = _named_repairs(fault, subject).data
        else:
            continue
        if data is not None and all(
            isinstance(edit, WrapArgument) and edit.function in (MOVEAXIS, REPEAT)
            for edit in data.edits
        ):
            return data
    return None


def _sample_repairs(fault: SampleForBatch, subject: Subject) -> InputRepairs:
    output, entry = subject.trace.output, fault.entry

    def needs(fit: Fit, x: Array) -> Wrap | None:
        if x is fit.y_data and not fit.same and _is_batch(x, output):
            return NOTHING
        return Wrap(EXPAND_DIMS, ((None, 0),)) if gives_one_sample(fit, entry) else NOTHING

    def mine(fit: Fit, part: Part) -> bool:
        labels = part.key is None and part.role == "y" and gives_one_sample(fit, entry)
        return is_x(fit, part) or labels

    data = wraps(subject.program, subject.uids, mine, needs)
    method = fault.fit.method
    suggestion = f"give {method} a batch of one: np.expand_dims(x, 0)"
    return InputRepairs(None, data, suggestion, method)


def _is_batch(labels: Array, output: object) -> bool:
    """Return whether labels have as many axes as the output, the batch axis among them."""
    if not isinstance(output, tuple) or not isinstance(labels.shape, tuple):
        return False
    return len(labels.shape) >= len(output)


def _named_repairs(fault: NamedInputMismatch, subject: Subject) -> InputRepairs:
    entry, dims = fault.entry, fault.data[1:]

    def needs(fit: Fit, x: Array) -> Wrap | None:
        if not isinstance(x.shape, tuple):
            return None
        predicts = fit.method.startswith("predict")
        if predicts and one_sample(entry, x.shape) and not fitting(entry, x.shape[1:]):
            return Wrap(EXPAND_DIMS, ((None, 0),))
        return bring(entry, x.shape)

    def mine(fit: Fit, part: Part) -> bool:
        return fault.input.takes(part)

    data = wraps(subject.program, subject.uids, mine, needs)
    method, step = fault.fit.method, fault.input.step
    if fault.is_sample:
        suggestion = "give predict a batch of one: np.expand_dims(x, 0)"
        return InputRepairs(None, data, suggestion, method)
    candidate = None
    if not fault.met and not method.startswith("predict") and step is not None:
        key = "input-samples" if entry == fault.data else "input-data"
        why = f"{method} gives samples of {show(dims)}"
        candidate = next(input_conflict(subject).set_input(step, dims, key, why), None)
    return InputRepairs(candidate, data, _suggestion(entry, dims))


class _MismatchRepair:
    """The ways to bring the one input of a model and its data together."""

    def __init__(self, fault: InputMismatch, subject: Subject) -> None:
        self.fault = fault
        self.subject = subject
        self.entry = fault.entry
        self.dims = fault.dims
        self.asked = fault.fit.method.startswith("predict")
        # Height and width alone are the loader's to say.
        self.turned = (
            _same_dims(fault.entry, fault.dims)
            and len(fault.dims) > 2
            and fault.dims[-1] != fault.entry[-1]
        )

    def repairs(self) -> InputRepairs:
        """Return the edits of the input and of the data, and what is suggested without either."""
        data = wraps(self.subject.program, self.subject.uids, is_x, self._needs)
        candidate = self._kept(self._candidate(), data)
        steps = self._one_step_each()
        if steps is not None:
            return steps
        if candidate is None and data is None:
            data = self._wraps(lambda fit, x: colored(self.entry, x.shape))
        key = "data"
        if data is None:
            data = self._remade()
            key = "data-asked" if self.asked and not self.fault.met else "data-made"
        if data is not None and data.lays_out and self.fault.met_elsewhere:
            candidate = None  # other calls lay the same elements out as the model takes them
        sure = key != "data-asked" and not (data and recuts(self._misfits(), data.edits))
        suggestion = self._suggestion(candidate)
        return InputRepairs(candidate, data, suggestion, price_key=key, sure=sure)

    def _remade(self) -> Wraps | None:
        """Return what the data is made of changed, where that gives what the model takes."""
        edits = remade_all((array, self.entry) for array in self._misfits())
        return Wraps(edits, ()) if edits else None

    def _misfits(self) -> list[Array]:
        """Return the arrays of all calls that the model does not take."""
        fits = self.subject.fits
        given = [part.value for fit in fits for part in (*fit.parts, *fit.sets) if is_x(fit, part)]
        arrays = [one for one in given if isinstance(one, Array) and isinstance(one.shape, tuple)]
        return [one for one in arrays if one.shape and not fitting(self.entry, one.shape[1:])]

    def _needs(self, fit: Fit, x: Array) -> Wrap | None:
        if gives_one_sample(fit, self.entry) or not isinstance(x.shape, tuple):
            return NOTHING
        return bring(self.entry, x.shape)

    def _wraps(self, needs: Needs) -> Wraps | None:
        return wraps(self.subject.program, self.subject.uids, is_x, needs)

    def _trace(self, candidate: Candidate) -> Trace:
        return self.subject.tracer.trace(apply(self.subject.model, candidate.edits))

    def _reason(self) -> tuple[str, str]:
        """Return the price key of an edit of the input shape, and its reason."""
        data, dims = self.fault.data, self.dims
        if self.entry == data:
            count = (
                "number of samples is" if isinstance(data[0], Unknown) else f"{data[0]} samples are"
            )
            return "input-samples", f"the {count} no part of an input shape"
        method = self.fault.fit.method
        if _same_dims(self.entry, dims):
            return "input-order", f"{method} gives the axes as {show(dims)}"
        return "input-data", f"{method} gives samples of {show(dims)}"

    def _candidate(self) -> Candidate | None:
        """Return the edit of the input shape that takes the data, as the layers take it."""
        conflict = input_conflict(self.subject)
        key, why = self._reason()
        of_rank = _as_rank(self.dims, len(self.entry))
        candidate = next(conflict.set_input(None, of_rank, key, why), None)
        if candidate is None:
            return None
        refused = self.subject.trace.refusal is not None
        if refused and of_rank != self.dims:
            whole = next(conflict.set_input(None, self.dims, key, why), None)
            if whole is not None and self._trace(whole).refusal is None:
                candidate = whole  # the axis of 1 may be what a layer lacks
        batch = self.fault.fit.batch
        if batch is not None:
            edits = tuple(with_batch(edit, batch) for edit in candidate.edits)
            candidate = replace(candidate, edits=edits)
        if not refused and isinstance(self._trace(candidate).refusal, BadArgument):
            return None  # pretrained weights are for three channels
        return candidate

    def _kept(self, candidate: Candidate | None, data: Wraps | None) -> Candidate | None:
        """Return the edit of the input shape where the data does not contradict it."""
        if candidate is None:
            return None
        same_rank = len(self.entry) == len(self.dims)
        alone = self.asked and data is None and same_rank and not self.turned
        if alone and not self.fault.met:
            # Nothing is known of the data that the model is trained on.
            candidate = replace(candidate, sure=False)
        elif self.fault.met or self.asked or (self.turned and _channels_last(self.entry)):
            return None
        fits_itself = self.subject.trace.refusal is None and data is not None
        turns = fits_itself and self._reason()[0] == "input-order"
        if turns and self._trace(candidate).refusal is not None:
            return None  # the model is made for its own order: only the data is to be transposed
        return candidate

    def _one_step_each(self) -> InputRepairs | None:
        """Return sequences of one time step, where the data has the features and no steps."""
        entry, dims = self.entry, self.dims
        if len(entry) != 2 or dims != entry[1:] or not _reads_steps(self.subject):
            return None
        single = self._wraps(lambda fit, x: _one_step(entry, x))
        if single is None:
            return None
        if entry[0] in (None, 1):
            return InputRepairs(data=single)
        key, why = self._reason()
        conflict = input_conflict(self.subject)
        told = next(conflict.set_input(None, (1, *dims), key, f"{why}, one step each"), None)
        if told is None or self.fault.met:
            return None
        return InputRepairs(replace(told, edits=(*told.edits, *single.edits), sure=False))

    def _suggestion(self, candidate: Candidate | None) -> str:
        entry, dims = self.entry, self.dims
        grey = (*dims[:2], 3) == entry and dims[2:] in ((), (1,))
        if candidate is not None or not grey:
            return _suggestion(entry, dims)
        if self.fault.fit.parts:
            return "stack the grey images three times: np.stack([x] * 3, axis=-1)"
        return "let the loader give three channels: color_mode='rgb'"


def _reads_steps(subject: Subject) -> bool:
    """Return whether the input goes into a recurrent layer."""
    steps = View(subject.model, subject.trace).steps
    first = next((step for step in steps if not step.is_input and not step.keeps), None)
    return first is not None and first.is_recurrent


def _one_step(entry: Dims, x: Array) -> Wrap | None:
    dims = x.shape[1:] if isinstance(x.shape, tuple) else None
    if dims == entry[1:]:
        return Wrap(EXPAND_DIMS, ((None, 1),))
    return NOTHING if dims is not None and fitting(entry, dims) else None


def _as_rank(dims: Dims, rank: int) -> Dims:
    """Return `dims` without the last axis of 1 that Keras drops for a model of one axis less."""
    return dims[:-1] if rank and len(dims) == rank + 1 and dims[-1] == 1 else dims


def _same_dims(one: Dims, other: Dims) -> bool:
    """Return whether two shapes have the same dims, in whatever order."""
    return sorted(map(str, one)) == sorted(map(str, other))


def _suggestion(entry: Dims, dims: Dims) -> str:
    """Return what is suggested where the data cannot be edited."""
    if _same_dims(entry, dims) and len(dims) > 2 and dims[-1] != entry[-1]:
        axes = "np.moveaxis(x, 1, -1)" if dims[0] == entry[-1] else "np.transpose"
        return f"bring the axes of the data into the model's order with {axes}"
    if len(entry) != len(dims) and elements(entry) == elements(dims) is not None:
        return (
            f"lay the data out as the model takes it: x.reshape(-1, {', '.join(map(str, entry))})"
        )
    return ""


def _channels_last(dims: Dims) -> bool:
    return dims[-1] in (1, 3, 4) and all(isinstance(dim, int) and dim > 4 for dim in dims[:-1])
