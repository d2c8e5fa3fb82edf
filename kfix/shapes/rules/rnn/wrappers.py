"""Bidirectional and TimeDistributed: what they give depends on the layer inside."""

from __future__ import annotations

from typing import Any

from kfix.findings.bad_argument import BadArgument
from kfix.findings.data import Rank
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Array, Layer, Shape, Shapes, Symbol
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.binding import Bound
from kfix.shapes.registry import rule
from kfix.shapes.signatures import canonical
from kfix.shapes.tunable_arguments import choice

RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
_MERGE_MODES = ("sum", "mul", "ave", "concat", None)


def child_of(layer: Bound, name: str = "layer") -> Layer:
    """The layer inside; raises `BadArgument` for what is no layer."""
    child = layer[name]
    if not isinstance(child, Layer):
        raise BadArgument(layer.cls, argument=name, expected="a layer", actual=repr(child))
    return child


def _recurrent(layer: Bound, name: str) -> Bound:
    child = child_of(layer, name)
    if child.is_user_layer or child.is_unknown:
        raise UnknownUsed(
            child.unknown or Unknown(f"`{child.cls}` is not one of Keras's", child.site)
        )
    if not child.is_keras_layer or canonical(child.cls) not in RECURRENT:
        raise BadArgument(layer.cls, expected="a recurrent layer", actual=child.cls)
    assert layer.tracer is not None
    return layer.tracer.bound(child)


def _check_bidirectional(layer: Bound) -> None:
    forward = _recurrent(layer, "layer")
    if layer["merge_mode"] not in _MERGE_MODES:
        raise BadArgument(
            layer.cls,
            argument="merge_mode",
            expected="'sum', 'mul', 'ave', 'concat' or None",
            actual=repr(layer["merge_mode"]),
        )
    backward: Bound | None = None
    if layer["backward_layer"] is not None:
        backward = _recurrent(layer, "backward_layer")
    weights = layer["weights"]
    if weights and not isinstance(weights, list | tuple | Array | Symbol):
        raise BadArgument(
            layer.cls, argument="weights", expected="a list of arrays", actual=repr(weights)
        )
    turned = True if backward is None else backward["go_backwards"]
    if forward["go_backwards"] == turned:
        raise BadArgument(
            layer.cls,
            expected="one layer forwards and one with go_backwards=True",
            actual=f"go_backwards={turned!r} twice",
        )
    if backward is not None:
        for name in ("stateful", "return_sequences", "return_state"):
            if forward[name] != backward[name]:
                raise BadArgument(
                    layer.cls,
                    expected=f"the same {name} in both directions",
                    actual=f"{forward[name]}, {backward[name]}",
                )


def _bidirectional_weights(layer: Bound, x: Shape) -> int | Unknown:
    assert layer.tracer is not None
    forward = layer.tracer.use(child_of(layer), ((None, x),)).params
    if layer["backward_layer"] is None:
        return forward + forward
    return forward + layer.tracer.use(child_of(layer, "backward_layer"), ((None, x),)).params


def _bidirectional_untrained(layer: Bound, x: Shape) -> int | Unknown:
    assert layer.tracer is not None
    forward = layer.tracer.use(child_of(layer), ((None, x),))
    backward = forward
    if layer["backward_layer"] is not None:
        backward = layer.tracer.use(child_of(layer, "backward_layer"), ((None, x),))
    return forward.params - forward.trained + backward.params - backward.trained


@rule(
    "Bidirectional",
    check=_check_bidirectional,
    weights=_bidirectional_weights,
    untrained=_bidirectional_untrained,
    parts=True,
    min_rank=1,
    knobs=(choice("merge_mode", "concat", "sum"),),
)
def bidirectional(layer: Bound, x: Shape) -> Shapes:
    """The recurrent layer inside, forwards and backwards: twice the `units` with `merge_mode="concat"`.

    "sum", "mul" and "ave" keep the units, `None` gives two outputs; the states
    of both directions come after. Only recurrent layers go inside.
    """
    assert layer.tracer is not None
    inside = layer.tracer.inside(child_of(layer), x).outputs
    if layer["backward_layer"] is not None:
        layer.tracer.inside(child_of(layer, "backward_layer"), x)
    mode = layer["merge_mode"]
    states: list[Any] = []
    shape = inside
    if isinstance(inside, list):
        shape, states = inside[0], inside[1:]
    assert isinstance(shape, tuple)
    if mode is None:
        return [shape, shape, *states, *states]
    if mode == "concat":
        shape = (*shape[:-1], shape[-1] * 2) if shape[-1] is not None else shape
    return [shape, *states, *states] if isinstance(inside, list) else shape


def _check_time_distributed(layer: Bound) -> None:
    child_of(layer)


def _child_shape(x: Shape) -> Shape:
    if len(x) < 3:  # asked of a TimeDistributed inside another
        raise RankMismatch("TimeDistributed", expected=Rank(3, None), actual=x)
    return (x[0], *x[2:])


def _time_distributed_weights(layer: Bound, x: Shape) -> int | Unknown:
    assert layer.tracer is not None
    return layer.tracer.inside(child_of(layer), _child_shape(x), spec=False).params


def _time_distributed_untrained(layer: Bound, x: Shape) -> int | Unknown:
    assert layer.tracer is not None
    inside = layer.tracer.inside(child_of(layer), _child_shape(x), spec=False)
    return inside.params - inside.trained


@rule(
    "TimeDistributed",
    check=_check_time_distributed,
    min_rank=3,
    weights=_time_distributed_weights,
    untrained=_time_distributed_untrained,
    parts=True,
)
def time_distributed(layer: Bound, x: Shape) -> Shapes:
    """The layer inside on every step: its output on `(batch, *rest)`, with the number of steps after the batch."""
    assert layer.tracer is not None
    inside = layer.tracer.inside(child_of(layer), _child_shape(x), spec=False).outputs
    if not isinstance(inside, tuple):
        raise BadArgument(layer.cls, expected="a layer with one output", actual=child_of(layer).cls)
    return (inside[0], x[1], *inside[1:])
