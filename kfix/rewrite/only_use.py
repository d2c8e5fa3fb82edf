"""The one place where an input goes into the graph of its model."""

from __future__ import annotations

import libcst as cst

from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.names import Binding
from kfix.rewrite.nodes import Path, depth_of, given_for, last_name, names_in, only, parameters
from kfix.rewrite.spots import Spot
from kfix.rewrite.tree import UnitPlan
from kfix.rewrite.variables import cells_behind, uses_of

Use = tuple[UnitPlan, Path]
"""A unit, and the way to where a variable is read in it."""


def only_use(spot: Spot, name: str) -> Use:
    """Return where a layer can be put on an input: `Model(...)` needs the input itself.

    Where the input is handed to a function that makes the model, that is in it. Raises
    `CannotWrite` where the variable is read in other places too.
    """
    uses = [use for use in _uses(spot, name) if not _in_model(use[1])]
    use = only(uses)
    if use is not None:
        use = only(_handed_on(spot, use) or [use])
    if use is None or not isinstance(use[1][-2], cst.Arg | cst.Element | cst.Assign):
        raise CannotWrite("the input's variable stands for the input in other places too")
    return use


def _uses(spot: Spot, name: str) -> list[Use]:
    """Return where the variable is read in its function, or in its cell and those behind it."""
    tops: list[Use] = [(spot.unit, spot.path)]
    if depth_of(spot.path, cst.FunctionDef) is None:
        file = spot.plan.file(spot.site)
        tops += [(file.unit(unit.cell), (unit.module,)) for unit in cells_behind(spot)]
    return [(unit, way) for unit, top in tops for way in uses_of(top, name)]


def _in_model(way: Path) -> bool:
    """Return whether it is an argument of `Model(...)`."""
    calls = {last_name(node.func) for node in way if isinstance(node, cst.Call)}
    return not calls.isdisjoint({"Model", "Functional"})


def _handed_on(spot: Spot, use: Use) -> list[Use]:
    """Return the uses of an input in the function that it is handed to, if that makes the model of
    it; else none.
    """
    match use[1][-3:]:
        case [cst.Call(func=cst.Name(value=name)) as call, cst.Arg() as arg, _]:
            found = _definition(spot, name)
            return _in_function(spot, found, call, arg) if found is not None else []
    return []


def _in_function(spot: Spot, found: Binding, call: cst.Call, arg: cst.Arg) -> list[Use]:
    """Return the uses of what a call gives as this argument, if a model is made of it."""
    unit = spot.plan.file(spot.site).unit_of(found)
    names = [one.name.value for one in parameters(cst.ensure_type(found.way[-1], cst.FunctionDef))]
    given = [name for name in names if given_for(call, names, name) is arg]
    uses = [way for name in given for way in uses_of(found.way, name)]
    inside = [(unit, way) for way in uses if not _in_model(way)]
    if len(inside) == len(uses):
        return []
    return inside


def _definition(spot: Spot, name: str) -> Binding | None:
    """Return what binds the one function of this name at the top of the file, called once."""
    file = spot.plan.file(spot.site)
    mentions = sum(list(names_in(unit.module)).count(name) for unit in file.document.units)
    match file.names.of(name):
        case [Binding(way=[_, cst.FunctionDef()]) as found] if mentions == 2:  # that, and the call
            return found
    return None
