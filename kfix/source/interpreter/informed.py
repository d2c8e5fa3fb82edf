"""An interpreter that is given observed values.

Where an expression is unknown, its value is the one that was observed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Dim
from kfix.model.observed import Observed
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import Const, first
from kfix.source.interpreter.interpreter import Frame, Interpreter
from kfix.source.interpreter.provenance import as_value
from kfix.source.syntax.document import Unit
from kfix.source.syntax.positions import code_of

Key = tuple[str, int | None, str, int]
"""File, cell, source of an expression, and which of the same source it is."""


class InformedInterpreter(Interpreter):
    """Evaluates as any other, but for what is unknown and was observed."""

    def __init__(self, shapes: Any, project: Any, observed: Iterable[Observed]) -> None:
        super().__init__(shapes, project)
        self._observed: dict[Key | None, list[Observed]] = {}
        for one in observed:
            key = (one.path, one.cell, one.code, one.ordinal)
            self._observed.setdefault(key, []).append(one)
        self._found: dict[Site, list[Observed]] = {}
        self._noted: dict[Site, dict[cst.CSTNode, Unit]] = {}

    def eval(self, node: cst.CSTNode, frame: Frame) -> AbstractValue:
        """Return what an expression is worth, what was observed where that is unknown; raises
        `BudgetHit`.
        """
        value = super().eval(node, frame)
        if not self._observed:
            self._note(value, node, frame.unit)
        if isinstance(value, Unknown):
            observed = self._of(value, node)
            if observed is not None:
                return _value(observed, value)
        if isinstance(value, Array):
            return self._array(value, node)
        return value

    def expressions_of(self, site: Site) -> list[str]:
        """Return the expressions whose value, or shape, is the unknown of a place.

        They are noted where nothing was observed.
        """
        noted = self._noted.get(site, {})
        codes = dict.fromkeys(code_of(unit.module, node) for node, unit in noted.items())
        return list(codes)

    def _note(self, value: AbstractValue, node: cst.CSTNode, unit: Unit) -> None:
        """Note an expression under the places of what is unknown of it."""
        for unknown in _unknowns(value):
            if unknown.site is not None:
                self._noted.setdefault(unknown.site, {}).setdefault(node, unit)

    def _array(self, array: Array, node: cst.CSTNode) -> Array:
        """Return an array with the shape that was observed, where its own is not known."""
        shape = array.shape
        if isinstance(shape, Unknown):
            observed = self._of(shape, node)
            return array if observed is None else _array(observed, array)
        dims, last = list(shape), array
        for axis, dim in enumerate(shape):
            one = self._of(dim, node) if isinstance(dim, Unknown) else None
            seen = shape if one is None else first(one.array_shape, shape)
            if one is not None and len(seen) == len(shape):
                dims[axis] = seen[axis]
                last = replace(_array(one, array), shape=tuple(dims), origin=array.origin)
        return last

    def _of(self, unknown: Unknown, node: cst.CSTNode) -> Observed | None:
        """Return the observed value of an expression that is unknown."""
        site = unknown.site
        if site is None:
            return None
        several = self._found.get(site)
        if several is None:
            several = self._found[site] = self._observed_at(site)
        if not several:
            return None
        name = (
            node.value
            if isinstance(node, cst.Name)
            else code_of(self.units[site.path, site.cell].module, node)
        )
        return next((one for one in several if one.name in (None, name)), None)

    def _observed_at(self, site: Site) -> list[Observed]:
        unit = self.units.get((site.path, site.cell))
        if unit is None:
            return []
        return self._observed.get(key_of(unit, site), [])


def _unknowns(value: AbstractValue) -> list[Unknown]:
    """Return what is unknown of a value: itself, its shape, or dims of that."""
    parts: tuple[object, ...] = (value,)
    if isinstance(value, Array):
        shape = value.shape
        parts = shape if isinstance(shape, tuple) else (shape,)
    return [part for part in parts if isinstance(part, Unknown)]


def key_of(unit: Unit, site: Site) -> Key | None:
    """Return what a piece of syntax is found again by, after an edit elsewhere; `None` where it has
    no text.
    """
    try:
        start, _ = unit.span(site)
        around = unit.path_to(site)
    except KeyError:
        return None
    code = code_of(unit.module, unit.node(site))
    if len(around) > 1 and isinstance(around[-2], cst.Param):
        functions = [one.name.value for one in around if isinstance(one, cst.FunctionDef)]
        return site.path, site.cell, f"{'.'.join(functions)}({code})", 0
    return site.path, site.cell, code, unit.text.count(code, 0, start)


def _value(observed: Observed, unknown: Unknown) -> AbstractValue:
    """Return the value that was observed in the place of an unknown one."""
    match observed:
        case Observed(number=int() as number):
            return Const(number)
        case Observed(is_tuple=True, shape=tuple() as dims):
            return as_value(dims)
    return _array(observed, Array(unknown))


def _array(observed: Observed, array: Array) -> Array:
    """Return an array of the shape that was observed, with what else is known of it."""
    shape: tuple[Dim, ...] | Unknown = array.shape
    if observed.array_shape is not None:
        shape = observed.array_shape
    return Array(
        shape,
        array.dtype or observed.dtype,
        array.distinct if array.distinct is not None else observed.distinct,
        array.one_hot or observed.one_hot,
        array.again,
    )
