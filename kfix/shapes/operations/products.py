"""Products of matrices: matmul, dot, tensordot, einsum, outer."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.findings.axis_out_of_range import AxisOutOfRange
from kfix.findings.data import Rank
from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown, require_known
from kfix.shapes.formatting import show_value
from kfix.shapes.operations.elementwise import broadcast
from kfix.shapes.operations.table import Call, operation, shape_of
from kfix.shapes.sizes import element_count, multiply, padded_left, without_axes
from kfix.shapes.values import as_sequence


def _agree(one: Dim, two: Dim) -> bool:
    """Return whether two dims may be equal."""
    return not isinstance(one, int) or not isinstance(two, int) or one == two


def _refuse(call: Call, x: Shape, y: Shape) -> InputsDoNotMatch:
    return InputsDoNotMatch(call.path, expected="equal inner dims", actual=[x, y])


@operation("matmul python:matmul", "x y", tf="x y transpose_a=False transpose_b=False")
def matmul(call: Call) -> Shapes:
    """Return `(..., n, m)` for `(..., n, k)` and `(..., k, m)`.

    A vector loses its axis; the axes in front are broadcast.
    """
    x = _transposed(call, call.shape_from("x", 1), "transpose_a")
    y = _transposed(call, call.shape_from("y", 1), "transpose_b")
    one = x
    if len(x) <= 1:
        one = (1, *x)
    two = y
    if len(y) <= 1:
        two = (*y, 1)
    if not _agree(one[-1], two[-2]):
        raise _refuse(call, x, y)
    rows, columns = one[-2:-1], two[-1:]
    ends = (*rows[: len(x) - 1], *columns[: len(y) - 1])
    return (*broadcast(call.path, one[:-2], two[:-2]), *ends)


def _transposed(call: Call, x: Shape, flag: str) -> Shape:
    """Return the shape of a matrix, transposed where the argument `flag` says so."""
    if not call.flag(flag):
        return x
    if len(x) < 2:
        raise RankMismatch(call.path, expected=Rank(2, None), actual=x)
    return (*x[:-2], x[-1], x[-2])


@operation("dot", "x y")
def dot(call: Call) -> Shapes:
    """Return the shape without the last axis of `x` and the second last of `y`.

    Of a vector `y` it is the only axis. A scalar gives the other shape.
    """
    x, y = call.shape("x"), call.shape("y")
    if not x or not y:
        return x or y
    if len(x) == len(y) == 1:
        if call.library == "numpy" and not _agree(x[0], y[0]):
            raise _refuse(call, x, y)
        return ()
    inner = max(len(y) - 2, 0)
    if not _agree(x[-1], y[inner]):
        raise _refuse(call, x, y)
    return (*x[:-1], *without_axes(y, (inner,)))


@operation("vdot", "x y")
def vdot(call: Call) -> Shapes:
    """Return the shape of a scalar."""
    return ()


@operation("inner", "x y")
def inner(call: Call) -> Shapes:
    """Return the shape without the last axes of both."""
    x, y = call.shape("x"), call.shape("y")
    if not x or not y:
        return x or y
    if not _agree(x[-1], y[-1]):
        raise _refuse(call, x, y)
    return (*x[:-1], *y[:-1])


@operation("outer", "x y")
def outer(call: Call) -> Shapes:
    """Return `(elements of x, elements of y)`."""
    return (element_count(call.shape("x")), element_count(call.shape("y")))


@operation("tensordot", "x y axes=2")
def tensordot(call: Call) -> Shapes:
    """Return both shapes without the axes that are summed over.

    These are the last `axes` of one and the first of the other, or those that are named.
    Raises `AxisOutOfRange`, `InputsDoNotMatch`.
    """
    x, y = call.shape("x"), call.shape("y")
    axes = call["axes"]
    if call.library == "keras" and isinstance(axes, int):
        # Keras checks these dims only when it runs.
        left, right = range(max(len(x) - axes, 0), len(x)), range(min(axes, len(y)))
        return (*without_axes(x, left), *without_axes(y, right))
    left_axes, right_axes = _summed_axes(call, axes, x, y)
    agree = len(left_axes) == len(right_axes) and all(
        _agree(x[a], y[b]) for a, b in zip(left_axes, right_axes, strict=True)
    )
    if not agree:
        raise _refuse(call, x, y)
    return (*without_axes(x, left_axes), *without_axes(y, right_axes))


def _summed_axes(
    call: Call, axes: object, x: Shape, y: Shape
) -> tuple[Sequence[int], Sequence[int]]:
    """Return the axes that `tensordot` sums over."""
    if isinstance(axes, int):
        if axes > min(len(x), len(y)):
            raise _refuse(call, x, y)
        return range(len(x) - max(axes, 0), len(x)), range(axes)
    if not isinstance(axes, list | tuple) or len(axes) != 2:
        expected = "an integer, or two lists of axes"
        raise AxisOutOfRange(call.path, expected=expected, actual=show_value(axes))
    one, two = (as_sequence(require_known(part)) for part in axes)
    return (
        [call.normalize_axis(axis, len(x)) for axis in one],
        [call.normalize_axis(axis, len(y)) for axis in two],
    )


@operation("batch_dot", "x y axes=None")
def batch_dot(call: Call) -> Shapes:
    """Return for each sample the dims of both but those on `axes`; at least `(batch, 1)`."""
    x, y = call.shape("x"), call.shape("y")
    axes = call.numbers("axes")
    if axes is None:
        second = len(y) - 2
        if len(y) == 2:
            second = 1
        axes = (len(x) - 1, second)
    if len(axes) not in (1, 2):
        raise AxisOutOfRange(call.path, expected="one axis or two", actual=axes)
    left, right = call.normalize_axis(axes[0], len(x)), call.normalize_axis(axes[-1], len(y))
    if not _agree(x[left], y[right]):
        raise _refuse(call, x, y)
    result = (*without_axes(x, (left,)), *without_axes(y, (0, right)))
    if len(result) > 1:
        return result
    return (*result, 1)


# --- einsum ---------------------------------------------------------------------------------------


@operation("einsum", "equation", keras="equation", tf="equation", numpy="equation")
def einsum(call: Call) -> Shapes:
    """Return the dims of the letters behind the arrow.

    Without an arrow these are the letters that occur once, in alphabetical order. Raises
    `RankMismatch`, `InputsDoNotMatch`.
    """
    equation = call["equation"]
    if not isinstance(equation, str):
        raise RankMismatch(call.path, expected="an equation", actual=show_value(equation))
    terms, arrow, target = equation.replace(" ", "").partition("->")
    inputs = terms.split(",")
    shapes = [shape_of(value, call.path) for value in call.rest]
    if len(inputs) != len(shapes):
        raise RankMismatch(call.path, expected=f"{len(inputs)} inputs", actual=len(shapes))
    sizes: dict[str, Dim] = {}
    elided = [_elided(term, shape, call, sizes) for term, shape in zip(inputs, shapes, strict=True)]
    dots = broadcast(call.path, *elided)
    if not arrow:
        target = _single_letters(terms)
        if dots:
            target = "..." + target
    before, has_dots, after = target.partition("...")
    for letter in before + after:
        if letter not in sizes:
            actual = f"{letter!r} in the output"
            raise RankMismatch(call.path, expected="letters of the inputs", actual=actual)
    first, last = [sizes[letter] for letter in before], [sizes[letter] for letter in after]
    if not has_dots:
        return (*first, *last)
    return (*first, *dots, *last)


def _single_letters(terms: str) -> str:
    """Return the letters that occur once, in alphabetical order."""
    text = terms.replace(",", "").replace(".", "")
    return "".join(sorted(letter for letter in set(text) if text.count(letter) == 1))


def _elided(term: str, shape: Shape, call: Call, sizes: dict[str, Dim]) -> Shape:
    """Return the dims of the "..." of a term, and enter those of its letters in `sizes`."""
    before, dots, after = term.partition("...")
    if len(shape) < len(before) + len(after) or (not dots and len(shape) != len(before)):
        raise RankMismatch(call.path, expected=Rank(len(term)), actual=shape)
    end = len(shape) - len(after)
    for letter, dim in zip(before + after, (*shape[: len(before)], *shape[end:]), strict=True):
        sizes[letter] = _merged(call, letter, sizes.get(letter, dim), dim)
    if dots:
        return shape[len(before) : end]
    return ()


def _merged(call: Call, letter: str, known: Dim, dim: Dim) -> Dim:
    """Return the dim of a letter that occurs again; raise `InputsDoNotMatch` (not in Keras)."""
    if call.library != "keras" and not _agree(known, dim) and 1 not in (known, dim):
        raise InputsDoNotMatch(call.path, expected=f"{known} on {letter!r}", actual=dim)
    if known is None or isinstance(known, Unknown) or known == 1:
        return dim
    return known


@operation("kron", "x y")
def kron(call: Call) -> Shapes:
    """Return the products of the dims."""
    x, y = call.shape("x"), call.shape("y")
    rank = max(len(x), len(y))
    return tuple(map(multiply, padded_left(x, rank), padded_left(y, rank)))
