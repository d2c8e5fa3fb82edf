"""The table of signatures: what the functions and methods of libraries return.

A signature has the parameters of a function as the library declares them, and its result: an
expression (a row of the table) or a Python function, which takes a `Bound` call. Parameters and
results are written as Python expressions; they are parsed, never executed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cached_property, partial
from itertools import takewhile
from typing import Any, TypeVar

from kfix.model.abstract_value import AbstractValue
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.source.interpreter.calls import Call, Given
from kfix.source.interpreter.containers import Const, ListV
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.conversion import from_plain
from kfix.source.library.arguments import Bound
from kfix.source.library.lookup import ATTRIBUTES, FUNCTIONS, ITERATIONS, METHODS

ANY = "**_"
"""The parameters of a function whose arguments make no difference, or that binds them itself."""

Rule = Callable[[Bound], AbstractValue]
R = TypeVar("R", bound=Rule)


class Signature:
    """The parameters of a function and the rule for its result."""

    def __init__(self, parameters: str, rule: Rule) -> None:
        self.text = parameters
        self.rule = rule

    @cached_property
    def parameters(self) -> Parameters:
        """The parsed parameters; they are parsed at the first call, for a fast start."""
        declared = ast.parse(f"lambda {self.text}: 0", mode="eval").body
        assert isinstance(declared, ast.Lambda)
        return Parameters(declared.args)

    def __call__(self, call: Call) -> AbstractValue:
        """Return the result of a call; it is unknown where the rule needs something unknown."""
        try:
            return self.rule(self.parameters.bind(call))
        except UnknownUsed as used:
            return call.unknown(because=used.unknown)


class Row(Signature):
    """A signature whose result is an expression."""

    def __init__(self, parameters: str, result: str) -> None:
        super().__init__(parameters, self._evaluate)
        self.result = result

    @cached_property
    def expression(self) -> ast.expr:
        """The parsed result."""
        return ast.parse(f"({self.result})", mode="eval").body

    def _evaluate(self, call: Bound) -> AbstractValue:
        from kfix.source.library.results import Result

        return Result(call).value(self.expression)


class Parameters:
    """The parameters of a function: their names in order, their kinds and defaults."""

    def __init__(self, declared: ast.arguments) -> None:
        self.positional = [one.arg for one in (*declared.posonlyargs, *declared.args)]
        self.names = [*self.positional, *(one.arg for one in declared.kwonlyargs)]
        self.rest = getattr(declared.vararg, "arg", None)
        self.is_open = declared.kwarg is not None
        first = len(self.positional) - len(declared.defaults)
        pairs = [
            *zip(self.positional[first:], declared.defaults, strict=True),
            *zip(self.names[len(self.positional) :], declared.kw_defaults, strict=True),
        ]
        self.defaults = {name: _default(node) for name, node in pairs if node is not None}

    def bind(self, call: Call) -> Bound:
        """Bind the arguments of a call by position and by name.

        A parameter that no argument is given for has its default; it is unknown where it has
        none, or where arguments are spread (`*args`, `**kwargs`) that are not known.
        Raises `UnknownUsed` for an argument that the function does not take.
        """
        spread = next((one.why_unknown for one in call.given if one.keyword in ("*", "**")), None)
        counted = takewhile(lambda one: one.keyword != "*", call.given)
        positional = [one for one in counted if one.keyword is None]
        found = dict(zip(self.positional, positional, strict=False))
        found |= {one.keyword: one for one in call.given if one.keyword not in (None, "*", "**")}
        rest = [one.value for one in positional[len(self.positional) :]]
        self._check(call, found, rest)
        defaults = self._missing(call, spread)
        if self.rest is not None:
            defaults[self.rest] = ListV(rest, "tuple", unknown=spread)
        return Bound(call, found, defaults)

    def _check(self, call: Call, found: dict[str, Given], rest: list[AbstractValue]) -> None:
        strange = [name for name in found if name not in self.names]
        if self.is_open:
            return
        if strange:
            raise UnknownUsed(call.unknown(f"`{call.name}` has no parameter `{strange[0]}`"))
        if rest and self.rest is None:
            most = len(self.positional)
            raise UnknownUsed(call.unknown(f"`{call.name}` takes {most} positional arguments"))

    def _missing(self, call: Call, spread: Unknown | None) -> dict[str, AbstractValue]:
        if spread is not None:
            return dict.fromkeys(self.names, call.unknown("", spread))
        required = [name for name in self.names if name not in self.defaults]
        return {name: call.unknown(f"`{name}` is not given") for name in required} | self.defaults


def _default(node: ast.expr) -> AbstractValue:
    if isinstance(node, ast.Name):  # a dtype: `dtype=float64`
        return Const(node.id)
    return from_plain(ast.literal_eval(node))


def function(names: str, parameters: str = ANY) -> Callable[[R], R]:
    """Register a rule for functions, by their dotted names separated by spaces."""

    def register(rule: R) -> R:
        _declare(FUNCTIONS, names, Signature(parameters, rule))
        return rule

    return register


def method(names: str, parameters: str = ANY) -> Callable[[R], R]:
    """Register a rule for methods, by their kind of object and name: "list.append"."""

    def register(rule: R) -> R:
        _declare(METHODS, names, Signature(parameters, rule))
        return rule

    return register


def attribute(
    names: str,
) -> Callable[[Callable[[Call], AbstractValue]], Callable[[Call], AbstractValue]]:
    """Register a rule for attributes, by their kind of object and name: "array.shape".

    The rule takes a call without arguments whose receiver is the object.
    """

    def register(rule: Callable[[Call], AbstractValue]) -> Callable[[Call], AbstractValue]:
        for name in names.split():
            ATTRIBUTES[name] = partial(_get, rule, name)
        return rule

    return register


def _get(
    rule: Callable[[Call], AbstractValue], name: str, context: Context, value: AbstractValue
) -> AbstractValue:
    return rule(Call(context, [], value, name))


def iteration(
    kind: str,
) -> Callable[[Callable[[Any], AbstractValue]], Callable[[Any], AbstractValue]]:
    """Register the function that makes an element of a kind of object of unknown length."""

    def register(rule: Callable[[Any], AbstractValue]) -> Callable[[Any], AbstractValue]:
        ITERATIONS[kind] = rule
        return rule

    return register


def function_row(names: str, parameters: str, result: str) -> None:
    """Declare functions whose result is an expression of their arguments."""
    _declare(FUNCTIONS, names, Row(parameters, result))


def method_row(names: str, parameters: str, result: str) -> None:
    """Declare methods whose result is an expression of `self` and their arguments."""
    _declare(METHODS, names, Row(parameters, result))


def _declare(
    table: dict[str, Callable[[Call], AbstractValue]], names: str, signature: Signature
) -> None:
    table.update(dict.fromkeys(names.split(), signature))


def within(home: str, names: str) -> str:
    """Return the names with their home before each: within("math", "sin cos")."""
    return " ".join(f"{home}.{name}" for name in names.split())
