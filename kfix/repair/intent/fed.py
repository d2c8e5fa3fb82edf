"""What a model should give, since another is called on it: pictures of a generator, as the discriminator takes them."""

from __future__ import annotations

from kfix.model import Model, Program, Shape, Unknown
from kfix.repair.apply import apply
from kfix.repair.intent.data import compares, conflict_of, declared
from kfix.repair.target import Target
from kfix.repair.view import View
from kfix.shapes import Trace, Tracer


def wanted(model: Model, trace: Trace, program: Program, tracer: Tracer) -> Target | None:
    """The input of the one model that is called on what this one gives of data, where it does not take that.

    A model that is called on data of another shape than its input has says nothing.
    """
    given = trace.outputs[0]
    found: dict[tuple[int, ...], Target] = {}
    for feed in program.feeds:
        taker = next((one for one in program.models if one.uid == feed.taker), None)
        if feed.giver != model.uid or taker is None or not isinstance(given, tuple):
            continue
        own = tracer.trace(taker)
        entry = own.inputs[0] if len(own.inputs) == 1 and declared(taker) else None
        dims = _known(entry) if isinstance(entry, tuple) else None
        if dims is None or own.refusal is not None or _contradicted(taker, dims, program):
            return None
        if _takes(taker, own, given, program, tracer):
            return None
        name = next(iter(program.known_as.get(taker.uid, ())), taker.name) or "another model"
        source = f"{name}, which is called on it"
        found[dims] = Target(dims, source=source, site=feed.site, weight="strong")
    return next(iter(found.values())) if len(found) == 1 else None


def _takes(taker: Model, own: Trace, given: Shape, program: Program, tracer: Tracer) -> bool:
    """Does it take what it is given as well? A Sequential does not compare sizes: only its layers do."""
    if taker.kind != "sequential" or compares(taker.nodes[0].layer):
        return False
    candidate = next(conflict_of(View(taker, own), program, tracer).set_input(None, given[1:], "input-data", ""), None)
    if candidate is None:
        return True
    now = tracer.trace(apply(taker, candidate.edits))
    return now.refusal is None and now.params == own.params


def _known(shape: Shape) -> tuple[int, ...] | None:
    dims = tuple(dim for dim in shape[1:] if isinstance(dim, int) and not isinstance(dim, Unknown))
    return dims if len(dims) == len(shape) - 1 else None


def _contradicted(taker: Model, dims: tuple[int, ...], program: Program) -> bool:
    """Is it called on data of another shape, too?"""
    shapes = [feed.shape for feed in program.feeds if feed.taker == taker.uid and feed.giver is None]
    known = [_known(shape) for shape in shapes if isinstance(shape, tuple) and shape]
    return any(one is not None and one != dims for one in known)
