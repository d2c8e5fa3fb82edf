"""Outputs of layers by the names that they are assigned to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from kfix.model.code import NewLayer
from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.kind_of_spot import spot
from kfix.rewrite.nodes import elements_of, single_target
from kfix.rewrite.plan import Plan
from kfix.rewrite.spots import LayerOf
from kfix.rewrite.tree import Pass


def join_outputs(
    plan: Plan, site: Site, pairs: Sequence[tuple[int, int, int]], join: NewLayer
) -> list[str]:
    """Write `state = Concatenate()([state, other])` for each pair, on a line of its own behind the
    layer.

    Of a pair the first is the number of the output that is replaced, the others are those
    that are joined. Returns the new statements.
    """
    place = spot(plan, site)
    statement = place.path[-2]
    if not isinstance(statement, cst.Assign) or statement.value is not place.path[-1]:
        raise CannotWrite("the outputs have no names")
    names = _names(statement)
    if max(map(max, pairs)) >= len(names):
        raise CannotWrite("the outputs have no names of their own")
    layer, put = place.spelled(join, "after")
    said = []
    for pair in pairs:
        replaced, *joined = (names[number] for number in pair)
        said.append(f"{replaced} = {layer.text}([{', '.join(joined)}])")
        build = _assignment(replaced, joined, put)
        place.unit.insert_statement(place.path[:-1], "after", build)
    return said


def _names(statement: cst.Assign) -> list[str]:
    """Return the names that the outputs are assigned to, each its own; none where they have no such
    names.
    """
    row = single_target(statement)
    names: list[str] = []
    for element in elements_of(row):
        match element:
            case cst.Element(value=cst.Name(value=name)) if name not in names:
                names.append(name)
            case _:
                return []
    return names


def _assignment(
    name: str, joined: Sequence[str], layer: LayerOf
) -> Callable[[Pass], cst.BaseSmallStatement]:
    """Return what makes `state = Concatenate()([state, other])`."""

    def build(run: Pass) -> cst.BaseSmallStatement:
        both = cst.List([cst.Element(cst.Name(one)) for one in joined])
        return cst.Assign([cst.AssignTarget(cst.Name(name))], cst.Call(layer(run), [cst.Arg(both)]))

    return build
