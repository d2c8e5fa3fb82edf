"""Imports that Keras 3 has not: told with the first model of a file, and written anew along with another repair."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kfix.findings.old_import import OldImport
from kfix.model import Edit, MoveImport, MovePath
from kfix.project import Project
from kfix.results import Found, Reading
from kfix.settings import Settings
from kfix.source import living
from kfix.source.errors import SourceError
from kfix.source.gone import Gone, gone
from kfix.suppress import Suppressions

CODE = OldImport.code

Read = Callable[[Project], Reading]


def old_imports(project: Project, path: str, reading: Reading, settings: Settings, quiet: Suppressions) -> list[Found]:
    """What is to be said of a program's imports; nothing where it is made for an older Keras."""
    if reading.tracer.keras < 3 or not settings.wants(CODE):
        return []
    document = project.document(path)
    found = gone(document)
    if not found or project.pinned_to_keras_2(path):
        return []
    told = [Found(_finding(one), document.unit(one.site.cell).place(one.site)) for one in found]
    return [one for one in told if not quiet.hides(one)]


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


def _living(one: Gone) -> bool:
    """Is the module itself there still, and only a name in it gone?"""
    path = living.parse(one.written)
    return path is not None and not one.path and living.is_module(path)


def _several(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def wanted(found: Sequence[Found], settings: Settings, mended: bool) -> bool:
    """Are the imports to be written anew: along with another repair, or because that is asked for?"""
    asked = CODE in settings.select
    return bool(found) and settings.search and (mended or asked)


def renewed(project: Project, path: str, settings: Settings, read: Read) -> dict[str, bytes]:
    """The files with their imports as Keras 3 has them; none where a model would be read otherwise then."""
    from kfix.rewrite.apply import CannotWrite, rewrite

    before = read(project)
    document = project.document(path)
    files: dict[str, bytes] = {}
    edits = [edit for one in gone(document) if (edit := _edit(one)) is not None and _allowed(edit, settings)]
    if not edits:
        return files
    try:
        files = rewrite({path: document}, edits).files
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
