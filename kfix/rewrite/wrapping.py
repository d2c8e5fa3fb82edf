"""Functions and methods that are called on what is given to a call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.functions import function_name
from kfix.rewrite.plan import EQUAL, Plan, code, short
from kfix.rewrite.tree import AFTER, Pass, Path, UnitPlan


def wrap(
    plan: Plan, site: Site, function: str, arguments: Sequence[tuple[str | None, object]]
) -> str:
    """Call a function on the value at a site, by the name that the file has for it; return both in words.

    `function` is the dotted name in full, or a method of the value behind a dot; `arguments`
    are those behind the value. Raises `CannotWrite` where the value is not written there.
    """
    node, path = plan.node(site), plan.path(site)
    if not isinstance(node, cst.Arg | cst.Element | cst.DictElement) or (
        isinstance(node, cst.Arg) and node.star
    ):
        raise CannotWrite("the data is not written as an argument")
    file, unit = plan.file(site), plan.unit(site)
    behind = [cst.Arg(plan.plain(value, site), **_keyword(keyword)) for keyword, value in arguments]
    if function.startswith("."):
        if not _binds(node.value):
            raise CannotWrite("a method cannot be called on it as it is written")

        def method(value: cst.BaseExpression) -> cst.BaseExpression:
            return cst.Call(cst.Attribute(value, cst.Name(function[1:])), behind)

        return _changed(unit, path, node, method)
    batch = function == "numpy.expand_dims" and tuple(arguments) == ((None, 0),)
    if (
        batch
        and file.names.path_of("numpy", path, file.index(unit.unit)) is None
        and _binds(node.value)
    ):
        # `image[None]` says the same and needs no import.
        none = cst.SubscriptElement(cst.Index(cst.Name("None")))

        def index(value: cst.BaseExpression) -> cst.BaseExpression:
            return cst.Subscript(value, [none])

        make = index
    else:
        name = cst.parse_expression(function_name(file, unit, path, function))

        def call(value: cst.BaseExpression) -> cst.BaseExpression:
            return cst.Call(name, [cst.Arg(value), *behind])

        make = call

    return _changed(unit, path, node, make)


def _changed(
    unit: UnitPlan, path: Path, node: Any, make: Callable[[cst.BaseExpression], cst.BaseExpression]
) -> str:
    def change(run: Pass, now: Any) -> Any:
        return now.with_changes(value=make(now.value))

    unit.change(path, change, AFTER)
    return f"{code(make(node.value))} for {short(code(node.value))}"


def _binds(value: cst.BaseExpression) -> bool:
    """Is it an expression that an index behind it is about as a whole?"""
    return isinstance(value, cst.Name | cst.Attribute | cst.Subscript | cst.Call) or bool(
        value.lpar
    )


def _keyword(name: str | None) -> dict[str, Any]:
    return {} if name is None else {"keyword": cst.Name(name), "equal": EQUAL}
