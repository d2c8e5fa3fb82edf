"""A model with the places of its layers and its data, before any finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from kfix.engine.results import Group, ModelResult
from kfix.model.graph import Model
from kfix.model.program import Program
from kfix.model.site import Site
from kfix.shapes import Trace, unknowns

T = TypeVar("T")


def describe(group: Group, program: Program) -> ModelResult:
    """Return a model with its places and its data."""
    places = {site: program.place(site) for site in _sites(group)}
    uids = group.uids
    # Each call once, for all the instances.
    calls = {fit.site: fit for fit in reversed(program.fits) if fit.model in uids}
    fits = [(fit, program.place(site)) for site, fit in reversed(calls.items())]
    place = program.place(group.models[0].site)
    return ModelResult(group.models, group.traces, place, group.nested, places=places, fits=fits)


def _sites(group: Group) -> Iterator[Site]:
    """Yield the sites of layers and their calls, those of nested models too, and of unknowns."""
    models = _with_nested([*group.models, *_bodies(group.traces)])
    for node in chain.from_iterable(model.nodes for model in models):
        yield from (node.layer.site, node.site)
    traced = chain.from_iterable(trace.nodes.values() for trace in group.traces)
    links = chain.from_iterable(unknowns(one.outputs) for one in traced)
    yield from (link.site for link in links if link.site is not None and link.site.path)


def _bodies(traces: Sequence[Trace]) -> list[Model]:
    """Return what the layers of the program inside these traces do, as models."""
    inside = _reached(traces, lambda trace: (one.inner for one in trace.nodes.values()))
    return [trace.model for trace in inside[len(traces) :]]


def _with_nested(models: Sequence[Model]) -> list[Model]:
    """Return models and those that are layers of them, each once."""
    return _reached(models, lambda model: (node.layer.model for node in model.nodes))


def _reached(first: Sequence[T], inner: Callable[[T], Iterable[T | None]]) -> list[T]:
    """Return things and those that are inside them, however deep, each once."""
    found = {id(one): one for one in first}
    waiting = [*first]
    for one in waiting:
        new = {id(other): other for other in filter(None, inner(one)) if id(other) not in found}
        found |= new
        waiting += new.values()
    return [*found.values()]
