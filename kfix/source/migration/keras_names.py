"""The modules of Keras and the names in them, as Keras 3 has them.

`keras_names.json` was asked of Keras itself, by `scripts/dump_names.py`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache

KERAS = "keras"
WITH_TF = "tensorflow.keras"

_ROOTS = {
    "tensorflow.contrib.keras.python.keras": WITH_TF,
    "tensorflow.contrib.keras.api.keras": WITH_TF,
    "tensorflow.contrib.keras": WITH_TF,
    "tensorflow_core.python.keras": WITH_TF,
    "tensorflow_core.keras": WITH_TF,
    "tensorflow.python.keras": WITH_TF,
    "tensorflow.keras": WITH_TF,
    "keras.api._v2.keras": KERAS,
    "keras.api._v1.keras": KERAS,
    "keras.api": KERAS,
    "keras": KERAS,
}
"""The paths that Keras has or had, the longest first, and the one that it has now."""

_ELSEWHERE = ("layers", "models", "utils")
"""Where a name is looked for that no module around its old one has: `keras.engine.topology.Layer`."""


class Path:
    """A dotted path into Keras: its `root` as written, the root that it has `now`, and what is behind it."""

    __slots__ = ("now", "rest", "root")

    def __init__(self, root: str, rest: str) -> None:
        self.root = root
        self.now = _ROOTS[root]
        self.rest = rest

    @property
    def kept(self) -> bool:
        """Is the root one that Keras has still?"""
        return self.root == self.now


def parse(path: str) -> Path | None:
    """The path, where it is one into Keras's public modules."""
    if not path.startswith(("keras", "tensorflow")):
        return None
    for root in _ROOTS:
        if path == root or path.startswith(root + "."):
            rest = path[len(root) + 1 :]
            return None if rest.partition(".")[0] in ("src", "_tf_keras") else Path(root, rest)
    return None


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    with open(
        os.path.join(os.path.dirname(__file__), "keras_names.json"), encoding="utf-8"
    ) as file:
        found: dict[str, dict[str, list[str]]] = json.load(file)
    return found


@cache
def _names(root: str, module: str) -> frozenset[str]:
    """The names in a living module; none for one that is not living."""
    found = set(_data()[KERAS].get(module, ()))
    if root == WITH_TF:
        found.update(_data()[WITH_TF].get(module, ()))
    return frozenset(found)


def is_module(path: Path) -> bool:
    """Is it a module that can be imported?"""
    if path.root == "tensorflow.python.keras":
        return path.rest in _data()["tensorflow.python.keras"]
    if not path.kept:
        return False
    return path.rest in _data()[KERAS] or (path.now == WITH_TF and path.rest in _data()[WITH_TF])


def has(path: Path, name: str) -> bool:
    """Can the name be imported from the module? Private ones are not known: they may."""
    if name.startswith("_") or name == "*":
        return is_module(path)
    if path.root == "tensorflow.python.keras":
        return is_module(path)
    return path.kept and name in _names(path.now, path.rest)


def home(path: Path, name: str) -> tuple[str, str] | None:
    """The module and the name there by which Keras 3 has what was `name` in the module at `path`."""
    around = list(_around(path.rest))
    for root in dict.fromkeys((path.now, WITH_TF)):
        for module in around:
            if name in _names(root, module):
                return _joined(root, module), name
    for module in _ELSEWHERE:
        if name in _names(path.now, module):
            return _joined(path.now, module), name
    for module in around:
        alike = [one for one in _names(path.now, module) if _flat(one) == _flat(name)]
        alike = [one for one in alike if one[0].islower() == name[0].islower()] or alike
        if len(alike) == 1:
            return _joined(path.now, module), alike[0]
    return None


def _joined(root: str, module: str) -> str:
    return f"{root}.{module}" if module else root


def _around(module: str) -> Iterator[str]:
    """The module and the packages around it; the root only where it is that."""
    yield module
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


def _flat(name: str) -> str:
    return name.replace("_", "").lower()
