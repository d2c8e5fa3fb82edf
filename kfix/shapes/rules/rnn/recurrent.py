"""LSTM, GRU, SimpleRNN and RNN."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.bad_argument import BadArgument
from kfix.findings.data import Rank
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.initial_states import InitialStates
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.model.graph import Shape, Shapes
from kfix.model.unknown import Unknown
from kfix.shapes.binding import Bound
from kfix.shapes.formatting import show
from kfix.shapes.registry import rule
from kfix.shapes.rules.rnn.cells import (
    CELLS,
    Cell,
    cell_of,
    cell_untrained,
    cell_weights,
    check_units,
    own_cell,
    state_shapes,
)
from kfix.shapes.tunable_arguments import UNITS, choice

RETURN_SEQUENCES = choice("return_sequences", True, False)


def _check(layer: Bound) -> None:
    check_units(layer)
    cudnn = layer.dim("use_cudnn")
    if (
        "use_cudnn" in layer.signature.names
        and not isinstance(cudnn, Unknown)
        and cudnn not in ("auto", True, False)
    ):
        raise BadArgument(
            layer.cls, argument="use_cudnn", expected="'auto', True or False", actual=repr(cudnn)
        )


def _cell(layer: Bound) -> Cell:
    return own_cell(layer) if layer.cls in CELLS else cell_of(layer["cell"], layer)


def weights(layer: Bound, x: Shape) -> int | Unknown:
    """The parameters of the layer's cell."""
    return cell_weights(_cell(layer), (x[0], *x[2:])[-1])


def unrolled(layer: Bound, x: Shape) -> Finding | None:
    """An unrolled layer needs to know its number of steps, but Keras asks for it only when the layer runs."""
    if layer.dim("unroll") is True and len(x) > 1 and x[1] is None:
        return RefusedWhenRun(layer.cls, expected="a fixed number of steps to unroll", actual=None)
    return None


def started(layer: Bound, x: Shape) -> Finding | None:
    """What is refused when it runs: no number of steps to unroll, or first states that are not of the layer's units.

    A Bidirectional of 64 units gives states that are 128 once both directions
    are joined. An LSTM takes two states; of several, the others take the first.
    """
    units = layer.dim("units")
    given = [
        value
        for place, (name, value) in enumerate(layer.call)
        if name == "initial_state" or (not name and place == 1)
    ]
    first = given[0] if given else []
    states = first if isinstance(first, list) else [first]
    for shape in states if layer.cls == "LSTM" else states[:1]:
        if isinstance(shape, tuple) and len(shape) == 3:
            return InitialStates(
                layer.cls,
                expected="one vector per sample",
                actual=f"all steps {show(shape)}",
            )
        size = shape[-1] if isinstance(shape, tuple) and len(shape) == 2 else None
        if isinstance(size, int) and isinstance(units, int) and size != units:
            return InitialStates(layer.cls, f"{units} units", size, units=size)
    return unrolled(layer, x)


def sequence(layer: Bound, x: Shape, outputs: Shape, states: list[Shapes]) -> Shapes:
    """The shapes that a recurrent layer gives, where one step gives `outputs` (with the batch)."""
    if layer["stateful"] and x[0] is None:
        raise DimNotDefined(layer.cls, expected="a fixed batch size, being stateful", actual=None)
    shape: Shapes = (outputs[0], x[1], *outputs[1:]) if layer["return_sequences"] else outputs
    return [shape, *states] if layer["return_state"] else shape


def _output(layer: Bound, x: Shape) -> Shapes:
    made = _cell(layer)
    step = (x[0], *x[2:])
    if step[-1] is None:
        raise DimNotDefined(layer.cls, expected="its last dim", actual=None)
    if len(x) < 2:
        raise RankMismatch(layer.cls, expected=Rank(2, None), actual=x)
    sizes = made.state_size if isinstance(made.state_size, list) else [made.state_size]
    return sequence(
        layer, x, (x[0], made.output_size), [state_shapes((x[0],), size) for size in sizes]
    )


_HIDDEN = ("implementation", "zero_output_for_mask")


@rule(
    "LSTM",
    "GRU",
    check=_check,
    rank=3,
    weights=weights,
    knobs=(RETURN_SEQUENCES, UNITS),
    at_run_time=started,
    extra=_HIDDEN,
)
def gated(layer: Bound, x: Shape) -> Shapes:
    """`(batch, units)`, with `return_sequences` `(batch, steps, units)`; with `return_state` the last states as well.

    LSTM has two states, GRU one, each `(batch, units)`. Refused: any rank but 3,
    a last dim of `None`, `stateful` with an open batch.
    """
    return _output(layer, x)


@rule(
    "SimpleRNN",
    check=_check,
    rank=3,
    weights=weights,
    knobs=(RETURN_SEQUENCES, UNITS),
    at_run_time=started,
    extra=("zero_output_for_mask",),
)
def simple_rnn(layer: Bound, x: Shape) -> Shapes:
    """As `LSTM`, with one state `(batch, units)`."""
    return _output(layer, x)


def _check_rnn(layer: Bound) -> None:
    cell_of(layer["cell"], layer)


def _untrained(layer: Bound, x: Shape) -> int | Unknown:
    return cell_untrained(_cell(layer), (x[0], *x[2:])[-1])


@rule(
    "RNN",
    check=_check_rnn,
    min_rank=1,
    weights=weights,
    untrained=_untrained,
    parts=True,
    knobs=(RETURN_SEQUENCES,),
    at_run_time=unrolled,
)
def rnn(layer: Bound, x: Shape) -> Shapes:
    """`(batch, units)`, with `return_sequences` `(batch, steps, units)`, where `units` are those of the (last) cell.

    With `return_state` the last states of every cell as well. A list of cells is
    stacked. A cell of the program's own says its `state_size` and `output_size`.
    """
    return _output(layer, x)
