"""The ways to bring the one input of a model and its data together."""

from __future__ import annotations

from kfix.checks.dims import Dims, known_shape
from kfix.checks.fault import Subject
from kfix.checks.inputs import InputMismatch
from kfix.checks.samples import CHANNELS, fitting, gives_one_sample, is_x
from kfix.edits.base import Edit
from kfix.edits.give_data import GiveData
from kfix.edits.set_input_shape import SetInputShape
from kfix.edits.take_out_call import TakeOutCall
from kfix.findings.bad_argument import BadArgument
from kfix.model.code import NewLayer
from kfix.model.graph import Array, Model
from kfix.model.origin import rests_on_model
from kfix.model.program import Fit
from kfix.model.record import Record, replace
from kfix.model.unknown import Unknown
from kfix.repair.apply import apply
from kfix.repair.candidate import Candidate, made
from kfix.repair.conflict import Conflict
from kfix.repair.data.forms import (
    EXPAND_DIMS,
    NOTHING,
    Needs,
    Wrap,
    Wraps,
    bring,
    colored,
    wraps,
)
from kfix.repair.data.sources import recuts, remade_all
from kfix.repair.options import Options
from kfix.repair.uses import Uses
from kfix.shapes import Trace, show
from kfix.shapes.view import View, elements


class InputRepairs(Record):
    """The ways to bring an input and its data together.

    `candidate` edits the model, `data` what is given; `suggestion` is shown where neither can be
    made. `price_key` is the price of the edit of the data, which is not `sure` where it may mean
    another thing. `batch` is the method that is given one sample, where that is the fault. `model`
    is the model as it would be with the data edited, where it has its shape from there.
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
    options = Options(within=program.within, control=program.control, at_hand=program.at_hand)
    view = View(subject.model, subject.trace)
    return Conflict(view, None, options, Uses(program.models), {}, subject.tracer)


def with_batch(edit: Edit, batch: int) -> Edit:
    """Return an edit of a `batch_shape` with the batch size of `fit` where it has an integer."""
    if not isinstance(edit, SetInputShape) or not edit.name.startswith("batch"):
        return edit
    if not isinstance(edit.value, tuple) or not isinstance(edit.value[0], int):
        return edit
    return SetInputShape(edit.slot, edit.name, (batch, *edit.value[1:]))


class MismatchRepair:
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
        whole = self._one_step_each() or self._batched_before()
        if whole is not None:
            return whole
        data = wraps(self.subject.program, self.subject.uids, is_x, self._needs)
        candidate = self._kept(self._candidate(), data)
        key = "data"
        if data is None:
            other = self._through_other_model() if self._is_trained_on_features() else None
            data = other or self._remade()
            key = "data-asked" if self.asked and not self.fault.met else "data-made"
        if candidate is None and data is None:
            data = self._wraps(lambda fit, x: colored(self.entry, x.shape))
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
        arrays = [one for one in given if isinstance(one, Array) and known_shape(one)]
        return [one for one in arrays if not fitting(self.entry, known_shape(one)[1:])]

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
            return "input-samples", f"the {count} not part of an input shape"
        method = self.fault.fit.method
        if _same_dims(self.entry, dims):
            return "input-order", f"the samples of {method} have their axes as {show(dims)}"
        return "input-data", f"the samples of {method} have shape {show(dims)}"

    def _candidate(self) -> Candidate | None:
        """Return the edit of the input shape that takes the data, as the layers take it."""
        conflict = input_conflict(self.subject)
        key, why = self._reason()
        of_rank = _with_sizes(_as_rank(self.dims, len(self.entry)), self.entry)
        candidate = next(conflict.set_input(None, of_rank, key, why), None)
        if candidate is None:
            return None
        flat = self._flattened(conflict, why)
        if flat is not None:
            return flat
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

    def _flattened(self, conflict: Conflict, why: str) -> Candidate | None:
        """Return a Flatten before the Dense that holds the input shape, for one label a sample."""
        steps, labels = conflict.view.steps, self.fault.fit.y_data
        vectors = len(self.entry) == 1 < len(self.dims) and elements(self.dims) is not None
        vectors = vectors and self.subject.trace.refusal is None
        if not vectors or not steps[0].is_dense or len(known_shape(labels)) not in (1, 2):
            return None
        found = made(conflict.in_front(NewLayer("Flatten"), self.dims), "flatten", why)
        return next(found, None)

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
        declared = next(conflict.set_input(None, (1, *dims), key, f"{why}, one step each"), None)
        if declared is None or self.fault.met:
            return None
        return InputRepairs(replace(declared, edits=(*declared.edits, *single.edits), sure=False))

    def _batched_before(self) -> InputRepairs | None:
        """Return the data sets without `batch`, where they give batches of batches."""
        packed = dict.fromkeys(array.packed for array in self._misfits() if array.packed)
        if not packed or not fitting(self.entry, self.dims[1:]):
            return None
        edits = tuple(TakeOutCall(one.call, of_method=True) for one in packed if one.count == 0)
        return InputRepairs(data=Wraps(edits, ()), price_key="once") if edits else None

    def _is_trained_on_features(self) -> bool:
        """Return whether the model is given what another model returns elsewhere."""
        given = (part.value for fit, part in self.subject.parts if is_x(fit, part))
        origins = (value.origin for value in given if isinstance(value, Array))
        return any(origin is not None and rests_on_model(origin) for origin in origins)

    def _through_other_model(self) -> Wraps | None:
        """Return what another model makes of the data, where that is what this one takes."""
        sites = [part.site for part in self.fault.fit.parts if is_x(self.fault.fit, part)]
        form = self._form_of_other_model() if self.asked else ""
        edits = tuple(GiveData(site, form) for site in sites if site is not None and form)
        return Wraps(edits, ()) if edits else None

    def _form_of_other_model(self) -> str:
        """Return a call of the model that makes samples of the data, "" where none does."""
        subject, count = self.subject, elements(self.entry)
        for model in subject.program.models:
            trace = subject.tracer.trace(model)
            taken, made = trace.input, trace.output
            if taken is None or made is None or model.uid in subject.uids or not model.name:
                continue
            if taken[1:] != self.dims or count is None or elements(made[1:]) != count:
                continue
            laid = ""
            if made[1:] != self.entry:
                laid = f".reshape(-1, {str(self.entry)[1:-1].strip(',')})"
            return f"{model.name}.predict({{0}}){laid}"
        return ""

    def _suggestion(self, candidate: Candidate | None) -> str:
        entry, dims = self.entry, self.dims
        grey = (*dims[:2], 3) == entry and dims[2:] in ((), (1,))
        if candidate is None and self.asked and not suggestion_for(entry, dims):
            return f"give {self.fault.fit.method} samples of {show(entry)}"
        if candidate is not None or not grey:
            return suggestion_for(entry, dims)
        if self.fault.fit.parts:
            return "stack the grey images three times: np.stack([x] * 3, axis=-1)"
        return "let the loader give three channels: color_mode='rgb'"


def _reads_steps(subject: Subject) -> bool:
    """Return whether the input goes into a recurrent layer."""
    first = View(subject.model, subject.trace).opening
    return first is not None and first.is_recurrent


def _one_step(entry: Dims, x: Array) -> Wrap | None:
    dims = x.shape[1:] if isinstance(x.shape, tuple) else None
    if dims == entry[1:]:
        return Wrap(EXPAND_DIMS, ((None, 1),))
    return NOTHING if dims is not None and fitting(entry, dims) else None


def _as_rank(dims: Dims, rank: int) -> Dims:
    """Return `dims` without the last axis of 1 that Keras drops for a model of one axis less."""
    return dims[:-1] if rank and len(dims) == rank + 1 and dims[-1] == 1 else dims


def _with_sizes(dims: Dims, entry: Dims) -> Dims:
    """Return `dims` with the sizes of `entry` where the data leaves them open."""
    if len(dims) != len(entry):
        return dims
    return tuple(have if dim is None else dim for dim, have in zip(dims, entry, strict=True))


def _same_dims(one: Dims, other: Dims) -> bool:
    """Return whether two shapes have the same dims, in whatever order."""
    return sorted(map(str, one)) == sorted(map(str, other))


def suggestion_for(entry: Dims, dims: Dims) -> str:
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
    return dims[-1] in CHANNELS and all(isinstance(dim, int) and dim > 4 for dim in dims[:-1])
