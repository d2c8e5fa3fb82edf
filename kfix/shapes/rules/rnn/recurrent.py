"""LSTM, GRU, SimpleRNN and RNN."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from kfix.findings import Finding
from kfix.findings.data import Rank
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.initial_states import InitialStates
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.model.graph import Dim, Layer, Shape, Shapes
from kfix.model.unknown import Unknown
from kfix.shapes import effects as fx
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
from kfix.shapes.values import check_choice

RETURN_SEQUENCES = choice("return_sequences", True, False)


def _check(layer: Bound) -> None:
    check_units(layer)
    if "use_cudnn" in layer.signature.names:
        check_choice(layer, "use_cudnn", ("auto", True, False), "'auto', True or False")


def _cell(layer: Bound) -> Cell:
    if layer.cls in CELLS:
        return own_cell(layer)
    return cell_of(layer["cell"], layer)


def weights(layer: Bound, x: Shape) -> int | Unknown:
    """Return the weights of the layer's cell."""
    return cell_weights(_cell(layer), _features(x))


def _features(x: Shape) -> Dim:
    """Return the last dim of one step."""
    return (x[0], *x[2:])[-1]


def states_when_run(layer: Bound, x: Shape) -> Finding | None:
    """Return what is refused when it runs: initial states that do not have the layer's units.

    A Bidirectional of 64 units returns states of 128 once both directions are joined. An LSTM
    takes two states, a SimpleRNN one; a GRU takes the first of several.
    """
    states = _initial_states(layer)
    if layer.cls == "SimpleRNN" and len(states) > 1:
        actual = f"{len(states)} states"
        return InitialStates(layer.cls, expected="one vector per sample", actual=actual)
    counted = _other_count(layer, states)
    if len(states) > _OF_LSTM:
        return counted
    return next(filter(None, map(partial(_refused_state, layer), states)), counted)


_OF_LSTM = 2
"""How many states an LSTM has."""


def _other_count(layer: Bound, states: Sequence[object]) -> Finding | None:
    """Return that an LSTM is given one vector, or more than two."""
    vectors = all(isinstance(state, tuple) for state in states)
    if layer.cls != "LSTM" or not vectors or len(states) == _OF_LSTM:
        return None
    actual = {1: "one vector"}.get(len(states), f"{len(states)} states")
    return InitialStates(layer.cls, expected="two vectors, h and c", actual=actual, count=_OF_LSTM)


def _initial_states(layer: Bound) -> Sequence[object]:
    """Return the initial states that the layer looks at."""
    given = layer.call_argument("initial_state")
    if given is None and len(layer.call) > 1 and not layer.call[1][0]:
        given = layer.call[1][1]
    states = [given]
    if isinstance(given, list):
        states = given
    if layer.cls == "GRU":
        return states[:1]
    return states


def _refused_state(layer: Bound, state: object) -> Finding | None:
    if not isinstance(state, tuple):
        return None
    if len(state) == 3:
        actual = f"all steps {show(state)}"
        return InitialStates(layer.cls, expected="one vector per sample", actual=actual)
    size = None
    if len(state) == 2:
        size = state[-1]
    units = layer.dim("units")
    if not isinstance(size, int) or not isinstance(units, int) or size == units:
        return None
    return InitialStates(layer.cls, expected=f"{units} units", actual=size, units=size)


def sequence(layer: Bound, x: Shape, outputs: Shape, states: list[Shapes]) -> Shapes:
    """Return the shapes of a recurrent layer; one step returns `outputs`, with the batch.

    Raises `DimNotDefined` for a stateful layer without a fixed batch size.
    """
    if layer["stateful"] and x[0] is None:
        raise DimNotDefined(layer.cls, expected="the batch size (it is stateful)", actual=None)
    shape: Shapes = outputs
    if layer["return_sequences"]:
        shape = (outputs[0], x[1], *outputs[1:])
    if layer["return_state"]:
        return [shape, *states]
    return shape


def _output(layer: Bound, x: Shape) -> Shapes:
    cell = _cell(layer)
    if _features(x) is None:
        raise DimNotDefined(layer.cls, expected="the last dim of its input", actual=None)
    if len(x) < 2:
        raise RankMismatch(layer.cls, expected=Rank(2, None), actual=Rank(len(x)))
    sizes = [cell.state_size]
    if isinstance(cell.state_size, list):
        sizes = cell.state_size
    states = [state_shapes((x[0],), size) for size in sizes]
    return sequence(layer, x, (x[0], cell.output_size), states)


_HIDDEN = ("implementation", "zero_output_for_mask")


@rule(
    "LSTM",
    "GRU",
    check=_check,
    rank=3,
    weights=weights,
    knobs=(RETURN_SEQUENCES, UNITS),
    at_run_time=states_when_run,
    extra=_HIDDEN,
    effects=fx.steps("units"),
)
def gated(layer: Bound, x: Shape) -> Shapes:
    """Return `(batch, units)`, with `return_sequences` `(batch, steps, units)`.

    With `return_state` return the last states too: LSTM has two, GRU one, each `(batch, units)`.

    Refused: another rank than 3; a last dim of `None`; `stateful` with a batch of `None`.
    """
    return _output(layer, x)


@rule(
    "SimpleRNN",
    check=_check,
    rank=3,
    weights=weights,
    knobs=(RETURN_SEQUENCES, UNITS),
    at_run_time=states_when_run,
    extra=("zero_output_for_mask",),
    effects=fx.steps("units"),
)
def simple_rnn(layer: Bound, x: Shape) -> Shapes:
    """Return what `LSTM` returns; there is one state `(batch, units)`."""
    return _output(layer, x)


def _check_rnn(layer: Bound) -> None:
    cell_of(layer["cell"], layer)


def _untrained(layer: Bound, x: Shape) -> int | Unknown:
    return cell_untrained(_cell(layer), _features(x))


def _rank_when_run(layer: Bound, x: Shape) -> Finding | None:
    """Return what the cells of Keras refuse when they run: steps that are not vectors."""
    given = layer.values.get("cell")
    cells = given if isinstance(given, list | tuple) else [given]
    if len(x) > 3 and all(isinstance(cell, Layer) and cell.is_keras_layer for cell in cells):
        return RefusedWhenRun(layer.cls, expected=Rank(3), actual=x)
    return None


@rule(
    "RNN",
    check=_check_rnn,
    min_rank=1,
    at_run_time=_rank_when_run,
    weights=weights,
    untrained=_untrained,
    parts=True,
    knobs=(RETURN_SEQUENCES,),
    effects=fx.steps("cell"),
)
def rnn(layer: Bound, x: Shape) -> Shapes:
    """Return `(batch, units)`, with `return_sequences` `(batch, steps, units)`.

    The `units` are those of the cell, of a list of cells those of the last. With `return_state`
    return the last states of every cell too. A cell of the program has a `state_size` and an
    `output_size` of its own.
    """
    return _output(layer, x)
