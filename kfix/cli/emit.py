"""What a run prints, and where: the report of a format, the text for people, the fixed program of a filter."""

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
    path, err = options["output_file"], Output(options["color"], True)
    if path is not None:
        _check_report_file(path, results)
    out: Output | File = Output(options["color"], False) if path is None else File(path)
    for error in dict.fromkeys(result.error for result in results):
        if error is not None:
            err.text(f"error: {error}\n")
    for warning in warnings:
        err.text(f"warning: {warning}\n")
    if options["output_format"] != "text":
        _for_tools(results, options["output_format"], mode, stdin, out)
    elif mode is MODES["summary"]:
        from kfix.report.summary import summary

        out.text(summary(results))
        if options["why"]:
            _why(results, out)
    else:
        _for_people(results, options, mode, stdin, out, err)
    if isinstance(out, File):
        out.close()


def _check_report_file(path: str, results: Sequence[FileResult]) -> None:
    """Raise `Wrong` where the report would overwrite a program of the run."""
    real = os.path.realpath(path)
    for result in results:
        if any(os.path.realpath(name) == real for name in (result.path, *result.files)):
            raise Wrong(f"--output-file {path}: this is a program of the run, not overwritten")


class File:
    """A file in the place of standard output, written all at once: an old one stays until the new one is whole."""

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
        """Write the file; raises `Wrong` where it cannot be written."""
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

    fixed = [_code(result) for result in results if result.path == stdin] if stdin else []
    out.report(render(name, Run(results, mode.writes, fixed[0] if fixed else None)))


def _for_people(
    results: list[FileResult],
    options: dict[str, Any],
    mode: Mode,
    stdin: str | None,
    out: Output | File,
    err: Output | File,
) -> None:
    """The findings of each file and its diff; of a filter the program is on standard output, alone."""
    from kfix.report import style
    from kfix.report.text import Look, Report
    from kfix.report.totals import last_line, statistics

    filtering = stdin is not None and mode in (MODES["fix"], MODES["dry-run"])
    aside = err if filtering or mode is MODES["dry-run"] else out
    look = Look(aside.width, options["quiet"], mode.writes, options["show_layers"])
    report = Report(look)
    for result in results:
        if not options["interactive"]:
            aside.text(report.file(result))
        if filtering and result.path == stdin:
            click.echo(_code(result), nl=False)
        elif result.diff and result.changed and not _is_silent(options, mode):
            (err if filtering else out).diff(result.diff)
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
    """Whether the diff of a written file is left out: a person asked for less, or has seen it."""
    return mode.writes and bool(options["quiet"] or options["interactive"])


def _why(results: list[FileResult], out: Output | File) -> None:
    from kfix.report.why import reasons

    out.text(reasons(results))


def _code(result: FileResult) -> bytes:
    return result.files.get(result.path, result.data)
