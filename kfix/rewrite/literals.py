"""Literals that are given another value where they are written."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import Path, assigned_name, keyword_of
from kfix.rewrite.plan import Plan
from kfix.rewrite.tree import Pass, Phase
from kfix.rewrite.values import Form, spelled


def write_literal(plan: Plan, site: Site, value: object, role: str) -> str:
    """Write a value over a literal, with the quotes and parentheses that stand there.

    Returns both in words, as `NUM_CLASSES = 3 to 10`; `role` is what the value is for.
    Raises `CannotWrite` where no literal stands there.
    """
    path = plan.path(site)
    new: cst.CSTNode
    match path[-1]:
        case cst.FormattedStringText() as text:
            new = _text(text, value)
            said = f"{plan.text(site)} to {value}"
        case cst.BaseExpression() if value == 0 and (whole := _sum(path)) is not None:
            return _write_other(plan, site, path[:-1], whole)
        case cst.BaseExpression() as old:
            number = spelled(value, plan.file(site).style, Form(old))
            new = _bracketed(number, path)
            said = f"{_name(plan, site, path, role)} to {_code(new)}"
        case _:
            raise CannotWrite("the constant is not a literal")
    plan.unit(site).put(path, new)
    return said


def _sum(path: Path) -> cst.BaseExpression | None:
    """Return what a number is added to, or taken from, `None` where it is not written so."""
    match path[-2]:
        case cst.BinaryOperation(left=left, operator=cst.Add(), right=right):
            return right if left is path[-1] else left
        case cst.BinaryOperation(left=left, operator=cst.Subtract()) if left is not path[-1]:
            return left
    return None


def _write_other(plan: Plan, site: Site, path: Path, other: cst.BaseExpression) -> str:
    """Write the other operand of a sum for the whole: `latent` for `latent + 1`, not `latent + 0`.

    Returns both in words.
    """
    whole = path[-1]
    assert isinstance(whole, cst.BinaryOperation)
    field = "left" if whole.left is other else "right"
    outer = {"lpar": whole.lpar, "rpar": whole.rpar}

    def change(run: Pass, now: cst.CSTNode) -> cst.CSTNode:
        found: cst.CSTNode = getattr(now, field)
        if isinstance(other, cst.BinaryOperation) and not other.lpar:
            return found.with_changes(**outer)
        return found

    plan.unit(site).change(path, change, Phase.REPLACE)
    return f"{_code(whole)} to {_code(other)}"


def _text(node: cst.FormattedStringText, value: object) -> cst.FormattedStringText:
    """Return the text between the braces of an f-string, where nothing in it would have to be
    escaped.
    """
    plain = isinstance(value, str) and value.isprintable()
    if not plain or set(f"{node.value}{value}") & set("\\'\""):
        raise CannotWrite("the text would have to be escaped")
    return node.with_changes(value=str(value).replace("{", "{{").replace("}", "}}"))


def _bracketed(value: cst.BaseExpression, path: Path) -> cst.BaseExpression:
    """Return the value, in brackets where its minus sign would be torn off, as in `2 ** 3`."""
    if not isinstance(value, cst.UnaryOperation) or value.lpar:
        return value
    match path[-2]:
        case cst.BinaryOperation(operator=cst.Power(), left=left) if left is not path[-1]:
            return value
        case cst.Attribute() | cst.UnaryOperation() | cst.BinaryOperation(operator=cst.Power()):
            return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return value


def _name(plan: Plan, site: Site, path: Path, role: str) -> str:
    """`NUM_CLASSES = 3` where the literal is all that a name is bound to, else the literal and what
    it is for.
    """
    text = plan.text(site)
    match path[-4:-1]:
        case [cst.Subscript() as whole, _, cst.Index()]:
            return f"the index of {_code(whole)}"
        case [*_, cst.Param(name=cst.Name(value=name))]:
            return f"{name}={text}"
        case [*_, cst.Arg() as arg]:
            if keyword_of(arg) is not None:
                return f"{keyword_of(arg)}={text}"
            return f"{role} {text}".strip()
        case [*_, cst.Assign() as statement] if assigned_name(statement) is not None:
            return f"{assigned_name(statement)} = {text}"
    return text


def _code(node: cst.CSTNode) -> str:
    """Return the text of an expression without the brackets around it."""
    return cst.Module([]).code_for_node(node.with_changes(lpar=[], rpar=[]))
