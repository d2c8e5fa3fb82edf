"""A call of a layer that has a rule: its input spec is checked, then the rule is asked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from kfix.findings import Finding
from kfix.findings.bad_argument import BadArgument
from kfix.findings.data import Rank
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.size_not_positive import SizeNotPositive
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import Layer, Shape, Shapes, Symbol
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.binding import Bound
from kfix.shapes.formatting import show
from kfix.shapes.registry import Rule
from kfix.shapes.trace_result import Traced, status_of


class CountsTrained(Protocol):
    """The part of the tracer that counts the weights that training changes."""

    def trained_weights(
        self, layer: Layer, weights: int | Unknown, untrained: int | Unknown, parts: bool
    ) -> int | Unknown:
        """Return how many of the weights training changes."""
        ...


def call_rule(
    rule: Rule, layer: Bound, inputs: Shapes, tracer: CountsTrained, spec: bool = True
) -> Traced:
    """Return the trace of a call; raise the finding that refuses it, or `UnknownUsed`.

    Without `spec` the input spec is not checked: only what the rule stumbles over is refused.
    """
    if rule.many:
        if not _are_shapes(inputs):
            why = f"what `{layer.cls}` is called on is not a tensor"
            raise UnknownUsed(Unknown(why, layer.layer.site))
        return _result(rule, layer, inputs, rule.output(layer, inputs), tracer)  # type: ignore[arg-type]
    x = _one_shape(rule, layer, inputs)
    if spec and not isinstance(inputs, Unknown):
        check_rank(layer.cls, x, rule.rank, rule.min_rank)
    if spec or rule.rank is None or len(x) == rule.rank:
        return _result(rule, layer, x, rule.output(layer, x), tracer)
    return _call_on_other_rank(rule, layer, x, rule.rank, tracer)


def _call_on_other_rank(
    rule: Rule, layer: Bound, x: Shape, rank: int, tracer: CountsTrained
) -> Traced:
    """Return the trace of a wrapped layer on another rank than its input spec has."""
    fewer = len(x) < rank
    if fewer and rule.other_rank == "fewer refused":
        raise RankMismatch(layer.cls, expected=Rank(rank), actual=x)
    if rule.other_rank == "unknown" or (fewer and rule.other_rank == "fewer unknown"):
        why = f"`{layer.cls}` wrapped on rank {len(x)}"
        raise UnknownUsed(Unknown(why, layer.layer.site))
    try:
        return _result(rule, layer, x, rule.output(layer, x), tracer)
    except (IndexError, ValueError):
        # Keras's own rule reaches for an axis that is not there, and so does this one.
        raise RankMismatch(layer.cls, expected=Rank(rank), actual=x) from None


_TAKE_A_LIST = ("regularization", "activations", "preprocessing", "pooling")
"""Families some of whose layers return a list for a list of one tensor, or other things."""


def _one_shape(rule: Rule, layer: Bound, inputs: Shapes) -> Shape:
    """Return the shape of the one input; raise `WrongInputs` for several."""
    if isinstance(inputs, Unknown):
        if rule.rank is None:
            raise UnknownUsed(inputs)
        return (inputs,) * rule.rank
    if not isinstance(inputs, tuple):
        if isinstance(inputs, list) and len(inputs) == 1 and layer.signature.family in _TAKE_A_LIST:
            raise UnknownUsed(Unknown(f"`{layer.cls}` on a list of one", layer.layer.site))
        kind = "list"
        if isinstance(inputs, dict):
            kind = "dict"
        actual = f"a {kind} of {len(inputs)}" if isinstance(inputs, list | dict) else repr(inputs)
        raise WrongInputs(layer.cls, expected="one tensor", actual=actual)
    return inputs


def _are_shapes(inputs: object) -> bool:
    """Return whether a layer is called on shapes, in whatever lists and dictionaries."""
    if isinstance(inputs, list):
        return all(map(_are_shapes, inputs))
    if isinstance(inputs, dict):
        return all(map(_are_shapes, inputs.values()))
    return isinstance(inputs, tuple | Unknown)


def check_rank(cls: str, x: Shape, rank: int | None, min_rank: int | None) -> None:
    """Raise `RankMismatch` for what an input spec with `ndim` or `min_ndim` refuses."""
    if rank is not None and len(x) != rank:
        raise RankMismatch(cls, expected=Rank(rank), actual=x)
    if min_rank is not None and len(x) < min_rank:
        raise RankMismatch(cls, expected=Rank(min_rank, None), actual=x)


# --- what the rule's answer makes -----------------------------------------------------------------


def _result(
    rule: Rule, layer: Bound, inputs: Shapes, outputs: Shapes, tracer: CountsTrained
) -> Traced:
    """Return the trace of a call whose outputs are known: its weights and its warning."""
    outputs = _tensor_shapes(layer.cls, outputs)
    weights = _count(rule.weights, layer, inputs)
    untrained = _count(rule.untrained, layer, inputs)
    trained = tracer.trained_weights(layer.layer, weights, untrained, rule.parts)
    warning = _warning(rule, layer, inputs, outputs)
    warnings: tuple[Finding, ...] = ()
    if warning is not None:
        warnings = (warning,)
    status = status_of(outputs)
    return Traced(inputs, outputs, weights, status, warnings=warnings, trained=trained)


def _count(
    count: Callable[[Bound, Shape], int | Unknown] | None, layer: Bound, inputs: Shapes
) -> int | Unknown:
    """Return a number of weights, 0 without a count; it may be unknown where the shape is not."""
    if count is None:
        return 0
    try:
        return count(layer, inputs)  # type: ignore[arg-type]
    except UnknownUsed as used:
        return used.unknown


def _warning(rule: Rule, layer: Bound, inputs: Shapes, outputs: Shapes) -> Finding | None:
    """Return what is refused only when the layer runs, with its site."""
    warning: Finding | None = None
    if rule.at_run_time is not None:
        with suppress(UnknownUsed):  # of what is unknown nothing is said
            warning = rule.at_run_time(layer, inputs)  # type: ignore[arg-type]
    if warning is None and _has_glu(layer):
        from kfix.shapes.glu import glu_when_run

        warning = glu_when_run(layer, outputs)
    if warning is not None and warning.site is None:
        warning.site = layer.layer.site
    return warning


def _has_glu(layer: Bound) -> bool:
    return any(_is_glu(layer.values.get(name)) for name in ("activation", "recurrent_activation"))


def _is_glu(value: object) -> bool:
    if isinstance(value, Symbol):
        return value.path.endswith(".glu")
    return isinstance(value, str) and value == "glu"


def _tensor_shapes(cls: str, shapes: Shapes) -> Shapes:
    """Return shapes as a tensor can have them.

    Raises `BadArgument` for floats and `SizeNotPositive` for negative dims, as
    `standardize_shape` in Keras's `backend/common/variables.py` refuses them.
    """
    if isinstance(shapes, list):
        return [_tensor_shapes(cls, shape) for shape in shapes]
    if isinstance(shapes, dict):
        return {name: _tensor_shapes(cls, shape) for name, shape in shapes.items()}
    if isinstance(shapes, Unknown):
        return shapes
    plain = True
    for dim in shapes:
        if dim is None or (type(dim) is int and dim >= 0) or isinstance(dim, Unknown):
            continue
        if not isinstance(dim, int):
            actual = f"{show(shapes)} as its output shape"
            raise BadArgument(cls, expected="integers", actual=actual)
        if dim < 0:
            raise SizeNotPositive(cls, expected="its input", actual=shapes)
        plain = plain and not isinstance(dim, bool)
    if plain:
        return shapes
    return tuple(int(dim) if isinstance(dim, bool) else dim for dim in shapes)
