"""The variables that hold tensors, as inputs of layers."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.kind_of_spot import spot
from kfix.rewrite.names import scope_of
from kfix.rewrite.plan import Plan
from kfix.rewrite.tree import Path


def write_tensor(plan: Plan, site: Site, input: int, made_at: Site) -> tuple[str, str, str]:
    """Write the variable of the tensor made at a Site over that of the input of this number.

    Returns the old and the new variable, and the text of the layer. Raises `CannotWrite`
    where the tensor is in no variable, or in one that holds another at that place.
    """
    place = spot(plan, site)
    path = place.input(input).path
    if isinstance(path[-1], cst.Arg | cst.Element):
        path = (*path, path[-1].value)
    old = path[-1]
    if not isinstance(old, cst.Name):
        raise CannotWrite("the tensor is no variable")
    name = _variable(plan, site, path, made_at)
    plan.unit(site).change(path, lambda run, now: now.with_changes(value=name))
    return old.value, name, place.text()


def _variable(plan: Plan, site: Site, path: Path, made_at: Site) -> str:
    """Return the variable that holds the tensor and nothing else up to the end of `path`."""
    file, unit = plan.file(site), plan.unit(site)
    made = plan.path(made_at)
    statement = made[-2]
    if (
        plan.file(made_at) is not file
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
