"""What calls of a model are given as a whole: how many arrays, of how many samples, in batches, as arrays at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.edits.base import Edit
from kfix.edits.rename_key import RenameKey
from kfix.edits.set_input_shape import SetInputShape
from kfix.edits.wrap_argument import WrapArgument
from kfix.findings.batch_axis_missing import BatchAxisMissing
from kfix.findings.batch_differs import BatchDiffers
from kfix.findings.list_not_array import ListNotArray
from kfix.findings.samples_differ import SamplesDiffer
from kfix.findings.wrong_data import WrongData
from kfix.model.graph import LISTS, Array, Model
from kfix.model.program import Fit, Part, Program
from kfix.model.site import Site
from kfix.repair.conflict import Conflict
from kfix.repair.intent import lists
from kfix.repair.intent.data import of_batch
from kfix.repair.intent.found import Cure, Intent
from kfix.repair.intent.heads import input_name, output_name
from kfix.repair.intent.wraps import (
    NOTHING,
    RESHAPE,
    Wrap,
    one_by_one,
    shape_of,
    total,
    wraps,
)
from kfix.repair.options import Options
from kfix.repair.prices import price
from kfix.repair.uses import Uses
from kfix.shapes import Trace, Tracer, show
from kfix.shapes.arguments import value
from kfix.shapes.view import View

COUNTED = ("fit", "evaluate", "predict")
"""Calls for which Keras counts the samples of all arrays before anything else."""

BATCH = 32
"""The batch that Keras takes by itself."""


def read(
    intent: Intent,
    model: Model,
    trace: Trace,
    uids: frozenset[int],
    program: Program,
    tracer: Tracer,
) -> None:
    """Finds what is wrong with the calls of one model, and how it is cured."""
    fits = [fit for fit in program.fits if fit.model == model.uid]
    _ends(intent, model, fits, program)
    _counts(intent, model, trace, fits, uids, program)
    _ragged(intent, model, fits)
    _batches(intent, model, trace, fits)
    _stateful(intent, model, trace, fits, tracer)
    if tracer.keras > 2:
        _lists(intent, model, uids, program, refused=trace.refusal is not None)


def _ragged(intent: Intent, model: Model, fits: Sequence[Fit]) -> None:
    """Lists of words, each of its own length, as `imdb.load_data` gives them: how long a row shall be is not said."""
    for fit in fits:
        part = next(
            (p for p in fit.parts if isinstance(p.value, Array) and p.value.dtype == LISTS), None
        )
        if part is None:
            continue
        told = f"lists, each of its own length, as {part.role}"
        found = ListNotArray(model.name or "the model", actual=told, method=fit.method)
        found.site = part.site or fit.site
        intent.findings.append(found)
        intent.advise(
            "bring the lists to one length, for training and for testing: keras.utils.pad_sequences(x, maxlen=…)"
        )
        return


def _lists(
    intent: Intent, model: Model, uids: frozenset[int], program: Program, refused: bool
) -> None:
    """Arrays are made of lists where Keras never took them, and along with what else is mended."""
    found = lists.finding(model, program)
    if found is None:
        return
    intent.findings.append(found)
    edits = lists.cure(program, uids, [edit for one in intent.also for edit in one.edits])
    cure = _cure(edits or (), "batch", "a list of samples becomes one array of them")
    if edits is None:
        intent.advise("make arrays of the lists: np.array(x)")
    elif edits and (
        found.severity == "error" or refused or intent.first is not None or intent.also
    ):
        intent.also.append(cure)
    elif edits and intent.offer is None:
        intent.offer = cure._replace(safety="unsafe")


def _cure(edits: tuple[Edit, ...], row: str, why: str) -> Cure:
    return Cure(edits, price(row), why)


def _batches(intent: Intent, model: Model, trace: Trace, fits: Sequence[Fit]) -> None:
    """Data sets and generators that give one sample at a time."""
    entry = trace.inputs[0] if len(trace.inputs) == 1 else None
    if not isinstance(entry, tuple):
        return
    single = [part for fit in fits for part in fit.sets if one_by_one(entry[1:], part)]
    if not single:
        return
    fit = next(fit for fit in fits for part in fit.sets if part is single[0])
    kind = "a data set" if single[0].listed == "dataset" else "a generator"
    found = BatchAxisMissing(
        model.name, expected=entry, actual=f"{kind} of {show(shape_of(single[0]))}"
    )
    found.method = fit.method
    found.site = single[0].site or fit.site
    intent.findings.append(found)
    sites = tuple(part.site for part in single if part.site is not None)
    if kind == "a data set" and len(sites) == len(single):
        edit = WrapArgument(sites, ".batch", ((None, BATCH),))
        intent.also.append(
            _cure((edit,), "batch", f"{fit.method} takes batches: the data set gives them by batch")
        )
    else:
        intent.advise(
            "let the generator yield batches: an array of several samples, and one of their labels"
        )


def _stateful(
    intent: Intent, model: Model, trace: Trace, fits: Sequence[Fit], tracer: Tracer
) -> None:
    """A stateful layer keeps a state for each sample of a batch: `fit` has to take as many at a time."""
    entry = trace.inputs[0] if len(trace.inputs) == 1 else None
    batch = entry[0] if isinstance(entry, tuple) and entry else None
    view = View(model, trace)
    if not isinstance(batch, int) or intent.first is not None:
        return
    if not any(step.is_recurrent and value(step.core, "stateful") is True for step in view.steps):
        return
    fit = next(
        (
            fit
            for fit in fits
            if fit.method == "fit" and fit.parts and fit.batch not in (None, batch)
        ),
        None,
    )
    if fit is None or fit.batch is None or not isinstance(entry, tuple):
        return
    found = BatchDiffers(
        model.name, f"batches of {batch}", f"batches of {fit.batch}", method=fit.method
    )
    found.site = fit.site
    intent.findings.append(found)
    conflict = Conflict(view, None, Options(), Uses([model]), {}, tracer)
    why = f"{fit.method} takes {fit.batch} samples at a time, and a stateful layer keeps a state for each"
    told = next(conflict.set_input(None, entry[1:], "input-data", why), None)
    edits = tuple(of_batch(edit, fit.batch) for edit in told.edits) if told is not None else ()
    if any(isinstance(edit, SetInputShape) and edit.name.startswith("batch") for edit in edits):
        intent.first = _cure(edits, "input-data", why)
    else:
        intent.advise(f"give {fit.method} batch_size={batch}")


def _counts(
    intent: Intent,
    model: Model,
    trace: Trace,
    fits: Sequence[Fit],
    uids: frozenset[int],
    program: Program,
) -> None:
    """Arrays of one call that do not have the same number of samples; one sample alone has no such axis."""
    if any(isinstance(found, BatchAxisMissing) for found in intent.findings):
        return
    for fit in fits:
        if fit.method not in COUNTED:
            continue
        for aside in (False, True):
            told: dict[int, str] = {}  # one array for each number of samples
            for part in fit.parts:
                count = shape_of(part)[0] if part.aside == aside and shape_of(part) else None
                if isinstance(count, int):
                    told.setdefault(count, f"{_name(part)} of {count}")
            if len(told) < 2:
                continue
            found = SamplesDiffer(model.name, actual=" and ".join(told.values()), method=fit.method)
            found.site = fit.site
            intent.findings.append(found)
            laid_out = _labels_laid_out(trace, fit, uids, program)
            if laid_out is not None:
                intent.also.append(laid_out)
                return
            intent.advise(
                "give all arrays of a call the same number of samples, the first of their axes"
            )
            return


def _labels_laid_out(trace: Trace, fit: Fit, uids: frozenset[int], program: Program) -> Cure | None:
    """Return labels of all steps of long sequences, laid out by sequence, where they are as many as the outputs."""
    output = trace.outputs[0] if len(trace.outputs) == 1 else None
    count = total(output[1:]) if isinstance(output, tuple) else None
    shapes = [shape_of(part) for part in fit.parts if part.role == "x"]
    samples = shapes[0][0] if shapes and shapes[0] else None
    if not isinstance(output, tuple) or count is None or not isinstance(samples, int):
        return None
    dims = output[1:]

    def mine(fit: Fit, part: Part) -> bool:
        return part.role == "y" and part.key is None

    def needs(fit: Fit, y: Array) -> Wrap | None:
        if not isinstance(y.shape, tuple) or y.shape[1:] == dims:
            return NOTHING
        return Wrap(RESHAPE, ((None, (-1, *dims)),)) if total(y.shape) == samples * count else None

    wrapped = wraps(program, uids, mine, needs)
    if wrapped is None:
        return None
    return _cure(wrapped.edits, "labels", "the labels of all steps are laid out by sequence")


def _name(part: Part) -> str:
    return part.role if part.key is None else f"{part.role}[{part.key!r}]"


def _ends(intent: Intent, model: Model, fits: Sequence[Fit], program: Program) -> None:
    """Another number of arrays than the model has inputs or outputs, or other names than theirs."""
    if not model.is_functional:
        return
    for role, refs, name in (("x", model.inputs, input_name), ("y", model.outputs, output_name)):
        names = [name(model, number) for number in range(len(refs))]
        for fit in fits:
            for aside in (False, True):
                parts = [
                    part
                    for part in (*fit.parts, *fit.sets)
                    if part.role == role and part.aside == aside
                ]
                found = _misgiven(model, role, names, parts, fit, program)
                if found is None:
                    continue
                found.site = (
                    next((part.site for part in parts if part.site is not None), None) or fit.site
                )
                intent.findings.append(found)
                edits = tuple(_renamed(names, parts))
                what = "inputs" if role == "x" else "outputs"
                if edits:
                    intent.also.append(
                        _cure(edits, "rename", f"the {what} of the model have these names")
                    )
                else:
                    words = ", ".join(name or "…" for name in names)
                    form = f"[{words}]" if len(names) > 1 else words
                    if aside:
                        form = (
                            f"validation_data=({form}, y)"
                            if role == "x"
                            else f"validation_data=(x, {form})"
                        )
                    intent.advise(f"give {fit.method} one array for each of the {what}: {form}")
                return


def _misgiven(
    model: Model, role: str, names: Sequence[str], parts: Sequence[Part], fit: Fit, program: Program
) -> WrongData | None:
    if not parts or (len(parts) == 1 and parts[0].key is None and not shape_of(parts[0])):
        return None
    count, keys = len(names), [part.key for part in parts]
    what = "inputs" if role == "x" else "outputs"
    if all(isinstance(key, str) for key in keys):
        absent = [name for name in names if name not in keys]
        if not absent or not all(names) or (role == "y" and (len(keys) != count or count == 1)):
            return None
        told = f"{what} called {', '.join(map(str, names))}"
        return WrongData(
            model.name, told, f"data called {', '.join(map(str, keys))}", method=fit.method
        )
    if any(isinstance(key, str) for key in keys) or len(parts) == count:
        return None
    if role == "y" and (count > 1 and not _each_has_loss(model, program)):
        return None
    if role == "x" and count == 1:
        return None  # a list of samples: what is said of lists is said elsewhere
    told = f"{count} {what if count > 1 else what[:-1]}"
    return WrongData(
        model.name,
        told,
        f"{len(parts)} array{'s' if len(parts) > 1 else ''} as {role}",
        method=fit.method,
    )


def _each_has_loss(model: Model, program: Program) -> bool:
    """Is one loss written for all outputs, or one for each? Outputs without a loss take no labels."""
    for record in program.compiles:
        if record.model == model.uid:
            losses = [part for part in record.parts if part.role == "loss"]
            if len(losses) == 1 and losses[0].key is None:
                return True
            return len(losses) == len(model.outputs) and all(
                part.value is not None for part in losses
            )
    return False


def _renamed(names: Sequence[str], parts: Sequence[Part]) -> Iterator[RenameKey]:
    """Keys that differ from the one name that is left by blanks and capitals only."""
    keys = {part.key: part.site for part in parts if isinstance(part.key, str)}
    for name in names:
        if not name or name in keys:
            continue
        like = [key for key in keys if key not in names and _plain(str(key)) == _plain(name)]
        site: Site | None = keys[like[0]] if len(like) == 1 else None
        if site is None:
            return
        yield RenameKey(site, name)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
