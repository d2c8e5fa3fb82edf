"""The Python API: check, fix and summarize Keras models in programs that are never run.

The functions print nothing, write nothing and keep no state, so that a
server may call them many times and from several threads. What cannot be read
raises `Error`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Literal

from kfix.api.arguments import kinds_of, settings_of
from kfix.api.conversion import models_of
from kfix.api.explanation import Explanation, explanation_of
from kfix.api.fixed import fixed_of
from kfix.api.results import (
    Edit,
    Error,
    Finding,
    Fixed,
    LayerCall,
    Model,
    Related,
    Repair,
    Report,
    Shape,
    Summary,
    Target,
    count_text,
    shape_text,
)
from kfix.api.workspace import Workspace
from kfix.engine.results import FileResult
from kfix.engine.session import Session
from kfix.engine.settings import Cancelled, Settings
from kfix.model.record import replace
from kfix.model.site import Place
from kfix.report.changes import Change

__all__ = [
    "Cancelled",
    "Change",
    "Edit",
    "Error",
    "Explanation",
    "Finding",
    "Fixed",
    "LayerCall",
    "Model",
    "Place",
    "Related",
    "Repair",
    "Report",
    "Shape",
    "Summary",
    "Target",
    "Workspace",
    "check",
    "count_text",
    "explain_error",
    "fix",
    "shape_text",
    "summary",
]

SOURCE = "<source>"
"""The path that a program goes by that is given as text."""


def check(  # noqa: PLR0913 - the keywords of a public function
    source: str | bytes | os.PathLike[str],
    *,
    target: Target | None = None,
    model: str | None = None,
    input_shape: str | Sequence[int | None] | None = None,
    keras: Literal[2, 3] | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    error: str | None = None,
    path: str | None = None,
) -> Report:
    """Return the findings of a program; no repair is searched for.

    `source` is a path, or the text of a program: bytes, or a string with a
    line break in it; `path` is what a text goes by. `target` is the expected
    output shape, `model` the name of one of several models, `input_shape` the
    input shape where the source does not say it; `select` and `ignore` are
    codes or prefixes of codes; `error` is the output of a run that failed. Raises `Error`.
    """
    settings = settings_of(target, model, input_shape, keras, select, ignore)
    result = _run(source, path, replace(settings, search=False, error_text=error))
    return Report(result.path, models_of(result), tuple(result.notes), result)


def fix(  # noqa: PLR0913 - the keywords of a public function
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
    error: str | None = None,
    path: str | None = None,
) -> Fixed:
    """Return a program with its models fixed; nothing is written.

    The first arguments are those of `check`. `pick` applies the repair of that
    number, `unsafe` the first one even where another is equally good; `only`
    and `never` are kinds of edits. Raises `Error`.
    """
    settings = replace(
        settings_of(target, model, input_shape, keras, select, ignore),
        pick=pick,
        unsafe=unsafe,
        prefer=prefer,
        only=kinds_of(only),
        never=kinds_of(never),
    )
    return fixed_of(_run(source, path, replace(settings, error_text=error)))


def summary(
    source: str | bytes | os.PathLike[str],
    *,
    model: str | None = None,
    input_shape: str | Sequence[int | None] | None = None,
    keras: Literal[2, 3] | None = None,
    path: str | None = None,
) -> Summary:
    """Return the models of a program with the text of Keras's `summary()`.

    The arguments are those of `check`.
    """
    from kfix.report.summary import summary as written_summary

    settings = settings_of(None, model, input_shape, keras, (), ())
    result = _run(source, path, replace(settings, search=False))
    return Summary(result.path, models_of(result), written_summary([result]))


def explain_error(
    text: str,
    path: str | os.PathLike[str] | None = None,
    *,
    source: str | bytes | None = None,
) -> Explanation | None:
    """Return what the error at the end of a log means, `None` where the log has none.

    `text` is the output of a run, a traceback, or the error alone. `path` is the program that
    gave it, `source` its text where that is not the one on disk: the report of the explanation
    is that of `check`, with the shapes that the error states. Nothing is run. Raises `Error`.
    """
    from kfix.evidence.reading import read_error

    found = read_error(text)
    if found is None:
        return None
    report = None
    if source is not None:
        name = SOURCE if path is None else os.fspath(path)
        report = check(_bytes(source), error=text, path=name)
    elif path is not None:
        report = check(path, error=text)
    return explanation_of(found, report)


def _bytes(source: str | bytes) -> bytes:
    if isinstance(source, bytes):
        return source
    return source.encode()


def _run(
    source: str | bytes | os.PathLike[str], path: str | None, settings: Settings
) -> FileResult:
    session = Session()
    if isinstance(source, bytes) or (isinstance(source, str) and "\n" in source):
        name = path or SOURCE
        session.put(name, _bytes(source))
    else:
        name = os.fspath(source)
    result = session.run(name, settings)
    if result.error is not None:
        raise Error(result.error, result.path, result.error_place)
    return result
