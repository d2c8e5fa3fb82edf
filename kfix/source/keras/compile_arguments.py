"""The losses and metrics of `compile`, each with the place where it is written."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Symbol
from kfix.model.origin import Literal
from kfix.model.program import Part
from kfix.model.site import Site
from kfix.source.interpreter.calls import Call, Given
from kfix.source.interpreter.containers import Const, DictV, ListV
from kfix.source.interpreter.values import FunctionV
from kfix.source.keras.argument_values import argument_value
from kfix.source.syntax.document import Unit
from kfix.source.syntax.tree import below

Keyed = tuple[int | str | None, AbstractValue, Site | None]
"""One of several values: the number or the name of the output that it is for, and its place."""


def of_compile(call: Call) -> tuple[Part, ...]:
    """Return the losses and the metrics of `compile`."""
    return (*_losses(call), *_metrics(call))


def _losses(call: Call) -> Iterator[Part]:
    """Yield the losses, each with the output that it is for where there are several."""
    given = call.find(1, "loss")
    if given is None:
        return
    for key, value, site in keyed(given):
        compares = isinstance(value, FunctionV) and _compares(value)
        loss = argument_value(call.interpreter, value)
        yield Part("loss", key, loss, _written(call, value, site), compares=compares)


def _metrics(call: Call) -> Iterator[Part]:
    """Yield the metrics.

    Those of a list in a list or dictionary come with the output that the list is for.
    """
    given = call.find(2, "metrics")
    if given is None:
        return
    for key, value, site in _flat(given):
        metric = argument_value(call.interpreter, value)
        yield Part("metrics", key, metric, _written(call, value, site))


# --- values one by one --------------------------------------------------------------------


def keyed(given: Given) -> Iterator[Keyed]:
    """Yield a value, or the values of a list or dictionary with their numbers or keys."""
    match given.value:
        case ListV(items=items, sites=places, unknown=None):
            for number, (item, site) in enumerate(zip(items, places, strict=True)):
                yield number, item, site
        case DictV(entries=entries, sites=sites, unknown=None):
            for key, item in entries.items():
                if isinstance(key, int | str):
                    yield key, item, sites.get(key)
        case value:
            yield None, value, given.site


_NESTED: dict[bool, tuple[type[AbstractValue], ...]] = {True: (ListV, DictV), False: (ListV,)}
"""What holds several values, in a list or elsewhere."""


def _flat(given: Given) -> Iterator[Keyed]:
    """Yield the values of a list or dictionary, and those of the lists in it under the outer key.

    A value of the list itself is for all outputs.
    """
    of_list = isinstance(given.value, ListV)
    for key, item, site in keyed(given):
        if isinstance(item, _NESTED[of_list]):
            for _, one, place in keyed(Given(None, item, site)):
                yield key, one, place
        elif of_list:
            yield None, item, site
        else:
            yield key, item, site


# --- functions of the program -------------------------------------------------------------


def _compares(function: FunctionV) -> bool:
    """Return whether a loss takes its two parameters from each other as they are.

    Such a loss is `K.square(y_true - y_pred)`.
    """
    names = {param.name.value for param in function.node.params.params}
    if len(names) != 2:
        return False
    nodes = list(below(function.node.body, (cst.Name, cst.Param)))
    if any(_rebinds(node, names) for node in nodes):
        return False
    return any(_is_difference(node, names) for node in nodes)


def _rebinds(node: cst.CSTNode, names: set[str]) -> bool:
    """Return whether an assignment may bind one of the names to another value."""
    if not isinstance(node, cst.AssignTarget | cst.AugAssign):
        return False
    return not isinstance(node.target, cst.Name) or node.target.value in names


def _is_difference(node: cst.CSTNode, names: set[str]) -> bool:
    """Return whether a node takes one of two names from the other, `y_true - y_pred`."""
    match node:
        case cst.BinaryOperation(
            operator=cst.Subtract(), left=cst.Name(value=one), right=cst.Name(value=other)
        ):
            return {one, other} == names
    return False


# --- places -------------------------------------------------------------------------------


def _written(call: Call, value: AbstractValue, site: Site | None) -> Site | None:
    """Return where a loss or a metric is written.

    That is in the call itself, or at the literal or the call that made it.
    """
    match value:
        case Symbol():
            return value.site or site
        case Const(origin=Literal(site=literal)):
            if site is None or not _is_argument(call.frame.unit, site, literal):
                return literal
    return site


def _is_argument(unit: Unit, site: Site, literal: Site) -> bool:
    """Return whether an argument of a call in this unit is the literal itself."""
    if not unit.holds(site):
        return False
    node = unit.node(site)
    return isinstance(node, cst.Arg) and unit.site(node.value) == literal
