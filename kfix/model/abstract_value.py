"""The base of what an expression of a program can be worth."""

from __future__ import annotations


class AbstractValue:
    """What an expression is worth, as far as it is known without running the program.

    The classes are a closed set: `Unknown`, `Symbol` and `Array` of this package, which stand in
    arguments of layers too, and those of `kfix.source.interpreter`: scalars and containers, functions,
    classes and objects of the program, layers, tensors and models.
    """

    __slots__ = ()
