"""A model with the places of its layers and its data, before any finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.engine.results import Group, ModelResult
from kfix.model.graph import Model
from kfix.model.program import Program
from kfix.model.site import Site
from kfix.shapes import Trace, unknowns


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
    for model in _with_nested([*group.models, *_bodies(group.traces)]):
        for node in model.nodes:
            yield node.layer.site
            yield node.site
    for trace in group.traces:
        for traced in trace.nodes.values():
            for link in unknowns(traced.outputs):
                if link.site is not None and link.site.path:
                    yield link.site


def _bodies(traces: Sequence[Trace]) -> Iterator[Model]:
    """Yield what the layers of the program inside these traces do, as models."""
    waiting = [*traces]
    for trace in waiting:
        inner = [traced.inner for traced in trace.nodes.values() if traced.inner is not None]
        waiting += [one for one in inner if one not in waiting]
        yield from (one.model for one in inner)


def _with_nested(models: Sequence[Model]) -> list[Model]:
    """Return models and those that are layers of them, each once."""
    found = list(models)
    known = set(map(id, found))
    for model in found:
        for node in model.nodes:
            inner = node.layer.model
            if inner is not None and id(inner) not in known:
                known.add(id(inner))
                found.append(inner)
    return found
