"""The shapes of `EinsumDense`.

Source: `_analyze_einsum_string` in Keras's `layers/core/einsum_dense.py`.
"""

from __future__ import annotations

import re

from kfix.findings.bad_argument import BadArgument
from kfix.findings.data import Rank
from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Dim, Shape
from kfix.model.record import Value
from kfix.shapes.formatting import show, show_value

_FORMS = (
    (r"([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)", ""),
    (r"0([a-zA-Z]+),([a-zA-Z]+)->0([a-zA-Z]+)", "left"),
    (r"([a-zA-Z]{2,})0,([a-zA-Z]+)->([a-zA-Z]+)0", "right"),
)
"""Keras's patterns in its order; 0 stands for the ellipsis. What follows a match is ignored."""


class _Equation(Value):
    """The letters of the input, the kernel and the output, and on which side the ellipsis is."""

    text: str
    inputs: str
    kernel: str
    outputs: str
    ellipsis: str
    """ "left", "right", or "" without one."""


def _parse(cls: str, equation: object) -> _Equation:
    """Return the parts of an equation; raise `BadArgument`."""
    text = ""
    if isinstance(equation, str):
        text = equation.replace("...", "0")
    for pattern, ellipsis in _FORMS:
        found = re.match(pattern, text)
        if found is not None:
            return _Equation(str(equation), found[1], found[2], found[3], ellipsis)
    expected = "an equation such as 'ab,bc->ac' or '...a,ab->...b'"
    raise BadArgument(cls, expected=expected, actual=show_value(equation))


class _Axes:
    """The dims of the input and the output by the letters of an equation."""

    def __init__(self, cls: str, equation: _Equation, x: Shape, output_shape: Shape) -> None:
        self.cls = cls
        self.equation = equation
        self.x = x
        left = equation.ellipsis == "left"
        elided = len(x) - len(equation.inputs)
        self.output = _output(x, output_shape, elided, left)
        self.offset = 0
        """The place of the output's first letter: behind the dims of an ellipsis on the left."""
        first = 0
        if left:
            self.offset, first = elided, elided - len(x)
        self._of_input = {letter: first + i for i, letter in enumerate(equation.inputs)}
        self._of_output = {letter: self.offset + i for i, letter in enumerate(equation.outputs)}

    def input_dim(self, letter: str) -> Dim:
        """Return the dim of a letter of the input; raise `RankMismatch`."""
        return self._at(self.x, self._of_input[letter])

    def output_dim(self, letter: str) -> Dim:
        """Return the dim of a letter of the output; raise `RankMismatch`."""
        return self._at(self.output, self._of_output[letter])

    def output_at(self, place: int) -> Dim:
        """Return the dim of the letter at this place of the output; raise `RankMismatch`."""
        return self._at(self.output, self.offset + place)

    def _at(self, shape: Shape, place: int) -> Dim:
        if not -len(shape) <= place < len(shape):
            expected = Rank(len(self.equation.inputs))
            raise RankMismatch(self.cls, expected=expected, actual=self.x)
        return shape[place]


def _output(x: Shape, output_shape: Shape, elided: int, left: bool) -> Shape:
    """Return the output shape with the dims that the ellipsis stands for."""
    if elided <= 0:
        return (*x[:1], *output_shape)
    if left:
        return (*x[:1], *x[1:elided][::-1], *output_shape)
    return (*x[:1], *output_shape, *x[len(x) - elided :])


def einsum_dense_shapes(
    cls: str, equation: object, bias_axes: object, x: Shape, output_shape: Shape
) -> tuple[Shape, Shape, Shape | None]:
    """Return the shapes of the output, the kernel and the bias (`None` without one).

    Raises `BadArgument`, `RankMismatch` or `InputsDoNotMatch`.
    """
    parsed = _parse(cls, equation)
    if len(x) < len(parsed.inputs):
        raise RankMismatch(cls, expected=Rank(len(parsed.inputs)), actual=x)
    axes = _Axes(cls, parsed, x, output_shape)
    _check_same_letters(axes)
    for letter in axes.equation.outputs:
        if letter not in axes.equation.inputs and letter not in axes.equation.kernel:
            raise _unknown_letter(axes, letter, "weights")
    kernel = _kernel(axes)
    if bias_axes is None:
        return axes.output, kernel, None
    return axes.output, kernel, _bias(axes, bias_axes)


def output_shape_for(cls: str, equation: object, x: Shape, output_shape: Shape) -> Shape:
    """Return the output shape with the input's dims for every letter that the input has.

    Raises `BadArgument` or `RankMismatch`.
    """
    axes = _Axes(cls, _parse(cls, equation), x, output_shape)
    dims = list(axes.output)
    for place, letter in enumerate(axes.equation.outputs, axes.offset):
        if letter in axes.equation.inputs:
            dims[place] = axes.input_dim(letter)
    return tuple(dims[1:] if len(dims) == len(output_shape) + 1 else output_shape)


def _unknown_letter(axes: _Axes, letter: str, other: str) -> BadArgument:
    expected = f"{letter!r} in the input or the {other}"
    return BadArgument(axes.cls, expected=expected, actual=show_value(axes.equation.text))


def _check_same_letters(axes: _Axes) -> None:
    """Raise `InputsDoNotMatch` for a letter whose dims in input and output differ."""
    for letter in axes.equation.inputs:
        have = axes.input_dim(letter)
        if letter not in axes.equation.outputs:
            continue
        expected = axes.output_dim(letter)
        known = isinstance(expected, int) and isinstance(have, int | None)
        if known and expected != have:
            raise InputsDoNotMatch(
                axes.cls, expected=f"{letter}={show(expected)}", actual=f"{letter}={show(have)}"
            )


def _kernel(axes: _Axes) -> Shape:
    """Return the shape of the kernel; raise `BadArgument`."""
    kernel: list[Dim] = []
    for letter in axes.equation.kernel:
        if letter in axes.equation.outputs:
            kernel.append(axes.output_dim(letter))
        elif letter in axes.equation.inputs:
            kernel.append(axes.input_dim(letter))
        else:
            raise _unknown_letter(axes, letter, "output")
    if None in kernel:
        expected = "integers for all dims of the weights"
        raise BadArgument(axes.cls, expected=expected, actual=tuple(kernel))
    return tuple(kernel)


def _bias(axes: _Axes, bias_axes: object) -> Shape:
    """Return the shape of the bias, 1 for letters not among its axes; raise `BadArgument`."""
    outputs = axes.equation.outputs
    if not isinstance(bias_axes, str) or not bias_axes or not set(bias_axes) <= set(outputs):
        expected = f"letters of {outputs!r}"
        raise BadArgument(
            axes.cls, argument="bias_axes", expected=expected, actual=show_value(bias_axes)
        )
    first = min(map(outputs.find, bias_axes))
    bias = tuple(
        axes.output_at(place) if outputs[place] in bias_axes else 1
        for place in range(first, len(outputs))
    )
    if None in bias:
        expected = "integers for all dims of the bias"
        raise BadArgument(axes.cls, expected=expected, actual=bias)
    return bias
