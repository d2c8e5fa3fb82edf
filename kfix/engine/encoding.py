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
from functools import partial
from itertools import chain
from typing import Any

from kfix.engine.results import FileResult
from kfix.model.deferred import Deferred
from kfix.model.origin import Derived, Fixed, Literal
from kfix.model.unknown import Unknown
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
        kind = _shown_as(value)
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
        return ["object", name, *self._state(value, kind)]

    def _state(self, value: Any, kind: type) -> Row:
        """Return the names and values of an object's attributes, one after another."""
        if isinstance(value, Deferred):
            return []
        state = self._attributes(value, kind)
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
    def _attributes(value: Any, kind: type) -> dict[str, Any]:
        state = dict(getattr(value, "__dict__", {}))
        for base in kind.__mro__:
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


def _shown_as(value: Any) -> type:
    """Return the class of a value; of an unknown one of the interpreter what a report shows."""
    bases = [*type(value).__mro__] if isinstance(value, Unknown) else []
    return next((base for base in bases if base.__module__.startswith(_MODULES)), type(value))


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
        self._makers: dict[str, Callable[[], object]] = {}

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
            "object": lambda row: self._maker(row[1])(),
        }
        full: dict[str, Callable[[Row], Any]] = {
            "tuple": lambda row: tuple(self._values(row[1:])),
            "frozenset": lambda row: frozenset(self._values(row[1:])),
            "slice": lambda row: slice(*self._values(row[1:])),
            "named": lambda row: tuple.__new__(self._class(row[1]), self._values(row[2:])),
        }
        by_kind: dict[str, list[int]] = {}
        for number, row in enumerate(self._rows):
            by_kind.setdefault(row[0], []).append(number)
        for kind, make in empty.items():
            for number in by_kind.get(kind, ()):
                self._objects[number] = make(self._rows[number])
        # A tuple stands behind those that it holds.
        for number in sorted(chain.from_iterable(by_kind.get(kind, ()) for kind in full)):
            self._objects[number] = full[self._rows[number][0]](self._rows[number])
        for number in by_kind.get("object", ()):
            self._fill(self._objects[number], self._rows[number])
        contents: dict[str, Callable[[Any, Row], None]] = {
            "list": lambda made, row: made.extend(self._values(row[1:])),
            "set": lambda made, row: made.update(self._values(row[1:])),
            "dict": lambda made, row: made.update(
                zip(self._values(row[1::2]), self._values(row[2::2]), strict=True)
            ),
        }
        for kind, fill in contents.items():  # keys are whole when they are hashed
            for number in by_kind.get(kind, ()):
                fill(self._objects[number], self._rows[number])
        return self._objects

    def _maker(self, name: str) -> Callable[[], object]:
        """Return what makes an empty object of a class."""
        if name not in self._makers:
            cls = self._class(name)
            new: Callable[..., object] = object.__new__
            if issubclass(cls, BaseException):  # a finding, which is raised where it is found
                new = BaseException.__new__
            self._makers[name] = partial(new, cls)
        return self._makers[name]

    def _fill(self, made: Any, row: Row) -> None:
        """Set the attributes of an object: most of the time of a run from the cache is here."""
        if isinstance(made, Deferred):
            made.__init__()  # type: ignore[misc]
            return
        objects, put = self._objects, object.__setattr__
        for name, value in zip(row[2::2], row[3::2], strict=True):
            put(made, name, objects[value[0]] if type(value) is list else value)

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
