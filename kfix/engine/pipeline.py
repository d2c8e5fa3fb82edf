"""The pipeline: read, trace, search, rewrite, and prove by reading and tracing again."""

from __future__ import annotations

import os

from kfix.engine.results import FileResult
from kfix.engine.settings import Cancelled, Misuse, Settings
from kfix.model.site import Place
from kfix.project.files import FileTrouble
from kfix.project.project import Project
from kfix.source.syntax.errors import SourceError
from kfix.source.syntax.fast_libcst import import_libcst
from kfix.source.syntax.guard import imported, mentions_keras, uses_a_model

__all__ = ["Cancelled", "Misuse", "Project", "Settings", "run_file"]

_MOST_IMPORTED = 30
"""Imported modules that are searched for Keras, for a program that does not mention it itself."""

CRASH = "a fault of kfix itself"


def run_file(project: Project, path: str, settings: Settings) -> FileResult:
    """Do all that the settings ask for with one file; nothing is written to disk."""
    result = FileResult(path)
    try:
        result.data = project.data(path)
        _check_encoding(result.data)
        if not (mentions_keras(result.data) or _imports_keras(project, path, result.data)):
            if settings.named and settings.chooses:
                raise Misuse("no Keras model here: Keras is not mentioned")
            return result
        _run(project, path, settings, result)
    except Cancelled:
        raise
    except (FileTrouble, Misuse) as trouble:
        result.error = str(trouble)
        if not result.error.startswith(path):
            result.error = f"{path}: {trouble}"
    except SourceError as error:
        result.error = f"{path}: {error}"
        if error.line is not None:
            result.error = f"{path}:{error}"
            column = error.column or 1
            result.error_place = Place(path, error.cell, error.line, column, error.line, column)
    except RecursionError:
        result.error = f"{path}: too deeply nested"
    except Exception as bug:
        if os.environ.get("KFIX_DEBUG"):
            raise
        # One file must not cost a run its other files.
        result.error = f"{path}: {CRASH} ({type(bug).__name__}: {bug}); KFIX_DEBUG=1 shows where"
    finally:
        project.release()
    return result


def _run(project: Project, path: str, settings: Settings, result: FileResult) -> None:
    """Fill in the result of a file that mentions Keras.

    Only here libcst and the interpreter are imported: a file without Keras needs neither.
    """
    import_libcst()  # before any module imports it as it is
    if settings.error_text is not None:
        from kfix.engine.evidence import run_with_error

        run_with_error(project, path, settings, result)
        return
    if path.endswith(".ipynb"):
        from kfix.engine.stored_error import stored_error

        stored = stored_error(path, result.data)
        if stored is not None:
            from kfix.engine.evidence import run_with_output

            run_with_output(project, path, settings, result, stored)
            return
    from kfix.engine.file_run import FileRun

    FileRun(project, path, settings, result).run()


def _check_encoding(data: bytes) -> None:
    """Raise `SourceError` for UTF-16 and UTF-32, which Python does not run.

    Their letters have zero bytes between them, with a byte order mark or without one.
    """
    if b"k\0e\0r\0a\0s" in data or b"k\0\0\0e\0\0\0r\0\0\0a\0\0\0s" in data:
        raise SourceError("UTF-16 or UTF-32 text: Python and Jupyter take UTF-8", 1, 1)


def _imports_keras(project: Project, path: str, data: bytes) -> bool:
    """Return whether a program imports a module of its project that mentions Keras.

    `from nets import build; build().fit(x)` is a Keras program.
    """
    if not uses_a_model(data):
        return False
    waiting, seen = [(path, data)], {path}
    while waiting and len(seen) <= _MOST_IMPORTED:
        importer, text = waiting.pop()
        for name, level in imported(text):
            module = project.locate(importer, name, level)
            if module is None or module in seen:
                continue
            seen.add(module)
            try:
                found = project.data(module)
            except FileTrouble:
                continue
            if mentions_keras(found):
                return True
            waiting.append((module, found))
    return False
