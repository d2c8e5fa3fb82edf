"""Reading a program: its models are traced, in the version of Keras that it is written for."""

from __future__ import annotations

from itertools import chain

from kfix.engine.observed_calls import with_observed_calls
from kfix.engine.results import Group, Reading
from kfix.engine.settings import Settings
from kfix.findings.bad_argument import BadArgument
from kfix.model.graph import Model
from kfix.model.program import Program
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.project.project import Project
from kfix.shapes import Trace, Tracer
from kfix.shapes.identifiers import REGISTERED
from kfix.shapes.shared_weights import refuse_other_weights

OLD_NAMES = ("KFX213", "KFX214", "KFX304", "KFX305")
"""The findings that a program for an older Keras does not have."""

TEACHES_NAMES = (
    b"get_custom_objects",
    b"custom_object_scope",
    b"CustomObjectScope",
    b"register_keras_serializable",
)
"""What a program mentions that registers initializers and the like of its own."""


def read(project: Project, path: str, settings: Settings) -> Reading:
    """Read and trace a program; raise `SourceError`.

    If no version of Keras is asked for, the program's imports decide it, and for a program with old
    names the requirements of its project.
    """
    reading = _read(project, path, settings, settings.keras)
    if settings.keras is None and _has_old_names(reading) and project.pinned_to_keras_2(path):
        return _read(project, path, settings, 2)
    return reading


def _has_old_names(reading: Reading) -> bool:
    return any(
        trace.model.old_ends or any(finding.code in OLD_NAMES for finding in trace.findings)
        for group in reading.groups
        for trace in group.traces
    )


def _has_own_names(groups: list[Group]) -> bool:
    """Return whether an initializer is refused for a name that Keras does not have."""
    findings = chain.from_iterable(trace.findings for group in groups for trace in group.traces)
    return any(isinstance(one, BadArgument) and one.expected == REGISTERED for one in findings)


def _imports_register_names(project: Project) -> bool:
    """Return whether a module that the programs of the run import registers names of its own."""
    paths = {path for path in project.dependencies.modules.values() if path is not None}
    return any(map(_registers_names, chain.from_iterable(map(project.readable, sorted(paths)))))


def _registers_names(data: bytes) -> bool:
    return any(mark in data for mark in TEACHES_NAMES)


def _read(project: Project, path: str, settings: Settings, keras: int | None) -> Reading:
    from kfix.source.reader import read as read_program

    document = project.document(path)
    open_names = _registers_names(document.data)
    alone = b"tensorflow" not in document.data
    tracer = Tracer(keras or 3, open_names, alone)
    program = read_program(
        document,
        tracer,
        given=settings.input_shape,
        project=project,
        observed=settings.observed,
        asks_version=keras is None,
    )
    project.at_end(program.close)
    if keras is None and program.keras == 2:
        tracer = Tracer(2, open_names)
        program = read_program(
            document,
            tracer,
            given=settings.input_shape,
            project=project,
            observed=settings.observed,
        )
        project.at_end(program.close)
    program = with_observed_calls(program, settings.observed or ())
    tracer.switch(program.switched)
    groups = _traced_groups(program, tracer)
    if not tracer.open_names and _has_own_names(groups) and _imports_register_names(project):
        tracer.open_all_names()
        groups = _traced_groups(program, tracer)
    refuse_other_weights(trace for group in groups for trace in group.traces)
    return Reading(program, tracer, groups)


def _traced_groups(program: Program, tracer: Tracer) -> list[Group]:
    """Return the models of each definition with their traces.

    Later definitions come first while tracing: they call earlier ones, and a model without an input
    shape is traced as it is called.
    """
    by_site: dict[Site, list[Model]] = {}
    for model in program.models:
        by_site.setdefault(model.site, []).append(model)
    groups: list[Group] = []
    inner: dict[int, Trace] = {}
    for models in reversed(by_site.values()):
        nested = all(model.uid in program.nested for model in models)
        groups.append(Group(models, [_traced(model, tracer, inner) for model in models], nested))
    return groups[::-1]


def _traced(model: Model, tracer: Tracer, inner: dict[int, Trace]) -> Trace:
    """Return the trace of a model; `inner` has the traces of calls of models by uid."""
    trace = tracer.trace(model)
    if trace.inputs and isinstance(trace.inputs[0], Unknown):
        trace = inner.get(model.uid, trace)
    _note_inner(trace, inner)
    return trace


def _note_inner(trace: Trace, inner: dict[int, Trace]) -> None:
    """Note by uid how models are traced where others, or the `call` of a layer, call them."""
    waiting = [trace]
    while waiting:
        for traced in waiting.pop().nodes.values():
            if traced.inner is not None and traced.inner.model.uid not in inner:
                inner[traced.inner.model.uid] = traced.inner
                waiting.append(traced.inner)
