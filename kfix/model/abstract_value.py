"""The base of what an expression of a program can be worth."""

from __future__ import annotations


class AbstractValue:
    """What an expression is worth, as far as it is known without running the program.

    The classes are a closed set: `Unknown`, `Symbol` and `Array` of this package, which stand in
    arguments of layers too, and those of `kfix.source.interpreter`: scalars and containers,
    functions, classes and objects of the program, layers, tensors and models.

    A value answers by a method what it knows by itself. What needs the interpreter (an attribute,
    an item, a call, an operator) is registered by class in `kfix.source.interpreter`, which this
    package must not know.
    """

    __slots__ = ()

    def truth(self) -> bool | None:
        """Return the result of `bool()`, `None` where that is not known."""
        return True

    def elements(self) -> list[AbstractValue] | None:
        """Return what iterating gives, `None` where that is not known."""
        return None
