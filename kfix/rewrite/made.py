"""The expressions that make what is given somewhere, under a name perhaps."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.names import Binding, View
from kfix.rewrite.nodes import Path, assigned_name, is_above, name_of, only, reads, value_way
from kfix.rewrite.plan import Plan


def made_at(view: View, path: Path) -> Path:
    """Return the way to the expression that makes a value, in its variable if it has one."""
    name = name_of(path[-1])
    if name is None:
        return path
    match only(view.of(name)):
        case Binding(way=(*_, cst.Assign(value=value) as statement) as way):
            if assigned_name(statement) == name:
                return (*way, value)
    raise CannotWrite("the array is not made at one place")


def write_source(plan: Plan, site: Site, names: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Write the second name of a pair over the first in the expression that makes what is given.

    Returns both. Raises `CannotWrite` unless the first name of one pair alone is there.
    """
    view = plan.seen_from(site)
    made = made_at(view, value_way(plan.path(site)))
    found = only([(pair, [*reads(made, pair[0])]) for pair in names if any(reads(made, pair[0]))])
    if found is None:
        raise CannotWrite("the expression is not made of one of the variables")
    (old, new), ways = found
    if not all(is_above(binding.way, made) for binding in view.of(new)):
        raise CannotWrite(f"{new} is not made before")
    for way in ways:
        plan.unit(site).put(way, cst.Name(new))
    return old, new
