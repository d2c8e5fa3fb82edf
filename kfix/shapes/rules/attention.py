"""Attention, AdditiveAttention, MultiHeadAttention and GroupedQueryAttention, as in Keras's own `layers/attention`."""

from __future__ import annotations

from typing import Any

from kfix.findings import Finding
from kfix.findings.data import Rank
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.binding import Bound
from kfix.shapes.registry import rule
from kfix.shapes.rules.merging import inputs_of
from kfix.shapes.sizes import product
from kfix.shapes.values import check_seed, known, refuse

# --- Attention and AdditiveAttention ------------------------------------------------------------


def _check_attention(layer: Bound) -> None:
    dropout = known(layer, "dropout")
    if not isinstance(dropout, int | float | Unknown):
        raise refuse(layer, "dropout", "a number", dropout)
    mode = layer.dim("score_mode") if "score_mode" in layer or layer.cls == "Attention" else "dot"
    if not isinstance(mode, Unknown) and mode not in ("dot", "concat"):
        raise refuse(layer, "score_mode", "'dot' or 'concat'", mode)
    check_seed(layer, "dropout")


def _pair_or_three(layer: Bound, x: Shapes) -> list[Shape]:
    found = inputs_of(layer, x)
    if len(found) not in (2, 3):
        raise WrongInputs(
            layer.cls, expected="a query, a value and perhaps a key", actual=f"{len(found)} inputs"
        )
    return found


def _attention_weights(layer: Bound, x: Shapes) -> int | Unknown:
    scale = 1 if layer["use_scale"] else 0
    if layer.cls == "AdditiveAttention":
        dim: Any = _pair_or_three(layer, x)[0][-1] if scale else 0
        total: int | Unknown = dim
        return total
    return scale + (1 if layer["score_mode"] == "concat" else 0)


def _named(layer: Bound, name: str) -> object:
    return next((value for keyword, value in layer.call if keyword == name), None)


@rule(
    "Attention",
    "AdditiveAttention",
    check=_check_attention,
    weights=_attention_weights,
    extra=("score_mode", "seed"),
    many=True,
)
def attention(layer: Bound, x: Shapes) -> Shapes:
    """`query[:-1] + value[-1:]` of `[query, value]` or `[query, value, key]`.

    With `return_attention_scores` the scores `query[:-1] + (key[-2],)` too.
    AdditiveAttention has a scale of the query's last dim, which must be a number.
    """
    shapes = _pair_or_three(layer, x)
    query, value, key = (*shapes, shapes[1])[:3]
    additive = layer.cls == "AdditiveAttention" and layer["use_scale"]
    if not value or (additive and not query):
        raise RankMismatch(layer.cls, expected="a batch of sequences", actual=list(shapes))
    if additive and query[-1] is None:
        raise DimNotDefined(layer.cls, expected="the query's last dim", actual=None)
    out = (*query[:-1], value[-1])
    scores = _named(layer, "return_attention_scores")
    if isinstance(scores, Unknown):
        raise UnknownUsed(scores)
    if not scores:
        return out
    if len(key) < 2:
        raise RankMismatch(layer.cls, expected="a key of rank 2 or more", actual=key)
    return [out, (*query[:-1], key[-2])]


# --- what the two with heads have in common -----------------------------------------------------


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


def _call(layer: Bound) -> dict[str, object]:
    """The call's arguments by name."""
    places = iter(_ORDER)
    named: dict[str, object] = {}
    for keyword, value in layer.call:
        named[keyword if keyword is not None else next(places, "training")] = value
    return named


def _same(one: Dim, two: Dim) -> bool:
    return one == two or isinstance(one, Unknown) or isinstance(two, Unknown)


def _tensors(layer: Bound) -> tuple[Shape, Shape, Shape]:
    """Query, value and key; raises `WrongInputs`, or `InputsDoNotMatch` for a value and a key of other lengths."""
    call = _call(layer)
    if call.get("key") is None:
        call["key"] = call.get("value")
    for name in ("query", "value", "key"):
        shape = call.get(name)
        if isinstance(shape, Unknown):
            raise UnknownUsed(shape)
        if not isinstance(shape, tuple):
            raise WrongInputs(
                layer.cls, expected="a query and a value, each a tensor", actual=f"no {name}"
            )
    query, value, key = call["query"], call["value"], call["key"]
    assert isinstance(query, tuple)
    assert isinstance(value, tuple)
    assert isinstance(key, tuple)
    one, two = value[1:-1], key[1:-1]
    if len(one) != len(two) or not all(map(_same, one, two)):
        raise InputsDoNotMatch(
            layer.cls,
            expected="a value and a key that differ in the last dim only",
            actual=[value, key],
        )
    return query, value, key


def _features(layer: Bound, *shapes: Shape) -> list[Any]:
    """The last dims, as numbers."""
    dims = [shape[-1] if shape else None for shape in shapes]
    if None in dims:
        raise DimNotDefined(layer.cls, expected="the last dims of its inputs", actual=list(shapes))
    return dims


def _check_common(layer: Bound) -> None:
    window = known(layer, "sliding_window")
    if (
        window is not None
        and not isinstance(window, Unknown)
        and (not isinstance(window, int) or window <= 0)
    ):
        raise refuse(layer, "sliding_window", "a positive integer, or None,", window)
    dropout = known(layer, "dropout")
    if layer["flash_attention"] and isinstance(dropout, int | float) and dropout > 0:
        raise refuse(layer, "dropout", "0, with flash attention,", dropout)


def _check_built(layer: Bound) -> None:
    """What the layers inside refuse once they are made."""
    dropout = known(layer, "dropout")
    if not isinstance(dropout, Unknown) and not (
        isinstance(dropout, int | float) and 0 <= dropout <= 1
    ):
        raise refuse(layer, "dropout", "a number from 0 to 1", dropout)
    check_seed(layer, "dropout")
    for name in ("kernel_initializer", "bias_initializer"):
        if layer.dim(name) is None:
            raise refuse(layer, name, "an initializer", None)


def _scores(layer: Bound) -> bool:
    wanted = _call(layer).get("return_attention_scores")
    if isinstance(wanted, Unknown):
        raise UnknownUsed(wanted)
    return bool(wanted)


# --- MultiHeadAttention ---------------------------------------------------------------------------


def _check_multi_head(layer: Bound) -> None:
    for name in ("num_heads", "key_dim", "value_dim"):
        value = known(layer, name)
        if isinstance(value, Unknown) or (name == "value_dim" and value is None):
            continue
        if not isinstance(value, int) or value <= 0:
            raise refuse(layer, name, "a positive integer", value)
    shape = layer.dim("output_shape")
    if shape and not isinstance(shape, int | tuple | list | str | dict):
        raise refuse(layer, "output_shape", "a tuple, a list or an integer", shape)
    axes = layer.dim("attention_axes")
    if axes and not isinstance(axes, int | tuple | list):
        raise refuse(layer, "attention_axes", "an integer, or a list of them,", axes)
    _check_common(layer)


def _projection(layer: Bound, query: Shape) -> tuple[Any, ...]:
    """The last dims that the output is projected to."""
    shape = layer["output_shape"]
    if not shape:
        return query[-1:]
    dims = (shape,) if isinstance(shape, int) else tuple(shape)
    for dim in dims:
        if not isinstance(dim, Unknown) and not (isinstance(dim, int) and dim >= 0):
            raise refuse(layer, "output_shape", "integers", shape)
    return dims


def _multi_head_weights(layer: Bound, x: Shapes) -> int | Unknown:
    query, value, key = _tensors(layer)
    q, v, k = _features(layer, query, value, key)
    heads: Any = layer.dim("num_heads")
    width: Any = layer.dim("key_dim")
    depth: Any = layer.dim("value_dim") or width
    out: Any = product(_projection(layer, query))
    biased = 1 if layer["use_bias"] else 0
    total = heads * width * (q + k + 2 * biased) + heads * depth * (v + biased)
    if layer["use_gate"]:
        total = total + heads * depth * (q + biased)
    total = total + out * (heads * depth + biased)
    found: int | Unknown = total
    return found


def _check_axes(layer: Bound, rank: int) -> None:
    axes = layer["attention_axes"]
    if axes is None:
        return
    for axis in (axes,) if isinstance(axes, int) else axes:
        if not isinstance(axis, int) or not -2 * rank - 1 <= axis <= rank:
            raise refuse(layer, "attention_axes", "axes of the value", axes)


@rule(
    "MultiHeadAttention",
    check=_check_multi_head,
    weights=_multi_head_weights,
    parts=True,
    many=True,
)
def multi_head_attention(layer: Bound, x: Shapes) -> Shapes:
    """`query[:-1] + output_shape`, or the query's shape, of `(query, value, key=value)`.

    With `return_attention_scores` the scores `(batch, num_heads, steps, steps)`
    too. Refused: value and key that differ in more than the last dim, last dims
    of `None`, one tensor alone (so in a Sequential).
    """
    query, value, key = _tensors(layer)
    _check_built(layer)
    _features(layer, query, value, key)
    if min(len(query), len(value), len(key)) < 2:
        raise UnknownUsed(Unknown("attention over single numbers", layer.layer.site))
    _check_axes(layer, len(value))
    out = (*query[:-1], *_projection(layer, query))
    if not _scores(layer):
        return out
    return [out, (query[0], layer.dim("num_heads"), query[1], query[1])]


# --- GroupedQueryAttention ------------------------------------------------------------------------

_SIZES = ("head_dim", "num_query_heads", "num_key_value_heads")


def _check_grouped(layer: Bound) -> None:
    for name in _SIZES:
        value = known(layer, name)
        least = 0 if name == "num_query_heads" else 1
        if not isinstance(value, Unknown) and (not isinstance(value, int | float) or value < least):
            raise refuse(layer, name, "a positive integer", value)
    if layer["num_query_heads"] % layer["num_key_value_heads"] != 0:
        raise refuse(
            layer,
            "num_query_heads",
            f"a multiple of {layer['num_key_value_heads']}",
            layer["num_query_heads"],
        )
    _check_common(layer)


def _inner(layer: Bound, *shapes: Shape) -> list[Any]:
    """The third dim of each, which Keras takes for the features (of rank 3 it is the last)."""
    for shape in shapes:
        if len(shape) < 3:
            raise RankMismatch(layer.cls, expected=Rank(3), actual=shape)
        if shape[2] is None:
            raise DimNotDefined(layer.cls, expected="the last dims of its inputs", actual=shape)
    return [shape[2] for shape in shapes]


def _grouped_at_run_time(layer: Bound, x: Shapes) -> Finding | None:
    for shape in _tensors(layer):
        if len(shape) != 3:
            return RefusedWhenRun(layer.cls, expected=Rank(3), actual=shape)
    return None


def _grouped_weights(layer: Bound, x: Shapes) -> int | Unknown:
    query, value, key = _tensors(layer)
    q, v, k = _inner(layer, query, value, key)
    size, heads, groups = (layer.dim(name) for name in _SIZES)
    biased = 1 if layer["use_bias"] else 0
    total = size * heads * (q + biased) * (2 if layer["use_gate"] else 1) + size * groups * (
        k + v + 2 * biased
    )
    found: int | Unknown = total + query[-1] * (size * heads + biased)
    return found


@rule(
    "GroupedQueryAttention",
    check=_check_grouped,
    weights=_grouped_weights,
    parts=True,
    at_run_time=_grouped_at_run_time,
    many=True,
)
def grouped_query_attention(layer: Bound, x: Shapes) -> Shapes:
    """The query's shape, of `(query, value, key=value)`, each of rank 3, the last dims of query and value the same.

    With `return_attention_scores` the scores `(batch, num_query_heads, query
    steps, key steps)` too. Refused: query heads that the key and value heads do not divide.
    """
    query, value, key = _tensors(layer)
    _check_built(layer)
    for name in _SIZES:
        if isinstance(layer.dim(name), float):
            raise refuse(layer, name, "an integer", layer.dim(name))
    _inner(layer, query, value, key)
    q, v = query[-1], value[-1]
    if q is None:
        raise DimNotDefined(layer.cls, expected="the query's last dim", actual=query)
    if not _same(q, v):
        raise InputsDoNotMatch(layer.cls, expected=f"a value whose last dim is {q}", actual=v)
    if not _scores(layer):
        return query
    return [query, (query[0], layer.dim("num_query_heads"), query[1], key[1])]
