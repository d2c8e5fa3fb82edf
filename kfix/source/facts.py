"""Questions about values that have no need of the interpreter: is it true, what does it hold, which key is it."""

from __future__ import annotations

from typing import Any

from kfix.model.graph import Array, Symbol
from kfix.model.unknown import Unknown
from kfix.source.convert import from_plain, is_plain, plain
from kfix.source.state import MISSING
from kfix.source.values import Choice, Const, DictV, ListV, RangeV, TensorV, Value

MAX_LENGTH = 10_000
"""Elements of a container, characters of a string, bits of a number that arithmetic may make."""


def key_of(value: Value) -> Any:
    """A value as a key of a dictionary, or `MISSING`: objects of the program are their own keys."""
    if is_plain(value):
        try:
            key = plain(value)
            hash(key)
        except TypeError:
            return MISSING
        return key
    return MISSING if isinstance(value, Unknown | Choice | ListV | DictV) else value


def elements(value: Value) -> list[Value] | None:
    """What iterating over a value gives, or `None` if that is not known."""
    if isinstance(value, ListV):
        return None if value.unknown is not None else list(value.items)
    if isinstance(value, DictV):
        return None if value.unknown is not None else [from_plain_key(key) for key in value.entries]
    if isinstance(value, RangeV):
        return [value.item(index) for index in range(len(value.range))] if len(value.range) <= MAX_LENGTH else None
    if isinstance(value, Const) and isinstance(value.value, str):
        return [Const(letter) for letter in value.value[:MAX_LENGTH]]
    return None


def from_plain_key(key: Any) -> Value:
    """The value of a dictionary's key."""
    return from_plain(key) if isinstance(key, int | float | str | bytes | tuple | bool) or key is None else key


def truth(value: Value) -> bool | None:
    """Is a value true? `None` if that is not known."""
    if isinstance(value, Const):
        return bool(value.value)
    if isinstance(value, ListV):
        return True if value.items else None if value.unknown is not None else False
    if isinstance(value, DictV):
        return True if value.entries else None if value.unknown is not None else False
    if isinstance(value, RangeV):
        return bool(value.range)
    if isinstance(value, Choice):
        found = {truth(option) for _, option in value.options}
        return found.pop() if len(found) == 1 else None
    if isinstance(value, Unknown | Array | TensorV) or (isinstance(value, Symbol) and value.called):
        return None
    return True


def identical(left: Value, right: Value) -> bool | None:
    """`left is right`, as far as it can be told."""
    if isinstance(left, Const) and isinstance(right, Const):
        return type(left.value) is type(right.value) and left.value == right.value
    if isinstance(left, Unknown | Choice) or isinstance(right, Unknown | Choice):
        return None
    if isinstance(left, Const) or isinstance(right, Const):
        return False
    if isinstance(left, Symbol) and isinstance(right, Symbol):
        return left == right
    return left is right


class SliceV:
    """`start:stop:step`, each a value or `None`."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[Value | None]) -> None:
        self.parts = parts


def plain_index(index: Value) -> Any:
    """An index as Python's own (`slice` and all), or `MISSING`."""
    if isinstance(index, SliceV):
        parts = []
        for part in index.parts:
            if part is not None and not isinstance(part, Const):
                return MISSING
            parts.append(None if part is None else part.value)
        return slice(*parts)
    if isinstance(index, ListV) and index.kind == "tuple" and index.unknown is None:
        items = [plain_index(item) for item in index.items]
        return MISSING if any(item is MISSING for item in items) else tuple(items)
    return plain(index) if is_plain(index) else index if isinstance(index, Array) else MISSING
