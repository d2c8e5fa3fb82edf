"""Data of calls that kfix cannot look into (a data set of a module), as an error states it."""

from __future__ import annotations

from functools import reduce
from itertools import count

from kfix.model.graph import Array
from kfix.model.observed import Observed
from kfix.model.program import Batches, Fit, Part, Program
from kfix.model.record import replace
from kfix.model.site import Site

CALL = "fit, evaluate, predict and their like"
"""The `code` of a value of a call itself: `ordinal` counts the calls, `name` is "x" or "y"."""


def calls_of(program: Program) -> list[Site]:
    """Return the places of the calls that give a model data, each once, in the order of reading."""
    return list(dict.fromkeys(fit.site for fit in program.fits))


def with_observed_calls(program: Program, observed: tuple[Observed, ...]) -> Program:
    """Return a program with the observed values of its calls."""
    if not any(one.code == CALL for one in observed):
        return program
    several = zip(calls_of(program), count(), strict=False)
    observed_of = {
        site: [one for one in observed if (one.code, one.ordinal) == (CALL, number)]
        for site, number in several
    }
    fits = tuple(reduce(_with_observed, observed_of[fit.site], fit) for fit in program.fits)
    return replace(program, fits=fits)


def _with_observed(fit: Fit, one: Observed) -> Fit:
    """Return a call with one observed array."""
    array = Array(one.shape or (), one.dtype, one.distinct, one.one_hot)
    key = one.name or "x"
    parts = tuple(_given(part, key, array) for part in fit.parts)
    given = fit.batches or (Batches(None, fit.y_data, fit.site, size=fit.batch),)
    batches = tuple(_in_batches(batch, key, array) for batch in given)
    changed = {key: array.shape, f"{key}_data": array, "parts": parts, "batches": batches}
    return replace(fit, **changed)


def _given(part: Part, key: str, array: Array) -> Part:
    """Return what a call is given, the array where it is the whole of that role."""
    is_whole = (part.role, part.key, part.aside) == (key, None, False)
    return replace(part, value=array) if is_whole else part


def _in_batches(batches: Batches, key: str, array: Array) -> Batches:
    """Return what a call gives a model in batches, with the array where they are not aside."""
    match batches.aside, key, array.shape, batches.size:
        case True, *_:
            return batches
        case False, "x", (int() as count, *_), size:
            return replace(batches, x=array, size=min(count, size or count))
    return replace(batches, **{key: array})
