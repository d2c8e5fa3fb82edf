"""The corridor: read, trace, search, rewrite, and prove by reading and tracing again. Every face goes through it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from kfix.files import FileTrouble
from kfix.findings import Finding
from kfix.findings.output_shape import OutputShape
from kfix.findings.output_unknown import OutputUnknown
from kfix.model import Model, Place, Program, Repair, Shape, Shapes, Site, Unknown
from kfix.project import Project
from kfix.repair.target import Target, parse_target
from kfix.results import FileResult, Found, ModelResult, Proven, Spelled
from kfix.shapes import Trace, Tracer, show
from kfix.source.errors import SourceError
from kfix.source.guard import mentions_keras
from kfix.verify.trouble import NoKeras

MOST_ALTERNATIVES = 3
MOST_PROOFS = 12
"""Candidates that are rewritten and read again for one model, whatever becomes of them."""


CRASH = "a fault of kfix itself"


class Misuse(Exception):
    """The command was used wrongly for this file: one line for a person, exit 2."""


class Settings(NamedTuple):
    """What a run is asked to do.

    `target` and `input_shape` as written on the command line; `model` a name
    or `function.name`; `line` a line within the definition wanted.
    """

    target: str | None = None
    input_shape: Shape | None = None
    model: str | None = None
    line: int | None = None
    search: bool = True
    pick: int | None = None
    unsafe: bool = False
    prefer: str | None = None
    only: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    keras: int | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    verify: Callable[[Sequence[Trace]], str | None] | None = None
    """A last judge of a repair that is to be applied (real Keras): what it has against it, or `None`."""


class Group(NamedTuple):
    """The models that one definition made, with their traces."""

    models: list[Model]
    traces: list[Trace]
    nested: bool


class Reading(NamedTuple):
    """One reading of one program."""

    program: Program
    tracer: Tracer
    groups: list[Group]


def read(project: Project, path: str, settings: Settings) -> Reading:
    """Reads and traces a program; raises `SourceError`."""
    from kfix.source.reader import read as read_program

    document = project.document(path)
    tracer = Tracer(settings.keras or 3)
    program = read_program(document, tracer, given=settings.input_shape, project=project)
    if settings.keras is None and program.keras == 2:
        tracer = Tracer(2)
        program = read_program(document, tracer, given=settings.input_shape, project=project)
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
            for traced in trace.nodes.values():
                if traced.inner is not None:
                    inner.setdefault(traced.inner.model.uid, traced.inner)
            traces.append(trace)
        groups.append(Group(models, traces, nested))
    return Reading(program, tracer, groups[::-1])


def run_file(project: Project, path: str, settings: Settings) -> FileResult:
    """Does all that the settings ask for with one file; nothing is written to disk here."""
    result = FileResult(path)
    try:
        result.data = project.data(path)
        if not mentions_keras(result.data):
            if settings.model is not None or settings.target is not None:
                result.notes.append("no mention of Keras")
            return result
        _run(project, path, settings, result)
    except NoKeras:
        raise
    except (FileTrouble, Misuse) as trouble:
        message = str(trouble)
        result.error = message if message.startswith(path) else f"{path}: {message}"
    except SourceError as error:
        result.error = f"{path}:{error}" if error.line is not None else f"{path}: {error}"
    except RecursionError:
        result.error = f"{path}: too deeply nested"
    except Exception as bug:
        if os.environ.get("KFIX_DEBUG"):
            raise
        # One file must not cost a run its other files.
        result.error = f"{path}: {CRASH} ({type(bug).__name__}: {bug}); KFIX_DEBUG=1 shows where"
    return result


def _run(project: Project, path: str, settings: Settings, result: FileResult) -> None:
    reading = read(project, path, settings)
    program = reading.program
    chosen = _choose(reading, settings, result)
    overlay: dict[str, bytes] = {}
    for index, group in enumerate(reading.groups):
        if settings.model is not None and index not in chosen:
            continue
        told = _describe(group, program)
        target = chosen.get(index)
        told.target = target
        told.findings = _findings(group, program, target, settings)
        result.models.append(told)
        if not settings.search or group.nested:
            continue
        missed = target is not None and not _met(group.traces, target)
        refused = any(trace.refusal is not None for trace in group.traces)
        if not refused and not missed:
            continue
        if target is not None and not refused and _unknown(group.traces) is not None:
            continue
        at = project.changed(overlay) if overlay else project
        now = read(at, path, settings) if overlay else reading
        _mend(at, path, settings, now, index, told)
        applied = told.applied
        if applied is not None and _verified(applied, told, settings):
            overlay.update(applied.files)
    if overlay:
        from kfix.rewrite.diff import unified_diff

        result.files = overlay
        result.originals = {name: project.data(name) for name in overlay}
        result.diff = "".join(unified_diff(name, result.originals[name], data) for name, data in overlay.items())


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
    for model in group.models:
        for node in model.nodes:
            places[node.layer.site] = program.place(node.layer.site)
    return ModelResult(group.models, group.traces, program.place(group.models[0].site), group.nested, places=places)


def _met(traces: Sequence[Trace], target: Target) -> bool:
    return all(
        trace.refusal is None
        and len(trace.outputs) == 1
        and (wanted := target.resolve(_input(trace))) is not None
        and wanted.met_by(trace.outputs[0])
        for trace in traces
    )


def _input(trace: Trace) -> Shapes:
    return trace.inputs[0] if len(trace.inputs) == 1 else list(trace.inputs)


def _unknown(traces: Sequence[Trace]) -> Unknown | None:
    """The first thing that keeps an output from being known."""
    for trace in traces:
        for output in trace.outputs:
            if isinstance(output, Unknown):
                return output
            if isinstance(output, tuple):
                for dim in output:
                    if isinstance(dim, Unknown):
                        return dim
    return None


def _findings(group: Group, program: Program, target: Target | None, settings: Settings) -> list[Found]:
    from kfix.shapes.looks import notes

    found: list[Finding] = []
    for trace in group.traces:
        found.extend(trace.findings)
        if not group.nested:
            found.extend(notes(trace))
    model = group.models[0]
    if target is not None and not any(finding.severity == "error" for finding in found):
        unknown = _unknown(group.traces)
        missed: Finding | None = None
        if unknown is not None:
            missed = OutputUnknown(model.name, expected=str(target), actual=unknown.reasons())
        elif not _met(group.traces, target):
            trace = next(t for t in group.traces if not _met([t], target))
            missed = OutputShape(
                model.name, expected=str(target.resolve(_input(trace)) or target), actual=show(trace.outputs[0])
            )
        if missed is not None:
            missed.site = model.nodes[-1].layer.site if model.nodes else model.site
            found.append(missed)
    seen: set[tuple[str, Site | None, str]] = set()
    placed = []
    for finding in found:
        key = (finding.code, finding.site, finding.message)
        if key in seen or not _wanted(finding.code, settings):
            continue
        seen.add(key)
        placed.append(Found(finding, program.place(finding.site or model.site)))
    return placed


def _wanted(code: str, settings: Settings) -> bool:
    if settings.select and not code.startswith(settings.select):
        return False
    return not (settings.ignore and code.startswith(settings.ignore))


# --- which model a target is for ---------------------------------------------------------


def _choose(reading: Reading, settings: Settings, result: FileResult) -> dict[int, Target]:
    """The targets of this run, by the index of the group; raises `Misuse` when it is not clear whose it is."""
    program = reading.program
    targets: dict[int, Target] = {}
    uids = {model.uid: index for index, group in enumerate(reading.groups) for model in group.models}
    for directive in program.directives:
        if directive.key == "target" and directive.model in uids:
            try:
                target = parse_target(directive.value, "comment", directive.site)
            except ValueError as error:
                raise Misuse(f"{program.place(directive.site)}: {error}") from None
            targets[uids[directive.model]] = target
    candidates = [index for index, group in enumerate(reading.groups) if not group.nested]
    if settings.model is not None or settings.line is not None:
        candidates = [
            index for index in _named(reading, settings) if not reading.groups[index].nested or settings.model
        ]
        if not candidates:
            wanted = f"no model named {settings.model!r}" if settings.model else f"no model at line {settings.line}"
            raise Misuse(f"{wanted}{_list(reading, range(len(reading.groups)))}")
        targets = {index: target for index, target in targets.items() if index in candidates}
    if settings.target is None:
        if settings.model is not None:
            return {index: targets.get(index) for index in candidates}  # type: ignore[misc]
        return targets
    if not candidates:
        result.notes.append("no Keras model found")
        return {}
    if len(candidates) > 1:
        used = {record.model for record in program.compiles} | {record.model for record in program.fits}
        in_use = [i for i in candidates if any(model.uid in used for model in reading.groups[i].models)]
        if len(in_use) != 1:
            raise Misuse(f"several models, choose one with --model NAME{_list(reading, candidates)}")
        name = reading.groups[in_use[0]].models[0].qualified
        result.notes.append(f"the target is taken for `{name}`, the only model that is compiled or fitted")
        candidates = in_use
    targets[candidates[0]] = parse_target(settings.target)
    return targets


def _named(reading: Reading, settings: Settings) -> Iterator[int]:
    best: tuple[int, int] | None = None
    for index, group in enumerate(reading.groups):
        model = group.models[0]
        if settings.model is not None:
            if settings.model in (model.name, model.qualified):
                yield index
            continue
        assert settings.line is not None
        place = reading.program.place(model.site)
        last = max([place.end_line, *(reading.program.place(node.site).end_line for node in model.nodes)])
        if place.line <= settings.line <= last and (best is None or last - place.line < best[1]):
            best = (index, last - place.line)
    if best is not None:
        yield best[0]


def _list(reading: Reading, indices: Sequence[int]) -> str:
    rows = []
    for index in indices:
        model = reading.groups[index].models[0]
        rows.append(f"{model.qualified} (line {reading.program.place(model.site).line})")
    return ": " + ", ".join(rows) if rows else ": the file has no Keras model"


# --- the repair ---------------------------------------------------------------------------


def _mend(project: Project, path: str, settings: Settings, reading: Reading, index: int, told: ModelResult) -> None:
    """Fills in the proven repairs of one model and marks the one to apply."""
    from kfix.repair.alternatives import differs
    from kfix.repair.search import Options, leads, search

    group = reading.groups[index]
    program = reading.program
    options = Options(
        settings.prefer,
        settings.only,
        settings.never,
        within=_within(project),
        program=program.models,
        control=program.control,
    )
    found = search(group.models, reading.tracer, told.target, options)
    wanted = max(MOST_ALTERNATIVES, settings.pick or 0)
    proofs = 0
    for repair in found:
        if any(not differs(repair, kept.repair) for kept in told.repairs):
            continue
        proofs += 1
        proven = prove(project, path, settings, reading, index, told.target, repair)
        if proven is not None:
            told.repairs.append(proven)
        if len(told.repairs) >= wanted or proofs >= MOST_PROOFS:
            break
    if found.stopped:
        told.remarks.append(f"the search stopped at {found.stopped}")
    if not told.repairs:
        if found.nearest is not None:
            told.remarks.append(f"no allowed edit reaches it; the nearest is {found.nearest}")
        else:
            told.remarks.append("no allowed edit mends it")
        return
    if settings.pick is not None:
        if settings.pick > len(told.repairs):
            raise Misuse(f"there is no repair {settings.pick}, only {len(told.repairs)}")
        told.repairs[settings.pick - 1].applied = True
        return
    first = told.repairs[0].repair
    second = told.repairs[1].repair if len(told.repairs) > 1 else None
    if told.target is not None or settings.unsafe or (first.safety == "safe" and leads(first, second)):
        told.repairs[0].applied = True
    else:
        told.remarks.append("several repairs are as good: choose one with --pick N, or take the first with --unsafe")


def _within(project: Project) -> Callable[[Site, Site], bool]:
    """Tells whether one Site is written inside another: a literal in an argument, or a constant from elsewhere."""
    documents = project.loaded()

    def within(inner: Site, outer: Site) -> bool:
        if (inner.path, inner.cell) != (outer.path, outer.cell):
            return False
        unit = documents[outer.path].unit(outer.cell)
        start, end = unit.span(outer)
        return start <= unit.span(inner)[0] < end

    return within


def prove(
    project: Project,
    path: str,
    settings: Settings,
    reading: Reading,
    index: int,
    target: Target | None,
    repair: Repair,
) -> Proven | None:
    """Rewrites, reads and traces again; `None` unless the new text does what was promised and nothing worse."""
    from kfix.rewrite.apply import CannotWrite, rewrite
    from kfix.rewrite.diff import unified_diff

    try:
        rewritten = rewrite(project.loaded(), repair.edits)
    except CannotWrite:
        return None
    if not rewritten.files:
        return None
    after = project.changed(rewritten.files)
    try:
        again = read(after, path, settings)
    except (SourceError, RecursionError):
        return None
    if len(again.groups) != len(reading.groups):
        return None
    traces = again.groups[index].traces
    if any(trace.refusal is not None for trace in traces) or (target is not None and not _met(traces, target)):
        return None
    for before, now in zip(reading.groups, again.groups, strict=True):
        if _worse(before.traces, now.traces):
            return None
    diff = "".join(unified_diff(name, project.data(name), data) for name, data in rewritten.files.items())
    edits = [
        Spelled(edit, reading.program.place(_site(edit)), text)
        for edit, text in zip(repair.edits, rewritten.texts, strict=True)
    ]
    return Proven(repair, edits, rewritten.files, diff, traces)


def _worse(before: Sequence[Trace], now: Sequence[Trace]) -> bool:
    """Is there an error or a warning that was not there before?"""

    def count(traces: Sequence[Trace]) -> Counter[str]:
        return Counter(f.code for trace in traces for f in trace.findings if f.severity != "note")

    return bool(count(now) - count(before))


def _site(edit: object) -> Site:
    """The place an edit is reported at."""
    for name in ("site", "slot", "slots", "sites"):
        value = getattr(edit, name, None)
        if name == "slot" and value is not None:
            return value.argument or value.call  # type: ignore[no-any-return]
        if name == "slots" and value:
            return value[0].argument or value[0].call  # type: ignore[no-any-return]
        if name == "sites" and value:
            return value[0]  # type: ignore[no-any-return]
        if isinstance(value, Site):
            return value
    raise AssertionError(f"an edit without a place: {edit!r}")
