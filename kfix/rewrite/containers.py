"""Models that are put into others."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.functions import function_name
from kfix.rewrite.names import scope_of
from kfix.rewrite.plan import Plan
from kfix.rewrite.spots import outermost_loop
from kfix.rewrite.tree import insert_beside, small_statement


def put_into_sequential(plan: Plan, site: Site) -> str:
    """Write `model = Sequential([model])` before the statement that adds to it, or before the loop
    around that.

    Returns the variable of the model.
    """
    path, unit, file = plan.path(site), plan.unit(site), plan.file(site)
    match plan.call(site):
        case cst.Call(func=cst.Attribute(value=cst.Name(value=name))):
            pass
        case _:
            raise CannotWrite("the model is in no variable")
    if {one.scope for one in plan.seen_from(site).of(name)} != {scope_of(path)}:
        raise CannotWrite(f"{name} is a variable of another function")
    cls = cst.parse_expression(function_name(file, unit, path, "keras.models.Sequential"))

    def build(run: object) -> cst.BaseSmallStatement:
        made = cst.Call(cls, [cst.Arg(cst.List([cst.Element(cst.Name(name))]))])
        return cst.Assign([cst.AssignTarget(cst.Name(name))], made)

    statement = small_statement(path)
    loop = outermost_loop(statement)
    if loop is None:
        unit.insert_statement(statement, "before", build)
    else:
        insert_beside(unit, loop, "before", build)
    return name
