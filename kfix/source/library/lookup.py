"""The tables of the library: functions by dotted name, methods and attributes by kind and name.

A module of this package registers its functions when it is imported, and is imported when a
name with its head (`numpy` in `numpy.zeros`) is first asked for; a head without a module of its
own is looked for in `stdlib`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from os import listdir
from os.path import dirname
from typing import TYPE_CHECKING, Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Symbol
from kfix.source.interpreter.bound_values import MethodV
from kfix.source.interpreter.containers import Const, DictV, FileV, ListV, RangeV
from kfix.source.interpreter.partial_values import FrameV
from kfix.source.interpreter.values import InstanceV, LayerV, ModelV, ObjectV, SequentialV, TensorV

if TYPE_CHECKING:
    from kfix.source.interpreter.calls import Call
    from kfix.source.interpreter.context import Context

    Function = Callable[[Call], AbstractValue]
    Attribute = Callable[[Context, AbstractValue], AbstractValue]
    Iteration = Callable[[Any], AbstractValue]

FUNCTIONS: dict[str, Function] = {}
METHODS: dict[str, Function] = {}
ATTRIBUTES: dict[str, Attribute] = {}
ITERATIONS: dict[str, Iteration] = {}
CONSTANTS: dict[str, AbstractValue] = {}

_HERE = frozenset(name[:-3] for name in listdir(dirname(__file__)) if name.endswith(".py"))
_loaded: set[str] = set()


def _load(head: str) -> None:
    if head not in _HERE:
        head = "stdlib"
    if head not in _loaded:
        _loaded.add(head)
        import_module(f"kfix.source.library.{head}")


_ARRAYS = ("tf.", "keras.ops.", "keras.random.")
"""Where functions live that make arrays as those of NumPy do, and are declared beside them."""


_WRAPPERS = "keras.wrappers."
"""Where Keras has what SciKeras has; both are declared together."""


def function_of(path: str) -> Function | None:
    """Return the function of this dotted name, if the library knows it."""
    _load(path.partition(".")[0])
    if path.startswith(_ARRAYS):
        _load("numpy")
    elif path.startswith(_WRAPPERS):
        _load("scikeras")
    return FUNCTIONS.get(path)


def constant_of(path: str) -> AbstractValue | None:
    """Return the value behind this dotted name (`math.pi`), or `None`."""
    _load(path.partition(".")[0])
    return CONSTANTS.get(path)


def is_known(path: str) -> bool:
    """Return whether the library has a function of this dotted name."""
    return function_of(path) is not None


def table_of(value: AbstractValue) -> str:
    """Return the kind of object under which methods of a value are registered, "" for none."""
    if isinstance(value, Const):
        return type(value.value).__name__
    if isinstance(value, ListV | ObjectV):
        return value.kind
    if isinstance(value, InstanceV):
        return _table_of_instance(value)
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "")


def _table_of_instance(value: InstanceV) -> str:
    if value.model is not None:
        return "model"
    if value.layer is None:
        return ""
    return "layer"


_KINDS: tuple[tuple[Any, str], ...] = (
    (DictV, "dict"),
    (SequentialV, "model"),
    (ModelV, "model"),
    (FileV, "file"),
    (FrameV, "frame"),
    (Array, "array"),
    (TensorV, "tensor"),
    (LayerV, "layer"),
    (RangeV, "range"),
    (Symbol, "symbol"),
)


_HOMES: dict[str, tuple[str, ...]] = {
    "": (),
    "model": ("keras",),
    "tensor": ("keras",),
    "layer": ("keras",),
    "logs": ("keras",),
    "history": ("keras",),
    "results": ("keras",),
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


def method_of(value: AbstractValue, name: str) -> Function | None:
    """Return the method of a value, if the library knows it."""
    table = table_of(value)
    _home(table)
    return METHODS.get(f"{table}.{name}")


def bound_method(value: AbstractValue, name: str) -> MethodV | None:
    """Return the method together with its receiver, if the library knows it."""
    if method_of(value, name) is None:
        return None
    return MethodV(table_of(value), name, value)


def iteration_of(value: AbstractValue) -> Iteration | None:
    """Return the function that makes one element of a value whose length is not known."""
    table = table_of(value)
    _home(table)
    return ITERATIONS.get(table)


def attribute_of(value: AbstractValue, name: str) -> Attribute | None:
    """Return the attribute of a value, if the library knows it."""
    table = table_of(value)
    _home(table)
    return ATTRIBUTES.get(f"{table}.{name}")
