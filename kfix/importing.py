"""Imports that Keras 3 has not: told with the first model of a file, and written anew along with another repair."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kfix.findings.old_import import OldImport
from kfix.model import Edit, MoveImport, MovePath
from kfix.project import Project
from kfix.results import Found, Reading
from kfix.settings import Settings
from kfix.shapes.signatures import OLD_LAYERS
from kfix.source import living
from kfix.source.errors import SourceError
from kfix.source.gone import Gone, gone
from kfix.suppress import Suppressions

CODE = OldImport.code

Read = Callable[[Project], Reading]


def old_imports(project: Project, path: str, reading: Reading, settings: Settings) -> list[Found]:
    """What is to be said of a program's imports; nothing where it is made for an older Keras."""
    return [found for one, found in _told(project, path, reading, settings) if not _told_elsewhere(one)]


def _told(project: Project, path: str, reading: Reading, settings: Settings) -> list[tuple[Gone, Found]]:
    if reading.tracer.keras < 3 or not settings.wants(CODE):
        return []
    document = project.document(path)
    found = gone(document)
    if not found or project.pinned_to_keras_2(path):
        return []
    quiet = Suppressions(project)
    told = [(one, Found(_finding(one), document.unit(one.site.cell).place(one.site))) for one in found]
    return [(one, said) for one, said in told if not quiet.hides(said)]


def _finding(one: Gone) -> OldImport:
    now: dict[str, list[str]] = {}
    for name, module, its in one.homes:
        if module and (module, its) != (one.written, name):
            now.setdefault(module, []).append(its or "it")
    for _, _, module, its in one.inside:
        if its not in now.setdefault(module, []):
            now[module].append(its)
    places = [f"{_several(names)} {'is' if len(names) == 1 else 'are'} in {module}" for module, names in now.items()]
    if one.path:
        places = [f"it is {one.path}"]
    lost = [*one.lost, *(name for name, module, _ in one.homes if not module)]
    if lost:
        places.append(f"{_several(lost)} {'is' if len(lost) == 1 else 'are'} nowhere")
    finding = OldImport(f"`{one.written}`" if not _living(one) else f"A name from `{one.written}`")
    finding.expected = f": {', '.join(places)}" if places else ""
    finding.site = one.site
    return finding


def _told_elsewhere(one: Gone) -> bool:
    """Is it a layer that Keras 3 has not, and nothing else? Where the model uses it, that is told (`KFX305`)."""
    old = {*OLD_LAYERS, "merge"}
    right = all((module, its) == (one.written, name) for name, module, its in one.homes)
    return bool(one.lost) and right and not one.inside and old.issuperset(one.lost)


def _living(one: Gone) -> bool:
    """Is the module itself there still, and only a name in it gone?"""
    path = living.parse(one.written)
    return path is not None and not one.path and living.is_module(path)


def _several(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def renewed(project: Project, path: str, settings: Settings, read: Read) -> dict[str, bytes]:
    """The files with their imports as Keras 3 has them; none where a model would be read otherwise then."""
    if not gone(project.document(path)):
        return {}
    from kfix.rewrite.apply import CannotWrite, rewrite

    before = read(project)
    wanted = [_edit(one) for one, _ in _told(project, path, before, settings)]
    edits = [edit for edit in wanted if edit is not None and _allowed(edit, settings)]
    if not edits:
        return {}
    try:
        files = rewrite({path: project.document(path)}, edits).files
        after = read(project.changed(files))
    except (CannotWrite, SourceError, RecursionError):
        return {}
    return files if _shapes(before) == _shapes(after) else {}


def _edit(one: Gone) -> Edit | None:
    if one.path:
        return MovePath(one.site, one.path)
    return MoveImport(one.site, one.homes, one.inside) if not one.lost and (one.homes or one.inside) else None


def _allowed(edit: Edit, settings: Settings) -> bool:
    return edit.kind not in settings.never and (not settings.only or edit.kind in settings.only)


def _shapes(reading: Reading) -> list[object]:
    return [
        [(str(trace.outputs), str(trace.params), [f.code for f in trace.findings]) for trace in group.traces]
        for group in reading.groups
    ]
