"""What an argument is given, for use at another place where its names mean the same."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.names import View
from kfix.rewrite.nodes import Path, depth_of, dotted, given_for, innermost, name_of, names_in
from kfix.rewrite.values import literal


def check_names(inner: View, outer: View, here: Path, there: Path) -> None:
    """Raise `CannotWrite` unless every name in the value at the end of `here` has the same meaning
    at `there`.
    """
    at = depth_of(here[:-1], cst.Lambda, cst.BaseComp)
    if at is not None and here[at] not in there:
        raise CannotWrite("the value is made inside an expression")
    for name in names_in(here[-1]):
        ways = [one.way for one in inner.of(name)]
        if ways != [one.way for one in outer.of(name)]:
            raise CannotWrite(f"{name} means something else there")


def passed_on(here: Path, there: Path, back: int) -> cst.BaseExpression:
    """Return what the function around `there` passes for a parameter to the function around `here`,
    which it calls.

    The parameter is the value at the end of `here`. Of the calls before `there` the last counts,
    or the one `back` earlier.
    """
    function, caller = innermost(here, cst.FunctionDef), innermost(there, cst.FunctionDef)
    name = name_of(here[-1])
    if function is None or function is caller or name is None:
        raise CannotWrite("the value is known elsewhere alone")
    defaults = {each.name.value: each.default for each in function.params.params}
    calls = list(_calls_before(caller or there[0], there[-1], function.name.value))
    if name not in defaults or len(calls) <= back:
        raise CannotWrite(f"{name} is not passed on from there")
    call = calls[-1 - back]
    if any(arg.star for arg in call.args):
        raise CannotWrite("the arguments come out of a starred value")
    arg, default = given_for(call, list(defaults), name), defaults[name]
    if arg is not None:
        return arg.value
    if default is None or literal(default) is ...:
        raise CannotWrite(f"{name} is not passed on from there")
    return default


def _calls_before(around: cst.CSTNode, stop: cst.CSTNode, name: str) -> Iterator[cst.Call]:
    """Yield the calls of a function within a node, in the order in which they run, up to another
    node.
    """
    pending: list[tuple[cst.CSTNode, bool]] = [(around, False)]
    while pending:
        node, inside_done = pending.pop()
        if inside_done:
            yield from _if_calls(node, name)
        elif node is stop:
            return
        else:
            pending.append((node, True))
            pending += [(child, False) for child in reversed(node.children)]


def _if_calls(node: cst.CSTNode, name: str) -> Iterator[cst.Call]:
    """Yield the node if it is a call of this function."""
    match node:
        case cst.Call(func=func) if dotted(func) == name:
            yield node
