"""Results as JSON: what a report needs of them, and nothing that could lead to an edit.

A result is a graph of objects. It becomes a table with a row for each object;
a list of one number in a row refers to another row. Only data classes of kfix
are encoded and decoded. No code of theirs runs, and origins are left out: no
edit can be made from a decoded result.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from enum import Enum
from typing import Any

from kfix.engine.results import FileResult
from kfix.model.deferred import Deferred
from kfix.model.origin import Derived, Fixed, Literal
from kfix.shapes.trace_result import AFTER, NO_INPUT, Reason, Trace, Traced

_MODULES = ("kfix.model.", "kfix.findings.", "kfix.engine.results", "kfix.shapes.trace_result")
"""Where the classes of a result are defined."""

_CONTAINERS: dict[type, str] = {list: "list", tuple: "tuple", set: "set", frozenset: "frozenset"}

_REASONS = {str(reason.__reduce__()): reason for reason in (AFTER, NO_INPUT)}

Row = list[Any]


class CannotEncode(Exception):
    """A result has something in it that is not data of kfix."""


def encode(result: FileResult, whole: bool) -> list[Row]:
    """Return the table of a result; raise `CannotEncode`.

    `whole` counts what is else counted only when it is asked for, as reports of
    all layers do; it cannot be asked for afterwards. The bytes of the file are left out.
    """
    if result.files or any(model.repairs for model in result.models):
        raise CannotEncode("repairs")
    encoder = _Encoder(whole)
    encoder.reference(FileResult(**{**vars(result), "data": b"", "originals": {}}))
    return encoder.rows


class _Encoder:
    """Makes the rows; a row of a tuple comes behind those that it refers to."""

    def __init__(self, whole: bool) -> None:
        self.rows: list[Row] = []
        self._whole = whole
        self._known: dict[int, list[int]] = {}
        self._kept: list[object] = []
        """All objects that were encoded, so that no other object gets the id of one."""

    def value(self, value: Any) -> Any:
        """Return a value as JSON, or a reference to its row."""
        if value is None or type(value) in (int, float, bool, str):
            return value
        if isinstance(value, Literal | Derived | Fixed):
            return None
        return self.reference(value)

    def reference(self, value: Any) -> list[int]:
        """Return the reference to the row of an object, which is made where there is none."""
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = [-1]
            self._kept.append(value)
            if isinstance(value, tuple | frozenset | slice):
                row = self._row(value)
                known[0] = len(self.rows)
                self.rows.append(row)
            else:  # it may be part of itself
                known[0] = len(self.rows)
                self.rows.append(row := [])
                row.extend(self._row(value))
        if known[0] < 0:
            raise CannotEncode("a tuple in itself")
        return known

    def _row(self, value: Any) -> Row:
        kind = type(value)
        if kind in _CONTAINERS:
            return [_CONTAINERS[kind], *map(self.value, value)]
        if kind is dict:
            return ["dict", *(self.value(one) for item in value.items() for one in item)]
        if kind in _PLAIN:
            return _PLAIN[kind](self, value)
        if callable(value) and not isinstance(value, Deferred | Enum):
            raise CannotEncode(f"{value!r}")
        name = _name(kind)
        if isinstance(value, Enum):
            return ["enum", name, value.name]
        if isinstance(value, tuple):
            return ["named", name, *map(self.value, value)]
        return ["object", name, *self._state(value)]

    def _state(self, value: Any) -> Row:
        """Return the names and values of an object's attributes, one after another."""
        if isinstance(value, Deferred):
            return []
        state = self._attributes(value)
        if isinstance(value, Traced) and callable(state["_trained"]):
            state["_trained"] = value.trained if self._whole else Deferred()
        if isinstance(value, Trace) and callable(state["unfold"]):
            state["unfold"] = value.listed if self._whole else Deferred()
        return [
            self.value(one) if odd else one
            for item in state.items()
            for odd, one in enumerate(item)
        ]

    @staticmethod
    def _attributes(value: Any) -> dict[str, Any]:
        state = dict(getattr(value, "__dict__", {}))
        for base in type(value).__mro__:
            slots = vars(base).get("__slots__", ())
            state |= {name: getattr(value, name) for name in slots if hasattr(value, name)}
        return state


_PLAIN: dict[type, Callable[[_Encoder, Any], Row]] = {
    bytes: lambda encoder, value: ["bytes", value.decode("latin-1")],
    type(...): lambda encoder, value: ["ellipsis"],
    slice: lambda encoder, value: [
        "slice",
        *map(encoder.value, (value.start, value.stop, value.step)),
    ],
    Reason: lambda encoder, value: ["constant", value.__reduce__()],
}


def _name(kind: type) -> str:
    if not kind.__module__.startswith(_MODULES):
        raise CannotEncode(f"{kind.__module__}.{kind.__qualname__}")
    return f"{kind.__module__}:{kind.__qualname__}"


# --- and back -------------------------------------------------------------------------------------


def decode(rows: list[Row]) -> FileResult:
    """Return the result of a table; raise `ValueError` where it is none."""
    try:
        result = _Decoder(rows).objects()[0]
    except (TypeError, KeyError, IndexError, AttributeError, ImportError) as error:
        raise ValueError(f"no result: {error!r}") from None
    if not isinstance(result, FileResult):
        raise ValueError("no result")
    return result


class _Decoder:
    """Makes the objects of a table: first empty ones, then tuples, then what is in the others."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows
        self._objects: list[Any] = [None] * len(rows)
        self._classes: dict[str, type] = {}

    def objects(self) -> list[Any]:
        """Return the object of each row."""
        empty: dict[str, Callable[[Row], Any]] = {
            "list": lambda row: [],
            "dict": lambda row: {},
            "set": lambda row: set(),
            "bytes": lambda row: row[1].encode("latin-1"),
            "ellipsis": lambda row: ...,
            "constant": lambda row: _REASONS[row[1]],
            "enum": lambda row: self._class(row[1])[row[2]],  # type: ignore[index]
            "object": lambda row: self._empty(self._class(row[1])),
        }
        full: dict[str, Callable[[Row], Any]] = {
            "tuple": lambda row: tuple(self._values(row[1:])),
            "frozenset": lambda row: frozenset(self._values(row[1:])),
            "slice": lambda row: slice(*self._values(row[1:])),
            "named": lambda row: tuple.__new__(self._class(row[1]), self._values(row[2:])),
        }
        for making in (empty, full):
            for number, row in enumerate(self._rows):
                if row[0] in making:
                    self._objects[number] = making[row[0]](row)
        for kinds in (("object", "list"), ("dict", "set")):  # keys are whole when they are hashed
            for number, row in enumerate(self._rows):
                if row[0] in kinds:
                    self._fill(self._objects[number], row)
        return self._objects

    @staticmethod
    def _empty(cls: type) -> object:
        if issubclass(cls, BaseException):  # a finding, which is raised where it is found
            return BaseException.__new__(cls)
        return object.__new__(cls)

    def _fill(self, made: Any, row: Row) -> None:
        if row[0] == "list":
            made.extend(self._values(row[1:]))
        elif row[0] == "set":
            made.update(self._values(row[1:]))
        elif row[0] == "dict":
            made.update(zip(self._values(row[1::2]), self._values(row[2::2]), strict=True))
        elif isinstance(made, Deferred):
            made.__init__()  # type: ignore[misc]
        else:
            for name, value in zip(row[2::2], self._values(row[3::2]), strict=True):
                object.__setattr__(made, name, value)

    def _values(self, values: Row) -> Row:
        objects = self._objects
        return [objects[value[0]] if type(value) is list else value for value in values]

    def _class(self, name: str) -> type:
        """Return a class of `_MODULES` by its name."""
        if name not in self._classes:
            module, _, cls = name.partition(":")
            if not module.startswith(_MODULES):
                raise ValueError(f"no class of a result: {name}")
            found = getattr(importlib.import_module(module), cls)
            if not isinstance(found, type) or _name(found) != name:
                raise ValueError(f"no class of a result: {name}")
            self._classes[name] = found
        return self._classes[name]
