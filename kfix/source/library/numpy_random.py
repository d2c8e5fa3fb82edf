"""NumPy's random numbers: of the module, of a `RandomState` and of a `Generator`."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array
from kfix.model.record import replace
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import Const, ListV
from kfix.source.library.arguments import Bound, integer, is_none, written
from kfix.source.library.literals import array_of
from kfix.source.library.results import broadcast
from kfix.source.library.signatures import (
    Rule,
    function,
    function_row,
    method,
    method_row,
    within,
)

function_row(
    within("numpy.random", "default_rng RandomState Generator"), "**_", 'object("generator")'
)


def _row(names: str, parameters: str, result: str) -> None:
    """Declare functions of the module that a generator has as methods."""
    function_row(within("numpy.random", names), parameters, result)
    method_row(within("generator", names), parameters, result)


_row("seed shuffle", "**_", "None")
_row("rand randn", "*d", "float64[*d]")
_row(
    "random random_sample sample ranf standard_normal standard_cauchy",
    "size=None, **_",
    "float64[*(size or broadcast())]",
)
_row(
    "normal laplace logistic",
    "loc=0.0, scale=1.0, size=None",
    "float64[*(size or broadcast(loc, scale))]",
)
_row("uniform", "low=0.0, high=1.0, size=None", "float64[*(size or broadcast(low, high))]")
_row("lognormal", "mean=0.0, sigma=1.0, size=None", "float64[*(size or broadcast(mean, sigma))]")
_row("gamma", "shape, scale=1.0, size=None", "float64[*(size or broadcast(shape, scale))]")
_row("beta", "a, b, size=None", "float64[*(size or broadcast(a, b))]")
_row("exponential rayleigh", "scale=1.0, size=None", "float64[*(size or broadcast(scale))]")
_row(
    "triangular", "left, mode, right, size=None", "float64[*(size or broadcast(left, mode, right))]"
)
_row("standard_gamma", "shape, size=None, **_", "float64[*(size or broadcast(shape))]")
_row("chisquare standard_t", "df, size=None", "float64[*(size or broadcast(df))]")
_row("poisson", "lam=1.0, size=None", "int64[*(size or broadcast(lam))]")
_row("geometric", "p, size=None", "int64[*(size or broadcast(p))]")
_row("binomial", "n, p, size=None", "int64[*(size or broadcast(n, p))]")
_row("random_integers", "low, high=None, size=None", "int64[*(size or broadcast(low, high))]")
_row("multivariate_normal", "mean, cov, size=None, **_", "float64[*size, *mean.shape]")
_row("dirichlet", "alpha, size=None", "float64[*size, *alpha.shape]")
_row("multinomial", "n, pvals, size=None", "int64[*size, *pvals.shape]")


def _both(names: str, parameters: str) -> Callable[[Rule], Rule]:
    """Register a rule for functions of the module that a generator has as methods."""

    def register(rule: Rule) -> Rule:
        function(within("numpy.random", names), parameters)(rule)
        return method(within("generator", names), parameters)(rule)

    return register


@_both("randint integers", "low, high=None, size=None, dtype=int64, endpoint=False")
def _integers(call: Bound) -> AbstractValue:
    """Return integers below `high`; from 0 on they are labels of so many classes."""
    if is_none(call["size"]):
        return Array(broadcast(call, [call["low"], call["high"]]).shape, "int64")
    made = Array(call.shape("size"), "int64", _classes(call))
    most = _from_one(call, made)
    return made if most is None else replace(made, distinct=most, greatest=most)


def _from_one(call: Bound, made: Array) -> int | None:
    """Return the greatest of integers from 1 on, where there are so many that it is among them."""
    low, high = call.integer("low"), call.integer("high")
    if low != 1 or high is None or high < 2 or call.flag("endpoint") is not False:
        return None
    count = made.shape[0] if isinstance(made.shape, tuple) and len(made.shape) == 1 else 0
    return high - 1 if isinstance(count, int) and count >= 2 * (high - 1) else None


def _classes(call: Bound) -> int | None:
    low, high = call.integer("low"), call.integer("high")
    if is_none(call["high"]):
        low, high = 0, low
    from_zero = low == 0 and high is not None and high > 0
    if from_zero and call.flag("endpoint") is False:
        return high
    return None


@_both("choice", "a, size=None, replace=True, p=None, axis=0, shuffle=True")
def _choice(call: Bound) -> AbstractValue:
    """Pick along the first axis: rows of an array, integers below a number, list elements."""
    if is_none(call["size"]):
        return call.unknown("one of several is picked")
    shape, pool = call.shape("size"), call["a"]
    if isinstance(pool, Array) and isinstance(pool.shape, tuple) and isinstance(shape, tuple):
        return Array((*shape, *pool.shape[1:]), pool.dtype, pool.distinct)
    if isinstance(pool, ListV):
        made = array_of(pool, call)
        return Array(shape, made.dtype, made.distinct)
    if integer(pool) is not None:
        return Array(shape, "int64")
    if isinstance(pool, Const):
        return Array(shape)
    return call.unknown()


@_both("permutation", "x, axis=0")
def _permutation(call: Bound) -> AbstractValue:
    """Return the integers below a number, or the rows of an array, in another order."""
    value = call["x"]
    if isinstance(value, Array):
        return value
    if isinstance(value, ListV):
        return array_of(value, call)
    if integer(value) is not None:
        return Array((call.dim("x"),), "int64")
    # An unknown may be a number or an array; a length is a number.
    if isinstance(value, Unknown) and _is_length(call):
        return Array((value,), "int64")
    return call.unknown()


def _is_length(call: Bound) -> bool:
    """Return whether the argument is written `len(x)` or `x.shape[i]`."""
    inner = next(iter(written(call)), None)
    if isinstance(inner, cst.Call):
        return isinstance(inner.func, cst.Name) and inner.func.value == "len"
    if not isinstance(inner, cst.Subscript) or not isinstance(inner.value, cst.Attribute):
        return False
    return inner.value.attr.value == "shape"
