"""Repairs that follow from an error and may be wrong all the same: they are shown, and not made."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.engine.error_binding import Binding
from kfix.engine.file_run import FileRun
from kfix.engine.results import FileResult, ModelResult, Proven
from kfix.engine.settings import Settings
from kfix.model.graph import Array
from kfix.model.record import replace
from kfix.model.unknown import Unknown
from kfix.project.project import Project

_CHOOSE = "choose with --pick N"


def doubt(
    project: Project, path: str, settings: Settings, result: FileResult, binding: Binding
) -> None:
    """Take the repairs of a file back where the error leaves something open that they rest on."""
    if not result.files or settings.pick is not None or not binding.used:
        return
    why = next(_doubts(result, binding), "")
    if not why and _depends(project, path, settings, result, binding):
        why = f"the error leaves the exact size open: {_CHOOSE}"
    if why:
        _take_back(result, why)


def _doubts(result: FileResult, binding: Binding) -> Iterator[str]:
    """Yield why the data may be what is wrong, and not the model."""
    labels = [slot for slot in binding.used if slot.labels]
    outputs = [len(slot.stated) for slot in binding.slots if slot.what == "the output of the model"]
    if labels and outputs and len(labels[0].stated) - outputs[0] > 1:
        yield f"the labels may be wrong instead: {_CHOOSE}"
    made = [(model, model.applied) for model in result.models if model.applied is not None]
    sized = any(told.number is not None for told in binding.told)
    for model, proven in made:
        if sized and any(one.edit.kind == "remove-layer" for one in proven.edits):
            yield f"the size may be wrong instead: {_CHOOSE}"
        if _labels_are_unknown(model) and _gives_another_form(model, proven):
            yield f"the labels are not known, and decide: {_CHOOSE}"


def _labels_are_unknown(model: ModelResult) -> bool:
    """Return whether a model is trained on labels of a shape that is not known."""
    trained = [fit for fit, _ in model.fits if fit.method.startswith("fit") and not fit.same]
    for fit in trained:
        match fit.y_data:
            case Unknown() | Array(shape=Unknown()):
                return True
    return False


def _gives_another_form(model: ModelResult, proven: Proven) -> bool:
    """Return whether a repaired model has an output of another form.

    That is another rank, or a map of another size than its input.
    """
    before, after, entry = model.trace.output, proven.traces[0].output, proven.traces[0].input
    if after is None:
        return True
    if before is not None and model.trace.refusal is None and len(before) != len(after):
        return True
    return len(after) > 3 and entry is not None and after[1:-1] != entry[1:-1]


def _depends(
    project: Project, path: str, settings: Settings, result: FileResult, binding: Binding
) -> bool:
    """Return whether the repair is another one for another value that explains the error."""
    for told in binding.range:
        other = FileResult(path, result.data)
        FileRun(project, path, replace(settings, told=told), other).run()
        if other.files != result.files:
            return True
    return False


def _take_back(result: FileResult, why: str) -> None:
    """Show the repairs of a file, and make none."""
    assert result.evidence is not None
    result.evidence.left_open = why
    result.files, result.originals, result.diff = {}, {}, ""
    for model in result.models:
        for proven in model.repairs:
            if proven.applied:
                proven.applied = False
                model.remarks.append(why)
