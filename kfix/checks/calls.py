"""What calls of a model are given as a whole: how many arrays, of how many samples, in which
batches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product, zip_longest

from kfix.checks.dims import dims_of
from kfix.checks.fault import Fault, Subject
from kfix.checks.heads import input_name, output_name
from kfix.checks.samples import one_by_one, shape_of
from kfix.findings.batch_axis_missing import BatchAxisMissing
from kfix.findings.batch_differs import BatchDiffers
from kfix.findings.list_not_array import ListNotArray
from kfix.findings.samples_differ import SamplesDiffer
from kfix.findings.wrong_data import WrongData
from kfix.model.attributes import LISTS
from kfix.model.deciding import Row, decide
from kfix.model.graph import Array, Model
from kfix.model.program import Batches, Fit, Part, Program, Role
from kfix.model.record import Record
from kfix.model.site import Site
from kfix.shapes import show
from kfix.shapes.arguments import value
from kfix.shapes.trace_result import one_or_list
from kfix.shapes.view import View

COUNTED = ("fit", "evaluate", "predict")
"""Calls for which Keras counts the samples of all arrays before anything else."""


class WrongParts(Fault):
    """A call gives more or fewer arrays than the model has inputs or outputs, or other names."""

    finding: WrongData
    fit: Fit
    role: Role
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
    """A data set or a generator gives one sample at a time.

    `parts` are the data sets and generators, `yielded` what generators of the program give.
    """

    finding: BatchAxisMissing
    fit: Fit
    parts: tuple[Part, ...]
    yielded: tuple[Batches, ...]


class StatefulBatch(Fault):
    """A call takes batches of another size than a stateful layer keeps states for.

    `rest` samples, if any, are left for a last batch.
    """

    finding: BatchDiffers
    fit: Fit
    size: int
    rest: int = 0


class _Ends(Record):
    """The inputs or the outputs of a model, and the arrays that a call gives for them."""

    subject: Subject
    role: Role
    names: tuple[str, ...]
    fit: Fit
    parts: tuple[Part, ...]

    @property
    def keys(self) -> list[str]:
        """The keys of the arrays that are given by name."""
        return [part.key for part in self.parts if isinstance(part.key, str)]

    @property
    def absent(self) -> list[str]:
        """The names that are not among the keys."""
        return [name for name in self.declared_names if name not in self.keys]

    @property
    def declared_names(self) -> Sequence[str]:
        """The names, as Keras makes up those that the program leaves out."""
        if self.takes_data() and not any(key.startswith(_MADE_UP) for key in self.keys):
            return [name or f"{_MADE_UP}_{number}" for number, name in enumerate(self.names)]
        return self.names

    # --- facts ----------------------------------------------------------------------------------

    def takes_data(self) -> bool:
        """Return whether these are inputs."""
        return self.role == "x"

    def is_unknown(self) -> bool:
        """Return whether nothing is known of what is given."""
        return not self.parts or (_keys(self.parts) == [None] and not _is_array(self.parts[0]))

    def is_named(self) -> bool:
        """Return whether all arrays are given by name."""
        return len(self.keys) == len(self.parts)

    def is_complete(self) -> bool:
        """Return whether no name is absent, as far as the names are known."""
        return not self.absent or not all(self.declared_names)

    def may_leave_out(self) -> bool:
        """Return whether these are labels, of which a dict may lack some."""
        several = len(self.keys) == len(self.names) > 1
        return self.role == "y" and not several

    def is_named_in_part(self) -> bool:
        """Return whether some arrays are given by name."""
        return bool(self.keys)

    def has_count(self) -> bool:
        """Return whether there is an array for each."""
        return len(self.parts) == len(self.names)

    def lacks_loss(self) -> bool:
        """Return whether one of several outputs has no loss, and so takes no labels."""
        several = self.role == "y" and len(self.names) > 1
        return several and not _each_has_loss(self.subject.model, self.subject.program)

    def is_one_input(self) -> bool:
        """Return whether it is one input: a list of samples has a check of its own."""
        return self.takes_data() and len(self.names) == 1

    # --- findings -------------------------------------------------------------------------------

    def nothing(self) -> None:
        """Return `None`: there is nothing wrong, or nothing known."""

    def misnamed(self) -> WrongParts:
        """Return that names of the model are absent."""
        declared = f"{ENDS[self.role]}s called {', '.join(self.declared_names)}"
        return self._fault(declared, f"data called {', '.join(self.keys)}")

    def miscounted(self) -> WrongParts:
        """Return that there are more or fewer arrays than the model takes."""
        arrays = f"{_counted(len(self.parts), 'array')} as {self.role}"
        return self._fault(_counted(len(self.names), ENDS[self.role]), arrays)

    def _fault(self, expected: str, actual: str) -> WrongParts:
        sites = [part.site for part in self.parts if part.site is not None]
        name, site = self.subject.model.name, next(iter(sites), self.fit.site)
        finding = WrongData(name, expected, actual, method=self.fit.method, site=site)
        aside = self.parts[0].aside
        return WrongParts(finding, self.fit, self.role, self.names, self.parts, aside)


_MADE_UP = "input_layer"
"""What names begin with that Keras makes up for inputs."""

ENDS = {"x": "input", "y": "output"}
"""What an array of a role is for."""

_WRONG_PARTS: tuple[Row[_Ends, WrongParts | None], ...] = (
    Row((_Ends.is_unknown,), _Ends.nothing),
    Row((_Ends.is_named, _Ends.is_complete), _Ends.nothing),
    Row((_Ends.is_named, _Ends.may_leave_out), _Ends.nothing),
    Row((_Ends.is_named,), _Ends.misnamed),
    Row((_Ends.is_named_in_part,), _Ends.nothing),
    Row((_Ends.has_count,), _Ends.nothing),
    Row((_Ends.lacks_loss,), _Ends.nothing),
    Row((_Ends.is_one_input,), _Ends.nothing),
    Row((), _Ends.miscounted),
)


def wrong_parts(subject: Subject) -> Iterator[WrongParts]:
    """Yield the first call with other inputs, and the first with other outputs, than the model."""
    model = subject.model
    if not model.is_functional:
        return
    if not subject.inputs_unknown:
        names = (input_name(model, number) for number in range(len(model.inputs)))
        yield from _misgiven(subject, "x", _names(model.takes, names))
    names = (output_name(model, number) for number in range(len(model.outputs)))
    yield from _misgiven(subject, "y", _names(model.gives, names))


def _names(structure: object, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the inputs or outputs: what is nested in a dict has one name."""
    if isinstance(structure, dict):
        return tuple(map(str, structure))
    return tuple(names)


def _misgiven(subject: Subject, role: Role, names: tuple[str, ...]) -> Iterator[WrongParts]:
    """Yield the first fault of the arrays of one role, those for validation behind the others."""
    for fit, aside in product(subject.fits, (False, True)):
        parts = fit.given(role, aside, and_sets=True)
        found = decide(_WRONG_PARTS, _Ends(subject, role, names, fit, parts))
        if found is not None:
            yield found
            return


def _is_array(part: Part) -> bool:
    """Return whether a part is known to be one array, for one input or output."""
    return bool(shape_of(part)) or getattr(part.value, "packed", None) is not None


def _keys(parts: Iterable[Part]) -> list[object]:
    return [part.key for part in parts]


def _counted(count: int, noun: str) -> str:
    """Return a number of things in words."""
    return f"{count} {noun}{'s' * (count != 1)}"


def _each_has_loss(model: Model, program: Program) -> bool:
    """Return whether all outputs have a loss; outputs without one take no labels."""
    compiles = (record for record in program.compiles if record.model == model.uid)
    parts = next((record.parts for record in compiles), ())
    losses = [part for part in parts if part.role == "loss"]
    complete = all(part.value is not None for part in losses)
    return _keys(losses) == [None] or (complete and len(losses) == len(model.outputs))


def sample_counts(subject: Subject) -> Iterator[SampleCounts]:
    """Yield the calls of which the arrays have different numbers of samples."""
    counted = (fit for fit in subject.fits if fit.method in COUNTED)
    for fit, aside in product(counted, (False, True)):
        counts = _counts(fit, aside)
        if len(counts) > 1:
            actual = " and ".join(counts.values())
            name = subject.model.name
            found = SamplesDiffer(name, actual=actual, method=fit.method, site=fit.site)
            yield SampleCounts(found, fit)


def _counts(fit: Fit, aside: bool) -> dict[int, str]:
    """Return one array in words for each number of samples."""
    counts: dict[int, str] = {}
    for part in fit.parts:
        match shape_of(part):
            case (int() as count, *_) if part.aside == aside:
                counts.setdefault(count, f"{_name(part)} of {count}")
    return counts


def _name(part: Part) -> str:
    """Return an array in words, with its key where it has one."""
    keys = [f"[{key!r}]" for key in (part.key,) if key is not None]
    return "".join([part.role, *keys])


def ragged(subject: Subject) -> Iterator[Ragged]:
    """Yield the arrays that are lists of several lengths."""
    for fit, part in ragged_parts(subject):
        actual = f"lists, each of its own length, as {part.role}"
        site = fit.site_of(part)
        yield Ragged(ListNotArray(subject.name, actual=actual, method=fit.method, site=site))


def ragged_parts(subject: Subject) -> Iterator[tuple[Fit, Part]]:
    """Yield the arrays that are lists of several lengths, each with its call."""
    for fit, part in subject.parts:
        if isinstance(part.value, Array) and part.value.dtype == LISTS:
            yield fit, part


def unbatched(subject: Subject) -> Iterator[Unbatched]:
    """Yield the first call of which the data set or generator gives one sample at a time."""
    entry = subject.trace.input or ()
    sets = ((fit, part) for fit in subject.fits for part in fit.sets)
    single = [(fit, part) for fit, part in sets if part.key is None and one_by_one(entry[1:], part)]
    batches = ((fit, one) for fit in subject.fits for one in fit.batches)
    yielded = [(fit, one) for fit, one in batches if _is_one_sample(subject, one)]
    found = [*single, *((fit, one.parts[0]) for fit, one in yielded)]
    for fit, first in found[:1]:
        actual = f"{_SETS[first.listed == 'dataset']} of {show(shape_of(first))}"
        finding = BatchAxisMissing(
            subject.model.name,
            expected=one_or_list(subject.trace.inputs),
            actual=actual,
            method=fit.method,
            site=fit.site_of(first),
        )
        parts = tuple(part for _, part in single)
        yield Unbatched(finding, fit, parts, tuple(one for _, one in yielded))


def _is_one_sample(subject: Subject, batches: Batches) -> bool:
    """Return whether a generator of the program yields one sample for each input."""
    given = {part.key: part for part in batches.parts if part.role == "x"}
    inputs = subject.trace.inputs
    if not given or len(given) != len(inputs):
        return False
    names = [input_name(subject.model, place) for place in range(len(subject.model.inputs))]
    for number, (entry, name) in enumerate(zip_longest(inputs, names[: len(inputs)])):
        part = given.get(None) or given.get(number) or given.get(name)
        if part is None or not one_by_one(dims_of(entry), part):
            return False
    return True


_SETS = {True: "a data set", False: "a generator"}
"""What gives one element after the other, in words."""


def stateful_batches(subject: Subject) -> Iterator[StatefulBatch]:
    """Yield the calls of `fit` of which the batches are of another size than the states of a layer.

    A stateful layer keeps a state for each sample of a batch.
    """
    batch = state_count(subject)
    fits = [fit for fit in subject.fits if fit.method == "fit" and fit.parts]
    for fit in fits[: len(fits) * bool(batch)]:
        if fit.batch not in (None, batch):
            expected, actual = f"batches of {batch}", f"batches of {fit.batch}"
            found = BatchDiffers(
                subject.model.name, expected, actual, method=fit.method, site=fit.site
            )
            yield StatefulBatch(found, fit, batch)


def state_count(subject: Subject) -> int:
    """Return for how many samples a stateful layer keeps states, 0 without one or where unknown."""
    match subject.trace.input:
        case (int() as batch, *_) if has_states(subject):
            return batch
    return 0


def has_states(subject: Subject) -> bool:
    """Return whether a recurrent layer of the model is stateful."""
    steps = View(subject.model, subject.trace).steps
    return any(step.is_recurrent and value(step.core, "stateful") is True for step in steps)
