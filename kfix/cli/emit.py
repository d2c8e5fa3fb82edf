"""Print the result of a run: a report, the text for people, the fixed program of a filter."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import click

from kfix.cli.errors import Wrong
from kfix.cli.modes import MODES, Mode
from kfix.cli.output import Output
from kfix.engine.results import FileResult


def emit(
    results: list[FileResult],
    options: dict[str, Any],
    mode: Mode,
    stdin: str | None,
    warnings: Sequence[str],
) -> None:
    """Print the report of a run, and warnings about the way that kfix was called.

    `stdin` is the path that standard input goes by, if it was read.
    """
    err = Output(options["color"], True)
    out = _report_stream(results, options)
    errors = dict.fromkeys(result.error for result in results)
    for said in [f"error: {error}" for error in filter(None, errors)]:
        err.remark(said)
    for warning in warnings:
        err.remark(f"warning: {warning}")
    if options["output_format"] != "text":
        _for_tools(results, options["output_format"], mode, stdin, out)
    elif mode is MODES["summary"]:
        from kfix.report.summary import summary

        out.text(summary(results, out.width))
        if options["why"]:
            _why(results, out)
    else:
        _for_people(results, options, mode, stdin, (out, err))
    if isinstance(out, File):
        out.close()


def _report_stream(results: Sequence[FileResult], options: dict[str, Any]) -> Output | File:
    """Return where the report goes; raise `Wrong` where it would overwrite a program."""
    path = options["output_file"]
    if path is None:
        return Output(options["color"], False)
    _check_report_file(path, results)
    return File(path)


def _check_report_file(path: str, results: Sequence[FileResult]) -> None:
    """Raise `Wrong` where the report would overwrite a program of the run."""
    real = os.path.realpath(path)
    for result in results:
        if any(os.path.realpath(name) == real for name in (result.path, *result.files)):
            raise Wrong(f"--output-file {path}: this is a program of the run, not overwritten")


class File:
    """A file in the place of standard output, replaced at once when it is complete."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._parts: list[str] = []

    @property
    def width(self) -> int:
        """How many columns a line may have."""
        from kfix.report import style

        return style.width(None)

    def text(self, text: str) -> None:
        """Keep a text for the file, without its colours."""
        self._parts.append(click.unstyle(text))

    diff = report = text

    def close(self) -> None:
        """Write the file; raise `Wrong` where it cannot be written."""
        beside = f"{self._path}.{os.getpid()}.tmp"
        try:
            with open(beside, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
                file.write("".join(self._parts))
            os.replace(beside, self._path)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise Wrong(f"{self._path}: cannot write the report: {why}") from None


def _for_tools(
    results: list[FileResult], name: str, mode: Mode, stdin: str | None, out: Output | File
) -> None:
    from kfix.report.formats import Run, render

    programs = (_code(result) for result in results if result.path == stdin)
    out.report(render(name, Run(results, mode.writes, mode.search, next(programs, None))))


def _for_people(
    results: list[FileResult],
    options: dict[str, Any],
    mode: Mode,
    stdin: str | None,
    streams: tuple[Output | File, Output],
) -> None:
    """Print the findings of each file and its diff; a filter prints the program alone to stdout."""
    from kfix.report import style
    from kfix.report.text import Look, Report
    from kfix.report.totals import last_line, statistics

    out, err = streams
    filtering = stdin is not None and mode in (MODES["fix"], MODES["dry-run"])
    diffs: Output | File = err
    aside: Output | File = err
    if not filtering:
        diffs = out
    if not filtering and mode is not MODES["dry-run"]:
        aside = out
    look = Look(aside.width, options["quiet"], mode.writes, options["show_layers"])
    report = Report(look)
    for result in results:
        if not options["interactive"]:
            aside.text(report.file(result))
        if filtering and result.path == stdin:
            click.echo(_code(result), nl=False)
        elif result.diff and result.changed and not _is_silent(options, mode):
            diffs.diff(result.diff)
    if options["why"]:
        _why(results, aside)
    if options["statistics"]:
        aside.text(statistics(results))
    if not options["quiet"]:
        said = last_line(results, mode.writes, mode.search)
        if mode.writes and any(map(_in_git, (name for one in results for name in one.files))):
            said += "; undo: git checkout -p"
        err.text("\n".join(style.wrapped(said, err.width, "  ")) + "\n")


def _in_git(path: str) -> bool:
    """Return whether a file is in a work tree of git; no git is started."""
    folder = os.path.dirname(os.path.abspath(path))
    while not os.path.exists(os.path.join(folder, ".git")):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return False
    return True


def _is_silent(options: dict[str, Any], mode: Mode) -> bool:
    """Return whether to omit the diff of a written file: a person asked for less, or saw it."""
    return mode.writes and bool(options["quiet"] or options["interactive"])


def _why(results: list[FileResult], out: Output | File) -> None:
    from kfix.report.why import reasons

    out.text(reasons(results, out.width))


def _code(result: FileResult) -> bytes:
    return result.files.get(result.path, result.data)
