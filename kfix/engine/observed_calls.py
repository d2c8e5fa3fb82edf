"""Data of calls that kfix cannot look into (a data set of a module), as an error states it."""

from __future__ import annotations

from functools import reduce
from itertools import count

from kfix.model.graph import Array
from kfix.model.observed import Observed
from kfix.model.program import Fit, Program
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
    return replace(fit, **{key: array.shape, f"{key}_data": array})
