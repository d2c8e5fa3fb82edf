"""Attention layers, as in Keras's own `layers/attention`."""

from __future__ import annotations

from typing import Any, NamedTuple

from kfix.findings import Finding
from kfix.findings.data import Rank
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed, require_known
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.registry import rule
from kfix.shapes.rules.merging import inputs_of
from kfix.shapes.sizes import product
from kfix.shapes.values import (
    check_choice,
    check_number,
    check_seed,
    counted,
    integer,
    listed,
    optional_integer,
    refuse,
    value_of,
)

# --- Attention and AdditiveAttention --------------------------------------------------------------


def _check_attention(layer: Bound) -> None:
    check_number(layer, "dropout")
    if "score_mode" in layer or layer.cls == "Attention":
        check_choice(layer, "score_mode", ("dot", "concat"))
    check_seed(layer, "dropout")


def _attention_inputs(layer: Bound, x: Shapes) -> tuple[Shape, Shape, Shape]:
    """Return query, value and key, which is the value if it is not given; raise `WrongInputs`."""
    shapes = inputs_of(layer, x)
    if len(shapes) not in (2, 3):
        expected = "a query, a value and perhaps a key"
        raise WrongInputs(layer.cls, expected=expected, actual=f"{len(shapes)} inputs")
    return shapes[0], shapes[1], shapes[-1]


def _attention_weights(layer: Bound, x: Shapes) -> int | Unknown:
    if layer.cls == "AdditiveAttention":
        if layer["use_scale"]:
            return product(_attention_inputs(layer, x)[0][-1:])
        return 0
    return int(bool(layer["use_scale"])) + int(layer["score_mode"] == "concat")


@rule(
    "Attention",
    "AdditiveAttention",
    check=_check_attention,
    weights=_attention_weights,
    extra=("score_mode", "seed"),
    many=True,
    effects=fx.attended,
)
def attention(layer: Bound, x: Shapes) -> Shapes:
    """Return `query[:-1] + value[-1:]` for `[query, value]` or `[query, value, key]`.

    With `return_attention_scores` return the scores `query[:-1] + (key[-2],)` too. The scale of
    AdditiveAttention has the query's last dim.

    Refused: one tensor; for AdditiveAttention a query whose last dim is `None`.
    """
    query, value, key = _attention_inputs(layer, x)
    scaled = layer.cls == "AdditiveAttention" and layer["use_scale"]
    if not value or (scaled and not query):
        raise RankMismatch(layer.cls, expected="a batch of sequences", actual=[query, value, key])
    if scaled and query[-1] is None:
        raise DimNotDefined(layer.cls, expected="the query's last dim", actual=None)
    output = (*query[:-1], value[-1])
    if not require_known(layer.call_argument("return_attention_scores")):
        return output
    if len(key) < 2:
        raise RankMismatch(layer.cls, expected="a key of rank 2 or more", actual=key)
    return [output, (*query[:-1], key[-2])]


# --- what both layers with heads have in common ---------------------------------------------------


class _Tensors(NamedTuple):
    """The inputs of a layer with heads."""

    query: Shape
    value: Shape
    key: Shape


_ORDER = (
    "query",
    "value",
    "key",
    "query_mask",
    "value_mask",
    "key_mask",
    "attention_mask",
    "return_attention_scores",
)
"""The parameters of their calls."""


def _call(layer: Bound) -> dict[str, object]:
    """Return the call's arguments by name."""
    names = iter(_ORDER)
    return {keyword or next(names, "training"): value for keyword, value in layer.call}


def _agree(one: Dim, two: Dim) -> bool:
    """Return whether two dims may be equal; `None` equals only itself."""
    return one == two or isinstance(one, Unknown) or isinstance(two, Unknown)


def _tensors(layer: Bound) -> _Tensors:
    """Return the shapes of query, value and key.

    Raises `WrongInputs` where one is missing, `InputsDoNotMatch` for a value and a key of
    different lengths.
    """
    call = _call(layer)
    if call.get("key") is None:
        call["key"] = call.get("value")
    tensors = _Tensors(*(_tensor(layer, call, name) for name in _Tensors._fields))
    one, two = tensors.value[1:-1], tensors.key[1:-1]
    if len(one) != len(two) or not all(map(_agree, one, two)):
        raise InputsDoNotMatch(
            layer.cls,
            expected="a value and a key that differ in the last dim only",
            actual=[tensors.value, tensors.key],
        )
    return tensors


def _tensor(layer: Bound, call: dict[str, object], name: str) -> Shape:
    shape = require_known(call.get(name))
    if not isinstance(shape, tuple):
        expected = "a query and a value, each a tensor"
        raise WrongInputs(layer.cls, expected=expected, actual=f"no {name}")
    return shape


def _features(layer: Bound, tensors: _Tensors) -> tuple[int | Unknown, ...]:
    """Return the last dims of query, value and key; raise `DimNotDefined`."""
    dims = [shape[-1] if shape else None for shape in tensors]
    if None in dims:
        expected = "the last dims of its inputs"
        raise DimNotDefined(layer.cls, expected=expected, actual=[*tensors])
    return tuple(dims)  # type: ignore[arg-type]


def _check_heads(layer: Bound) -> None:
    optional_integer(layer, "sliding_window", 1)
    dropout = value_of(layer, "dropout")
    if layer["flash_attention"] and isinstance(dropout, int | float) and dropout > 0:
        raise refuse(layer, "dropout", "0, with flash attention,", dropout)


def _check_inner_layers(layer: Bound) -> None:
    """Raise what the layers inside refuse once they are made."""
    check_number(layer, "dropout", 0, 1)
    check_seed(layer, "dropout")
    for name in ("kernel_initializer", "bias_initializer"):
        if layer.dim(name) is None:
            raise refuse(layer, name, "an initializer", None)


def _returns_scores(layer: Bound) -> bool:
    return bool(require_known(_call(layer).get("return_attention_scores")))


# --- MultiHeadAttention ---------------------------------------------------------------------------


def _check_multi_head(layer: Bound) -> None:
    integer(layer, "num_heads", 1)
    integer(layer, "key_dim", 1)
    optional_integer(layer, "value_dim", 1)
    shape = value_of(layer, "output_shape")
    if shape and not isinstance(shape, int | tuple | list | str | dict):
        raise refuse(layer, "output_shape", "an integer, a tuple or a list", shape)
    axes = value_of(layer, "attention_axes")
    if axes and not isinstance(axes, int | tuple | list):
        raise refuse(layer, "attention_axes", "an integer or a list of them", axes)
    _check_heads(layer)


def _projection(layer: Bound, query: Shape) -> tuple[Dim, ...]:
    """Return the last dims that the output is projected to; raise `BadArgument`."""
    shape = require_known(value_of(layer, "output_shape"))
    if not shape:
        return query[-1:]
    # Keras makes a tuple of anything that it can iterate over.
    dims: tuple[Any, ...] = (shape,)
    if isinstance(shape, tuple | list | str | dict):
        dims = tuple(shape)
    for dim in dims:
        if not isinstance(dim, Unknown) and not (isinstance(dim, int) and dim >= 0):
            raise refuse(layer, "output_shape", "non-negative integers", shape)
    return dims


def _multi_head_weights(layer: Bound, x: Shapes) -> int | Unknown:
    tensors = _tensors(layer)
    query, value, key = _features(layer, tensors)
    key_dim = integer(layer, "key_dim")
    keys = integer(layer, "num_heads") * key_dim
    values = integer(layer, "num_heads") * (optional_integer(layer, "value_dim") or key_dim)
    bias = int(bool(layer["use_bias"]))
    # Four dense projections: query and key to the heads' keys, value to their values, and those to
    # the output (`build` in Keras's `layers/attention/multi_head_attention.py`).
    output = product(_projection(layer, tensors.query))
    gate = counted(layer["use_gate"], values * (query + bias))
    projections = keys * (query + key + 2 * bias) + values * (value + bias)
    return projections + gate + output * (values + bias)


def _check_axes(layer: Bound, rank: int) -> None:
    """Raise `BadArgument` for `attention_axes` that a value of this rank does not have."""
    axes = require_known(value_of(layer, "attention_axes"))
    if axes is None:
        return
    for axis in listed(axes):
        if not isinstance(axis, int) or not -2 * rank - 1 <= axis <= rank:
            raise refuse(layer, "attention_axes", "axes of the value", axes)


@rule(
    "MultiHeadAttention",
    check=_check_multi_head,
    weights=_multi_head_weights,
    parts=True,
    many=True,
    effects=fx.with_heads,
)
def multi_head_attention(layer: Bound, x: Shapes) -> Shapes:
    """Return `query[:-1] + output_shape`, or the query's shape, for `(query, value, key=value)`.

    With `return_attention_scores` return the scores `(batch, num_heads, steps, steps)` too.

    Refused: a value and a key that differ in more than the last dim; last dims of `None`; one
    tensor (so it cannot stand in a Sequential).
    """
    tensors = _tensors(layer)
    _check_inner_layers(layer)
    _features(layer, tensors)
    if min(map(len, tensors)) < 2:
        raise UnknownUsed(Unknown("attention over scalars", layer.layer.site))
    _check_axes(layer, len(tensors.value))
    query = tensors.query
    output = (*query[:-1], *_projection(layer, query))
    if not _returns_scores(layer):
        return output
    return [output, (query[0], integer(layer, "num_heads"), query[1], query[1])]


# --- GroupedQueryAttention ------------------------------------------------------------------------


def _check_grouped(layer: Bound) -> None:
    # The constructor compares these, and accepts floats; the layers inside refuse them.
    check_number(layer, "head_dim", 1, expected="a positive integer")
    check_number(layer, "num_query_heads", 0, expected="a positive integer")
    check_number(layer, "num_key_value_heads", 1, expected="a positive integer")
    heads, groups = value_of(layer, "num_query_heads"), value_of(layer, "num_key_value_heads")
    if require_known(heads) % require_known(groups) != 0:  # type: ignore[operator]
        raise refuse(layer, "num_query_heads", f"a multiple of {groups}", heads)
    _check_heads(layer)


def _third_dims(layer: Bound, tensors: _Tensors) -> tuple[int | Unknown, ...]:
    """Return the third dims, which Keras takes for the features; raise `RankMismatch`."""
    for shape in tensors:
        if len(shape) < 3:
            raise RankMismatch(layer.cls, expected=Rank(3), actual=shape)
        if shape[2] is None:
            expected = "the last dims of its inputs"
            raise DimNotDefined(layer.cls, expected=expected, actual=shape)
    return tuple(shape[2] for shape in tensors)  # type: ignore[misc]


def _grouped_at_run_time(layer: Bound, x: Shapes) -> Finding | None:
    for shape in _tensors(layer):
        if len(shape) != 3:
            return RefusedWhenRun(layer.cls, expected=Rank(3), actual=shape)
    return None


def _grouped_weights(layer: Bound, x: Shapes) -> int | Unknown:
    tensors = _tensors(layer)
    query, value, key = _third_dims(layer, tensors)
    head_dim = integer(layer, "head_dim")
    # Several query heads share one head of keys and values, which have a count of their own.
    queries = head_dim * integer(layer, "num_query_heads")
    keys = head_dim * integer(layer, "num_key_value_heads")
    bias = int(bool(layer["use_bias"]))
    gates = 1
    if layer["use_gate"]:
        gates = 2
    projections = queries * (query + bias) * gates + keys * (key + value + 2 * bias)
    return projections + product(tensors.query[-1:]) * (queries + bias)


@rule(
    "GroupedQueryAttention",
    check=_check_grouped,
    weights=_grouped_weights,
    parts=True,
    at_run_time=_grouped_at_run_time,
    many=True,
    effects=fx.same,
)
def grouped_query_attention(layer: Bound, x: Shapes) -> Shapes:
    """Return the query's shape for `(query, value, key=value)`, each of rank 3.

    With `return_attention_scores` return the scores `(batch, num_query_heads, query steps,
    key steps)` too.

    Refused: another rank; a query and a value whose last dims differ; query heads that the key
    and value heads do not divide.
    """
    tensors = _tensors(layer)
    _check_inner_layers(layer)
    for name in ("head_dim", "num_query_heads", "num_key_value_heads"):
        integer(layer, name)
    _third_dims(layer, tensors)
    query, value = tensors.query, tensors.value
    if query[-1] is None:
        raise DimNotDefined(layer.cls, expected="the query's last dim", actual=query)
    if not _agree(query[-1], value[-1]):
        expected = f"a value whose last dim is {query[-1]}"
        raise InputsDoNotMatch(layer.cls, expected=expected, actual=value[-1])
    if not _returns_scores(layer):
        return query
    heads = integer(layer, "num_query_heads")
    return [query, (query[0], heads, query[1], tensors.key[1])]
