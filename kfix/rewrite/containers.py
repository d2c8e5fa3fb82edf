"""Models that are put into others."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite import blocks
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.functions import function_name
from kfix.rewrite.names import scope_of
from kfix.rewrite.plan import Plan
from kfix.rewrite.spots import insert_statement
from kfix.rewrite.tree import enclosing


def put_into_sequential(plan: Plan, site: Site) -> str:
    """Write `model = Sequential([model])` before the statement that adds to it, or before the loop around that.

    Returns the variable of the model.
    """
    path = plan.path(site)
    call = plan.call(site)
    if not isinstance(call.func, cst.Attribute) or not isinstance(call.func.value, cst.Name):
        raise CannotWrite("the model is in no variable")
    name = call.func.value.value
    file, unit = plan.file(site), plan.unit(site)
    bound = file.names.visible(name, scope_of(path), file.index(unit.unit))
    if not bound or any(one.scope != scope_of(path) for one in bound):
        raise CannotWrite(f"{name} is a variable of another function")
    at = enclosing(path, (cst.SimpleStatementLine, cst.SimpleStatementSuite))
    loop = next(
        (place for place in range(at) if isinstance(path[place], cst.For | cst.While)), None
    )
    cls = cst.parse_expression(function_name(file, unit, path, "keras.models.Sequential"))

    def build(run: object) -> cst.BaseSmallStatement:
        made = cst.Call(cls, [cst.Arg(cst.List([cst.Element(cst.Name(name))]))])
        return cst.Assign([cst.AssignTarget(cst.Name(name))], made)

    if loop is not None:
        unit.block(path[:loop], blocks.Insert(path[loop], "before", build))
    else:
        insert_statement(unit, path, at, path[at + 1], "before", build)
    return name
