"""Evaluate expressions of library calls: with kfix, and with the real library."""

from __future__ import annotations

import importlib
import random
import re
from collections.abc import Callable
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.shapes import Tracer
from kfix.source import reader as _reader  # noqa: F401  (registers what expressions are worth)
from kfix.source.interpreter.containers import Const, ListV
from kfix.source.interpreter.conversion import is_plain, plain
from kfix.source.interpreter.interpreter import Frame, Interpreter
from kfix.source.interpreter.state import Scope
from kfix.source.syntax.document import Document


def value_of(expression: str, setup: str = "") -> AbstractValue:
    """Return what kfix makes of an expression; its modules are imported before."""
    modules = sorted(modules_of(expression))
    lines = [*(f"import {name}" for name in modules), setup, f"result = {expression}", ""]
    document = Document.load("m.py", "\n".join(lines).encode())
    scope = Scope()
    unit = document.units[0]
    Interpreter(Tracer()).run(unit.module.body, Frame(unit, scope))
    return scope.names["result"]


_MODULES = re.compile(
    r"\b((?:numpy|scipy|sklearn|pandas|PIL|skimage|keras|tensorflow|math)(?:\.[a-z_]\w*)*)\."
)


def modules_of(expression: str) -> set[str]:
    """Return the modules that the dotted names of an expression are in."""
    found = set()
    for name in _MODULES.findall(expression):
        while True:
            try:
                importlib.import_module(name)
                break
            except ImportError:
                name = name.rpartition(".")[0]
        found.add(name)
    return found


def real_value(expression: str) -> Any:
    """Return what the real library makes of an expression."""
    names: dict[str, Any] = {}
    for name in modules_of(expression):
        importlib.import_module(name)
        head = name.partition(".")[0]
        names[head] = importlib.import_module(head)
    return eval(expression, names)


# --- random arguments ---------------------------------------------------------------------


def drawn(case: str, seed: int) -> str:
    """Return a case with random arguments in place of {n}, {shape}, {vector}, {matrix} …"""
    source = random.Random(f"{case} {seed}")
    return re.sub(r"\{(\w+)\}", lambda match: _DRAWS[match[1]](source), case)


def _shape(source: random.Random) -> str:
    dims = [source.randint(0, 5) for _ in range(source.randint(0, 3))]
    written = f"({', '.join(map(str, dims))}{',' * (len(dims) == 1)})"
    return source.choice([written, str(list(dims)), str(source.randint(0, 5))])


def _dtype(source: random.Random) -> str:
    return source.choice(["'float32'", "'float64'", "'int32'"])


_DRAWS: dict[str, Callable[[random.Random], str]] = {
    "n": lambda source: str(source.randint(1, 6)),
    "shape": _shape,
    "vector": lambda source: f"numpy.ones({source.randint(1, 6)}, {_dtype(source)})",
    "matrix": lambda source: (
        f"numpy.ones(({source.randint(3, 9)}, {source.randint(3, 9)}), {_dtype(source)})"
    ),
    # Of float64: scikit-learn keeps float32, where the rows say float64.
    "table": lambda source: f"numpy.ones(({source.randint(3, 9)}, {source.randint(3, 9)}))",
    "image": lambda source: f"numpy.ones(({source.randint(3, 9)}, {source.randint(3, 9)}, 3))",
    "dtype": lambda source: _dtype(source),
}


# --- comparing ----------------------------------------------------------------------------


def assert_same(found: AbstractValue, real: Any) -> None:
    """Assert that kfix knows the shapes and dtypes of a real value, all of them."""
    if isinstance(found, ListV):
        assert found.unknown is None
        assert len(found.items) == len(real)
        for one, other in zip(found.items, real, strict=True):
            assert_same(one, other)
    elif isinstance(found, Array):
        assert not isinstance(found.shape, Unknown), found.shape
        assert found.shape == tuple(real.shape)
        if found.dtype is not None:
            assert found.dtype == dtype_name(real.dtype)
    elif is_plain(found):
        assert plain(found) == real
    else:
        assert isinstance(found, Const), found


def dtype_name(dtype: Any) -> str:
    """Return NumPy's name of a dtype of NumPy, TensorFlow or Keras."""
    return str(getattr(dtype, "name", dtype))
