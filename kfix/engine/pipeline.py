"""The corridor: read, trace, search, rewrite, and prove by reading and tracing again. Every face goes through it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kfix.engine.diagnosis import findings, intent_of, met, untold
from kfix.engine.migration import asked_for, outdated, renewed
from kfix.engine.model_selection import choose
from kfix.engine.repairing import mend
from kfix.engine.results import FileResult, Group, ModelResult, Proven, Reading
from kfix.engine.settings import Misuse, Settings
from kfix.engine.suppressions import Suppressions
from kfix.model.graph import Model, Program
from kfix.model.site import Place, Site
from kfix.model.unknown import Unknown
from kfix.project.files import FileTrouble
from kfix.project.project import Project
from kfix.shapes import Trace, Tracer, unknowns
from kfix.shapes.shared_weights import refuse_other_weights
from kfix.source.syntax.errors import SourceError
from kfix.source.syntax.guard import imported, mentions_keras, uses_a_model
from kfix.verify.trouble import NoKeras

if TYPE_CHECKING:
    from kfix.repair.intent import Intent

__all__ = ["Misuse", "Project", "Settings", "read", "run_file"]

OLD_NAMES = ("KFX304", "KFX305")
"""The findings that an older Keras has nothing to do with."""

TEACHES_NAMES = (
    b"get_custom_objects",
    b"custom_object_scope",
    b"CustomObjectScope",
    b"register_keras_serializable",
)
"""What a program mentions that gives Keras activations, initializers and the like of its own, by name."""

_MOST_NOTES = 3
"""Parts of one file that were not read and are named."""

_MOST_READINGS, _MOST_READ = 40, 500_000
"""Readings and bytes after which no further broken model of a file is mended: some 3 seconds."""

_MOST_IMPORTED = 30
"""Modules of its project that are looked at for Keras, for a program that does not mention it itself."""

CRASH = "a fault of kfix itself"


def read(project: Project, path: str, settings: Settings) -> Reading:
    """Reads and traces a program; raises `SourceError`.

    Where no version of Keras was asked for, the program's imports tell, and
    for a program with old names its project's requirements.
    """
    if settings.keras is None:
        reading = _read(project, path, settings, None)
        old = any(
            trace.model.old_ends or any(finding.code in OLD_NAMES for finding in trace.findings)
            for group in reading.groups
            for trace in group.traces
        )
        return (
            _read(project, path, settings, 2)
            if old and project.pinned_to_keras_2(path)
            else reading
        )
    return _read(project, path, settings, settings.keras)


def _read(project: Project, path: str, settings: Settings, keras: int | None) -> Reading:
    from kfix.source.reader import read as read_program

    document = project.document(path)
    taught = any(mark in document.data for mark in TEACHES_NAMES)
    alone = b"tensorflow" not in document.data
    tracer = Tracer(keras or 3, taught, alone)
    program = read_program(document, tracer, given=settings.input_shape, project=project)
    project.at_end(program.close)
    if keras is None and program.keras == 2:
        tracer = Tracer(2, taught)
        program = read_program(document, tracer, given=settings.input_shape, project=project)
        project.at_end(program.close)
    tracer.switch(program.switched)
    by_site: dict[Site, list[Model]] = {}
    for model in program.models:
        by_site.setdefault(model.site, []).append(model)
    groups = []
    inner: dict[int, Trace] = {}
    for models in reversed(by_site.values()):
        nested = all(model.uid in program.nested for model in models)
        traces = []
        for model in models:
            trace = tracer.trace(model)
            if isinstance(trace.inputs[0] if trace.inputs else None, Unknown):
                trace = inner.get(model.uid, trace)
            _note_inner(trace, inner)
            traces.append(trace)
        groups.append(Group(models, traces, nested))
    refuse_other_weights(trace for group in groups for trace in group.traces)
    return Reading(program, tracer, groups[::-1])


def _note_inner(trace: Trace, inner: dict[int, Trace]) -> None:
    """Note by uid how models are traced where others, or the `call` of a layer, call them."""
    waiting = [trace]
    while waiting:
        for traced in waiting.pop().nodes.values():
            if traced.inner is not None and traced.inner.model.uid not in inner:
                inner[traced.inner.model.uid] = traced.inner
                waiting.append(traced.inner)


def run_file(project: Project, path: str, settings: Settings) -> FileResult:
    """Does all that the settings ask for with one file; nothing is written to disk here."""
    result = FileResult(path)
    try:
        result.data = project.data(path)
        _check_encoding(result.data)
        if not (mentions_keras(result.data) or _imports_keras(project, path, result.data)):
            if settings.named and settings.chooses:
                raise Misuse("no Keras model here: Keras is not mentioned")
            return result
        _run(project, path, settings, result)
    except NoKeras:
        raise
    except (FileTrouble, Misuse) as trouble:
        message = str(trouble)
        result.error = message if message.startswith(path) else f"{path}: {message}"
    except SourceError as error:
        result.error = f"{path}:{error}" if error.line is not None else f"{path}: {error}"
        if error.line is not None:
            column = error.column or 1
            result.error_place = Place(path, error.cell, error.line, column, error.line, column)
    except RecursionError:
        result.error = f"{path}: too deeply nested"
    except Exception as bug:
        if os.environ.get("KFIX_DEBUG"):
            raise
        # One file must not cost a run its other files.
        result.error = f"{path}: {CRASH} ({type(bug).__name__}: {bug}); KFIX_DEBUG=1 shows where"
    finally:
        project.release()
    return result


def _check_encoding(data: bytes) -> None:
    """Raise `SourceError` for a program or notebook in UTF-16, which Python does not run and kfix does not read."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and b"k\0e\0r\0a\0s" in data:
        raise SourceError("UTF-16 text: Python and Jupyter take UTF-8", 1, 1)


def _imports_keras(project: Project, path: str, data: bytes) -> bool:
    """Does a program use what a module of its project makes with Keras? `from nets import build; build().fit(x)`."""
    if not uses_a_model(data):
        return False
    waiting, seen = [(path, data)], {path}
    while waiting and len(seen) <= _MOST_IMPORTED:
        importer, text = waiting.pop()
        for name, level in imported(text):
            module = project.locate(importer, name, level)
            if module is None or module in seen:
                continue
            seen.add(module)
            try:
                found = project.data(module)
            except FileTrouble:
                continue
            if mentions_keras(found):
                return True
            waiting.append((module, found))
    return False


class Again:
    """Counts how often a file is read again to prove repairs: a file of many broken models has an end, too."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._times = 0

    def read(self, project: Project, path: str, settings: Settings) -> Reading:
        """Reads the file in another state of the project."""
        self._times += 1
        return read(project, path, settings)

    @property
    def spent(self) -> bool:
        """Is it enough?"""
        return self._times > _MOST_READINGS and self._times * self._length > _MOST_READ


def _run(project: Project, path: str, settings: Settings, result: FileResult) -> None:
    reading = read(project, path, settings)
    if reading.tracer.keras == 2 and settings.keras is None and reading.program.keras is None:
        result.notes.append(
            f"the names are taken as those of Keras 2, for {project.pinned_to_keras_2(path)}"
        )
    _bounds(reading.program, result)
    result.policy = reading.program.policy
    chosen = choose(reading, settings, result)
    quiet = Suppressions(project)
    overlay: dict[str, bytes] = {}
    again = Again(len(result.data))
    waiting: list[tuple[int, ModelResult]] = []  # those that the repair of another may mend along
    for index, group in enumerate(reading.groups):
        if (settings.model is not None or settings.places) and index not in chosen:
            continue
        told = _describe(group, reading.program)
        intent = intent_of(group, reading, chosen.get(index))
        told.wanted = chosen.get(index) or (intent.wanted if intent is not None else {})
        site = told.target.site if told.target is not None else None
        told.asked = reading.program.place(site) if site is not None else None
        told.findings = findings(group, reading.program, told.wanted, intent, settings)
        if group.called and not (
            any(found.finding.fails for found in told.findings) and _on_its_own(group, reading)
        ):
            continue
        hidden = [found for found in told.findings if quiet.hides(found)]
        told.findings = [found for found in told.findings if found not in hidden]
        result.models.append(told)
        asked = told.wanted and (settings.model is not None or settings.places)
        inside = group.nested and not asked
        if not settings.search or inside or not _faulty(group, told, intent):
            waiting.append((index, told))
            continue
        if any(found.finding.fails for found in hidden):
            told.remarks.append("a comment suppresses an error: nothing is edited")
            continue
        if group.called and _contradicted(group, reading):
            told.remarks.append("cannot fix: another call of the model has data of another shape")
            continue
        if again.spent:
            told.remarks.append("cannot fix: this file has too many broken models for one run")
            continue
        at = project.changed(overlay) if overlay else project
        now = read(at, path, settings) if overlay else reading
        if overlay:
            intent = intent_of(now.groups[index], now, chosen.get(index))
            if _mended_along(now, index, told, intent, settings):
                continue
        mend(
            at,
            settings,
            now,
            index,
            told,
            intent,
            lambda changed: again.read(changed, path, settings),
        )
        applied = told.applied
        if applied is None:
            waiting.append((index, told))
        elif _inside(applied, told, project, path) and _verified(applied, told, settings):
            overlay.update(applied.files)
    parts = [(index, told) for index, told in waiting if told.left] if overlay else []
    if parts:
        now = again.read(project.changed(overlay), path, settings)
        for index, told in parts:
            _mended_along(
                now, index, told, intent_of(now.groups[index], now, chosen.get(index)), settings
            )
    if result.models:
        old = outdated(project, path, reading, settings, quiet)
        result.models[0].findings = [*old, *result.models[0].findings]
        renews = bool(overlay) or (bool(old) and asked_for(settings))
        if settings.search and renews and project.boundary.allows(path, path):
            at = project.changed(overlay) if overlay else project
            overlay.update(
                renewed(at, path, settings, lambda changed: read(changed, path, settings))
            )
    result.texts = _texts(project, result)
    if settings.unused_ignores and not (settings.select or settings.ignore or settings.model):
        result.notes.extend(quiet.unused(path))
    if overlay:
        from kfix.rewrite.diff import unified_diff

        result.files = overlay
        result.originals = {name: project.data(name) for name in overlay}
        result.diff = "".join(
            unified_diff(name, result.originals[name], data) for name, data in overlay.items()
        )


def _texts(project: Project, result: FileResult) -> dict[tuple[str, int | None], str]:
    """Return the text of every file and cell that a finding is in."""
    found = {(one.place.path, one.place.cell) for model in result.models for one in model.findings}
    return {
        (path, unit.cell): unit.text
        for path in {path for path, _ in found}
        for unit in project.document(path).units
        if (path, unit.cell) in found
    }


def _contradicted(group: Group, reading: Reading) -> bool:
    from kfix.repair.intent.fed import contradicted

    return any(contradicted(model, reading.program, reading.tracer) for model in group.models)


def _mended_along(
    now: Reading, index: int, told: ModelResult, intent: Intent | None, settings: Settings
) -> bool:
    """Has a model no error any more, since others were mended? If it had one, that is told."""
    if any(
        found.finding.fails
        for found in findings(now.groups[index], now.program, told.wanted, intent, settings)
    ):
        return False
    told.mended_along = any(found.finding.fails for found in told.findings)
    if told.mended_along:
        told.repairs, told.remarks = [], ["fixed by the repair of another model"]
    return True


def _bounds(program: Program, result: FileResult) -> None:
    """Names the budgets that were hit, and notes what was left unread by it."""

    def located(limit: Unknown) -> Place | None:
        return program.place(limit.site) if limit.site is not None and limit.site.path else None

    result.limits = [(limit.why, located(limit)) for limit in program.limits]
    said: dict[str, None] = {}
    for left in program.unread:
        place = located(left)
        where = "" if place is None else str(place).removeprefix(f"{result.path}:") + " "
        said.setdefault(where + left.why)
    result.notes.extend([*said][:_MOST_NOTES])
    if len(said) > _MOST_NOTES:
        result.notes.append(f"and {len(said) - _MOST_NOTES} more that were not read")


def _on_its_own(group: Group, reading: Reading) -> bool:
    """Is a call refused though the models that are called are right themselves, and say nothing of it?"""
    for trace in group.traces:
        for node in trace.model.nodes:
            inner = node.layer.model
            if trace.nodes[node.id].status == "refused" and inner is not None:
                return reading.tracer.trace(inner).refusal is None
    return True


def _faulty(group: Group, told: ModelResult, intent: Intent | None) -> bool:
    """Is there anything to mend, so far as can be told?"""
    if any(trace.trouble is not None for trace in group.traces):
        return True
    data = any(found.finding.code.startswith("KFX6") for found in told.findings)
    if intent is not None and (intent.offer is not None or intent.also):
        return True
    return data or (
        not met(group.traces, told.wanted) and untold(group.traces, told.wanted) is None
    )


def _inside(proven: Proven, told: ModelResult, project: Project, path: str) -> bool:
    """Return whether all files of a repair may be written; else make it a suggestion."""
    outside = [name for name in proven.files if not project.boundary.allows(name, path)]
    if outside:
        proven.applied = False
        told.remarks.append(
            f"{', '.join(outside)} lies outside the project: the edit is shown, not made"
        )
    return not outside


def _verified(proven: Proven, told: ModelResult, settings: Settings) -> bool:
    """Is the repair to be made, after real Keras was asked where that is wanted?"""
    if settings.verify is None:
        return True
    trouble = settings.verify(proven.traces)
    proven.verified = trouble is None
    if trouble is not None:
        proven.applied = False
        told.remarks.append(f"{trouble}; nothing is written")
    return trouble is None


def _describe(group: Group, program: Program) -> ModelResult:
    places: dict[Site, Place] = {}
    models = list(group.models)
    known = set(map(id, models))
    for model in models:
        for node in model.nodes:
            places[node.layer.site] = program.place(node.layer.site)
            if node.layer.model is not None and id(node.layer.model) not in known:
                known.add(id(node.layer.model))
                models.append(node.layer.model)
    for trace in group.traces:
        for traced in trace.nodes.values():
            for link in unknowns(traced.outputs):
                if link.site is not None and link.site.path:
                    places[link.site] = program.place(link.site)
    uids = {model.uid for model in group.models}
    given = {
        fit.site: fit for fit in reversed(program.fits) if fit.model in uids
    }  # once for all the instances
    fits = [(fit, program.place(site)) for site, fit in reversed(given.items())]
    place = program.place(group.models[0].site)
    return ModelResult(group.models, group.traces, place, group.nested, places=places, fits=fits)
