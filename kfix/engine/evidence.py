"""The error of a run as evidence.

What it states is bound to the program, and told with what became of it.
"""

from __future__ import annotations

from kfix.engine.error_binding import Binding, variable
from kfix.engine.error_calls import call_at, of_call
from kfix.engine.error_doubts import doubt
from kfix.engine.error_layers import of_layer
from kfix.engine.error_places import Spot, is_own, spots
from kfix.engine.error_slots import Slot, agreement
from kfix.engine.file_run import FileRun
from kfix.engine.reading import read
from kfix.engine.results import Evidence, FileResult, Reading, any_fails
from kfix.engine.settings import Settings
from kfix.engine.stored_error import Stored
from kfix.evidence.reading import Error, read_error
from kfix.model.record import replace
from kfix.model.site import Place
from kfix.model.told import Told
from kfix.project.project import Project
from kfix.shapes import show


def run_with_error(project: Project, path: str, settings: Settings, result: FileResult) -> None:
    """Do with a file what the settings ask for, with what an error says of it; raise `Misuse`."""
    error = read_error(settings.error_text or "")
    if error is None:
        result.notes.append("the log has no error")
        FileRun(project, path, settings, result).run()
        return
    reading = read(project, path, settings)
    found = spots(error, project, path)
    if not found and any(is_own(frame) for frame in error.frames):
        if settings.named:
            result.notes.append("the traceback names no line of this file: the error is not used")
        FileRun(project, path, settings, result).run()
        return
    evidence = result.evidence = Evidence(error, "explained", _place(found))
    if not error.is_other and any(spot.edited for spot in found[:1]):
        evidence.status = "edited"
        FileRun(project, path, settings, result).run()
    elif error.is_other or error.row is None:
        _run_unexplained(project, path, settings, result, found)
    else:
        _run_bound(
            project, path, settings, result, _bound(error, found, reading, project, settings)
        )


def run_with_output(
    project: Project, path: str, settings: Settings, result: FileResult, stored: Stored
) -> None:
    """Do so with a notebook that holds the traceback of its last run; raise `Misuse`.

    Nobody asked for it: an error that says nothing of the cells as they are now is left out.
    """
    error = read_error(stored.text)
    if error is not None and error.row is not None and not error.is_other:
        reading = read(project, path, settings)
        found = spots(error, project, path)
        if found and not found[0].edited:
            binding = _bound(error, found, reading, project, settings)
            result.evidence = Evidence(error, "explained", _place(found), log=stored.where)
            _run_bound(project, path, settings, result, binding)
            return
    FileRun(project, path, settings, result).run()


def _run_bound(
    project: Project, path: str, settings: Settings, result: FileResult, binding: Binding
) -> None:
    """Run a file with the values that an error tells, and note what became of it."""
    assert result.evidence is not None
    told = replace(settings, told=binding.told)
    FileRun(project, path, told, result).run()
    _conclude(result.evidence, binding, result)
    doubt(project, path, told, result, binding)


def _place(found: list[Spot]) -> Place | None:
    if not found:
        return None
    spot = found[0]
    return Place(spot.path, spot.cell, spot.line, 1, spot.line)


def _run_unexplained(
    project: Project, path: str, settings: Settings, result: FileResult, found: list[Spot]
) -> None:
    """Run a file whose error is about something else, or is not in the table.

    Where the source has a fault at the very line, or the table does not have the error, the source
    decides.
    """
    evidence = result.evidence
    assert evidence is not None
    error = evidence.error
    by_layer = "Exception encountered when calling" in error.context
    evidence.status = "unknown"
    if error.is_other and not (by_layer and not error.fields):
        evidence.status = "other"
    first = FileResult(path, result.data)
    FileRun(project, path, replace(settings, search=False), first).run()
    if evidence.status == "other" and not _explains(first, found):
        result.__dict__.update(first.__dict__ | {"evidence": evidence})
        return
    if any_fails(first.findings):
        evidence.status = "confirmed"
    FileRun(project, path, settings, result).run()


def _explains(result: FileResult, found: list[Spot]) -> bool:
    """Return whether a fault of the source stands at a line of the error."""
    lines = {(spot.path, spot.cell, spot.line) for spot in found}
    places = [one.place for one in result.findings if one.finding.fails]
    return any(
        (place.path, place.cell, line) in lines
        for place in places
        for line in range(place.line, place.end_line + 1)
    )


def _bound(
    error: Error, found: list[Spot], reading: Reading, project: Project, settings: Settings
) -> Binding:
    """Return the values that the error tells of the program."""
    path = reading.program.path
    slots = _slots(error, found, project, reading)

    def again(told: tuple[Told, ...]) -> Reading:
        return read(project, path, replace(settings, told=told))

    binding = Binding(project, reading, slots, again)
    if all(agreement(slot, reading) != "other" for slot in slots):
        binding.bind()
    return binding


def _slots(error: Error, found: list[Spot], project: Project, reading: Reading) -> list[Slot]:
    """Return what the error states of a call or of a layer.

    What it states of a call comes with the variable that the call is passed.
    """
    fit = call_at(found, reading, training="target" in error.fields)
    slots: list[Slot] = []
    if fit is not None:
        index = error.number("index") or 0
        for slot in of_call(error, fit, reading):
            name = variable(project, fit, slot.role, index, slot.aside)
            slots.append(replace(slot, name=name))
    return slots or [*of_layer(error, found, reading)]


def _conclude(evidence: Evidence, binding: Binding, result: FileResult) -> None:
    """Note what became of the facts of an error."""
    for slot in binding.slots:
        said = f"{slot.what} {slot.verb} shape {show(slot.dims)}"
        if agreement(slot, binding.reading) == "other":
            evidence.against.append(said)
        else:
            evidence.facts.append(said)
    if evidence.against:
        evidence.status = "contradicted"
    elif binding.used:
        evidence.status = "used"
        for one in result.findings:
            if one.finding.severity != "note":
                one.log_line = evidence.error.line
    elif any_fails(result.findings):
        evidence.status = "confirmed"
