"""Questions about nodes of a syntax tree, and about the ways that lead down to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import TypeVar

import libcst as cst

Path = Sequence[cst.CSTNode]
"""The way down to a node: the module, the statement, …, the node itself."""

Imported = Sequence[cst.ImportAlias]

Holder = cst.Arg | cst.Element | cst.DictElement
"""What holds one value in a row: an argument, an element, an entry of a dictionary."""

EQUAL = cst.AssignEqual(
    whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace("")
)
"""The `=` of a keyword."""

N = TypeVar("N", bound=cst.CSTNode)
T = TypeVar("T")


def only(things: Sequence[T]) -> T | None:
    """Return the one thing that there is; `None` for none or several."""
    if len(things) != 1:
        return None
    return things[0]


def dotted(node: cst.CSTNode | None) -> str:
    """Return `a.b.c` of names and attributes, "" for any other expression."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return ""
    parts.append(node.value)
    return ".".join(reversed(parts))


def last_name(node: cst.CSTNode | None) -> str:
    """Return `c` of `a.b.c`, "" for any other expression."""
    return dotted(node).rpartition(".")[2]


def code(node: cst.CSTNode) -> str:
    """Return the text of a node on one line."""
    return " ".join(cst.Module([]).code_for_node(node).split())


# --- ways ---------------------------------------------------------------------------------


def depth_of(path: Path, *kinds: type) -> int | None:
    """Return where the innermost node of these kinds is on a way."""
    return next((at for at in reversed(range(len(path))) if isinstance(path[at], kinds)), None)


def innermost(path: Path, *kinds: type[N]) -> N | None:
    """Return the innermost node of these kinds on a way."""
    return next((node for node in reversed(path) if isinstance(node, kinds)), None)


def everything(node: cst.CSTNode) -> bool:
    """Return whether a walk goes on into a node: into each."""
    return True


def walk(
    top: Path, into: Callable[[cst.CSTNode], bool] = everything
) -> Iterator[tuple[cst.CSTNode, ...]]:
    """Yield the ways to all nodes below the end of a way, in the order of the text, and to that
    end.

    Goes on below the nodes alone for which `into` holds.
    """
    pending = [tuple(top)]
    while pending:
        way = pending.pop()
        yield way
        if into(way[-1]):
            pending += [(*way, child) for child in reversed(way[-1].children)]


def below(
    top: cst.CSTNode, into: Callable[[cst.CSTNode], bool] = everything
) -> Iterator[cst.CSTNode]:
    """Yield the nodes themselves, as `walk` does the ways to them."""
    pending = [top]
    while pending:
        node = pending.pop()
        yield node
        if into(node):
            pending += reversed(node.children)


def names_in(value: cst.CSTNode) -> Iterator[str]:
    """Yield every name in an expression, as often as it is there."""
    return (node.value for node in below(value) if isinstance(node, cst.Name))


def parting(way: Path, other: Path) -> int:
    """Return the first place at which two ways differ: the length of the first if none does."""
    pairs = enumerate(zip(way, other, strict=False))
    return next((at for at, (one, two) in pairs if one is not two), len(way))


def is_above(way: Path, path: Path) -> bool:
    """Return whether the statement of a way stands in a block around the end of `path`, above."""
    depth = parting(way, path)
    block = way[depth - 1]
    if depth == len(way) or not isinstance(block, cst.Module | cst.IndentedBlock):
        return False
    order = [id(node) for node in block.body]
    return order.index(id(way[depth])) < order.index(id(path[depth]))


def reads(
    top: Path, name: str, into: Callable[[cst.CSTNode], bool] = everything
) -> Iterator[tuple[cst.CSTNode, ...]]:
    """Yield the ways to where a name is read below the end of a way, as `walk` goes there."""
    for way in walk(top, into):
        if name_of(way[-1]) == name and _is_read(way):
            yield way


def _is_read(way: Path) -> bool:
    """Return whether a name is read there: it is not a keyword, attribute, target or
    parameter.
    """
    name = way[-1]
    match way[-2]:
        case cst.Arg(keyword=other) | cst.Attribute(attr=other):
            return other is not name
        case cst.AssignTarget() | cst.Param():
            return False
    return True


# --- statements ---------------------------------------------------------------------------


def targets(statement: cst.CSTNode | None) -> list[cst.BaseAssignTargetExpression]:
    """Return what a statement assigns its value to: several of `a = b = 1`."""
    match statement:
        case cst.Assign():
            return [each.target for each in statement.targets]
        case cst.AnnAssign():
            return [statement.target]
    return []


def single_target(statement: cst.CSTNode | None) -> cst.BaseAssignTargetExpression | None:
    """Return the one thing that a statement assigns its value to."""
    return only(targets(statement))


def assigned_name(statement: cst.CSTNode | None) -> str | None:
    """Return the one variable that a statement assigns its value to."""
    return name_of(single_target(statement))


def small_statements(line: cst.CSTNode) -> Sequence[cst.BaseSmallStatement]:
    """Return the small statements of a line; none of a compound statement."""
    if isinstance(line, cst.SimpleStatementLine):
        return line.body
    return ()


def imported(statement: cst.CSTNode) -> Imported:
    """Return the names that a `from … import` brings; none of a `*`, or of another statement."""
    match statement:
        case cst.ImportFrom(names=[*names]):
            return names
    return ()


def bound_name(alias: cst.ImportAlias) -> str:
    """Return the name that an import binds: that behind `as`, if there is one."""
    if alias.asname is not None:
        return dotted(alias.asname.name)
    return dotted(alias.name)


def parameters(function: cst.FunctionDef | cst.Lambda) -> list[cst.Param]:
    """Return the parameters of a function that have names, in their order, without those behind a
    star.
    """
    given = function.params
    return [*given.posonly_params, *given.params, *given.kwonly_params]


def imported_path(text: str) -> cst.Name | cst.Attribute:
    """Return a dotted path as it stands in an import."""
    node = cst.parse_expression(text)
    assert isinstance(node, cst.Name | cst.Attribute)
    return node


def own_name(method: cst.FunctionDef | None) -> str | None:
    """Return what a method calls its object: the first of its parameters, `self`."""
    match method:
        case cst.FunctionDef(params=cst.Parameters(params=[first, *_])):
            return first.name.value
    return None


# --- expressions --------------------------------------------------------------------------


def name_of(node: cst.CSTNode | None) -> str | None:
    """Return the name that an expression is, if it is one."""
    if isinstance(node, cst.Name):
        return node.value
    return None


def function_of(node: cst.CSTNode | None) -> cst.BaseExpression | None:
    """Return what is called, if it is a call."""
    if isinstance(node, cst.Call):
        return node.func
    return None


def elements_of(node: cst.CSTNode | None) -> Sequence[cst.BaseElement]:
    """Return the elements of a tuple or a list; none of anything else."""
    if isinstance(node, cst.Tuple | cst.List):
        return node.elements
    return ()


def value_in(node: cst.CSTNode) -> cst.CSTNode:
    """Return the value that an argument, an element or an entry holds; any other node itself."""
    if isinstance(node, Holder):
        return node.value
    return node


def value_way(path: Path) -> Path:
    """Return the way to the value that the end of `path` holds, as `value_in` says."""
    value = value_in(path[-1])
    if value is path[-1]:
        return path
    return (*path, value)


def keyword_of(node: cst.CSTNode) -> str | None:
    """Return the keyword of an argument, or the key of an entry that is a string."""
    match node:
        case cst.Arg(keyword=cst.Name(value=name)):
            return name
        case cst.DictElement(key=cst.SimpleString() as key):
            return str(key.evaluated_value)
    return None


def argument(keyword: str | None, value: cst.BaseExpression) -> cst.Arg:
    """Return an argument of a call, with its keyword or without."""
    if keyword is None:
        return cst.Arg(value)
    return cst.Arg(value, cst.Name(keyword), EQUAL)


def given_for(call: cst.Call, names: Sequence[str], name: str) -> cst.Arg | None:
    """Return the argument that a call gives for the parameter `name` of a function with these
    parameters.
    """
    for arg, place in zip_longest(call.args, names[: len(call.args)]):
        if (keyword_of(arg) or place) == name:
            return arg
    return None


def alias_of(name: str, bound: str) -> cst.ImportAlias:
    """Return a name as it stands in an import that binds it to another one, or to itself."""
    if bound == name:
        return cst.ImportAlias(cst.Name(name))
    return cst.ImportAlias(cst.Name(name), cst.AsName(cst.Name(bound)))


def is_starred(node: cst.CSTNode) -> bool:
    """Return whether it is an argument behind a `*` or `**`."""
    return isinstance(node, cst.Arg) and bool(node.star)


ATOMS = (cst.Name, cst.Call, cst.Attribute, cst.Subscript, cst.SimpleString)
"""Expressions that hold together without parentheses."""


def breaks_line(value: cst.BaseExpression) -> bool:
    """Return whether a line ends in the expression where no bracket of its own is open."""
    if value.lpar or isinstance(value, cst.List | cst.Dict | cst.Set):
        return False
    open_part = function_of(value) or value
    return "\n" in cst.Module([]).code_for_node(open_part)


def in_parentheses(value: cst.BaseExpression) -> cst.BaseExpression:
    """Return the expression in parentheses, unless it holds together without."""
    if value.lpar or (isinstance(value, ATOMS) and not breaks_line(value)):
        return value
    return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
