"""What a recurrent layer repeats at every step: the cells, their states and weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from kfix.findings.bad_argument import BadArgument
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import Layer, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.binding import Bound
from kfix.shapes.registry import rule
from kfix.shapes.signatures import canonical
from kfix.shapes.values import check_seed

CELLS = {"LSTM": "LSTMCell", "GRU": "GRUCell", "SimpleRNN": "SimpleRNNCell"}
"""The cell that each of these layers makes for itself."""


class Cell(NamedTuple):
    """A cell: its state sizes as Keras's `state_size` nests them, its `output_size`, its weights by kind.

    `parts` are (gates, units, biases, whether they are trained): of a stack there are several.
    `weights` are those that no part tells: of a cell of the program.
    """

    state_size: Any
    output_size: Any
    parts: tuple[tuple[int, Any, int, bool | Unknown], ...]
    weights: int | Unknown = 0


def check_units(layer: Bound) -> None:
    """What the constructors of the three cells refuse; raises `BadArgument`."""
    units = layer["units"]
    if not isinstance(units, int) or units <= 0:
        raise BadArgument(
            layer.cls, argument="units", expected="a positive integer", actual=repr(units)
        )
    check_dropout(layer)


def check_dropout(layer: Bound) -> None:
    """Rates are clipped into [0, 1], so any number will do; a seed must be an integer."""
    for name in ("dropout", "recurrent_dropout"):
        rate = layer.dim(name)
        if not isinstance(rate, int | float | Unknown):
            raise BadArgument(layer.cls, argument=name, expected="a number", actual=repr(rate))
    check_seed(layer)


def check_forget_bias(layer: Bound) -> None:
    """What an LSTM's or ConvLSTM's `build` refuses; raises `BadArgument`.

    With `unit_forget_bias` the bias is put together from what `bias_initializer` gives, which is called
    as it stands, so that `None` is refused there and nowhere else (`LSTMCell.build` in Keras's `layers/rnn/lstm.py`).
    """
    flags = layer.dim("use_bias"), layer.dim("unit_forget_bias")
    told = all(flag and not isinstance(flag, Unknown) for flag in flags)
    if told and layer.dim("bias_initializer") is None:
        raise BadArgument(
            layer.cls, argument="bias_initializer", expected="an initializer", actual=None
        )


def own_cell(layer: Bound) -> Cell:
    """The cell of an LSTM, GRU or SimpleRNN, or of one of the three cell classes."""
    units = layer.dim("units")
    kind = CELLS.get(layer.cls, layer.cls)
    biased = bool(layer["use_bias"])
    trained = True if layer.tracer is None else layer.tracer.trainable(layer.layer)
    if kind == "LSTMCell":
        check_forget_bias(layer)
        return Cell([units, units], units, ((4, units, 4 * biased, trained),))
    if kind == "GRUCell":
        return Cell(
            units, units, ((3, units, (6 if layer["reset_after"] else 3) * biased, trained),)
        )
    return Cell(units, units, ((1, units, 1 * biased, trained),))


def cell_of(value: object, owner: Bound) -> Cell:
    """The cell that an RNN is given: a cell layer, or a list of them; raises `BadArgument` for what is none."""
    if isinstance(value, Unknown):
        raise UnknownUsed(value)
    if isinstance(value, list | tuple):
        return stack_of(value, owner)
    if not isinstance(value, Layer):
        raise BadArgument(owner.cls, expected="a recurrent cell", actual=repr(value))
    if value.is_user_layer and value.attributes:
        return _cell_of_program(value, owner)
    if not value.is_keras_layer:
        raise UnknownUsed(
            value.unknown or Unknown(f"the cell `{value.cls}` is not one of Keras's", value.site)
        )
    assert owner.tracer is not None
    bound = owner.tracer.bound(value)
    kind = canonical(value.cls)
    if kind == "StackedRNNCells":
        return stack_of(bound["cells"], bound)
    if kind in CELLS:
        raise UnknownUsed(Unknown(f"`{kind}`, a layer, is used as a cell", value.site))
    if kind not in CELLS.values():
        raise BadArgument(owner.cls, expected="a recurrent cell", actual=value.cls)
    return own_cell(bound)


def _cell_of_program(layer: Layer, owner: Bound) -> Cell:
    """A cell of a class of the program says its sizes itself (`RNN.compute_output_shape` in Keras goes by them)."""
    sizes = dict(layer.attributes)
    state: Any = sizes.get("state_size")
    output: Any = sizes.get("output_size")
    if isinstance(state, tuple):
        state = list(state)
    for size in state if isinstance(state, list) else [state]:
        if not isinstance(size, int):
            raise UnknownUsed(
                size
                if isinstance(size, Unknown)
                else Unknown(f"the states of `{layer.cls}`", layer.site)
            )
    if output is None:
        output = state[0] if isinstance(state, list) else state
    if not isinstance(output, int):  # a cell of maps
        raise UnknownUsed(
            output
            if isinstance(output, Unknown)
            else Unknown(f"what `{layer.cls}` gives", layer.site)
        )
    return Cell(state, output, (), Unknown(f"the weights of the cell `{layer.cls}`", layer.site))


def stack_of(cells: Sequence[object], owner: Bound) -> Cell:
    """Several cells, one on top of the other."""
    made = [cell_of(cell, owner) for cell in cells]
    if not made:
        raise BadArgument(owner.cls, expected="at least one cell", actual="[]")
    parts = tuple(part for cell in made for part in cell.parts)
    weights = next((cell.weights for cell in made if isinstance(cell.weights, Unknown)), 0)
    return Cell([cell.state_size for cell in made], made[-1].output_size, parts, weights)


def cell_weights(cell: Cell, features: Any) -> int | Unknown:
    """Kernel, recurrent kernel and biases of every part; the next part reads what this one gives."""
    return _weights(cell, features)[0]


def cell_untrained(cell: Cell, features: Any) -> int | Unknown:
    """How many of the weights of a cell, or of a stack of cells, are not trained."""
    return _weights(cell, features)[1]


def _weights(cell: Cell, features: Any) -> tuple[int | Unknown, int | Unknown]:
    total = untrained = cell.weights
    for gates, units, biases, trained in cell.parts:
        weights = gates * units * (features + units) + biases * units
        total = total + weights
        if trained is not True:
            untrained = untrained + (trained if isinstance(trained, Unknown) else weights)
        features = units
    return total, untrained


def _states(layer: Bound) -> object:
    """The states that a cell is called with; raises `WrongInputs` for none."""
    by_place = [value for name, value in layer.call if name is None]
    by_name = {name: value for name, value in layer.call if name is not None}
    if "states" in by_name:
        return by_name["states"]
    if len(by_place) < 2:
        raise WrongInputs(layer.cls, expected="an input and the states", actual="no states")
    return by_place[1]


def _step(cls: str, x: Shape, cell: Cell, states: object) -> tuple[Shape, list[Shapes]]:
    """The output and the new states of a cell called on its own, `cell(x, states)`.

    A single tensor of states is sliced where Keras indexes it.
    """
    if len(x) < 2 or x[-1] is None:
        raise DimNotDefined(cls, expected="a batch and its last dim", actual=x)
    units = cell.output_size
    wanted = len(cell.state_size) if isinstance(cell.state_size, list) else 1
    if isinstance(states, Unknown):
        raise UnknownUsed(states)
    given: list[Any] = list(states) if isinstance(states, list) else [states]
    if wanted > 1 and isinstance(states, tuple):
        given = [states[1:]] * wanted
    if len(given) < wanted:
        raise WrongInputs(cls, expected=f"{wanted} states", actual=len(given))
    for state in given[:wanted]:
        if isinstance(state, tuple) and (
            not state or (isinstance(state[-1], int) and state[-1] != units)
        ):
            raise RankMismatch(cls, expected=f"states of {units} numbers", actual=state)
    out = (*x[:-1], units)
    return out, [out] * wanted


def _cell_input(layer: Bound, inputs: Shapes) -> Shape:
    x = inputs[0] if isinstance(inputs, list) and len(inputs) == 1 else inputs
    if isinstance(x, Unknown):
        raise UnknownUsed(x)
    if not isinstance(x, tuple):
        raise WrongInputs(layer.cls, expected="one input", actual="several")
    return x


def _single_weights(layer: Bound, inputs: Shapes) -> int | Unknown:
    x = _cell_input(layer, inputs)
    return cell_weights(own_cell(layer), x[-1])


@rule(
    "LSTMCell",
    "GRUCell",
    "SimpleRNNCell",
    check=check_units,
    weights=_single_weights,
    extra=("implementation",),
    many=True,
)
def cell(layer: Bound, inputs: Shapes) -> Shapes:
    """One step: `in[:-1] + (units,)` and the new states, each of that shape (LSTM two, the others one)."""
    states = _states(layer)
    if "glu" in (layer.dim("activation"), layer.dim("recurrent_activation")):
        raise UnknownUsed(
            Unknown(
                "a cell with the activation 'glu', which halves what it is given", layer.layer.site
            )
        )
    out, new = _step(layer.cls, _cell_input(layer, inputs), own_cell(layer), states)
    return [out, new if len(new) > 1 or isinstance(states, list) else out]


def _check_cells(layer: Bound) -> None:
    cells = layer["cells"]
    if not isinstance(cells, list | tuple):
        raise BadArgument(layer.cls, expected="a list of cells", actual=repr(cells))
    for cell in cells:
        cell_of(cell, layer)


def _stack_weights(layer: Bound, inputs: Shapes) -> int | Unknown:
    cells = layer["cells"]
    return cell_weights(stack_of(cells, layer), _cell_input(layer, inputs)[-1]) if cells else 0


def _stack_untrained(layer: Bound, inputs: Shapes) -> int | Unknown:
    cells = layer["cells"]
    return cell_untrained(stack_of(cells, layer), _cell_input(layer, inputs)[-1]) if cells else 0


@rule(
    "StackedRNNCells",
    check=_check_cells,
    weights=_stack_weights,
    untrained=_stack_untrained,
    parts=True,
    many=True,
)
def stacked(layer: Bound, inputs: Shapes) -> Shapes:
    """One step of several cells, each on the output of the one before: `in[:-1] + (units of the last,)`, and states."""
    states = _states(layer)
    if not isinstance(states, list):
        raise WrongInputs(layer.cls, expected="a list of states", actual="one tensor")
    x = _cell_input(layer, inputs)
    made: list[Shapes] = []
    for each, state in zip(layer["cells"], states, strict=False):
        x, new = _step(layer.cls, x, cell_of(each, layer), state)
        made.append(new if len(new) > 1 or isinstance(state, list) else new[0])
    return [x, made[0] if len(made) == 1 else made]


def state_shapes(batch: Sequence[Any], size: object) -> Shapes:
    """The shapes of one cell's states: a shape, or a list of them where the cell has several."""
    if isinstance(size, list):
        return [(*batch, item) for item in size]
    return (*batch, size)
