"""Which interpreter `--verify` starts."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator

from kfix.verify.trouble import NoKeras

_ENDINGS = {"nt": ("", ".exe")}
"""What a command's file ends with, by the name of the system."""


def interpreter(given: str | None, checked: Callable[[str], bool]) -> str:
    """Return the absolute path of the interpreter that has Keras.

    `given` is what the command line says: an absolute path, or the name of a
    command, which is looked for on PATH. Without it, it is the interpreter
    that kfix itself runs in. `checked` says whether a file lies in a tree that
    is checked: no program from there is started. Raises `NoKeras`.
    """
    if given is None:
        if not sys.executable:
            raise NoKeras(
                "this Python does not know its own path: give --verify-python an absolute path"
            )
        return sys.executable
    if os.path.isabs(given):
        path = given
    elif _is_name(given):
        path = _on_path(given)
    else:
        raise NoKeras(
            f"--verify-python {given}: give an absolute path, or the name of a command on PATH"
        )
    if checked(path) and not _same_file(path, sys.executable):
        raise NoKeras(
            f"--verify-python {path}: lies in the tree that is checked; "
            "nothing from there is started"
        )
    return path


def _is_name(text: str) -> bool:
    """Return whether a text is a name without any folder."""
    return text not in (os.curdir, os.pardir) and re.fullmatch(r"[^/\\:]+", text) is not None


def _on_path(name: str) -> str:
    for path in _candidates(name):
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise NoKeras(f"--verify-python {name}: no such command on PATH")


def _candidates(name: str) -> Iterator[str]:
    """Yield where a command may be.

    Relative folders of PATH are left out, and so is the current folder, where
    Windows looks first: both may lie in the tree that is checked.
    """
    endings = _ENDINGS.get(os.name, ("",))
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        if os.path.isabs(folder):
            yield from (os.path.join(folder, name + ending) for ending in endings)


def _same_file(path: str, other: str) -> bool:
    return bool(other) and os.path.abspath(path) == os.path.abspath(other)
