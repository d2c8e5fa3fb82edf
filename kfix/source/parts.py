"""What `compile` and `fit` are given, one by one, each with the place where it is written."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kfix.model.graph import Array, Part, Symbol
from kfix.model.origin import Literal
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source import building
from kfix.source.arrays import FrameV
from kfix.source.calls import Call, Given
from kfix.source.containers import Const, DictV, ListV, Value

VALIDATION = 7
"""The position of `validation_data` among the arguments of `fit`."""

Keyed = tuple[int | str | None, Value, Site | None]


def of_compile(call: Call) -> tuple[Part, ...]:
    """The losses and the metrics of `compile`."""
    found = []
    for role, place in (("loss", 1), ("metrics", 2)):
        given = call.find(place, role)
        if given is not None:
            for key, value, site in _spread(given, flat=role == "metrics"):
                found.append(Part(role, key, building.argument_value(call.at, value), _written(call, value, site)))
    return tuple(found)


def of_fit(call: Call) -> tuple[Part, ...]:
    """The arrays of `fit`, `evaluate`, `predict` and their like."""
    found: list[Part] = []
    x = call.find(0, "x")
    y = None if call.name.startswith("predict") else call.find(1, "y")
    for role, given in (("x", x), ("y", y)):
        found.extend(_arrays(role, given))
    validation = call.find(VALIDATION, "validation_data") if call.name == "fit" else None
    if validation is not None and isinstance(validation.value, ListV) and validation.value.unknown is None:
        pair = validation.value
        for role, value, site in zip(("x", "y"), pair.items, pair.sites, strict=False):
            found.extend(_arrays(role, Given(None, value, site)))
    return tuple(found)


def _arrays(role: str, given: Given | None) -> Iterator[Part]:
    if given is not None:
        for key, value, site in _spread(given):
            if isinstance(value, FrameV):
                yield Part(role, key, value.now(), site)
            elif isinstance(value, Array | Unknown):
                yield Part(role, key, value, site)


def _spread(given: Given, flat: bool = False) -> Iterator[Keyed]:
    """A value, or the values of a list or dict; `flat`: those of the lists in it too, under the outer key."""
    value = given.value
    if isinstance(value, ListV) and value.unknown is None:
        for number, (item, site) in enumerate(zip(value.items, value.sites, strict=True)):
            if flat and isinstance(item, ListV | DictV):
                yield from ((number, one, at) for _, one, at in _spread(Given(None, item, site)))
            else:
                yield (None if flat else number), item, site
    elif isinstance(value, DictV) and value.unknown is None:
        for key, item in value.entries.items():
            if not isinstance(key, int | str):
                continue
            if flat and isinstance(item, ListV):
                yield from ((key, one, at) for _, one, at in _spread(Given(None, item, value.sites.get(key))))
            else:
                yield key, item, value.sites.get(key)
    else:
        yield None, value, given.site


def _written(call: Call, value: Value, site: Site | None) -> Site | None:
    """Where a loss or a metric is written: in the call itself, or at the literal or the call elsewhere that made it."""
    if isinstance(value, Symbol):
        return value.site or site
    if not isinstance(value, Const) or not isinstance(value.origin, Literal):
        return site
    unit = call.frame.unit
    if site is not None and (site.path, site.cell) == (unit.path, unit.cell):
        own = unit.node(site)
        if isinstance(own, cst.Arg) and unit.site(own.value) == value.origin.site:
            return site
    return value.origin.site
