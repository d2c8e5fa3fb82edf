"""The tests of a program as questions that facts decide."""

from __future__ import annotations

import operator
from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import Const, ListV
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.facts import (
    TRUTH,
    Atom,
    Condition,
    Junction,
    Leaf,
    Relation,
    Subject,
    TestV,
)
from kfix.source.interpreter.state import MISSING
from kfix.source.interpreter.values import Choice
from kfix.source.syntax.tree import below

MAX_CONSTANTS = 16
"""Constants of a container that `in` is asked of one by one."""


def atom_of(context: Context, value: AbstractValue) -> Atom:
    """Return the test that decides whether the value of a node is true."""
    if isinstance(value, TestV):
        return value.atom
    if isinstance(value, Choice):
        atom = _of_options(context, value)
        if atom is not None:
            return atom
    return _leaf(context, context.node), True


def _leaf(context: Context, node: cst.CSTNode) -> Leaf:
    source = _source(context, node)
    return Leaf(context.interpreter.test_text(source), subject_of(context, source, node))


def _of_options(context: Context, value: Choice) -> Atom | None:
    """Return the test of a value that depends on others: one of the conditions under which it is
    true holds, or one under which that is not known, and the test itself.
    """
    truths = [(condition, option.truth()) for condition, option in value.options]
    if all(known is None for _, known in truths) or not all(held for held, _ in truths):
        return None
    itself: Condition = ((_leaf(context, context.node), True),)
    further: dict[bool | None, Condition] = {True: (), None: itself}
    ways = [
        joined(context, True, (*condition, *further[known]))
        for condition, known in truths
        if known in further
    ]
    return joined(context, False, ways)


def joined(context: Context, every: bool, parts: list[Atom] | tuple[Atom, ...]) -> Atom:
    """Return the test that asks for all of several tests, or for one of them."""
    junction = Junction(_text(context), every, parts)
    if len(junction.parts) == 1:
        return junction.parts[0]
    return junction, True


def tested(context: Context, value: AbstractValue, atom: Atom) -> AbstractValue:
    """Return a value with the test that it is the truth of, where that is not known."""
    if isinstance(value, Unknown) and not isinstance(value, TestV):
        return TestV(value, atom)
    return value


def _text(context: Context) -> str:
    return context.interpreter.test_text(_source(context, context.node))


def _source(context: Context, node: cst.CSTNode) -> str:
    """Return the code of a node without the brackets around it."""
    code = context.interpreter.code(node, context.frame)
    brackets = len(getattr(node, "lpar", ()))
    return code[brackets : len(code) - brackets].strip()


def subject_of(context: Context, source: str, *nodes: cst.CSTNode) -> Subject:
    """Return what is asked about, made of nodes: with other values of their names it is another."""
    names = {one.value for node in nodes for one in below(node) if isinstance(one, cst.Name)}
    found = (context.frame.scope.find(name) for name in sorted(names))
    return Subject(source, tuple(value for value in found if value is not MISSING))


# --- comparisons --------------------------------------------------------------------------

_RELATIONS: dict[type[cst.CSTNode], tuple[str, Relation, bool]] = {
    cst.Equal: ("==", operator.eq, True),
    cst.NotEqual: ("==", operator.eq, False),
    cst.Is: ("is", operator.is_, True),
    cst.IsNot: ("is", operator.is_, False),
    cst.LessThan: ("<", operator.lt, True),
    cst.GreaterThanEqual: ("<", operator.lt, False),
    cst.GreaterThan: (">", operator.gt, True),
    cst.LessThanEqual: (">", operator.gt, False),
    cst.In: ("in", operator.contains, True),
    cst.NotIn: ("in", operator.contains, False),
}
"""Of each operator the sign of its relation, the relation, and what that gives where it holds."""

_MIRRORED: dict[str, tuple[str, Relation]] = {
    "==": ("==", operator.eq),
    "is": ("is", operator.is_),
    "<": (">", operator.gt),
    ">": ("<", operator.lt),
}


def comparison(
    context: Context,
    sign: cst.CSTNode,
    left: tuple[cst.CSTNode, AbstractValue],
    right: tuple[cst.CSTNode, AbstractValue],
) -> Atom:
    """Return the test of `left (sign) right`, each a node with its value."""
    name, relation, holds = _RELATIONS[type(sign)]
    if name == "in":
        listed = _one_of(context, left[0], right[1])
        if listed is not None:
            return listed[0], listed[1] == holds
    elif _is_constant(right[1]) and _is_steady(left[0]):
        return _to_constant(context, left[0], (name, relation), right[1]), holds
    elif _is_constant(left[1]) and _is_steady(right[0]):
        return _to_constant(context, right[0], _MIRRORED[name], left[1]), holds
    elif name == ">":
        name, left, right = "<", right, left
    source = f"{_source(context, left[0])} {name} {_source(context, right[0])}"
    subject = subject_of(context, source, left[0], right[0])
    return Leaf(context.interpreter.test_text(source), subject, TRUTH), holds


def equals(context: Context, node: cst.CSTNode, value: AbstractValue) -> Atom | None:
    """Return the test whether a node is a constant, `None` where the value is none."""
    if not _is_constant(value):
        return None
    return _to_constant(context, node, ("==", operator.eq), value), True


def _to_constant(
    context: Context, node: cst.CSTNode, relation: tuple[str, Relation], value: AbstractValue
) -> Leaf:
    assert isinstance(value, Const)
    source, constant = _source(context, node), value.value
    text = context.interpreter.test_text(f"{source} {relation[0]} {constant!r}")
    return Leaf(text, subject_of(context, source, node), relation[1], constant)


def _one_of(context: Context, node: cst.CSTNode, holder: AbstractValue) -> Atom | None:
    """Return the test whether a node is one of the constants of a list, `None` where not all of
    them are known.
    """
    if not isinstance(holder, ListV) or holder.unknown is not None or not _is_steady(node):
        return None
    constants = [item for item in holder.items if _is_constant(item)]
    if len(constants) != len(holder.items) or not 0 < len(constants) <= MAX_CONSTANTS:
        return None
    equal = ("==", operator.eq)
    return joined(
        context, False, [(_to_constant(context, node, equal, one), True) for one in constants]
    )


def _is_constant(value: AbstractValue) -> bool:
    plain: Any = (str, bytes, int, float, bool, type(None))
    return isinstance(value, Const) and isinstance(value.value, plain)


_STEADY = frozenset(("len", "isinstance", "getattr", "int", "str", "lower", "upper", "get", "type"))
"""Functions and methods that give the same each time."""


def _is_steady(node: cst.CSTNode) -> bool:
    """Return whether an expression has one value while the values of its names stay."""
    return all(_called(one.func) in _STEADY for one in below(node) if isinstance(one, cst.Call))


def _called(node: cst.CSTNode) -> str:
    if isinstance(node, cst.Attribute):
        node = node.attr
    return node.value if isinstance(node, cst.Name) else ""
