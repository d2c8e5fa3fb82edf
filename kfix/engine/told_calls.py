"""Data of calls that kfix cannot look into (a data set of a module), as an error states it."""

from __future__ import annotations

from kfix.model.graph import Array
from kfix.model.program import Program
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.model.told import Told

CALL = "fit, evaluate, predict and their like"
"""The `code` of what is told of a call itself: `ordinal` counts the calls, `name` is "x" or "y"."""


def calls_of(program: Program) -> list[Site]:
    """Return the places of the calls that give a model data, each once, in the order of reading."""
    return list(dict.fromkeys(fit.site for fit in program.fits))


def with_told_calls(program: Program, told: tuple[Told, ...]) -> Program:
    """Return a program with what is told of its calls."""
    of_calls = [one for one in told if one.code == CALL]
    if not of_calls:
        return program
    sites = calls_of(program)
    fits = []
    for fit in program.fits:
        for one in of_calls:
            if one.ordinal < len(sites) and fit.site == sites[one.ordinal]:
                array = Array(one.shape or (), one.dtype, one.distinct, one.one_hot)
                key = one.name or "x"
                fit = replace(fit, **{key: array.shape, f"{key}_data": array})
        fits.append(fit)
    return replace(program, fits=tuple(fits))
