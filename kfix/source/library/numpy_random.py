"""NumPy's random numbers: of the module, of a `RandomState` and of a `Generator`."""

from __future__ import annotations

from collections.abc import Callable

from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import NONE, Const, ListV, Value, first
from kfix.source.interpreter.conversion import to_shape
from kfix.source.interpreter.values import Native, ObjectV
from kfix.source.library.literals import array_of
from kfix.source.library.lookup import function, method

_SIZES = {
    "random": 0,
    "random_sample": 0,
    "sample": 0,
    "ranf": 0,
    "standard_normal": 0,
    "normal": 2,
    "uniform": 2,
}
_SIZES |= {
    "randint": 2,
    "integers": 2,
    "binomial": 2,
    "poisson": 1,
    "beta": 2,
    "exponential": 1,
    "random_integers": 2,
}
_SIZES |= {
    "gamma": 2,
    "laplace": 2,
    "logistic": 2,
    "lognormal": 2,
    "geometric": 1,
    "standard_cauchy": 0,
    "rayleigh": 1,
}
"""Where `size` stands among the arguments; those before it are parameters of the distribution."""

_NAMES = {"low", "high", "loc", "scale", "mean", "sigma", "a", "b", "n", "p", "lam", "shape"}


def _both(name: str) -> Callable[[Native], Native]:
    """Registers a function of the module that a generator has as a method."""

    def register(native: Native) -> Native:
        method(f"generator.{name}")(native)
        return function(f"numpy.random.{name}")(native)

    return register


def _random(call: Call) -> Value:
    place = _SIZES[call.name]
    size = call.get(place, "size")
    whole = call.name in (
        "randint",
        "integers",
        "random_integers",
        "binomial",
        "poisson",
        "geometric",
    )
    dtype = "int64" if whole else "float64"
    if size is None or (isinstance(size, Const) and size.value is None):
        given = [
            g.value
            for i, g in enumerate(call.given)
            if g.keyword in _NAMES or (g.keyword is None and i < place)
        ]
        arrays = [value for value in given if isinstance(value, Array)]
        if not arrays:
            return call.unknown("a random number")
        made = arrays[0]
        for other in arrays[1:]:
            made = tensor_operations.array_operation(
                call.interpreter, "operator.add", [(None, made), (None, other)]
            )
        return Array(made.shape, dtype)
    distinct = None
    if call.name in ("randint", "integers"):
        low, high = call.number(0, "low"), call.number(1, "high")
        if low is not None and (high is None or low == 0):
            distinct = low if high is None else high
    return Array(to_shape(size), dtype, distinct)


for _name in _SIZES:
    _both(_name)(_random)


@_both("rand")
@_both("randn")
def _rand(call: Call) -> Value:
    return Array(to_shape(ListV(call.positional, "tuple")), "float64")


@_both("choice")
def _choice(call: Call) -> Value:
    """Picks along an axis, the first: rows of an array, numbers, elements of a list."""
    size, pool = call.get(1, "size"), call.get(0, "a")
    if size is None or (isinstance(size, Const) and size.value is None):
        return call.unknown("one of several")
    shape = to_shape(size)
    if isinstance(pool, Array) and isinstance(pool.shape, tuple) and isinstance(shape, tuple):
        return Array((*shape, *pool.shape[1:]), pool.dtype, pool.distinct)
    whole = isinstance(pool, Const) and isinstance(pool.value, int)
    if isinstance(pool, ListV):
        made = array_of(pool, call)
        return Array(shape, made.dtype, made.distinct)
    return Array(shape, "int64" if whole else None) if isinstance(pool, Const) else call.unknown()


@_both("permutation")
def _permutation(call: Call) -> Value:
    """Of a number as many numbers, of an array its rows in another order."""
    value = call.get(0, "x")
    if isinstance(value, Array):
        return value
    if isinstance(value, Const) and isinstance(value.value, int):
        return Array((value.value,), "int64")
    if isinstance(value, ListV):
        return array_of(value, call)
    # Of rows that are not known it gives numbers or rows: only a length is known to be a number.
    return Array((value,), "int64") if call.name and _is_length(call) else call.unknown()


def _is_length(call: Call) -> bool:
    import libcst as cst

    args = call.node.args if isinstance(call.node, cst.Call) else ()
    inner = args[0].value if args else None
    if isinstance(inner, cst.Call):
        return isinstance(inner.func, cst.Name) and inner.func.value == "len"
    return (
        isinstance(inner, cst.Subscript)
        and isinstance(inner.value, cst.Attribute)
        and inner.value.attr.value == "shape"
    )


@_both("multivariate_normal")
def _vectors(call: Call) -> Value:
    """`size`, with the length of the mean behind it."""
    size, mean = call.get(2, "size"), call.get(0, "mean")
    return _behind(call, size, mean)


@_both("dirichlet")
def _dirichlet(call: Call) -> Value:
    return _behind(call, call.get(1, "size"), call.get(0, "alpha"))


@_both("multinomial")
def _multinomial(call: Call) -> Value:
    return _behind(call, call.get(2, "size"), call.get(1, "pvals"))


def _behind(call: Call, size: Value, vector: Value) -> Value:
    inner = array_of(vector, call).shape
    shape = (
        () if size is None or (isinstance(size, Const) and size.value is None) else to_shape(size)
    )
    if isinstance(inner, Unknown) or isinstance(shape, Unknown):
        return Array(first(*(s for s in (shape, inner) if isinstance(s, Unknown))))
    return Array((*shape, *inner), "float64")


@_both("shuffle")
@_both("seed")
def _nothing(call: Call) -> Value:
    return NONE


@function("numpy.random.default_rng", "numpy.random.RandomState", "numpy.random.Generator")
def _generator(call: Call) -> Value:
    return ObjectV("generator")
