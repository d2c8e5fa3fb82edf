"""What calls of a model are given as a whole: how many arrays, of how many samples, in which
batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.checks.fault import Fault, Subject
from kfix.checks.heads import input_name, output_name
from kfix.checks.samples import one_by_one, shape_of
from kfix.findings.batch_axis_missing import BatchAxisMissing
from kfix.findings.batch_differs import BatchDiffers
from kfix.findings.list_not_array import ListNotArray
from kfix.findings.samples_differ import SamplesDiffer
from kfix.findings.wrong_data import WrongData
from kfix.model.attributes import LISTS
from kfix.model.graph import Array, Model
from kfix.model.program import Fit, Part, Program
from kfix.model.site import Site
from kfix.shapes import show
from kfix.shapes.arguments import value
from kfix.shapes.view import View

COUNTED = ("fit", "evaluate", "predict")
"""Calls for which Keras counts the samples of all arrays before anything else."""


class WrongParts(Fault):
    """A call gives more or fewer arrays than the model has inputs or outputs, or other names."""

    finding: WrongData
    fit: Fit
    role: str
    names: tuple[str, ...]
    parts: tuple[Part, ...]
    aside: bool


class SampleCounts(Fault):
    """The arrays of one call do not have the same number of samples."""

    finding: SamplesDiffer
    fit: Fit


class YieldedList(Fault):
    """A generator yields lists of arrays, written at `lists`, where Keras takes tuples."""

    finding: WrongData
    lists: tuple[Site, ...]


class Ragged(Fault):
    """A call is given lists of several lengths, as `imdb.load_data` returns them."""

    finding: ListNotArray


class Unbatched(Fault):
    """A data set or a generator gives one sample at a time."""

    finding: BatchAxisMissing
    fit: Fit
    parts: tuple[Part, ...]


class StatefulBatch(Fault):
    """A call takes batches of another size than a stateful layer keeps states for.

    `rest` samples, if any, are left for a last batch.
    """

    finding: BatchDiffers
    fit: Fit
    size: int
    rest: int = 0


def wrong_parts(subject: Subject) -> Iterator[WrongParts]:
    """Yield the first call with other inputs, and the first with other outputs, than the model."""
    model = subject.model
    if not model.is_functional:
        return
    unread = {node.id for node in model.nodes if node.layer.is_unknown}
    for role, refs, name in (("x", model.inputs, input_name), ("y", model.outputs, output_name)):
        if role == "x" and any(ref.node in unread for ref in refs):
            continue  # the Inputs of a model of which one is not known are a guess
        structure = model.takes if role == "x" else model.gives
        names = tuple(name(model, number) for number in range(len(refs)))
        if isinstance(structure, dict):  # what is nested in it has one name
            names = tuple(map(str, structure))
        several = (_wrong_part(subject, role, names, fit) for fit in subject.fits)
        first = next(filter(None, several), None)
        if first is not None:
            yield first


def _wrong_part(subject: Subject, role: str, names: tuple[str, ...], fit: Fit) -> WrongParts | None:
    """Return what is wrong with the parts of one role that a call gives, `None` if nothing is."""
    for aside in (False, True):
        given = (*fit.parts, *fit.sets)
        parts = tuple(part for part in given if part.role == role and part.aside == aside)
        found = _misgiven(subject.model, role, names, parts, subject.program)
        if found is not None:
            sites = [part.site for part in parts if part.site is not None]
            found.method = fit.method
            found.site = sites[0] if sites else fit.site
            return WrongParts(found, fit, role, names, parts, aside)
    return None


def _misgiven(
    model: Model, role: str, names: Sequence[str], parts: Sequence[Part], program: Program
) -> WrongData | None:
    """Return the finding for the parts of one role; `None` if their count and names are right."""
    if not parts or (len(parts) == 1 and parts[0].key is None and not shape_of(parts[0])):
        return None
    keys = [part.key for part in parts]
    if all(isinstance(key, str) for key in keys):
        return _misnamed(model, role, names, list(map(str, keys)))
    if any(isinstance(key, str) for key in keys) or len(parts) == len(names):
        return None
    if role == "y" and len(names) > 1 and not _each_has_loss(model, program):
        return None
    if role == "x" and len(names) == 1:
        return None  # a list of samples, which has a check of its own
    arrays = f"{len(parts)} array{'' if len(parts) == 1 else 's'} as {role}"
    return WrongData(model.name, f"{len(names)} {_ends(role, len(names))}", arrays)


_MADE_UP = "input_layer"
"""What names begin with that Keras makes up for inputs."""


def _misnamed(
    model: Model, role: str, names: Sequence[str], keys: Sequence[str]
) -> WrongData | None:
    """Return the finding for a dict that lacks names of the model."""
    if role == "x" and not any(key.startswith(_MADE_UP) for key in keys):
        names = [name or f"{_MADE_UP}_{number}" for number, name in enumerate(names)]
    absent = [name for name in names if name not in keys]
    if not absent or not all(names):
        return None
    if role == "y" and (len(keys) != len(names) or len(names) == 1):
        return None
    told = f"{_ends(role)} called {', '.join(names)}"
    return WrongData(model.name, told, f"data called {', '.join(keys)}")


def _ends(role: str, count: int = 2) -> str:
    end = "input" if role == "x" else "output"
    return end if count == 1 else f"{end}s"


def _each_has_loss(model: Model, program: Program) -> bool:
    """Return whether all outputs have a loss; outputs without one take no labels."""
    for record in program.compiles:
        if record.model != model.uid:
            continue
        losses = [part for part in record.parts if part.role == "loss"]
        if len(losses) == 1 and losses[0].key is None:
            return True
        complete = all(part.value is not None for part in losses)
        return complete and len(losses) == len(model.outputs)
    return False


def sample_counts(subject: Subject) -> Iterator[SampleCounts]:
    """Yield the first call of which the arrays have different numbers of samples."""
    for fit in subject.fits:
        for aside in (False, True):
            counts = _counts(fit, aside)
            if fit.method in COUNTED and len(counts) > 1:
                actual = " and ".join(counts.values())
                found = SamplesDiffer(subject.model.name, actual=actual, method=fit.method)
                found.site = fit.site
                yield SampleCounts(found, fit)
                return


def _counts(fit: Fit, aside: bool) -> dict[int, str]:
    """Return one array in words for each number of samples."""
    counts: dict[int, str] = {}
    for part in fit.parts:
        shape = shape_of(part)
        if part.aside == aside and shape and isinstance(shape[0], int):
            counts.setdefault(shape[0], f"{_name(part)} of {shape[0]}")
    return counts


def _name(part: Part) -> str:
    return part.role if part.key is None else f"{part.role}[{part.key!r}]"


def ragged(subject: Subject) -> Iterator[Ragged]:
    """Yield the first call that is given lists of several lengths."""
    for fit in subject.fits:
        for part in fit.parts:
            if isinstance(part.value, Array) and part.value.dtype == LISTS:
                actual = f"lists, each of its own length, as {part.role}"
                name = subject.model.name or "the model"
                found = ListNotArray(name, actual=actual, method=fit.method)
                found.site = part.site or fit.site
                yield Ragged(found)
                return


def unbatched(subject: Subject) -> Iterator[Unbatched]:
    """Yield the first call of which the data set or generator gives one sample at a time."""
    entry = subject.trace.input
    if entry is None:
        return
    single = [
        (fit, part) for fit in subject.fits for part in fit.sets if one_by_one(entry[1:], part)
    ]
    if not single:
        return
    fit, first = single[0]
    kind = "a data set" if first.listed == "dataset" else "a generator"
    actual = f"{kind} of {show(shape_of(first))}"
    found = BatchAxisMissing(subject.model.name, expected=entry, actual=actual, method=fit.method)
    found.site = first.site or fit.site
    yield Unbatched(found, fit, tuple(part for _, part in single))


def stateful_batches(subject: Subject) -> Iterator[StatefulBatch]:
    """Yield the first fit of which the batches are of another size than a stateful layer's states.

    A stateful layer keeps a state for each sample of a batch.
    """
    batch = next(iter(subject.trace.input or ()), None)
    if not isinstance(batch, int) or not has_states(subject):
        return
    for fit in subject.fits:
        if fit.method == "fit" and fit.parts and fit.batch not in (None, batch):
            expected, actual = f"batches of {batch}", f"batches of {fit.batch}"
            found = BatchDiffers(subject.model.name, expected, actual, method=fit.method)
            found.site = fit.site
            yield StatefulBatch(found, fit, batch)
            return


def has_states(subject: Subject) -> bool:
    """Return whether a recurrent layer of the model is stateful."""
    steps = View(subject.model, subject.trace).steps
    return any(step.is_recurrent and value(step.core, "stateful") is True for step in steps)
