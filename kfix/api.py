"""The Python API: check, fix and summarize Keras models in programs that are never run.

The three functions print nothing, write nothing and keep no state, so that a
server may call them many times and from several threads. What cannot be read
raises `Error`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from kfix.edits import kinds
from kfix.engine.results import FileResult, Found, ModelResult, Proven
from kfix.engine.session import Session
from kfix.engine.settings import Settings
from kfix.findings import Severity
from kfix.findings.codes import codes
from kfix.findings.data import written
from kfix.model.graph import ModelKind, Shapes
from kfix.model.site import Place
from kfix.model.target import parse_input_shape, parse_target
from kfix.model.unknown import Unknown
from kfix.report.changes import Change, program_text
from kfix.report.diagnostics import proven_changes
from kfix.report.sentences import hint, sentence

__all__ = [
    "Change",
    "Edit",
    "Error",
    "Finding",
    "Fixed",
    "Model",
    "Place",
    "Repair",
    "Report",
    "Shape",
    "Summary",
    "Target",
    "check",
    "fix",
    "summary",
]

Shape = tuple[int | str | None, ...] | None
"""A shape with the batch first: `None` is a variable dim, `"?"` one that kfix cannot infer.
`None` in the place of a shape says that nothing of it is known."""

Target = str | int | Sequence[int | None] | Mapping[str, "str | int | Sequence[int | None]"]
"""The expected output shape, as `--target` takes it (`"28,28,1"`, `"input"`), as a number or as
a sequence of dims without the batch; of several outputs by their names."""

SOURCE = "<source>"
"""The path that a program goes by that is given as text."""


class Error(Exception):
    """A program cannot be read, or an argument does not go with it.

    `place` is where, or `None` where it is the file as a whole.
    """

    def __init__(self, message: str, path: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.place = place


@dataclass(frozen=True)
class Finding:
    """Something that is wrong or looks wrong; the fields are those of docs/json.md."""

    code: str
    name: str
    severity: Severity
    message: str
    hint: str
    expected: str
    actual: str
    place: Place
    fails: bool
    """Whether a run that leaves it fails: an error, or a missed target."""


@dataclass(frozen=True)
class Edit:
    """One edit of a repair in words."""

    kind: str
    place: Place
    text: str


@dataclass(frozen=True)
class Repair:
    """Edits that were proven to fix a model; a suggestion has none."""

    edits: tuple[Edit, ...]
    changes: Mapping[str, tuple[Change, ...]]
    """What an editor applies, by path."""
    output_shapes: tuple[Shape, ...]
    params: int | None
    """The number of parameters of the repaired model, `None` where it is unknown."""
    safety: str
    """"safe", "unsafe" or "display" (a suggestion without edits)."""
    why: str
    warnings: tuple[str, ...]
    applied: bool
    diff: str


@dataclass(frozen=True)
class Model:
    """One definition of a model, before any repair."""

    name: str
    function: str
    kind: ModelKind
    place: Place
    input_shapes: tuple[Shape, ...]
    output_shapes: tuple[Shape, ...]
    params: int | None
    findings: tuple[Finding, ...]
    repairs: tuple[Repair, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What kfix says of one program."""

    path: str
    models: tuple[Model, ...]
    notes: tuple[str, ...]
    _result: FileResult = field(repr=False, compare=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all models, in the order of the source."""
        return tuple(found for model in self.models for found in model.findings)

    @property
    def ok(self) -> bool:
        """Whether nothing is left that fails."""
        return not any(model_result.left for model_result in self._result.models)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as docs/json.md describes a file."""
        from kfix.report.formats.json import file_entry

        return file_entry(self._result)


@dataclass(frozen=True)
class Fixed(Report):
    """A program and what kfix makes of it."""

    text: str
    """The program, fixed as far as it could be."""
    diff: str
    repairs: tuple[Repair, ...]
    """The repairs that were made."""

    @property
    def changed(self) -> bool:
        """Whether the program, or another file that it imports, is another one now."""
        return self._result.changed

    @property
    def files(self) -> Mapping[str, bytes]:
        """The new bytes of every file that changes, by path."""
        return self._result.files


@dataclass(frozen=True)
class Summary:
    """The models of a program, and the text that Keras's `summary()` would print of each."""

    path: str
    models: tuple[Model, ...]
    text: str


def check(
    source: str | bytes | os.PathLike[str],
    *,
    target: Target | None = None,
    model: str | None = None,
    input_shape: str | Sequence[int | None] | None = None,
    keras: Literal[2, 3] | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    path: str | None = None,
) -> Report:
    """Return the findings of a program; no repair is searched for.

    `source` is a path, or the text of a program: bytes, or a string with a
    line break in it; `path` is what a text goes by. `target` is the expected
    output shape, `model` the name of one of several models, `input_shape` the
    input shape where the source does not say it; `select` and `ignore` are
    codes or prefixes of codes. Raises `Error`.
    """
    settings = _settings(target, model, input_shape, keras, select, ignore)
    result = _run(source, path, settings._replace(search=False))
    return Report(result.path, _models(result), tuple(result.notes), result)


def fix(
    source: str | bytes | os.PathLike[str],
    *,
    target: Target | None = None,
    model: str | None = None,
    input_shape: str | Sequence[int | None] | None = None,
    keras: Literal[2, 3] | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    pick: int | None = None,
    unsafe: bool = False,
    prefer: Literal["flatten", "pool"] | None = None,
    only: Iterable[str] = (),
    never: Iterable[str] = (),
    path: str | None = None,
) -> Fixed:
    """Return a program with its models fixed; nothing is written.

    The first arguments are those of `check`. `pick` applies the repair of that
    number, `unsafe` the first one even where another is equally good; `only`
    and `never` are kinds of edits. Raises `Error`.
    """
    settings = _settings(target, model, input_shape, keras, select, ignore)._replace(
        pick=pick, unsafe=unsafe, prefer=prefer, only=_kinds(only), never=_kinds(never)
    )
    result = _run(source, path, settings)
    made = tuple(
        _repair(model_result.applied)
        for model_result in result.models
        if model_result.applied is not None
    )
    data = result.files.get(result.path, result.data)
    return Fixed(
        result.path,
        _models(result),
        tuple(result.notes),
        result,
        program_text(data),
        result.diff,
        made,
    )


def summary(
    source: str | bytes | os.PathLike[str],
    *,
    model: str | None = None,
    input_shape: str | Sequence[int | None] | None = None,
    keras: Literal[2, 3] | None = None,
    path: str | None = None,
) -> Summary:
    """Return the models of a program with the text of Keras's `summary()`; the arguments are those of `check`."""
    from kfix.report.summary import summary as written_summary

    settings = _settings(None, model, input_shape, keras, (), ())
    result = _run(source, path, settings._replace(search=False))
    return Summary(result.path, _models(result), written_summary([result]))


def _run(
    source: str | bytes | os.PathLike[str], path: str | None, settings: Settings
) -> FileResult:
    session = Session()
    if isinstance(source, bytes) or (isinstance(source, str) and "\n" in source):
        name = path or SOURCE
        session.put(name, source if isinstance(source, bytes) else source.encode())
    else:
        name = os.fspath(source)
    result = session.run(name, settings)
    if result.error is not None:
        raise Error(result.error, result.path, result.error_place)
    return result


def _settings(
    target: Target | None,
    model: str | None,
    input_shape: str | Sequence[int | None] | None,
    keras: int | None,
    select: Iterable[str],
    ignore: Iterable[str],
) -> Settings:
    """The arguments as settings; raises `Error` for a shape or a code that is none."""
    try:
        targets: tuple[tuple[str, str], ...] = ()
        if isinstance(target, Mapping):
            targets = tuple((name, _shape_text(shape)) for name, shape in target.items())
            target = None
        return Settings(
            target=None if target is None else _shape_text(target),
            targets=targets,
            input_shape=None if input_shape is None else parse_input_shape(_text(input_shape)),
            model=model,
            keras=keras,
            select=codes(select),
            ignore=codes(ignore),
        )
    except ValueError as error:
        raise Error(str(error), "") from None


def _shape_text(shape: str | int | Sequence[int | None]) -> str:
    """A shape as `--target` takes it; raises `ValueError`."""
    text = _text(shape)
    parse_target(text)
    return text


def _text(shape: str | int | Sequence[int | None]) -> str:
    if isinstance(shape, str):
        return shape
    dims = [shape] if isinstance(shape, int) else shape
    return f"({', '.join(['None', *map(str, dims)])})"


def _kinds(given: Iterable[str]) -> frozenset[str]:
    found = frozenset(given)
    unknown = sorted(found - set(kinds()))
    if unknown:
        raise Error(f"unknown kind of edit {unknown[0]!r}", "")
    return found


def _models(result: FileResult) -> tuple[Model, ...]:
    return tuple(map(_model, result.models))


def _model(model_result: ModelResult) -> Model:
    trace = model_result.trace
    return Model(
        model_result.model.name,
        model_result.model.function,
        model_result.model.kind,
        model_result.place,
        tuple(map(_shape, trace.inputs)),
        tuple(map(_shape, trace.outputs)),
        _count(trace.params),
        tuple(map(_finding, model_result.findings)),
        tuple(map(_repair, model_result.repairs)),
        tuple(model_result.remarks),
    )


def _finding(found: Found) -> Finding:
    finding = found.finding
    return Finding(
        finding.code,
        finding.name(),
        finding.severity,
        sentence(finding),
        hint(finding),
        written(finding.expected),
        written(finding.actual),
        found.place,
        finding.fails,
    )


def _repair(proven: Proven) -> Repair:
    trace = proven.traces[0]
    return Repair(
        tuple(Edit(one.edit.kind, one.place, one.text) for one in proven.edits),
        {path: tuple(several) for path, several in proven_changes(proven).items()},
        tuple(map(_shape, trace.outputs)),
        _count(trace.params),
        proven.repair.safety,
        proven.repair.why,
        tuple(proven.warnings),
        proven.applied,
        proven.diff,
    )


def _shape(shapes: Shapes) -> Shape:
    if not isinstance(shapes, tuple):
        return None
    return tuple("?" if isinstance(dim, Unknown) else dim for dim in shapes)


def _count(params: int | Unknown) -> int | None:
    return None if isinstance(params, Unknown) else params
