"""`[tool.kfix]` of the nearest pyproject.toml."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kfix.engine.settings import ConfiguredTarget, Settings
from kfix.findings.codes import codes
from kfix.model.near import did_you_mean, with_hint
from kfix.model.record import replace
from kfix.model.target import parse_target
from kfix.project.files import FileTrouble, read_bytes
from kfix.project.ignore import patterns
from kfix.project.walk import walk

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

NAME = "pyproject.toml"
MOST_BYTES = 1_000_000
"""Bytes of a configuration; a larger file is not read as one."""

_GLOB = re.compile(r"[*?\[!]")
_LISTS = ("select", "ignore", "exclude")
KEYS = ("targets", "prefer", *_LISTS)


class Config:
    """What one pyproject.toml says. `folder` is where it is: patterns of files count from there.

    `targets` is a table of shapes by file, or by `file::model`; a file is a
    pattern as in .gitignore. `prefer` is "flatten" or "pool"; `select` and
    `ignore` are lists of codes or prefixes; `exclude` are patterns of files
    that are left out where a folder is given.
    """

    def __init__(self, folder: str, table: Mapping[str, Any]) -> None:
        self.folder = folder
        where = os.path.join(folder, NAME)
        unknown = next((key for key in table if key not in KEYS), None)
        if unknown is not None:
            near = did_you_mean(unknown, KEYS) or f"it has {', '.join(KEYS)}"
            raise FileTrouble(f"{where}: [tool.kfix] has no key {unknown!r}: {near}")
        for key in _LISTS:
            given = table.get(key, [])
            if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
                raise FileTrouble(f"{where}: {key} of [tool.kfix] is a list of strings")
        prefer = table.get("prefer")
        if prefer not in (None, "flatten", "pool"):
            raise FileTrouble(
                f"{where}: prefer of [tool.kfix] is 'flatten' or 'pool', not {prefer!r}"
            )
        self.prefer: str | None = prefer
        self.select = _codes(where, "select", table)
        self.ignore = _codes(where, "ignore", table)
        self.exclude: tuple[str, ...] = tuple(table.get("exclude", []))
        targets = table.get("targets", {})
        if not isinstance(targets, dict):
            raise FileTrouble(f"{where}: targets of [tool.kfix] is a table of shapes by file")
        self.targets: list[tuple[str, str | None, str]] = []
        for name, shape in targets.items():
            path, _, model = name.partition("::")
            self.targets.append((path, model or None, _shape(where, name, shape)))
        self._specs = {
            lines: _spec(where, lines)
            for lines in (self.exclude, *((one[0],) for one in self.targets))
            if lines
        }

    def settings(self, path: str, given: Settings) -> Settings:
        """Return the settings for a file; those of the command line take precedence."""
        wanted = tuple(
            ConfiguredTarget(model, shape, not _GLOB.search(name))
            for name, model, shape in self.targets
            if self._matches((name,), path)
        )
        return replace(
            given,
            prefer=given.prefer or self.prefer,
            select=given.select or self.select,
            ignore=given.ignore + self.ignore,
            configured=wanted,
        )

    def check_files(self) -> None:
        """Raise `FileTrouble` for a target of a file that there is not."""
        missing = [
            name
            for name, _, _ in self.targets
            if not os.path.exists(os.path.join(self.folder, name))
        ]
        if not missing:
            return
        files = list(walk(self.folder))
        for name in missing:
            if not any(self._matches((name,), file) for file in files):
                where = os.path.join(self.folder, NAME)
                said = f"{where}: targets of [tool.kfix]: no file {name!r}"
                known = [os.path.relpath(file, self.folder) for file in files]
                raise FileTrouble(with_hint(said, name, known))

    def excludes(self, path: str) -> bool:
        """Return whether a file of a folder is excluded."""
        return bool(self.exclude) and self._matches(self.exclude, path)

    def _matches(self, lines: tuple[str, ...], path: str) -> bool:
        relative = os.path.relpath(os.path.abspath(path), os.path.abspath(self.folder)).replace(
            os.sep, "/"
        )
        return self._specs[lines].match_file(relative)


def _codes(where: str, key: str, table: Mapping[str, Any]) -> tuple[str, ...]:
    try:
        return codes(table.get(key, ()))
    except ValueError as error:
        raise FileTrouble(f"{where}: {key} of [tool.kfix]: {error}") from None


def _spec(where: str, lines: tuple[str, ...]) -> GitIgnoreSpec:
    try:
        return patterns(lines)
    except ValueError as error:
        raise FileTrouble(f"{where}: {error}") from None


def _shape(where: str, name: str, given: object) -> str:
    """Return a target (a string, an integer or a list) as the command line takes it.

    Raise `FileTrouble` for an invalid one.
    """
    text = str(given)
    if isinstance(given, list):
        text = ",".join(map(str, given))
    try:
        parse_target(text)
    except ValueError as error:
        raise FileTrouble(f"{where}: the target of {name!r}: {error}") from None
    return text


class Configs:
    """The configurations of a run, each file of them read once."""

    def __init__(self) -> None:
        self._known: dict[str, Config | None] = {}

    def of(self, path: str) -> Config | None:
        """Return the configuration of the nearest pyproject.toml, `None` without such a file.

        Raise `FileTrouble` for one that cannot be read, or has invalid keys or values.
        """
        for folder in _above(path):
            if folder not in self._known:
                self._known[folder] = _load(folder)
            found = self._known[folder]
            if found is not None:
                return found
        return None


def _above(path: str) -> Iterator[str]:
    folder = os.path.dirname(os.path.abspath(path))
    while True:
        yield folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent


def _load(folder: str) -> Config | None:
    path = os.path.join(folder, NAME)
    if not os.path.isfile(path):
        return None
    data = read_bytes(path, MOST_BYTES)
    if b"tool.kfix" not in data and b"kfix" not in data:
        return Config(folder, {})
    import tomllib

    try:
        tool = tomllib.loads(data.decode()).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileTrouble(f"{path}: {error}") from None
    except ValueError as error:  # a number of more digits than Python reads
        raise FileTrouble(f"{path}: {error}") from None
    except RecursionError:
        raise FileTrouble(f"{path}: is too deeply nested") from None
    table = tool.get("kfix", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise FileTrouble(f"{path}: tool.kfix is not a table")
    config = Config(folder, table)
    config.check_files()
    return config
