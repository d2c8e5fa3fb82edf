"""The tables of the library: functions by dotted name, methods and attributes by kind of object and name.

A module of this package registers its functions when it is imported, and is
imported when a name with its head (`numpy` in `numpy.zeros`) is first asked
for; a head without a module of its own is looked for in `stdlib`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from os import listdir
from os.path import dirname
from typing import Any

from kfix.model.graph import Array, Symbol
from kfix.source.interpreter.containers import Const, DictV, FileV, ListV, RangeV, Value
from kfix.source.interpreter.partial_values import FrameV
from kfix.source.interpreter.values import (
    InstanceV,
    LayerV,
    MethodV,
    ModelV,
    Native,
    ObjectV,
    SequentialV,
    TensorV,
)

FUNCTIONS: dict[str, Native] = {}
METHODS: dict[str, Native] = {}
CONSTANTS: dict[str, Value] = {}
ATTRIBUTES: dict[str, Callable[..., Value]] = {}

_HERE = frozenset(name[:-3] for name in listdir(dirname(__file__)) if name.endswith(".py"))
_loaded: set[str] = set()


def function(*paths: str) -> Callable[[Native], Native]:
    """Registers what calling these dotted names means; the function takes a `Call`."""

    def register(native: Native) -> Native:
        for path in paths:
            FUNCTIONS[path] = native
        return native

    return register


def method(*names: str) -> Callable[[Native], Native]:
    """Registers a method, as "list.append"; its `Call` carries the receiver."""

    def register(native: Native) -> Native:
        for name in names:
            METHODS[name] = native
        return native

    return register


def attribute(*names: str) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Registers an attribute, as "tensor.shape"; the function takes the interpreter, the receiver, node and frame."""

    def register(native: Callable[..., Value]) -> Callable[..., Value]:
        for name in names:
            ATTRIBUTES[name] = native
        return native

    return register


def _load(head: str) -> None:
    if head not in _HERE:
        head = "stdlib"
    if head not in _loaded:
        _loaded.add(head)
        import_module(f"kfix.source.library.{head}")


_ARRAYS = ("tf.", "keras.ops.", "keras.random.")
"""Where functions live that make arrays as those of NumPy do, and are told beside them."""


_WRAPPERS = "keras.wrappers."
"""Where Keras has what SciKeras has, and is told beside it."""


def function_of(path: str) -> Native | None:
    """What calling this dotted name means, if the library knows."""
    _load(path.partition(".")[0])
    if path.startswith(_ARRAYS):
        _load("numpy")
    elif path.startswith(_WRAPPERS):
        _load("scikeras")
    return FUNCTIONS.get(path)


def constant_of(path: str) -> Value:
    """The value behind this dotted name, or None: `math.pi`."""
    _load(path.partition(".")[0])
    return CONSTANTS.get(path)


def is_known(path: str) -> bool:
    """Does the library have a function of this dotted name?"""
    return function_of(path) is not None


def table_of(value: Value) -> str:
    """The kind of object under which methods of a value are registered, "" for none."""
    if isinstance(value, Const):
        return type(value.value).__name__
    if isinstance(value, ListV):
        return value.kind
    if isinstance(value, DictV):
        return "dict"
    if isinstance(value, SequentialV | ModelV):
        return "model"
    if isinstance(value, ObjectV):
        return value.kind
    if isinstance(value, InstanceV):
        return "model" if value.model is not None else "layer" if value.layer is not None else ""
    for kind, name in _KINDS:
        if isinstance(value, kind):
            return name
    return ""


_KINDS: tuple[tuple[Any, str], ...] = (
    (FileV, "file"),
    (FrameV, "frame"),
    (Array, "array"),
    (TensorV, "tensor"),
    (LayerV, "layer"),
    (RangeV, "range"),
    (Symbol, "symbol"),
)


_HOMES = {
    "model": ("keras",),
    "tensor": ("keras",),
    "layer": ("keras",),
    "array": ("numpy",),
    "frame": ("numpy", "pandas"),
    "image": ("PIL",),
    "cv2_film": ("cv2",),
}
"""The modules that have the methods of a kind of object; what an array has, a frame has too."""


def _home(table: str) -> None:
    """Import the modules that have the methods of a kind of object."""
    for head in _HOMES.get(table, ("python",)):
        _load(head)


def method_of(value: Value, name: str) -> Native | None:
    """The method of a value, if the library knows it."""
    table = table_of(value)
    if not table:
        return None
    _home(table)
    return METHODS.get(f"{table}.{name}")


def bound_method(value: Value, name: str) -> MethodV | None:
    """The method together with its receiver."""
    return MethodV(table_of(value), name, value) if method_of(value, name) is not None else None


def attribute_of(value: Value, name: str) -> Callable[..., Value] | None:
    """The attribute of a value, if the library knows it."""
    table = table_of(value)
    if not table:
        return None
    _home(table)
    return ATTRIBUTES.get(f"{table}.{name}")
