"""Another tensor as an input of a layer: the variable that holds it."""

from __future__ import annotations

import libcst as cst

from kfix.model.edits import ExchangeTensor
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.kind_of_spot import spot
from kfix.rewrite.names import scope_of
from kfix.rewrite.plan import Plan
from kfix.rewrite.tree import Path


def plan(plan: Plan, edit: ExchangeTensor) -> str:
    """Write the name of the other tensor's variable over that of the one that is there."""
    place = spot(plan, edit.site).input(edit.input)
    path = place.path
    if isinstance(path[-1], cst.Arg | cst.Element):
        path = (*path, path[-1].value)
    old = path[-1]
    if not isinstance(old, cst.Name):
        raise CannotWrite("the tensor is no variable")
    name = _variable(plan, edit, path)
    plan.unit(edit.site).change(path, lambda run, now: now.with_changes(value=name))
    return (
        f"take {name} for {old.value} in {spot(plan, edit.site).text()} {plan.where([edit.site])}"
    )


def _variable(plan: Plan, edit: ExchangeTensor, path: Path) -> str:
    """The variable that holds the tensor made at `given` and nothing else up to the end of `path`."""
    file, unit = plan.file(edit.site), plan.unit(edit.site)
    made = plan.path(edit.given)
    statement = made[-2]
    if (
        plan.file(edit.given) is not file
        or not isinstance(statement, cst.Assign)
        or statement.value is not made[-1]
    ):
        raise CannotWrite("the tensor has no name")
    targets = [each.target for each in statement.targets]
    if len(targets) != 1 or not isinstance(targets[0], cst.Name):
        raise CannotWrite("the tensor has no name")
    name = targets[0].value
    bound = file.names.visible(name, scope_of(path), file.index(unit.unit))
    mine = next((node for node in reversed(path) if isinstance(node, cst.BaseSmallStatement)), None)
    before = []
    for binding in bound:  # in the order of the text
        if binding.way[-1] is mine:
            break
        before.append(binding.way[-1])
    if not before or before[-1] is not statement:
        raise CannotWrite(f"{name} is another tensor there")
    return name
