"""The modules of Keras and the names in them, as Keras 3 has them.

`keras_names.json` was asked of Keras itself, by `scripts/dump_names.py`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Sequence
from functools import cache

from kfix.model.near import nearest_word

KERAS = "keras"
WITH_TF = "tensorflow.keras"
IN_TF = "tensorflow.python.keras"
"""What is under this root is TensorFlow's own business, but is there."""

_SOURCES = {KERAS: (KERAS,), WITH_TF: (KERAS, WITH_TF), IN_TF: (IN_TF,)}
"""The tables that hold for a root: under that of TensorFlow is all that Keras has, and more."""

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
"""Where a name is looked for that no module around its old one has.

One such name is `keras.engine.topology.Layer`.
"""


_SUCCESSORS = {
    ("utils.visualize_util", "plot"): ("utils", "plot_model"),
    ("utils.visualize_utils", "plot"): ("utils", "plot_model"),
    ("utils.vis_utils", "plot"): ("utils", "plot_model"),
    ("layers.merge", "_Merge"): ("src.layers.merging.base_merge", "Merge"),
    ("applications.imagenet_utils", "_obtain_input_shape"): (
        "src.applications.imagenet_utils",
        "obtain_input_shape",
    ),
    ("", "objectives"): ("", "losses"),
    ("layers", "Deconvolution2D"): ("layers", "Conv2DTranspose"),
}
"""By an old module and a name in it: the module and the name that it has now, kept by hand."""

_PRIVATE = ("src", "_tf_keras")
"""Modules of Keras that are its own business."""


class Path:
    """A dotted path into Keras.

    It has its `root` as written, the root that it has `now`, and the `rest` behind it.
    """

    __slots__ = ("now", "rest", "root")

    def __init__(self, root: str, rest: str) -> None:
        self.root = root
        self.now = _ROOTS[root]
        self.rest = rest

    @property
    def kept(self) -> bool:
        """Return whether the root is one that Keras has still."""
        return self.root == self.now


def parse(path: str) -> Path | None:
    """Return a path into Keras's public modules, `None` for any other."""
    root = next((root for root in _ROOTS if f"{path}.".startswith(f"{root}.")), None)
    if root is None:
        return None
    rest = path[len(root) + 1 :]
    if rest.partition(".")[0] in _PRIVATE:
        return None
    return Path(root, rest)


@cache
def _data() -> dict[str, dict[str, Sequence[str]]]:
    """Return the names in each module of Keras, by its roots."""
    path = os.path.join(os.path.dirname(__file__), "keras_names.json")
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    return {**data, IN_TF: dict.fromkeys(data[IN_TF], ())}


@cache
def _modules(root: str) -> dict[str, frozenset[str]]:
    """Return the names in each module under a root, nothing for a root that Keras had once."""
    found: dict[str, frozenset[str]] = {}
    for source in _SOURCES.get(root, ()):
        for module, names in _data()[source].items():
            found[module] = found.get(module, frozenset()).union(names)
    return found


def _names(root: str, module: str) -> frozenset[str]:
    """Return the names in a module that Keras has, none for another."""
    return _modules(root).get(module, frozenset())


def is_module(path: Path) -> bool:
    """Return whether it is a module that can be imported."""
    return path.rest in _modules(path.root)


def has(path: Path, name: str) -> bool:
    """Return whether a name can be imported from a module.

    A private one, of which nothing is known, may.
    """
    if has_successor(path, name):
        return False
    if name.startswith("_") or name == "*" or path.root == IN_TF:
        return is_module(path)
    return path.kept and name in _names(path.now, path.rest)


def lacks(path: str) -> bool:
    """Return whether Keras 3 lacks a function of `keras.ops`, a loss or a metric."""
    module, _, name = path.removeprefix("keras.").rpartition(".")
    known = _data()[KERAS].get(module) if path.startswith(_WITH_FUNCTIONS) else None
    is_class = name[:1].isupper() and not name.isupper()  # `MSE` is written like a function
    return known is not None and name not in known and not is_class


def nearest(path: str) -> str:
    """Return the nearest name that Keras 3 has in the module of a path, "" where none is near."""
    module, _, name = path.removeprefix("keras.").rpartition(".")
    return nearest_word(name, _data()[KERAS].get(module, ()))


def slip_of(path: str, text: str) -> str:
    """Return the name in the module of a path that this is surely a slip of, "" without one.

    Another name may be one of a newer Keras; so may any in a program that catches the error.
    """
    if "AttributeError" in text:
        return ""
    module, _, name = path.removeprefix("keras.").rpartition(".")
    known = sorted(_names(KERAS, module))
    return min(_alike(known, name), default="") or nearest_word(name, known, _SURE)


_SURE = 0.85
"""How much alike two names are of which one is a slip of the other."""

_WITH_FUNCTIONS = ("keras.ops.", "keras.losses.", "keras.metrics.")
"""Modules of functions that take tensors."""


def has_successor(path: Path, name: str) -> bool:
    """Return whether a name as a whole has another in its place."""
    return (path.rest, name) in _SUCCESSORS


def home(path: Path, name: str) -> tuple[str, str] | None:
    """Return the module and the name there by which Keras 3 has a name of an old module.

    Looked for around the old module first, then in a few others, then by another spelling.
    """
    if has_successor(path, name):
        module, now = _SUCCESSORS[path.rest, name]
        return _joined(KERAS if module.startswith("src") else path.now, module), now
    around = list(_around(path.rest))
    places = [(root, module) for root in dict.fromkeys((path.now, WITH_TF)) for module in around]
    places += [(path.now, module) for module in _ELSEWHERE]
    for root, module in places:
        if name in _names(root, module):
            return _joined(root, module), name
    for module in around:
        alike = _alike(_names(path.now, module), name)
        if len(alike) == 1:
            return _joined(path.now, module), alike[0]
    return None


def _alike(names: Collection[str], name: str) -> list[str]:
    """Return the names that differ in case and underscores alone.

    Where some are of the same kind (class or function), only those.
    """
    alike = [one for one in names if _flat(one) == _flat(name)]
    return [one for one in alike if one[0].islower() == name[0].islower()] or alike


def _joined(root: str, module: str) -> str:
    if module:
        return f"{root}.{module}"
    return root


def _around(module: str) -> Iterator[str]:
    """Yield the module and the packages around it; the root only where it is that."""
    yield module
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


def _flat(name: str) -> str:
    return name.replace("_", "").lower()
