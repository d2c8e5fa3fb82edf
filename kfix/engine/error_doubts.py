"""Repairs that follow from an error and may be wrong all the same: they are shown, and not made."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from kfix.engine.error_binding import Binding
from kfix.engine.file_run import FileRun
from kfix.engine.results import FileResult, ModelResult, Proven
from kfix.engine.settings import Settings
from kfix.model.deciding import Row, always, decide
from kfix.model.graph import Array
from kfix.model.program import Fit
from kfix.model.record import Record, replace
from kfix.model.unknown import Unknown
from kfix.project.project import Project


def doubt(
    project: Project, path: str, settings: Settings, result: FileResult, binding: Binding
) -> None:
    """Take the repairs of a file back where the error leaves something open that they rest on."""
    if not result.files or settings.pick is not None or not binding.used:
        return
    made = (one for one in result.models if one.applied is not None)
    doubts = (decide(_DOUBTS, _Repaired(binding, model)) for model in made)
    depends = _depends(project, path, settings, result, binding)
    for why in islice(chain(filter(None, doubts), depends), 1):
        _take_back(result, f"{why}: choose with --pick N")


class _Repaired(Record):
    """A model that was repaired with what an error states."""

    binding: Binding
    model: ModelResult

    @property
    def proven(self) -> Proven:
        """The repair."""
        assert self.model.applied is not None
        return self.model.applied

    def has_labels_of_more_axes(self) -> bool:
        """Return whether the error states labels of several axes more than the output."""
        labels = [len(slot.stated) for slot in self.binding.used if slot.labels]
        outputs = [len(slot.stated) for slot in self.binding.slots if slot.is_output]
        return any(one - other > 1 for one, other in zip(labels[:1], outputs[:1], strict=False))

    def has_coloured_labels(self) -> bool:
        """Return whether the error states images in colours for a map of one channel."""
        labels = [slot.stated for slot in self.binding.used if slot.labels]
        outputs = [slot.stated for slot in self.binding.slots if slot.is_output]
        pairs = ((one[3:], other[3:]) for one, other in zip(labels, outputs, strict=False))
        return any(pair in (((3,), (1,)), ((4,), (1,))) for pair in pairs)

    def rests_on_size(self) -> bool:
        """Return whether the error states a size, and a layer is removed for it."""
        sized = any(observed.number is not None for observed in self.binding.observed)
        return sized and any(one.edit.kind == "remove-layer" for one in self.proven.edits)

    def overwrites_expression(self) -> bool:
        """Return whether a number of one run takes the place of the expression that makes it."""
        numbers = (one for one in self.binding.observed if one.number is not None and one.name)
        names = [str(one.name).encode() for one in numbers]
        texts = ((self.proven.originals.get(path, b""), new) for path, new in self._changed)
        return any(new.count(name) < old.count(name) for old, new in texts for name in names)

    @property
    def _changed(self) -> list[tuple[str, bytes]]:
        return [*self.proven.files.items()]

    def has_unknown_labels(self) -> bool:
        """Return whether the model is trained on labels of a shape that is not known."""
        return any(_has_unknown_labels(fit) for fit, _ in self.model.fits)

    def has_other_rank(self) -> bool:
        """Return whether the output has another rank than that of the model as it built before."""
        before, after = self.model.trace.output, self.proven.traces[0].output
        builds = before is not None and self.model.trace.refusal is None
        return after is None or (builds and len(before or ()) != len(after))

    def has_other_map(self) -> bool:
        """Return whether the output is a map of another size than the input."""
        after, entry = self.proven.traces[0].output or (), self.proven.traces[0].input
        return len(after) > 3 and entry is not None and after[1:-1] != entry[1:-1]


def _has_unknown_labels(fit: Fit) -> bool:
    """Return whether a call trains on labels of a shape that is not known."""
    match fit:
        case Fit(same=False, y_data=Unknown() | Array(shape=Unknown())):
            return fit.method.startswith("fit")
    return False


_UNKNOWN_LABELS = always("the labels are not known, and decide")

_DOUBTS: tuple[Row[_Repaired, str], ...] = (
    Row((_Repaired.has_labels_of_more_axes,), always("the labels may be wrong instead")),
    Row((_Repaired.has_coloured_labels,), always("the labels may be wrong instead")),
    Row((_Repaired.rests_on_size,), always("the size may be wrong instead")),
    Row((_Repaired.overwrites_expression,), always("the program computes the number")),
    Row((_Repaired.has_unknown_labels, _Repaired.has_other_rank), _UNKNOWN_LABELS),
    Row((_Repaired.has_unknown_labels, _Repaired.has_other_map), _UNKNOWN_LABELS),
)
"""Why the data may be what is wrong, and not the model."""


def _depends(
    project: Project, path: str, settings: Settings, result: FileResult, binding: Binding
) -> Iterator[str]:
    """Yield that the repair is another one for another value that explains the error."""
    for observed in binding.range:
        if _run(project, path, replace(settings, observed=observed), result).files != result.files:
            yield "the error leaves the exact size open"


def _run(project: Project, path: str, settings: Settings, result: FileResult) -> FileResult:
    """Return what becomes of the same file with other settings."""
    other = FileResult(path, result.data)
    FileRun(project, path, settings, other).run()
    return other


def _take_back(result: FileResult, why: str) -> None:
    """Show the repairs of a file, and make none."""
    assert result.evidence is not None
    result.evidence.left_open = why
    result.files, result.originals, result.diff = {}, {}, ""
    for model in result.models:
        made = [proven for proven in model.repairs if proven.applied]
        model.remarks += [why] * len(made)
        for proven in made:
            proven.applied = False
