"""What an argument is given, for use at another place where its names mean the same."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.names import Names, scope_of
from kfix.rewrite.nodes import Path, dotted, innermost, keyword_of, names_in
from kfix.rewrite.values import literal


def check_names(
    names: Names, here: Path, there: Path, value: cst.BaseExpression, index: int
) -> None:
    """Raise `CannotWrite` unless every name in `value`, at the end of `here`, has the same meaning at `there`."""
    inner, outer = scope_of(here), scope_of(there)
    made = [node for node in here if isinstance(node, cst.Lambda | cst.BaseComp)]
    if not all(node in there for node in made):
        raise CannotWrite("the value is made inside an expression")
    for name in names_in(value):
        ways = [one.way for one in names.visible(name, inner, index)]
        if ways != [one.way for one in names.visible(name, outer, index)]:
            raise CannotWrite(f"{name} means something else there")


def passed_on(here: Path, there: Path, value: cst.BaseExpression, back: int) -> cst.BaseExpression:
    """Return what the function around `there` passes for a parameter to the function around `here`, which it calls.

    Of its calls before `there` the last counts, or the one `back` earlier.
    """
    function, caller = innermost(here, cst.FunctionDef), innermost(there, cst.FunctionDef)
    if function is None or function is caller or not isinstance(value, cst.Name):
        raise CannotWrite("the value is known elsewhere alone")
    names = [each.name.value for each in function.params.params]
    around = there[0] if caller is None else caller
    calls = list(_calls_before(around, there[-1], function.name.value))
    if value.value not in names or len(calls) <= back:
        raise CannotWrite(f"{value.value} is not passed on from there")
    place = names.index(value.value)
    given = _given(calls[-1 - back], value.value, place)
    if given is not None:
        return given
    default = function.params.params[place].default
    if default is None or literal(default) is ...:
        raise CannotWrite(f"{value.value} is not passed on from there")
    return default


def _given(call: cst.Call, name: str, place: int) -> cst.BaseExpression | None:
    """What a call gives for the parameter of this name and number."""
    if any(arg.star for arg in call.args):
        raise CannotWrite("the arguments come out of a starred value")
    by_name = [arg.value for arg in call.args if keyword_of(arg) == name]
    plain = [arg.value for arg in call.args if arg.keyword is None]
    return next(iter(by_name + plain[place : place + 1]), None)


def _calls_before(around: cst.CSTNode, stop: cst.CSTNode, name: str) -> Iterator[cst.Call]:
    """The calls of a function within a node, in the order in which they run, up to another node."""
    pending: list[tuple[cst.CSTNode, bool]] = [(around, False)]
    while pending:
        node, seen = pending.pop()
        if node is stop and not seen:
            return
        if not seen:
            pending.append((node, True))
            pending += [(child, False) for child in reversed(node.children)]
        elif isinstance(node, cst.Call) and dotted(node.func) == name:
            yield node
