"""One run of one file: every model is described and repaired, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from itertools import product
from typing import TYPE_CHECKING

from kfix.engine.checked import Checked, Fate
from kfix.engine.claim import Claim
from kfix.engine.description import describe
from kfix.engine.diagnosis import expectations_of_group, findings
from kfix.engine.migration import asked_for, outdated, renewed
from kfix.engine.model_selection import Wanted, choose
from kfix.engine.reading import read
from kfix.engine.repairing import Broken, ModelRepair, repair_model
from kfix.engine.results import FileResult, Group, ModelResult, Proven, Reading, any_fails
from kfix.engine.settings import Cancelled, Misuse, Settings
from kfix.engine.settling import MOST_RUNS, diff_of, join, settles
from kfix.engine.suppressions import Suppressions
from kfix.model.program import Program
from kfix.project.project import Project
from kfix.verify.trouble import NoKeras

if TYPE_CHECKING:
    from kfix.checks.expectations import Expectations

_MOST_NOTES = 3
"""Parts of one file that were not read and are named."""

_MOST_READINGS, _MOST_READ = 40, 500_000
"""Readings and bytes after which no further broken model of a file is repaired: some 3 seconds."""


class FileRun:
    """Does all that the settings ask for with one file; nothing is written to disk."""

    def __init__(self, project: Project, path: str, settings: Settings, result: FileResult) -> None:
        self.project = project
        self.path = path
        self.settings = settings
        self.result = result
        self.overlay: dict[str, bytes] = {}
        """The files that repairs have changed."""
        self.suppressions = Suppressions(project)
        self.reading = read(project, path, settings)
        self.chosen: Mapping[int, Wanted] = {}
        self._broken: list[Broken] = []
        """The models to repair, in the order of the program."""
        self._waiting: list[tuple[int, ModelResult]] = []
        """The models without a repair of their own, which the repair of another may fix."""
        self._readings = 0
        self._runs_left = MOST_RUNS - 1

    def run(self) -> None:
        """Fill in the result; raise `Misuse`."""
        result, reading, settings = self.result, self.reading, self.settings
        assumed = settings.keras is None and reading.program.keras is None
        if assumed and reading.tracer.keras == 2:
            pin = self.project.pinned_to_keras_2(self.path)
            result.notes.append(f"the names are taken as those of Keras 2, for {pin}")
        _note_limits(reading.program, result)
        result.policy = reading.program.policy
        self.chosen = choose(reading, settings, result)
        try:
            for index, group in enumerate(reading.groups):
                if index in self.chosen or not settings.narrows:
                    self._run_model(index, group)
            self._repair_broken()
            self._check_waiting()
            self._migrate()
            self._settle()
        finally:  # what was found is shown with its source, though the choice of a repair fails
            result.texts = _texts(self.project, result)
        if settings.unused_ignores and settings.is_whole:
            result.notes.extend(self.suppressions.unused(self.path))
        if self.overlay:
            self._finish()

    # --- one model ------------------------------------------------------------------------------

    def _run_model(self, index: int, group: Group) -> None:
        """Describe one model, and note it if it is to be repaired."""
        expectations = expectations_of_group(group, self.reading, self.chosen.get(index))
        model = self._described(index, group, expectations)
        hidden = [found for found in model.findings if self.suppressions.hides(found)]
        checked = Checked(group, self.reading, model, expectations, self.settings, hidden)
        if checked.is_reported_elsewhere():
            return
        model.findings = [found for found in model.findings if found not in hidden]
        self.result.models.append(model)
        fate = checked.fate
        if fate is Fate.REPAIRED:
            self._broken.append(Broken(index, model, expectations))
        elif fate is Fate.WAITS:
            self._waiting.append((index, model))
        else:
            model.remarks.append(fate.value)

    def _described(self, index: int, group: Group, expectations: Expectations) -> ModelResult:
        """Return a model with its findings, before any repair."""
        program = self.reading.program
        model = describe(group, program)
        model.wanted = self.chosen.get(index) or expectations.wanted
        if model.target is not None and model.target.site is not None:
            model.asked = program.place(model.target.site)
        model.findings = findings(group, program, model.wanted, expectations, self.settings)
        return model

    # --- repairs --------------------------------------------------------------------------------

    def _repair_broken(self) -> None:
        """Repair the broken models, together as far as possible, else in their order."""
        done = self._repair_together()
        for index, model, expectations in self._broken:
            if index in done:
                continue
            if self._is_spent:
                model.remarks.append("cannot fix: this file has too many broken models for one run")
            else:
                self._repair(index, model, expectations)

    def _repair_together(self) -> set[int]:
        """Repair models that do not depend on each other; return the indices of their groups."""
        from kfix.engine.together import FEWEST, largest_together, search_together

        project, settings, reading = self.project, self.settings, self.reading
        # A person is asked about one model after the other, in the order of the program.
        if len(self._broken) < FEWEST or settings.review is not None:
            return set()
        remarks = {index: [*model.remarks] for index, model, _ in self._broken}
        repairs = [ModelRepair(project, settings, reading, one) for one in self._broken]
        found = search_together(project, reading, repairs, self._read_again, lambda: self._is_spent)
        claims, done = [], set()
        for repair in found:
            proven = self._chosen(repair)
            if proven is None:
                done.add(repair.index)
            else:
                claims.append(Claim(repair.index, repair.expected, proven.repair))
        held = largest_together(project, reading, claims, self._read_again)
        if held.proof is not None:
            self.overlay.update(held.proof.files)
        made = {claim.group for claim in held.claims}
        for index, model, _ in self._broken:
            if index in done:
                self._waiting.append((index, model))
            elif index not in made:
                model.repairs, model.remarks = [], remarks[index]
        return done | made

    def _chosen(self, repair: ModelRepair) -> Proven | None:
        """Return the repair of a model that is applied; raise `Misuse`."""
        repair.choose()
        applied = repair.model.applied
        return applied if applied is not None and self._is_made(applied, repair.model) else None

    def _is_made(self, proven: Proven, model: ModelResult) -> bool:
        """Return whether a repair is written; else it is a suggestion."""
        return self._may_write(proven, model) and self._is_verified(proven, model)

    def _repair(self, index: int, model: ModelResult, expectations: Expectations) -> None:
        """Search for repairs of a model, in the text that earlier repairs have left."""
        project, reading = self._changed, self.reading
        broken: Broken | None = Broken(index, model, expectations)
        if self.overlay:
            reading = read(project, self.path, self.settings)
            broken = self._still_broken(reading, index, model)
        if broken is None:
            return
        repair = ModelRepair(project, self.settings, reading, broken)
        repair_model(repair, self._read_again)
        applied = model.applied
        if applied is None:
            self._waiting.append((broken.number, model))
        elif self._is_made(applied, model):
            self.overlay.update(applied.files)

    def _may_write(self, proven: Proven, model: ModelResult) -> bool:
        """Return whether all files of a repair may be written; else make it a suggestion."""
        allows = self.project.boundary.allows
        outside = [name for name in proven.files if not allows(name, self.path)]
        if outside:
            proven.applied = False
            names = ", ".join(outside)
            model.remarks.append(f"{names} lies outside the project: the edit is shown, not made")
        return not outside

    def _is_verified(self, proven: Proven, model: ModelResult) -> bool:
        """Return whether a repair is applied; real Keras is asked if the settings say so."""
        if self.settings.verify is None:
            return True
        try:
            trouble = self.settings.verify(proven.traces)
            proven.verified = trouble is None
        except NoKeras as error:  # models and files without a repair need no Keras: they go on
            self.result.error = str(error)
            trouble = "not verified"
        if trouble is not None:
            proven.applied = False
            model.remarks.append(f"{trouble}; nothing is written")
        return trouble is None

    # --- reading again --------------------------------------------------------------------------

    @property
    def _changed(self) -> Project:
        """The project as earlier repairs have left it."""
        if not self.overlay:
            return self.project
        return self.project.changed(self.overlay)

    def _read(self, project: Project) -> Reading:
        """Read the file in another state of the project."""
        return read(project, self.path, self.settings)

    def _read_again(self, project: Project) -> Reading:
        """Read the file in another state of the project; such readings are counted."""
        self._readings += 1
        if self.settings.cancelled is not None and self.settings.cancelled():
            raise Cancelled
        return self._read(project)

    @property
    def _is_spent(self) -> bool:
        """Whether the file was read often enough: one of many broken models has an end, too."""
        read_bytes = self._readings * len(self.result.data)
        return self._readings > _MOST_READINGS and read_bytes > _MOST_READ

    # --- the end --------------------------------------------------------------------------------

    def _check_waiting(self) -> None:
        """See which models without a repair of their own were fixed by that of another."""
        broken = [(index, model) for index, model in self._waiting if model.left]
        readings = map(self._read_again, [self._changed] * bool(self.overlay and broken))
        for reading, (index, model) in product(readings, broken):
            self._still_broken(reading, index, model)

    def _still_broken(self, later: Reading, index: int, model: ModelResult) -> Broken | None:
        """Return a model in a later reading, `None` if it is gone or fixed, which is noted."""
        now = self._index_in(later, index)
        for group in later.groups[now : now + 1]:
            expectations = expectations_of_group(group, later, self.chosen.get(index))
            left = findings(group, later.program, model.wanted, expectations, self.settings)
            if any_fails(left):
                return Broken(now, model, expectations)
        model.fixed_along = any_fails(model.findings)
        if model.fixed_along:
            model.repairs, model.remarks = [], ["fixed by the repair of another model"]
        return None

    def _index_in(self, later: Reading, index: int) -> int:
        """Return which group of a later reading is this one, one behind all if it is gone.

        Only a call outside of any model can be gone: it has a group while Keras refuses it. Where
        one is, the others are known by their names.
        """
        model = self.reading.groups[index].models[0]
        if not model.loose and len(later.groups) == len(self.reading.groups):
            return index
        names = [(group.models[0].loose, group.models[0].name) for group in later.groups]
        wanted = model.loose, model.name
        return [*names, wanted].index(wanted)

    def _migrate(self) -> None:
        """Report old imports and training calls, and renew them where that is asked for."""
        models, settings = self.result.models, self.settings
        asked = asked_for(settings)
        if not models and not asked:
            return
        old = outdated(self.project, self.path, self.reading, settings, self.suppressions)
        for model in models[:1]:
            model.findings = [*(one.found for one in old if one.reported), *model.findings]
        if settings.search and old and (self.overlay or asked):
            self._renew()

    def _renew(self) -> None:
        """Renew old imports and training calls, in a file of the project."""
        if not self.project.boundary.allows(self.path, self.path):
            return
        files = renewed(self._changed, self.path, self.settings, self._read)
        self.overlay.update(files)
        if files:
            self._waiting += [(index, model) for index, model, _ in self._broken]
            self._check_waiting()

    def _settle(self) -> None:
        """Repair what a second run would, so that a second run changes nothing."""
        if not self.overlay or self._runs_left < 1 or self._is_spent or not settles(self.settings):
            return
        later = FileResult(self.path)
        run = FileRun(self._changed, self.path, self.settings, later)
        run._runs_left, run._readings = self._runs_left - 1, self._readings
        with suppress(Misuse):  # the choice of a model may be another one in the new text
            run.run()
        if run.overlay:
            self.overlay.update(run.overlay)
            join(self.result, later)

    def _finish(self) -> None:
        """Fill in the changed files and their diff."""
        result = self.result
        result.files = self.overlay
        result.originals = {name: self.project.data(name) for name in self.overlay}
        result.diff = diff_of(result.originals, self.overlay)


def _texts(project: Project, result: FileResult) -> dict[tuple[str, int | None], str]:
    """Return the text of every file and cell that a finding is in."""
    found = {(one.place.path, one.place.cell) for one in result.findings}
    return {
        (path, unit.cell): unit.text
        for path in {path for path, _ in found}
        for unit in project.document(path).units
        if (path, unit.cell) in found
    }


def _note_limits(program: Program, result: FileResult) -> None:
    """Enter the budgets that were hit, and note what was not read because of them."""
    result.limits = [(limit.why, program.place_of(limit)) for limit in program.limits]
    unread: dict[str, None] = {}
    for left in program.unread:
        place = str(program.place_of(left) or "")
        unread.setdefault(f"{place} {left.why}".removeprefix(f"{result.path}:").lstrip())
    result.notes.extend([*unread][:_MOST_NOTES])
    if len(unread) > _MOST_NOTES:
        result.notes.append(f"and {len(unread) - _MOST_NOTES} more that were not read")
