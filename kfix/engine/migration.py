"""Report imports and training calls that Keras 3 removed, and rewrite them along with a repair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

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
from kfix.model.deciding import all_hold
from kfix.model.record import Record
from kfix.model.site import Site
from kfix.project.project import Project
from kfix.shapes.signatures import OLD_LAYERS
from kfix.source.migration import keras_names
from kfix.source.migration.changes import OldUse
from kfix.source.migration.old_uses import old_uses
from kfix.source.migration.removed_imports import RemovedImport, removed_imports
from kfix.source.migration.training_calls import (
    DATA_FORMAT,
    ORDERING,
    OldCall,
    OldSetting,
    old_calls,
    old_settings,
)
from kfix.source.syntax.document import Document
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


def asked_for(settings: Settings) -> bool:
    """Return whether old names are to be rewritten though nothing else is fixed."""
    return bool(settings.select) and any(code.startswith(settings.select) for code in CODES)


def renewed(project: Project, path: str, settings: Settings, read: Read) -> dict[str, bytes]:
    """Return the files rewritten for Keras 3; none where that would change how a model is read."""
    files: dict[str, bytes] = {}
    now, before = project, read(project)
    reading = before
    for _ in range(MAX_PASSES):
        old = outdated(now, path, reading, settings, Suppressions(now))
        written = _written(now, path, [one.edits for one in old], settings)
        if not written or written == files:
            break
        now = project.changed(written)
        try:
            reading = read(now)
        except (SourceError, RecursionError):
            break
        if not _is_as_good(before, reading):
            break
        files = written
    return files


MAX_PASSES = 8
"""How often a file is gone through: what stands inside another old use is seen after it."""


def _written(
    project: Project, path: str, groups: Sequence[tuple[Edit, ...]], settings: Settings
) -> dict[str, bytes]:
    """Return the file with the edits that can be written, all of a use or none."""
    documents = {path: project.document(path)}
    allowed = [group for group in groups if settings.allows({edit.kind for edit in group})]
    files = _rewritten(documents, [*chain.from_iterable(allowed)])
    if files is not None:
        return files
    kept: list[Edit] = []
    for group in allowed:
        if _rewritten(documents, [*kept, *group]) is not None:
            kept += group
    return _rewritten(documents, kept) or {}


def _rewritten(documents: dict[str, Document], edits: list[Edit]) -> dict[str, bytes] | None:
    """Return the files with some edits, `None` where one cannot be written."""
    from kfix.rewrite.apply import CannotWrite, rewrite

    try:
        return rewrite(documents, edits).files
    except CannotWrite:
        return None


def outdated(
    project: Project, path: str, reading: Reading, settings: Settings, quiet: Suppressions
) -> list[Old]:
    """Return what is old in imports and training; nothing for a program of an older Keras."""
    # Keras 2 has all these names still.
    if reading.tracer.keras < 3 or not any(map(settings.wants, CODES)):
        return []
    document = project.document(path)
    program = reading.program
    calls = [*program.optimizers, *((one.site, "compile") for one in program.compiles)]
    calls += [(fit.site, fit.method) for fit in program.fits]
    here = [(site, name) for site, name in calls if site.path == path]
    said: list[Said] = [
        *map(_of_import, removed_imports(document)),
        *map(_of_call, old_calls(document, here)),
        *map(_of_setting, old_settings(document)),
    ]
    said += _uses(document, {finding.site for finding, edits, _ in said if edits})
    if asked_for(settings):
        said += _layers(document)
    if not said or project.pinned_to_keras_2(path):
        return []
    found: list[Old] = []
    for finding, edits, reported in said:
        assert finding.site is not None
        one = Found(finding, document.unit(finding.site.cell).place(finding.site))
        if settings.wants(finding.code) and not quiet.hides(one):
            found.append(Old(one, edits, reported))
    return found


Said = tuple[Finding, tuple[Edit, ...], bool]
"""A finding, the edits that rewrite what it is about, and whether it is reported."""


def _of_import(one: RemovedImport) -> Said:
    return _finding(one), _edits(one), not all_hold(_REPORTED_ELSEWHERE, one)


def _of_call(one: OldCall) -> Said:
    return _training(one), tuple(_modern(one)), True


def _of_setting(one: OldSetting) -> Said:
    return _setting(one), _as_data_format(one), True


def _uses(document: Document, known: set[Site | None]) -> list[Said]:
    """Return what is said of old uses: of several uses of one name the first."""
    several = [use for use in old_uses(document) if use.site not in known]
    if not several:
        return []
    from kfix.engine.migration_edits import edit_of

    firsts = {(use.module, use.written): use for use in reversed(several)}
    return [
        (_use(use), tuple(map(edit_of, use.changes)), firsts[use.module, use.written] is use)
        for use in several
    ]


def _use(use: OldUse) -> Finding:
    """Return the finding of an old use: of a function that moved, or of training."""
    names = use.written.split(", ")
    if use.module not in MODULES:
        return OldTraining(
            use.module or "training",
            actual=[*names, *use.counted],
            successor=use.successor,
            counted=use.counted,
            site=use.site,
        )
    package, _, now = use.successor.rpartition(".")
    moved = ((package, (now,)),) * package.startswith(("keras", "tensorflow"))
    lost = (use.written,) * (not moved)
    return OldImport(use.module, names=(use.written,), moved=moved, lost=lost, site=use.site)


MODULES = ("keras.backend", "keras.layers", "keras.utils.layer_utils")
"""Modules that lost functions."""


def _layers(document: Document) -> list[Said]:
    """Return what is said of layers that are called as before; they are reported with the model."""
    from kfix.engine.migration_layers import old_layers

    return [
        (OldTraining(call.cls, actual=[call.cls], site=call.site), edits, False)
        for call, edits in old_layers(document)
    ]


def _training(one: OldCall) -> OldTraining:
    names = [name for _, name, _ in one.renames] + [name for _, name in one.drops]
    names += one.counted
    return OldTraining(
        "training",
        actual=[one.written] * bool(one.method) + names,
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
        names=_names(one) * _living(one),
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


def _has_lost(one: RemovedImport) -> bool:
    """Return whether a name was removed altogether."""
    return bool(one.lost)


def _has_homes_of_its_own(one: RemovedImport) -> bool:
    """Return whether the other names are where they were."""
    homes = ((module, its) == (one.written, name) for name, module, its in one.homes)
    return not one.inside and all(homes)


def _has_lost_layers(one: RemovedImport) -> bool:
    """Return whether only removed layers are lost."""
    return {*OLD_LAYERS, "merge"}.issuperset(one.lost)


_REPORTED_ELSEWHERE = (_has_lost, _has_homes_of_its_own, _has_lost_layers)
"""What holds where only removed layers are imported: `KFX305` reports their use."""


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


def _is_as_good(before: Reading, after: Reading) -> bool:
    """Return whether every model that was right is, by the same shapes, and no other is refused."""
    return _refused(after) <= _refused(before) and not _right(before) - _right(after)


def _refused(reading: Reading) -> int:
    """Return how many findings there are."""
    return sum(len(trace.findings) for trace in reading.traces)


def _right(reading: Reading) -> Counter[tuple[str, str, object]]:
    """Return the models that are known without findings: names, outputs, numbers of weights."""
    known = (trace for trace in reading.traces if isinstance(trace.params, int))
    return Counter(
        (trace.model.name, str(trace.outputs), trace.params)
        for trace in known
        if not trace.findings and not trace.model.loose
    )
