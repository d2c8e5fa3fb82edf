"""Which Keras a project asks for, where its requirements say so: read only once an old name was found."""

from __future__ import annotations

import os

MOST_BYTES = 200_000
"""A file that is larger than this lists no requirements of a person."""

_NAMES = (
    "pyproject.toml",
    "environment.yml",
    "environment.yaml",
    "setup.py",
    "setup.cfg",
    "Pipfile",
)
_LIMITS = {"tensorflow": (2, 16), "keras": (3,)}
"""The first versions with Keras 3."""

_REQUIREMENT = (
    r"""(?im)^[^#\n]*?(?<![\w.-])(tensorflow|keras)(?:-(?:gpu|cpu|macos|intel))?(?![\w-])(?:\[[^\]\n]*\])?["']?\s*"""
    r"""((?:[\s,"'({]*(?:version\s*=\s*)?(?:=\s*["'{]\s*(?:version\s*=\s*["'])?)?(?:===|==|~=|<=|>=|!=|[<>=~^])?\s*"""
    r"""["']?\d+(?:\.(?:\d+|\*))*)+)"""
)
_BOUND = r"""(===|==|~=|<=|>=|!=|[<>~^=])?[\s"'{]*(\d+(?:\.(?:\d+|\*))*)"""


def pinned_to_keras_2(folders: list[str]) -> str:
    """What keeps a project at Keras 2, such as "tensorflow==2.10 in requirements.txt"; empty where nothing does.

    `folders` are those of the program and above it, the nearest first; the
    first one that speaks of a version of TensorFlow or Keras decides.
    """
    for folder in folders:
        for name in _files(folder):
            found = _pin(_text(os.path.join(folder, name)))
            if found is not None:
                return f"{found} in {name}" if found else ""
    return ""


def _files(folder: str) -> list[str]:
    try:
        names = sorted(os.listdir(folder or "."))
    except OSError:
        return []
    return [
        name
        for name in names
        if name in _NAMES or (name.startswith("requirements") and name.endswith((".txt", ".in")))
    ]


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read(MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def _pin(text: str) -> str | None:
    """The requirement that pins Keras below 3; empty if there are requirements that do not; `None` without any."""
    import re

    found: str | None = None
    for match in re.finditer(_REQUIREMENT, text):
        found = found or ""
        package = match[1].lower()
        uppers = [_upper(op, version) for op, version in re.findall(_BOUND, match[2])]
        known = [upper for upper in uppers if upper is not None]
        if known and min(known) <= _LIMITS[package]:
            bounds = ",".join(
                f"{op or '=='}{version}" for op, version in re.findall(_BOUND, match[2])
            )
            return f"{package}{bounds}"
    return found


def _upper(op: str, version: str) -> tuple[int, ...] | None:
    """The first version that a bound leaves out, or `None` where it leaves out none above it."""
    numbers = tuple(int(part) for part in version.split(".") if part != "*")
    if op in (">=", ">", "!="):
        return None
    if op == "<":
        return numbers
    if op == "^":
        numbers = numbers[:1]
    elif op == "~=" and len(numbers) > 1:
        numbers = numbers[:-1]
    elif op == "~":
        numbers = numbers[:2]
    return (*numbers[:-1], numbers[-1] + 1)
