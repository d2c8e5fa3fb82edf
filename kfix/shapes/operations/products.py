"""Products of matrices: matmul, dot, tensordot, einsum, outer."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.findings.axis_out_of_range import AxisOutOfRange
from kfix.findings.data import Rank
from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.operations.elementwise import broadcast
from kfix.shapes.operations.table import Call, operation
from kfix.shapes.sizes import product


def _fits(one: Dim, two: Dim) -> bool:
    return not isinstance(one, int) or not isinstance(two, int) or one == two


def _refuse(call: Call, x: Shape, y: Shape) -> InputsDoNotMatch:
    return InputsDoNotMatch(call.path, expected="inner dims that are the same", actual=[x, y])


@operation("matmul python:matmul", "x y", tf="x y transpose_a=False transpose_b=False")
def matmul(call: Call) -> Shapes:
    """`(..., n, k)` with `(..., k, m)` gives `(..., n, m)`; a vector loses its axis; the rest is broadcast."""
    x, y = call.shape("x"), call.shape("y")
    if not x or not y:
        raise RankMismatch(call.path, expected=Rank(1, None), actual=[x, y])
    if call.flag("transpose_a"):
        x = (*x[:-2], x[-1], x[-2])
    if call.flag("transpose_b"):
        y = (*y[:-2], y[-1], y[-2])
    one = x if len(x) > 1 else (1, *x)
    two = y if len(y) > 1 else (*y, 1)
    if not _fits(one[-1], two[-2]):
        raise _refuse(call, x, y)
    ends = (*one[-2:-1][: len(x) - 1], *two[-1:][: len(y) - 1])
    return (*broadcast(call.path, one[:-2], two[:-2]), *ends)


@operation("dot", "x y")
def dot(call: Call) -> Shapes:
    """The last axis of the one with the second last of the other (of a vector its only one)."""
    x, y = call.shape("x"), call.shape("y")
    if not x or not y:
        return x or y
    inner = -2 if len(y) > 1 else -1
    if len(x) == len(y) == 1:
        if call.library == "numpy" and not _fits(x[0], y[0]):
            raise _refuse(call, x, y)
        return ()
    if not _fits(x[-1], y[inner]):
        raise _refuse(call, x, y)
    rest = list(y)
    del rest[inner]
    return (*x[:-1], *rest)


@operation("vdot", "x y")
def vdot(call: Call) -> Shapes:
    """A number."""
    return ()


@operation("inner", "x y")
def inner(call: Call) -> Shapes:
    """The last axes of both are taken away."""
    x, y = call.shape("x"), call.shape("y")
    if not x or not y:
        return x or y
    if not _fits(x[-1], y[-1]):
        raise _refuse(call, x, y)
    return (*x[:-1], *y[:-1])


def _flat(x: Shape) -> Dim:
    return None if None in x else product(x)


@operation("outer", "x y")
def outer(call: Call) -> Shapes:
    """`(elements of one, elements of the other)`."""
    return (_flat(call.shape("x")), _flat(call.shape("y")))


@operation("tensordot", "x y axes=2")
def tensordot(call: Call) -> Shapes:
    """Without the axes that are summed over: the last `axes` of one and the first of the other, or those named."""
    x, y = call.shape("x"), call.shape("y")
    axes = call["axes"]
    if isinstance(axes, int):
        left = list(range(len(x) - axes, len(x)))  # Keras checks these dims only when it runs
        right = list(range(axes))
    elif isinstance(axes, list | tuple) and len(axes) == 2:
        pair = [[part] if isinstance(part, int) else part for part in axes]
        for part in pair:
            if isinstance(part, Unknown):
                raise UnknownUsed(part)
        left, right = [call.fit(a, len(x)) for a in pair[0]], [call.fit(a, len(y)) for a in pair[1]]
    else:
        raise AxisOutOfRange(
            call.path, expected="a number, or two lists of axes", actual=repr(axes)
        )
    if call.library == "keras" and isinstance(axes, int):
        left, right = [a for a in left if a >= 0], right[: len(y)]
    else:
        fits = min(left, default=0) >= 0 and len(right) <= len(y) and len(left) == len(right)
        if not fits or not all(_fits(x[a], y[b]) for a, b in zip(left, right, strict=True)):
            raise _refuse(call, x, y)
    return tuple(d for a, d in enumerate(x) if a not in left) + tuple(
        d for a, d in enumerate(y) if a not in right
    )


@operation("batch_dot", "x y axes=None")
def batch_dot(call: Call) -> Shapes:
    """For each of a batch the dims of both but those on `axes`; at least `(batch, 1)`."""
    x, y = call.shape("x"), call.shape("y")
    axes = call.numbers("axes")
    if axes is None:
        axes = (len(x) - 1, len(y) - 1 if len(y) == 2 else len(y) - 2)
    one, two = (axes[0], axes[0]) if len(axes) == 1 else axes
    left, right = call.fit(one, len(x)), call.fit(two, len(y))
    if not _fits(x[left], y[right]):
        raise _refuse(call, x, y)
    found = (
        *(d for a, d in enumerate(x) if a != left),
        *(d for a, d in enumerate(y) if a not in (0, right)),
    )
    return found if len(found) > 1 else (*found, 1)


def _letters(term: str, shape: Shape, call: Call, sizes: dict[str, Dim]) -> Shape:
    """Notes the dim of every letter of a term; gives the dims that its "..." stands for."""
    before, dots, after = term.partition("...")
    if len(shape) < len(before) + len(after) or (not dots and len(shape) != len(before)):
        raise RankMismatch(call.path, expected=Rank(len(term)), actual=shape)
    end = len(shape) - len(after)
    named = [*zip(before, shape, strict=False), *zip(after, shape[end:], strict=False)]
    for letter, dim in named:
        known = sizes.get(letter, dim)
        if call.library != "keras" and not _fits(known, dim) and 1 not in (known, dim):
            raise InputsDoNotMatch(call.path, expected=f"{known} on {letter!r}", actual=dim)
        sizes[letter] = dim if known is None or isinstance(known, Unknown) or known == 1 else known
    return shape[len(before) : end] if dots else ()


@operation("einsum", "equation", keras="equation", tf="equation", numpy="equation")
def einsum(call: Call) -> Shapes:
    """The dims of the letters behind the arrow; without one those that stand once, in the order of the alphabet."""
    from kfix.shapes.operations.table import shape_of

    equation = call["equation"]
    if not isinstance(equation, str):
        raise RankMismatch(call.path, expected="an equation", actual=repr(equation))
    terms, arrow, target = equation.replace(" ", "").partition("->")
    inputs = terms.split(",")
    shapes = [shape_of(value, call.path) for value in call.rest]
    if len(inputs) != len(shapes):
        raise RankMismatch(call.path, expected=f"{len(inputs)} inputs", actual=len(shapes))
    sizes: dict[str, Dim] = {}
    elided: list[Sequence[Dim]] = [
        _letters(term, s, call, sizes) for term, s in zip(inputs, shapes, strict=True)
    ]
    dots = broadcast(call.path, *elided)
    if not arrow:
        text = terms.replace(",", "").replace(".", "")
        target = ("..." if dots else "") + "".join(
            sorted(letter for letter in set(text) if text.count(letter) == 1)
        )
    before, has_dots, after = target.partition("...")
    missing = [letter for letter in before + after if letter not in sizes]
    if missing:
        raise RankMismatch(
            call.path, expected="letters of the inputs", actual=f"{missing[0]!r} in the output"
        )
    return (*(sizes[a] for a in before), *(dots if has_dots else ()), *(sizes[a] for a in after))


@operation("kron", "x y")
def kron(call: Call) -> Shapes:
    """The products of the dims."""
    x, y = call.shape("x"), call.shape("y")
    rank = max(len(x), len(y))
    one, two = (1,) * (rank - len(x)) + x, (1,) * (rank - len(y)) + y
    return tuple(None if a is None or b is None else a * b for a, b in zip(one, two, strict=True))
