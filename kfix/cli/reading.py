"""Read the files that the PATHs of a command stand for."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

from kfix.cli.errors import Wrong
from kfix.cli.path_arguments import STDIN, expand, once
from kfix.cli.progress import Progress
from kfix.engine.folder_run import Task, jobs_for, run_all
from kfix.engine.pyproject import Configs
from kfix.engine.results import FileResult
from kfix.engine.session import Session
from kfix.engine.settings import Settings
from kfix.project.boundary import Boundary
from kfix.project.files import FileTrouble


def read_all(
    paths: tuple[str, ...], options: dict[str, Any], settings: Settings, boundary: Boundary
) -> tuple[list[FileResult], str | None]:
    """Return the result of each file, and the path that standard input goes by, if it was read."""
    session = Session(boundary=boundary)
    stdin = None
    if STDIN in paths:
        stdin = options["stdin_filename"] or "<stdin>"
        if sys.stdin is None:
            raise Wrong("standard input is closed")
        session.put(stdin, sys.stdin.buffer.read())
    results: list[FileResult] = []
    files = _tasks(paths, settings, stdin)
    tasks = [task for task in files if isinstance(task, Task)]
    progress = Progress(any(map(os.path.isdir, paths)) and not options["interactive"])
    if len(tasks) > 1 and stdin is None and _may_cache(options):
        from kfix.engine.cache import open_cache

        whole = options["summary"] or options["output_format"] != "text"
        session.cache = open_cache(boundary, whole)
    jobs = options["jobs"] or jobs_for(len(tasks))
    with contextlib.closing(run_all(session, tasks, jobs)) as done:
        for file in files:
            results.append(next(done) if isinstance(file, Task) else file)
            progress.update(results)
    progress.end()
    return results, stdin


def _may_cache(options: dict[str, Any]) -> bool:
    """Return whether results may come from earlier runs, and are kept for later ones."""
    without = ("no_cache", "interactive", "verify")
    return not (any(options[name] for name in without) or os.environ.get("KFIX_DEBUG"))


def _tasks(
    paths: tuple[str, ...], settings: Settings, stdin: str | None
) -> list[Task | FileResult]:
    """Return what to do with each file; in place of one that cannot be read, its result."""
    files: list[Task | FileResult] = []
    configs = Configs()
    for file in once(expand(paths, settings, configs)):
        if isinstance(file, FileResult):
            files.append(file)
            continue
        path, settings_here = file
        if path == STDIN and stdin is not None:
            path = stdin
        try:
            config = configs.of(path)
        except FileTrouble as trouble:
            files.append(FileResult(path, error=str(trouble)))
            continue
        if config is not None:
            settings_here = config.settings(path, settings_here)
        files.append(Task(path, settings_here, {}))
    return files
