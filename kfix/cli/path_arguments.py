"""Which files the PATHs of a command stand for, and which model of each."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import click

from kfix.engine.pyproject import Configs
from kfix.engine.results import FileResult
from kfix.engine.settings import Settings
from kfix.model.record import replace
from kfix.project.files import FileTrouble
from kfix.project.walk import walk
from kfix.report.style import visible

STDIN = "-"

_NUMBER = "[0-9]{1,9}"
_IN_NOTEBOOK = re.compile(
    rf"(?P<path>.+\.ipynb):(?:cell )?(?P<cell>{_NUMBER})(?::(?P<line>{_NUMBER}))?(?::{_NUMBER})?",
    re.DOTALL,
)
_IN_FILE = re.compile(rf"(?P<path>.+?):(?P<line>{_NUMBER})(?::{_NUMBER})?", re.DOTALL)
"""A place as kfix prints it: the column says nothing more of which model is meant."""


Request = FileResult | tuple[str, Settings]
"""A file with the settings for it; in place of one that cannot be read, its result."""


def once(expanded: Iterator[Request]) -> Iterator[Request]:
    """Yield each file once, unless another model of it is chosen."""
    seen: set[tuple[object, ...]] = set()
    for asked in expanded:
        if isinstance(asked, FileResult):
            yield asked
            continue
        path, settings = asked
        key = (
            path if path == STDIN else os.path.realpath(path),
            settings.model,
            settings.cell,
            settings.line,
        )
        if key not in seen:
            seen.add(key)
            yield path, settings


def expand(paths: tuple[str, ...], settings: Settings, configs: Configs) -> Iterator[Request]:
    """Yield the files of the arguments, each with the model that its argument chooses."""
    for argument in paths:
        path, model, cell, line = split_path(argument)
        here = replace(settings, model=model or settings.model, cell=cell, line=line)
        if path == STDIN:
            yield path, here
        elif os.path.isdir(path):
            empty = True
            unread: list[FileTrouble] = []
            for found in walk(path, unread.append):
                empty = False
                yield from _taken(unread)
                if not _excluded(configs, found):
                    yield found, replace(here, named=False)
            yield from _taken(unread)
            if empty:
                click.echo(visible(f"{path}: no Python files here"), err=True)
        elif not os.path.exists(path):
            yield FileResult(path, error=f"{path}: no such file or folder")
        else:
            yield path, here


def _taken(unread: list[FileTrouble]) -> Iterator[FileResult]:
    """Yield a result for each folder that could not be read, and forget it."""
    for trouble in unread:
        yield FileResult(str(trouble).partition(": ")[0], error=str(trouble))
    unread.clear()


def _excluded(configs: Configs, path: str) -> bool:
    try:
        config = configs.of(path)
    except FileTrouble:
        return False  # said where the file is read
    return config is not None and config.excludes(path)


def split_path(argument: str) -> tuple[str, str | None, int | None, int | None]:
    """Return a path and the name, or the 0-based cell and the line, that choose a model.

    An existing path is taken as it is. Else `PATH::NAME`, `PATH:LINE` and
    `PATH:LINE:COLUMN`, in a notebook `PATH:CELL`, `PATH:CELL:LINE` and
    `PATH:cell CELL:LINE:COLUMN` as kfix prints it, are taken apart. Cells count from 1 there.
    """
    if os.path.exists(argument):
        return argument, None, None, None
    path, colons, name = argument.rpartition("::")
    if colons and path:
        return path, name, None, None
    found = _IN_NOTEBOOK.fullmatch(argument)
    if found is not None:
        cell, line = found["cell"], found["line"]
        return found["path"], None, max(0, int(cell) - 1), int(line) if line else None
    found = _IN_FILE.fullmatch(argument)
    if found is not None:
        return found["path"], None, None, int(found["line"])
    return argument, None, None, None
