"""The error of a run as evidence.

What it states is bound to the program, and reported with what became of it.
"""

from __future__ import annotations

from functools import cached_property, partial

from kfix.engine.error_binding import Binding, variable
from kfix.engine.error_calls import call_at, entry_of, of_call
from kfix.engine.error_counts import of_counts
from kfix.engine.error_doubts import doubt
from kfix.engine.error_layers import of_layer
from kfix.engine.error_places import Spot, is_own, spots
from kfix.engine.error_slots import Slot, agreement
from kfix.engine.error_steps import bind_steps
from kfix.engine.error_weights import of_weights
from kfix.engine.file_run import FileRun
from kfix.engine.reading import read
from kfix.engine.results import Evidence, EvidenceStatus, FileResult, Reading, any_fails
from kfix.engine.settings import Settings
from kfix.engine.stored_error import Stored
from kfix.evidence.reading import Error, read_error
from kfix.model.deciding import Row, decide
from kfix.model.observed import Observed
from kfix.model.record import Record, replace
from kfix.model.site import Place
from kfix.project.project import Project


def run_with_error(project: Project, path: str, settings: Settings, result: FileResult) -> None:
    """Do with a file what the settings ask for, with what an error says of it; raise `Misuse`."""
    decide(_RUNS, _Run(project, path, settings, result, settings.error_text or ""))


def run_with_output(
    project: Project, path: str, settings: Settings, result: FileResult, stored: Stored
) -> None:
    """Do so with a notebook that holds the traceback of its last run; raise `Misuse`.

    Nobody asked for it: an error that says nothing of the cells as they are now is left out.
    """
    decide(_RUNS_OF_OUTPUT, _Run(project, path, settings, result, stored.text, stored.where))


class _Run(Record):
    """A run of a file with the error of a log."""

    project: Project
    path: str
    settings: Settings
    result: FileResult
    text: str
    log: str = "the log"

    @cached_property
    def read(self) -> Error | None:
        """The error that the log ends with, `None` where it has none."""
        return read_error(self.text)

    @property
    def error(self) -> Error:
        """The error that the log ends with."""
        assert self.read is not None
        return self.read

    @cached_property
    def reading(self) -> Reading:
        """The program without what the error says."""
        return read(self.project, self.path, self.settings)

    @cached_property
    def found(self) -> list[Spot]:
        """The lines of the program in the traceback, in the files that were read."""
        return spots(self.error, self.project, self.reading.program.path)

    # --- facts ----------------------------------------------------------------------------------

    def has_no_error(self) -> bool:
        """Return whether the log ends without an error."""
        return self.read is None

    def is_elsewhere(self) -> bool:
        """Return whether the traceback is of another program."""
        return not self.found and any(map(is_own, self.error.frames))

    def is_edited(self) -> bool:
        """Return whether the source has another text now where the error was raised."""
        return not self.error.is_other and any(spot.edited for spot in self.found[:1])

    def is_explained(self) -> bool:
        """Return whether the table has the error, and it is about shapes."""
        return self.read is not None and self.read.row is not None and not self.read.is_other

    def is_of_cells(self) -> bool:
        """Return whether the traceback names a line that is as it was."""
        return any(not spot.edited for spot in self.found[:1])

    # --- what is done ---------------------------------------------------------------------------

    def plain(self) -> None:
        """Run the file without the error."""
        self._run(self.settings, self.result)

    def without_error(self) -> None:
        """Run the file, and note that the log has no error."""
        self.result.notes.append("the log has no error")
        self.plain()

    def without_line(self) -> None:
        """Run the file, and note that the error is not used."""
        notes = ["the traceback names no line of this file: the error is not used"]
        self.result.notes.extend(notes * self.settings.named)
        self.plain()

    def edited(self) -> None:
        """Run the file, whose source has changed since."""
        self._evidence().status = "edited"
        self.plain()

    def unexplained(self) -> None:
        """Run a file whose error is about something else, or is not in the table.

        Where the source has a fault at the very line, or the table does not have the error, the
        source decides.
        """
        evidence, error = self._evidence(), self.error
        by_layer = "Exception encountered when calling" in error.context and not error.fields
        is_other = error.is_other and not by_layer
        evidence.status = _STATUSES[is_other]
        first = FileResult(self.path, self.result.data)
        self._run(replace(self.settings, search=False), first)
        if is_other and not (error.is_of_type and _explains(first, self.found)):
            self.result.__dict__.update(first.__dict__ | {"evidence": evidence})
            return
        if any_fails(first.findings):
            evidence.status = "confirmed"
        self.plain()

    def bound(self) -> None:
        """Run a file with the values that the error states, and note what became of it."""
        binding = _bound(self.error, self.found, self.reading, self.project, self.settings)
        evidence = self._evidence()
        observed = replace(self.settings, observed=binding.observed or None)
        self._run(observed, self.result)
        _conclude(evidence, binding, self.result)
        doubt(self.project, self.path, observed, self.result, binding)

    def _run(self, settings: Settings, result: FileResult) -> None:
        FileRun(self.project, self.path, settings, result).run()

    def _evidence(self) -> Evidence:
        """Enter the error into the result."""
        place = next(map(_place, self.found), None)
        evidence = self.result.evidence = Evidence(self.error, "explained", place, log=self.log)
        return evidence


_STATUSES: dict[bool, EvidenceStatus] = {True: "other", False: "unknown"}
"""By whether an error is about something else than shapes."""

_RUNS: tuple[Row[_Run, None], ...] = (
    Row((_Run.has_no_error,), _Run.without_error),
    Row((_Run.is_elsewhere,), _Run.without_line),
    Row((_Run.is_edited,), _Run.edited),
    Row((_Run.is_explained,), _Run.bound),
    Row((), _Run.unexplained),
)
"""What is done with an error that a person gives."""

_RUNS_OF_OUTPUT: tuple[Row[_Run, None], ...] = (
    Row((_Run.is_explained, _Run.is_of_cells), _Run.bound),
    Row((), _Run.plain),
)
"""What is done with an error that a notebook holds."""


def _place(spot: Spot) -> Place:
    """Return the line of a traceback as a place."""
    return Place(spot.path, spot.cell, spot.line, 1, spot.line)


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
    """Return the values that the error states of the program."""
    path = reading.program.path
    slots = _slots(error, found, project, reading)

    def again(observed: tuple[Observed, ...]) -> Reading:
        return read(project, path, replace(settings, observed=observed))

    binding = Binding(project, reading, slots, again)
    if all(agreement(slot, reading) != "other" for slot in slots):
        binding.bind()
        bind_steps(binding)
    return binding


def _slots(error: Error, found: list[Spot], project: Project, reading: Reading) -> list[Slot]:
    """Return what the error states of a call or of a layer.

    What it states of a call comes with the variable that the call is passed.
    """
    fit = call_at(found, reading, training="target" in error.fields)
    slots: list[Slot] = []
    if fit is not None:
        index = error.number("index") or 0
        of_fit = [*of_counts(error, fit, reading)] or [*of_call(error, fit, reading)]
        for slot in of_fit:
            name = variable(project, fit, slot.role, index, slot.aside)
            slots.append(replace(slot, name=name))
    return slots or [*of_weights(error, found, reading)] or [*of_layer(error, found, reading)]


def _conclude(evidence: Evidence, binding: Binding, result: FileResult) -> None:
    """Note what became of the facts of an error."""
    for slot in binding.slots:
        if agreement(slot, binding.reading) == "other":
            evidence.against.append(slot.says)
        elif slot.is_stated:
            evidence.facts.append(slot.says)
    if evidence.against:
        evidence.status = "contradicted"
    elif binding.used:
        evidence.status = "used"
        for one in result.findings:
            if one.finding.severity != "note":
                one.log_line = evidence.error.line
    elif any_fails(result.findings):
        evidence.status = "confirmed"
    lacks_axis = any(map(partial(_lacks_axis_of_one, binding.reading), binding.used))
    result.notes += [_ADDED] * (lacks_axis and not any_fails(result.findings))


def _lacks_axis_of_one(reading: Reading, slot: Slot) -> bool:
    """Return whether the data of a call is without the last axis of 1 that Keras 3 adds."""
    if slot.call is None or slot.labels or slot.is_made:
        return False
    entry = entry_of(slot.call.model, reading)
    return entry is not None and entry[1:] == (*slot.stated[1:], 1)


_ADDED = (
    "the data lacks a last axis of 1: Keras 3 adds it; an older Keras takes np.expand_dims(x, -1)"
)
