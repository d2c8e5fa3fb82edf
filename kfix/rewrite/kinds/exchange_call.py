"""A call of a function of Keras as one of its sibling, which takes fewer arguments or calls them otherwise."""

from __future__ import annotations

import libcst as cst

from kfix.model.edits import ExchangeCall
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.functions import sibling
from kfix.rewrite.names import dotted
from kfix.rewrite.plan import EQUAL, Plan
from kfix.rewrite.tree import RowRemove


def plan(plan: Plan, edit: ExchangeCall) -> str:
    """Write the new name, take the other arguments out, and give those that stay their keywords."""
    file, unit = plan.file(edit.site), plan.unit(edit.site)
    path, call = plan.path(edit.site), plan.call(edit.site)
    func = call.func
    kept = dict(edit.kept)
    if (
        any(arg.star for arg in call.args)
        or max(kept, default=0) >= len(call.args)
        or not dotted(func)
    ):
        raise CannotWrite("the arguments of the call are not written there")
    if isinstance(func, cst.Attribute):
        unit.change((*path, func, func.attr), lambda run, now: cst.Name(edit.name))
        text = f"{dotted(func.value)}.{edit.name}"
    else:
        text = sibling(file, unit, (*path, func), edit.name)
        unit.change((*path, func), lambda run, now: now.with_changes(value=text))
    for number, arg in enumerate(call.args):
        if number not in kept:
            unit.row(path, RowRemove(id(arg)))
            continue
        keyword = kept[number]
        if keyword is not None and (arg.keyword is None or arg.keyword.value != keyword):
            equal = EQUAL if arg.keyword is None else arg.equal
            name = cst.Name(keyword)

            def change(
                run: object, now: cst.Arg, name: cst.Name = name, equal: object = equal
            ) -> cst.Arg:
                return now.with_changes(keyword=name, equal=equal)

            unit.change((*path, arg), change)
    return f"write {text} for {dotted(func)} {plan.where([edit.site])}"
