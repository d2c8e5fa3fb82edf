"""Which Keras the requirements of a project pin; read only once an old name was found."""

from __future__ import annotations

import os

from kfix.project.files import FileTrouble, read_bytes

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

_MOST_LINE, _MOST_BOUNDS = 10_000, 200
"""Characters of a line that are looked at, and of the bounds behind a name."""

_PACKAGE = (
    r"""(?i)(?<![\w.-])(tensorflow|keras)(?:-(?:gpu|cpu|macos|intel))?(?![\w-])"""
    r"""(?:\[[^\]]{0,80}\])?["']?"""
)
_BOUNDS = (
    r""" ?((?:[ ,"'({]*+(?:version ?= ?)?(?:= ?["'{] ?(?:version ?= ?["'])?)?"""
    r"""(?:===|==|~=|<=|>=|!=|[<>=~^])? ?"""
    r"""["']?\d++(?:\.(?:\d++|\*))*+)+)"""
)
_BOUND = r"""(===|==|~=|<=|>=|!=|[<>~^=])?[ "'{]*+(\d++(?:\.(?:\d++|\*))*+)"""

_MOST_DIGITS = 9
"""Digits of one part of a version that count: those of no version are more."""


def pinned_to_keras_2(folders: list[str]) -> str:
    """Return what pins a project to Keras 2, such as "tensorflow==2.10 in requirements.txt", or "".

    `folders` are those of the program and above it, the nearest first; the
    first one that speaks of a version of TensorFlow or Keras decides.
    """
    for folder in folders:
        for name in _files(folder):
            found = _pin(_text(os.path.join(folder, name)))
            if found:
                return f"{found} in {name}"
            if found is not None:
                return ""
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
        return read_bytes(path, MOST_BYTES).decode("utf-8", "replace")
    except FileTrouble:
        return ""


def _pin(text: str) -> str | None:
    """Return the requirement that pins Keras below 3, "" if none does, `None` without any."""
    found: str | None = None
    for line in text.splitlines():
        package, bounds = _requirement(line)
        if not package:
            continue
        found = found or ""
        uppers = [_upper(op, version) for op, version in bounds]
        known = [upper for upper in uppers if upper is not None]
        if known and min(known) <= _LIMITS[package]:
            return package + ",".join(f"{op or '=='}{version}" for op, version in bounds)
    return found


def _requirement(line: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the first package of a line with bounds, and their operators and versions; else ""."""
    import re

    # Single spaces, so that no two parts of a pattern can share a run of them in many ways.
    line = " ".join(line[:_MOST_LINE].partition("#")[0].split())
    for match in re.finditer(_PACKAGE, line):
        bounds = re.match(_BOUNDS, line[match.end() : match.end() + _MOST_BOUNDS])
        if bounds is not None:
            return match[1].lower(), re.findall(_BOUND, bounds[1])
    return "", []


def _upper(op: str, version: str) -> tuple[int, ...] | None:
    """Return the first version above a bound that it excludes, or `None`."""
    numbers = tuple(int(part[:_MOST_DIGITS]) for part in version.split(".") if part != "*")
    if op in (">=", ">", "!="):
        return None
    if op == "<":
        return numbers
    # The part that may not grow: of `^2.10` the first, of `~2.10.1` the second.
    fixed = {"^": numbers[:1], "~": numbers[:2], "~=": numbers[:-1]}.get(op, numbers) or numbers
    return (*fixed[:-1], fixed[-1] + 1)
