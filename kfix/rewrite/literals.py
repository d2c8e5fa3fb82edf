"""Literals that are given another value where they are written."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.plan import Plan
from kfix.rewrite.tree import Change, Pass, Path
from kfix.rewrite.values import spelled


def write_literal(plan: Plan, site: Site, value: object, role: str) -> str:
    """Write a value over a literal, with the quotes and parentheses that stand there.

    Returns both in words, as `NUM_CLASSES = 3 to 10`; `role` is what the value is for.
    Raises `CannotWrite` where no literal stands there.
    """
    node, path = plan.node(site), plan.path(site)
    if isinstance(node, cst.FormattedStringText):
        plan.unit(site).change(path, _text(node, value))
        return f"{plan.text(site)} to {value}"
    if not isinstance(node, cst.BaseExpression):
        raise CannotWrite("the constant is not a literal")
    new = spelled(value, plan.file(site).style, like=node)
    if isinstance(new, cst.UnaryOperation) and not new.lpar and _binds_closer(path):
        new = new.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    plan.unit(site).change(path, _change(new))
    return f"{_name(plan, site, path, role)} to {_code(new)}"


def _text(node: cst.FormattedStringText, value: object) -> Change:
    """The text between the braces of an f-string, where nothing in it would have to be escaped."""
    if (
        not isinstance(value, str)
        or not value.isprintable()
        or any(sign in node.value + value for sign in "\\'\"")
    ):
        raise CannotWrite("the text would have to be escaped")
    written = node.with_changes(value=value.replace("{", "{{").replace("}", "}}"))

    def change(run: Pass, node: cst.CSTNode) -> cst.CSTNode:
        return written

    return change


def _change(value: cst.BaseExpression) -> Change:
    def change(run: Pass, node: cst.BaseExpression) -> cst.BaseExpression:
        return value

    return change


def _binds_closer(path: Path) -> bool:
    """Would a minus sign be torn off here, as in `2 ** 3`?"""
    above = path[-2]
    return isinstance(above, cst.Attribute | cst.UnaryOperation) or (
        isinstance(above, cst.BinaryOperation)
        and isinstance(above.operator, cst.Power)
        and above.left is path[-1]
    )


def _name(plan: Plan, site: Site, path: Path, role: str) -> str:
    """`NUM_CLASSES = 3` where the literal is all that a name is bound to, else the literal and what it is for."""
    above = path[-2]
    if isinstance(above, cst.Index) and len(path) > 3 and isinstance(path[-4], cst.Subscript):
        return f"the index of {_code(path[-4])}"
    if isinstance(above, cst.Arg) and above.keyword is not None:
        return f"{above.keyword.value}={plan.text(site)}"
    if isinstance(above, cst.Param):
        return f"{above.name.value}={plan.text(site)}"
    if isinstance(above, cst.Arg) and role:
        return f"{role} {plan.text(site)}"
    if (
        isinstance(above, cst.Assign)
        and len(above.targets) == 1
        and isinstance(above.targets[0].target, cst.Name)
    ):
        return f"{above.targets[0].target.value} = {plan.text(site)}"
    return plan.text(site)


def _code(node: cst.BaseExpression) -> str:
    return cst.Module([]).code_for_node(node.with_changes(lpar=[], rpar=[]))
