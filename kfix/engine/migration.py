"""Report imports and training calls that Keras 3 removed, and rewrite them along with a repair."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kfix.edits.base import Edit
from kfix.edits.drop_argument import DropArgument
from kfix.edits.exchange_name import ExchangeName
from kfix.edits.move_import import MoveImport
from kfix.edits.move_path import MovePath
from kfix.edits.rename_argument import RenameArgument
from kfix.edits.set_literal import SetLiteral
from kfix.engine.results import Found, Reading
from kfix.engine.settings import Settings
from kfix.engine.suppressions import Suppressions
from kfix.findings import Finding
from kfix.findings.old_import import OldImport
from kfix.findings.old_training import OldTraining
from kfix.model.code import Slot
from kfix.model.record import Record
from kfix.project.project import Project
from kfix.shapes.signatures import OLD_LAYERS
from kfix.source.migration import keras_names
from kfix.source.migration.removed_imports import RemovedImport, removed_imports
from kfix.source.migration.training_calls import (
    DATA_FORMAT,
    ORDERING,
    OldCall,
    OldSetting,
    old_calls,
    old_settings,
)
from kfix.source.syntax.errors import SourceError

CODES = (OldImport.code, OldTraining.code)

_REPLACED = {"show_accuracy": "metrics=['accuracy'] of compile"}
"""What replaces a removed argument."""

Read = Callable[[Project], Reading]


class Old(Record):
    """An old name at one place, the edits that rewrite it, and whether it is reported."""

    found: Found
    edits: tuple[Edit, ...]
    reported: bool = True


def outdated(
    project: Project, path: str, reading: Reading, settings: Settings, quiet: Suppressions
) -> list[Found]:
    """Return the findings about imports and training; none for a program of an older Keras."""
    return [old.found for old in _old(project, path, reading, settings, quiet) if old.reported]


def asked_for(settings: Settings) -> bool:
    """Return whether old names are to be rewritten though nothing else is fixed."""
    return bool(settings.select) and any(code.startswith(settings.select) for code in CODES)


def renewed(project: Project, path: str, settings: Settings, read: Read) -> dict[str, bytes]:
    """Return the files rewritten for Keras 3; none where that would change how a model is read."""
    before = read(project)
    edits = [
        edit
        for old in _old(project, path, before, settings, Suppressions(project))
        for edit in old.edits
        if settings.allows({edit.kind})
    ]
    if not edits:
        return {}
    from kfix.rewrite.apply import CannotWrite, rewrite

    try:
        files = rewrite({path: project.document(path)}, edits).files
        after = read(project.changed(files))
    except (CannotWrite, SourceError, RecursionError):
        return {}
    if _shapes(before) != _shapes(after):
        return {}
    return files


def _old(
    project: Project, path: str, reading: Reading, settings: Settings, quiet: Suppressions
) -> list[Old]:
    if reading.tracer.keras < 3 or not any(map(settings.wants, CODES)):
        return []
    document = project.document(path)
    program = reading.program
    calls = [*program.optimizers, *((one.site, "compile") for one in program.compiles)]
    calls += [(fit.site, fit.method) for fit in program.fits]
    here = [(site, name) for site, name in calls if site.path == path]
    said: list[tuple[Finding, tuple[Edit, ...], bool]] = [
        (_finding(one), _edits(one), not _is_reported_elsewhere(one))
        for one in removed_imports(document)
    ]
    said += [(_training(one), tuple(_modern(one)), True) for one in old_calls(document, here)]
    said += [(_setting(one), _as_data_format(one), True) for one in old_settings(document)]
    if not said or project.pinned_to_keras_2(path):
        return []
    found: list[Old] = []
    for finding, edits, reported in said:
        assert finding.site is not None
        one = Found(finding, document.unit(finding.site.cell).place(finding.site))
        if settings.wants(finding.code) and not quiet.hides(one):
            found.append(Old(one, edits, reported))
    return found


def _training(one: OldCall) -> OldTraining:
    names = [name for _, name, _ in one.renames] + [name for _, name in one.drops]
    names += one.counted
    return OldTraining(
        "training",
        actual=[one.written, *names] if one.method else names,
        successor=one.method or "",
        renames=tuple((name, new) for _, name, new in one.renames),
        dropped=tuple((name, _REPLACED.get(name, "")) for _, name in one.drops),
        counted=tuple(one.counted),
        site=one.site,
    )


def _setting(one: OldSetting) -> OldTraining:
    successor = f"{DATA_FORMAT}({one.value!r})"
    return OldTraining("the order of axes", actual=[ORDERING], successor=successor, site=one.site)


def _as_data_format(one: OldSetting) -> tuple[Edit, ...]:
    return ExchangeName(one.site, DATA_FORMAT), SetLiteral(
        (one.literal,), one.value, "dim_ordering"
    )


def _modern(one: OldCall) -> Iterator[Edit]:
    """Yield the edits of a call, none where a number would have to change."""
    if one.counted:
        return
    if one.method:
        yield ExchangeName(one.site, one.method)
    for place, name, new in one.renames:
        yield RenameArgument(Slot(one.site, place), name, new)
    for place, name in one.drops:
        yield DropArgument((Slot(one.site, place),), name)


def _finding(one: RemovedImport) -> OldImport:
    moved: dict[str, list[str]] = {}
    for _, module, its in one.moved:
        moved.setdefault(module, []).append(its or "it")
    for _, _, module, its in one.inside:
        if its not in moved.setdefault(module, []):
            moved[module].append(its)
    return OldImport(
        one.written,
        names=_names(one) if _living(one) else (),
        moved=tuple((module, tuple(names)) for module, names in moved.items()),
        successor=one.path or "",
        lost=tuple(_lost(one)),
        site=one.site,
    )


def _lost(one: RemovedImport) -> list[str]:
    return [*one.lost, *(name for name, module, _ in one.homes if not module)]


def _names(one: RemovedImport) -> tuple[str, ...]:
    """Return the names that an existing module no longer has."""
    elsewhere = (name for name, *_ in (*one.moved, *one.inside))
    return tuple(dict.fromkeys((*elsewhere, *_lost(one))))


def _is_reported_elsewhere(one: RemovedImport) -> bool:
    """Return whether only removed layers are imported: `KFX305` reports their use."""
    old = {*OLD_LAYERS, "merge"}
    right = all((module, its) == (one.written, name) for name, module, its in one.homes)
    return bool(one.lost) and right and not one.inside and old.issuperset(one.lost)


def _living(one: RemovedImport) -> bool:
    """Return whether Keras 3 has the module, and only a name in it was removed."""
    path = keras_names.parse(one.written)
    return path is not None and not one.path and keras_names.is_module(path)


def _edits(one: RemovedImport) -> tuple[Edit, ...]:
    """Return the edits of an import, none where a name of it was removed altogether."""
    if one.path:
        return (MovePath(one.site, one.path),)
    if one.lost or not (one.homes or one.inside):
        return ()
    return (MoveImport(one.site, one.homes, one.inside),)


def _shapes(reading: Reading) -> list[object]:
    return [
        [
            (str(trace.outputs), str(trace.params), [f.code for f in trace.findings])
            for trace in group.traces
        ]
        for group in reading.groups
    ]
