"""The shapes of `EinsumDense`."""

from __future__ import annotations

import re

from kfix.findings.bad_argument import BadArgument
from kfix.findings.data import Rank
from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Dim, Shape
from kfix.shapes.formatting import show

_FORMS = (
    (r"([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)", ""),
    (r"0([a-zA-Z]+),([a-zA-Z]+)->0([a-zA-Z]+)", "left"),
    (r"([a-zA-Z]{2,})0,([a-zA-Z]+)->([a-zA-Z]+)0", "right"),
)
"""Keras's own patterns, in its order; 0 stands for the ellipsis, and what follows a match is passed over."""


def _parts(equation: object) -> tuple[str, str, str, str] | None:
    """Input, weights and output of an equation, and where it elides: "", "left" or "right"."""
    if isinstance(equation, str):
        text = equation.replace("...", "0")
        for pattern, where in _FORMS:
            if (found := re.match(pattern, text)) is not None:
                return found[1], found[2], found[3], where
    return None


def einsum_dense_shapes(
    cls: str, equation: object, bias_axes: object, x: Shape, output_shape: Shape
) -> tuple[Shape, Shape, Shape | None]:
    """The shapes of the output, the kernel and the bias (`None` without one).

    After `_analyze_einsum_string` in Keras's `layers/core/einsum_dense.py`;
    raises `BadArgument`, `RankMismatch` or `InputsDoNotMatch` where it refuses.
    """
    parts = _parts(equation)
    if parts is None:
        raise BadArgument(
            cls,
            expected="an equation such as 'ab,bc->ac' or '...a,ab->...b'",
            actual=repr(equation),
        )
    inputs, weights, outputs, where = parts
    elided = len(x) - len(inputs)
    wrong_rank = RankMismatch(cls, expected=Rank(len(inputs)), actual=x)
    full: list[Dim] = [x[0], *output_shape]
    if elided > 0:
        if where == "left":
            full[1:1] = x[1:elided][::-1]
        else:
            full += x[len(x) - elided :]
    left = where == "left"
    of_input = {letter: i + elided - len(x) if left else i for i, letter in enumerate(inputs)}
    of_output = {letter: i + elided if left else i for i, letter in enumerate(outputs)}

    def at(shape: list[Dim] | Shape, place: int) -> Dim:
        if not -len(shape) <= place < len(shape):
            raise wrong_rank
        return shape[place]

    for letter in inputs:
        have = at(x, of_input[letter])
        if letter in of_output:
            want = at(full, of_output[letter])
            if (
                want is not None
                and want != have
                and isinstance(want, int)
                and (have is None or isinstance(have, int))
            ):
                raise InputsDoNotMatch(
                    cls, expected=f"{letter}={show(want)}", actual=f"{letter}={show(have)}"
                )
    for letter in outputs:
        if letter not in inputs and letter not in weights:
            raise BadArgument(
                cls, expected=f"{letter!r} in the input or the weights", actual=repr(equation)
            )
    kernel: list[Dim] = []
    for letter in weights:
        if letter in of_output:
            kernel.append(at(full, of_output[letter]))
        elif letter in of_input:
            kernel.append(at(x, of_input[letter]))
        else:
            raise BadArgument(
                cls, expected=f"{letter!r} in the input or the output", actual=repr(equation)
            )
    if None in kernel:
        raise BadArgument(cls, expected="numbers for all dims of the weights", actual=tuple(kernel))
    if bias_axes is None:
        return tuple(full), tuple(kernel), None
    if not isinstance(bias_axes, str) or not bias_axes or not set(bias_axes) <= set(outputs):
        raise BadArgument(
            cls, argument="bias_axes", expected=f"letters of {outputs!r}", actual=repr(bias_axes)
        )
    begin = min(outputs.find(letter) for letter in bias_axes)
    before = elided if left else 0
    bias: list[Dim] = [
        at(full, i + before) if letter in bias_axes else 1
        for i, letter in enumerate(outputs)
        if i >= begin
    ]
    if None in bias:
        raise BadArgument(cls, expected="numbers for all dims of the bias", actual=tuple(bias))
    return tuple(full), tuple(kernel), tuple(bias)
