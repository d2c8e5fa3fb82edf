"""Bidirectional and TimeDistributed: their shapes depend on the wrapped layer."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.findings.bad_argument import BadArgument
from kfix.findings.data import Rank
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Array, Layer, Shape, Shapes, Symbol
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.effects import Effect
from kfix.shapes.registry import inner_effects, rule
from kfix.shapes.signatures import canonical
from kfix.shapes.sizes import multiply
from kfix.shapes.trace_result import Traced
from kfix.shapes.tunable_arguments import choice
from kfix.shapes.values import refuse

RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
_MERGE_MODES = ("sum", "mul", "ave", "concat", None)


def wrapped_layer(layer: Bound, name: str = "layer") -> Layer:
    """Return the wrapped layer; raise `BadArgument` for anything but a layer."""
    wrapped = layer[name]
    if not isinstance(wrapped, Layer):
        raise refuse(layer, name, "a layer", wrapped)
    return wrapped


# --- Bidirectional --------------------------------------------------------------------------------


def _recurrent(layer: Bound, name: str) -> Bound:
    """Return the arguments of a wrapped recurrent layer; raise `BadArgument` for another layer."""
    wrapped = wrapped_layer(layer, name)
    if wrapped.is_user_layer or wrapped.is_unknown:
        why = f"`{wrapped.cls}` is not one of Keras's"
        raise UnknownUsed(wrapped.unknown or Unknown(why, wrapped.site))
    if not wrapped.is_keras_layer or canonical(wrapped.cls) not in RECURRENT:
        raise BadArgument(layer.cls, expected="a recurrent layer", actual=wrapped.cls)
    assert layer.tracer is not None
    return layer.tracer.bound(wrapped)


def _check_bidirectional(layer: Bound) -> None:
    forward = _recurrent(layer, "layer")
    if layer["merge_mode"] not in _MERGE_MODES:
        expected = "'sum', 'mul', 'ave', 'concat' or None"
        raise refuse(layer, "merge_mode", expected, layer["merge_mode"])
    backward: Bound | None = None
    if layer["backward_layer"] is not None:
        backward = _recurrent(layer, "backward_layer")
    weights = layer["weights"]
    if weights and not isinstance(weights, list | tuple | Array | Symbol):
        raise refuse(layer, "weights", "a list of arrays", weights)
    _check_directions(layer, forward, backward)


def _check_directions(layer: Bound, forward: Bound, backward: Bound | None) -> None:
    """Raise `BadArgument` for two layers of one direction, or whose outputs differ in kind."""
    reversed_ = backward is None or backward["go_backwards"]
    if forward["go_backwards"] == reversed_:
        raise BadArgument(
            layer.cls,
            expected="one layer forwards and one with go_backwards=True",
            actual=f"go_backwards={reversed_!r} twice",
        )
    if backward is None:
        return
    for name in ("stateful", "return_sequences", "return_state"):
        if forward[name] != backward[name]:
            raise BadArgument(
                layer.cls,
                expected=f"the same {name} in both directions",
                actual=f"{forward[name]}, {backward[name]}",
            )


def _both_directions(layer: Bound, x: Shape) -> tuple[Traced, Traced]:
    """Return the traces of both layers; without a backward layer the forward layer counts twice."""
    assert layer.tracer is not None
    forward = layer.tracer.use(wrapped_layer(layer), ((None, x),))
    if layer["backward_layer"] is None:
        return forward, forward
    return forward, layer.tracer.use(wrapped_layer(layer, "backward_layer"), ((None, x),))


def _bidirectional_weights(layer: Bound, x: Shape) -> int | Unknown:
    forward, backward = _both_directions(layer, x)
    return forward.params + backward.params


def _bidirectional_untrained(layer: Bound, x: Shape) -> int | Unknown:
    forward, backward = _both_directions(layer, x)
    return forward.params - forward.trained + backward.params - backward.trained


def _both_ways(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
    """State the effects of the child; `merge_mode="concat"` doubles the last axis."""
    *others, end = inner_effects(layer, wrapped_layer(layer), shapes[0]) or [fx.new()]
    return [*others, end._replace(arguments=(*end.arguments, "merge_mode"))]


def _each_step(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
    """State that the steps are kept, and that the other axes are those of the layer inside."""
    x = shapes[0]
    batch, *rest = inner_effects(layer, wrapped_layer(layer), (x[0], *x[2:])) or [fx.kept(0)]
    return [batch, fx.kept(1), *(_behind_steps(effect) for effect in rest)]


def _behind_steps(effect: Effect) -> Effect:
    """Return an effect of the layer inside, whose input lacks the steps."""
    return effect._replace(axes=tuple((of, axis + 1) for of, axis in effect.axes if axis > 0))


@rule(
    "Bidirectional",
    check=_check_bidirectional,
    weights=_bidirectional_weights,
    untrained=_bidirectional_untrained,
    parts=True,
    min_rank=1,
    knobs=(choice("merge_mode", "concat", "sum"),),
    effects=_both_ways,
)
def bidirectional(layer: Bound, x: Shape) -> Shapes:
    """Return the output of a recurrent layer in both directions.

    With `merge_mode` "concat" the units are doubled, with "sum", "mul" and "ave" they stay, with
    `None` there are two outputs. The states of both directions follow.

    Refused: a layer that is not recurrent; two layers of one direction.
    """
    assert layer.tracer is not None
    outputs = layer.tracer.inside(wrapped_layer(layer), x).outputs
    if layer["backward_layer"] is not None:
        layer.tracer.inside(wrapped_layer(layer, "backward_layer"), x)
    several = [outputs]
    if isinstance(outputs, list):
        several = outputs
    shape, states = several[0], several[1:]
    assert isinstance(shape, tuple)
    mode = layer["merge_mode"]
    if mode is None:
        return [shape, shape, *states, *states]
    if mode == "concat":
        shape = (*shape[:-1], multiply(shape[-1], 2))
    if isinstance(outputs, list):
        return [shape, *states, *states]
    return shape


# --- TimeDistributed ------------------------------------------------------------------------------


def _check_time_distributed(layer: Bound) -> None:
    wrapped_layer(layer)


def _on_a_step(layer: Bound, x: Shape) -> Traced:
    """Return the trace of the wrapped layer on one step; Keras does not check its input spec."""
    if len(x) < 3:  # asked of a TimeDistributed inside another
        raise RankMismatch("TimeDistributed", expected=Rank(3, None), actual=Rank(len(x)))
    assert layer.tracer is not None
    return layer.tracer.inside(wrapped_layer(layer), (x[0], *x[2:]), spec=False)


def _time_distributed_weights(layer: Bound, x: Shape) -> int | Unknown:
    return _on_a_step(layer, x).params


def _time_distributed_untrained(layer: Bound, x: Shape) -> int | Unknown:
    traced = _on_a_step(layer, x)
    return traced.params - traced.trained


@rule(
    "TimeDistributed",
    check=_check_time_distributed,
    min_rank=3,
    weights=_time_distributed_weights,
    untrained=_time_distributed_untrained,
    parts=True,
    effects=_each_step,
)
def time_distributed(layer: Bound, x: Shape) -> Shapes:
    """Return the output of the wrapped layer on `(batch, *rest)`, with the steps after the batch.

    Refused: a layer with several outputs.
    """
    outputs = _on_a_step(layer, x).outputs
    if not isinstance(outputs, tuple) or not outputs:
        cls = wrapped_layer(layer).cls
        raise BadArgument(layer.cls, expected="a layer with one output", actual=cls)
    return (outputs[0], x[1], *outputs[1:])
