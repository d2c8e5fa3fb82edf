"""The table of operations: where each is found by its dotted name, and how its arguments are bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from kfix.findings.axis_out_of_range import AxisOutOfRange
from kfix.findings.bad_argument import BadArgument
from kfix.findings.data import Rank
from kfix.findings.missing_argument import MissingArgument
from kfix.model.graph import Array, Layer, Shape, Shapes, Symbol
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.formatting import show

HOMES = (
    ("operator.", "python"),
    ("keras.layers.", "layers"),
    ("keras.backend.", "backend"),
    ("keras.ops.", "keras"),
    ("keras.random.", "keras"),
    ("keras.activations.", "keras"),
    ("keras.utils.", "keras"),
    ("keras.applications.", "applications"),
    ("tensorflow.", "tf"),
    ("tf.", "tf"),
    ("numpy.", "numpy"),
)
"""Where operations live, and the library whose order of arguments counts there."""

_FLAT = (
    "math.",
    "nn.",
    "numpy.",
    "linalg.",
    "core.",
    "compat.v1.",
    "experimental.numpy.",
    "ops.",
    "fft.",
)
"""Parts of a path that make no difference; `random.` and `image.` do."""

SYNONYMS = {
    "a": "x", "input": "x", "input_tensor": "x", "inputs": "x", "value": "x", "tensor": "x", "array": "x",
    "arr": "x", "images": "x", "image": "x", "object": "x", "params": "x", "x1": "x", "logits": "x", "features": "x",
    "ary": "x", "m": "x", "x2": "y", "b": "y", "values": "xs", "arrays": "xs", "tensors": "xs", "tup": "xs",
    "dims": "shape", "newshape": "shape", "perm": "axes", "pattern": "axes", "reps": "repeats", "multiples": "repeats",
    "rep": "repeats", "paddings": "pad_width", "ids": "indices", "keep_dims": "keepdims", "dim": "axis",
    "num_or_size_splits": "sections", "indices_or_sections": "sections", "num_classes": "depth",
    "ksize": "pool_size", "filters": "kernel", "dilations": "dilation_rate",
    "reduction_indices": "axis", "size_splits": "sections", "size": "pool_size", "sizes": "pool_size",
    "rates": "dilation_rate",
}  # fmt: skip
"""What arguments are called elsewhere. A name that the operation itself has in that library goes first."""


class Operation(NamedTuple):
    """A rule, and by library the names of its parameters in order, each with its default (`...` for none)."""

    rule: Callable[[Call], Shapes]
    parameters: dict[str, tuple[tuple[str, object], ...]]


_TABLE: dict[str, Operation] = {}
_DEFAULTS: dict[str, object] = {"None": None, "True": True, "False": False}

Rule = Callable[["Call"], Shapes]


def _parse(text: str) -> tuple[tuple[str, object], ...]:
    found: list[tuple[str, object]] = []
    for word in text.split():
        name, equals, default = word.partition("=")
        value: object = ...
        if equals:
            value = _DEFAULTS[default] if default in _DEFAULTS else _number(default)
        found.append((name, value))
    return tuple(found)


def _number(text: str) -> object:
    return int(text) if text.lstrip("-").isdigit() else text


def operation(names: str, parameters: str, **others: str) -> Callable[[Rule], Rule]:
    """Declares a rule for these names.

    A name may be preceded by "library:" where it means this in one library
    alone. `parameters` are the names in Keras's order with their defaults
    ("x axis=None"); `others` those of the other libraries, where they differ.
    """
    given = {"": _parse(parameters), **{library: _parse(text) for library, text in others.items()}}

    def declare(rule: Rule) -> Rule:
        made = Operation(rule, given)
        for name in names.split():
            if name in _TABLE:
                raise AssertionError(f"two rules for {name}")
            _TABLE[name] = made
        return rule

    return declare


@cache
def _load() -> None:
    for name in (
        "elementwise",
        "reductions",
        "rearrange",
        "joining",
        "indexing",
        "products",
        "creation",
        "images",
        "windows",
    ):
        import_module(f"kfix.shapes.operations.{name}")


@cache
def find(path: str) -> tuple[str, Operation] | None:
    """The library and the rule of a function, by its dotted name."""
    _load()
    for home, library in HOMES:
        if path.startswith(home):
            name = path[len(home) :]
            if home == "keras.random.":
                name = f"random.{name}"
            if library == "applications":  # each module has functions of these names
                name = name.rpartition(".")[2]
            if library == "tf" and name.startswith("keras."):
                return find(name)
            for part in _FLAT:
                name = name.removeprefix(part)
            found = _TABLE.get(f"{library}:{name}") or (
                _TABLE.get(name) if library not in ("python", "layers", "applications") else None
            )
            return None if found is None else (library, found)
    return None


def call(path: str, args: Sequence[tuple[str | None, object]]) -> Shapes | None:
    """The shape of what the function gives, `None` when there is no rule for it."""
    found = find(path)
    if found is None:
        return None
    library, made = found
    return made.rule(Call(path, library, made.parameters.get(library, made.parameters[""]), args))


class Call:
    """One call of an operation, its arguments by name."""

    __slots__ = ("library", "path", "rest", "values")

    def __init__(
        self,
        path: str,
        library: str,
        parameters: tuple[tuple[str, object], ...],
        args: Sequence[tuple[str | None, object]],
    ) -> None:
        self.path = path
        self.library = library
        self.values: dict[str, Any] = {
            name: default for name, default in parameters if default is not ...
        }
        self.rest: list[Any] = []
        """Positional arguments behind the last parameter: `x.transpose(0, 2, 1)`."""
        names = [name for name, _ in parameters]
        place = 0
        for keyword, value in args:
            if keyword in ("*", "**"):
                raise UnknownUsed(
                    value if isinstance(value, Unknown) else Unknown("arguments passed on")
                )
            if keyword is None:
                if place < len(names):
                    self.values[names[place]] = value
                else:
                    self.rest.append(value)
                place += 1
            else:
                name = keyword if keyword in names else SYNONYMS.get(keyword, keyword)
                self.values[name] = value

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def get(self, name: str, default: Any = None) -> Any:
        """An argument as it stands; may be an `Unknown`."""
        return self.values.get(name, default)

    def __getitem__(self, name: str) -> Any:
        """An argument; raises `UnknownUsed`, or `MissingArgument`."""
        if name not in self.values:
            raise MissingArgument(self.path, expected=name)
        value = self.values[name]
        if isinstance(value, Unknown):
            raise UnknownUsed(value)
        return value

    def shape(self, name: str = "x") -> Shape:
        """The shape of an argument that is a tensor, an array, a number or a nested list of them."""
        return shape_of(self[name], self.path)

    def shapes(self, name: str = "xs") -> list[Shape]:
        """The shapes in a list of tensors (or along the first axis of one)."""
        value = self[name]
        if isinstance(value, list | tuple):
            return [shape_of(item, self.path) for item in value]
        shape = shape_of(value, self.path)
        if not shape or not isinstance(shape[0], int) or shape[0] > 10_000:
            raise UnknownUsed(Unknown(f"how many tensors `{self.path}` is given"))
        return [shape[1:]] * shape[0]

    def number(self, name: str) -> Any:
        """An argument that is an integer, `None` or an `Unknown`."""
        value = self.values.get(name)
        if isinstance(value, Array | Symbol):
            return Unknown(f"`{name}` of `{self.path}` is computed")
        if value is not None and not isinstance(value, int | Unknown):
            if isinstance(value, float) and value.is_integer():
                return int(value)
            raise BadArgument(self.path, argument=name, expected="an integer", actual=repr(value))
        return value

    def numbers(self, name: str) -> tuple[Any, ...] | None:
        """An argument that is an integer or several, as several; `None` stays."""
        value = self[name]
        if value is None:
            return None
        if isinstance(value, Array | Symbol):
            raise UnknownUsed(Unknown(f"`{name}` of `{self.path}` is computed"))
        if isinstance(value, int):
            return (value,)
        if not isinstance(value, list | tuple):
            raise BadArgument(self.path, argument=name, expected="integers", actual=repr(value))
        return tuple(self._dim(item, name) for item in value)

    def _dim(self, item: object, name: str) -> Any:
        if isinstance(item, Array | Symbol):
            return Unknown(f"`{name}` of `{self.path}` is computed")
        if item is not None and not isinstance(item, int | Unknown):
            raise BadArgument(self.path, argument=name, expected="integers", actual=repr(item))
        return item

    def dims(self, name: str = "shape") -> Shape:
        """An argument that is a shape; one number is a shape of rank 1."""
        found = self.numbers(name)
        return () if found is None else found

    def axis(self, rank: int, name: str = "axis") -> int:
        """An axis as a number from 0 on; raises `AxisOutOfRange`."""
        value = self[name]
        if isinstance(value, Array | Symbol):
            raise UnknownUsed(Unknown(f"`{name}` of `{self.path}` is computed"))
        return self.fit(value, rank)

    def fit(self, axis: object, rank: int) -> int:
        """An axis as a number from 0 on; raises `AxisOutOfRange`."""
        if isinstance(axis, Unknown):
            raise UnknownUsed(axis)
        if not isinstance(axis, int) or not -rank <= axis < rank:
            raise AxisOutOfRange(self.path, expected=Rank(rank), actual=f"axis {axis!r}")
        return axis % rank

    def axes(self, rank: int, name: str = "axis") -> list[int] | None:
        """One axis or several, as several numbers from 0 on; `None` stays."""
        found = self.numbers(name)
        return None if found is None else [self.fit(axis, rank) for axis in found]

    def flag(self, name: str) -> bool:
        """An argument that is true or false."""
        return bool(self[name]) if name in self.values else False


def shape_of(value: object, path: str) -> Shape:
    """The shape of a tensor, an array, a number or a nested list of them; raises `UnknownUsed`, or `BadArgument`."""
    if isinstance(value, Array):
        if isinstance(value.shape, Unknown):
            raise UnknownUsed(value.shape)
        return value.shape
    if isinstance(value, Unknown):
        raise UnknownUsed(value)
    if isinstance(value, Symbol):
        raise UnknownUsed(Unknown(f"what `{value.path}` is"))
    if value is None or isinstance(value, Layer | dict | slice):
        raise BadArgument(
            path, expected="a tensor", actual=show(value) if value is None else type(value).__name__
        )
    if not isinstance(value, list | tuple):
        return ()
    if not value:
        return (0,)
    return (len(value), *shape_of(value[0], path))
