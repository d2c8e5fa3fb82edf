"""Functions with a part of their arguments: methods of objects, `super()`, partial functions."""

from __future__ import annotations

from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.source.interpreter.values import ClassV


class BoundV(AbstractValue):
    """A function of the program with its first argument."""

    __slots__ = ("function", "receiver")

    def __init__(self, function: AbstractValue, receiver: AbstractValue) -> None:
        self.function = function
        self.receiver = receiver


class MethodV(AbstractValue):
    """A method of a library's or a builtin object: `table` and `name` find it in the library."""

    __slots__ = ("name", "receiver", "table")

    def __init__(self, table: str, name: str, receiver: AbstractValue) -> None:
        self.table = table
        self.name = name
        self.receiver = receiver


class SuperV(AbstractValue):
    """`super()` in a method of `cls`, called on `instance`."""

    __slots__ = ("cls", "instance")

    def __init__(self, cls: ClassV, instance: AbstractValue) -> None:
        self.cls = cls
        self.instance = instance


class SuperInitV(AbstractValue):
    """`super().__init__` of an object whose base is a class of a library."""

    __slots__ = ("instance",)

    def __init__(self, instance: AbstractValue) -> None:
        self.instance = instance


class PartialV(AbstractValue):
    """`functools.partial(function, ...)`."""

    __slots__ = ("arguments", "function")

    def __init__(self, function: AbstractValue, arguments: list[Any]) -> None:
        self.function = function
        self.arguments = arguments
