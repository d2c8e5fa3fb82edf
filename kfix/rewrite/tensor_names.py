"""The variables that hold tensors, as inputs of layers."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.kind_of_spot import spot
from kfix.rewrite.nodes import Path, assigned_name, value_way
from kfix.rewrite.plan import Plan
from kfix.rewrite.tree import small_statement


def input_name(plan: Plan, site: Site, input: int, error: str) -> tuple[Path, cst.Name]:
    """Return the variable that is the input of this number, and the way to it; raises `CannotWrite`
    if it is none.
    """
    path = value_way(spot(plan, site).input(input).path)
    value = path[-1]
    if not isinstance(value, cst.Name):
        raise CannotWrite(error)
    return path, value


def write_tensor(
    plan: Plan, site: Site, input: int, made_at: Site, name: str = ""
) -> tuple[str, str, str]:
    """Write the variable of the tensor made at a Site over that of the input of this number.

    `name` is that variable, where it is known. Returns the old and the new variable, and the
    text of the layer. Raises `CannotWrite` where the tensor is in no variable, or in one that holds
    another at that place.
    """
    path, old = input_name(plan, site, input, "the tensor is not a variable")
    name = name or _variable(plan, site, path, made_at)
    plan.unit(site).set_fields(path, value=name)
    return old.value, name, spot(plan, site).text()


def _variable(plan: Plan, site: Site, path: Path, made_at: Site) -> str:
    """Return the variable that holds the tensor and nothing else up to the end of `path`."""
    file = plan.file(site)
    *_, statement, made = plan.path(made_at)
    name = assigned_name(statement)
    whole = isinstance(statement, cst.Assign) and statement.value is made
    if name is None or not whole or plan.file(made_at) is not file:
        raise CannotWrite("the tensor has no name")
    ways = [one.way[-1] for one in file.seen_from(path, plan.unit(site)).of(name)]
    mine = small_statement(path)[-1]
    before = ways[: next((at for at, one in enumerate(ways) if one is mine), len(ways))]
    if not before or before[-1] is not statement:  # in the order of the text
        raise CannotWrite(f"{name} is another tensor there")
    return name
