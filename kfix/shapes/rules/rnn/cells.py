"""What a recurrent layer repeats at every step: the cells, their states and weights."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.findings.bad_argument import BadArgument
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import Dim, Layer, Shape, Shapes
from kfix.model.record import Value
from kfix.model.unknown import Unknown, UnknownUsed, any_unknown, as_unknown, require_known
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.formatting import show_value
from kfix.shapes.registry import rule
from kfix.shapes.signatures import canonical
from kfix.shapes.sizes import total
from kfix.shapes.values import check_number, check_seed, counted, listed, refuse

CELLS = {"LSTM": "LSTMCell", "GRU": "GRUCell", "SimpleRNN": "SimpleRNNCell"}
"""The cell that each of these layers makes for itself."""

Size = int | Unknown
StateSize = Size | list["StateSize"]
"""The size of a state, or a list of them, nested as Keras's `state_size` is."""


class Part(Value):
    """One cell of a stack."""

    gates: int
    units: Size
    biases: int
    """The number of bias vectors."""
    trained: bool | Unknown


class Cell(Value):
    """A cell, or a stack of cells.

    `weights` are those of cells of the program, which no part describes.
    """

    state_size: StateSize
    output_size: Size
    parts: tuple[Part, ...]
    weights: int | Unknown = 0


# --- what the constructors refuse -----------------------------------------------------------------


def check_units(layer: Bound) -> None:
    """Raise `BadArgument` for what the constructors of the three cells refuse."""
    units = layer["units"]
    if not isinstance(units, int) or units <= 0:
        raise refuse(layer, "units", "a positive integer", units)
    check_dropout(layer)


def check_dropout(layer: Bound) -> None:
    """Raise `BadArgument` for rates that are not numbers; Keras clips numbers to [0, 1]."""
    check_number(layer, "dropout")
    check_number(layer, "recurrent_dropout")
    check_seed(layer)


def check_forget_bias(layer: Bound) -> None:
    """Raise `BadArgument` for a `bias_initializer` of `None` with `unit_forget_bias`.

    The bias is then put together from what the initializer returns, which is called as it is
    (`LSTMCell.build` in Keras's `layers/rnn/lstm.py`).
    """
    flags = layer.dim("use_bias"), layer.dim("unit_forget_bias")
    forgets = not any_unknown(flags) and all(flags)
    if forgets and layer.dim("bias_initializer") is None:
        raise refuse(layer, "bias_initializer", "an initializer", None)


# --- the cells of a layer -------------------------------------------------------------------------


def own_cell(layer: Bound) -> Cell:
    """Return the cell of an LSTM, GRU or SimpleRNN, or of one of the three cell classes."""
    units: Size = layer.dim("units")
    trained: bool | Unknown = True
    if layer.tracer is not None:
        trained = layer.tracer.trainable(layer.layer)
    kind = CELLS.get(layer.cls, layer.cls)
    # One kernel holds all gates side by side: those of an LSTM are input, forget, candidate and
    # output, those of a GRU update, reset and candidate (`build` in Keras's `layers/rnn/`).
    gates, biases = {"LSTMCell": (4, 4), "GRUCell": (3, 3)}.get(kind, (1, 1))
    state_size: StateSize = units
    if kind == "LSTMCell":
        check_forget_bias(layer)
        state_size = [units, units]  # the hidden state and the carry
    if kind == "GRUCell" and layer["reset_after"]:
        biases = 6  # each gate has one for the input and one for the state
    return Cell(state_size, units, (Part(gates, units, biases * bool(layer["use_bias"]), trained),))


def cell_of(value: object, owner: Bound) -> Cell:
    """Return the cell of an RNN: a cell layer, or a list of them; raise `BadArgument`."""
    value = require_known(value)
    if isinstance(value, list | tuple):
        return stack_of(value, owner)
    if not isinstance(value, Layer):
        raise BadArgument(owner.cls, expected="a recurrent cell", actual=show_value(value))
    if value.is_user_layer and value.attributes:
        return _cell_of_program(value)
    if not value.is_keras_layer:
        why = f"the cell `{value.cls}` is not one of Keras's"
        raise UnknownUsed(value.unknown or Unknown(why, value.site))
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


def _cell_of_program(layer: Layer) -> Cell:
    """Return the cell of a class of the program, which has its sizes as attributes.

    Source: `RNN.compute_output_shape` in Keras's `layers/rnn/rnn.py`.
    """
    state, output = layer.attribute("state_size"), layer.attribute("output_size")
    sizes = [_known_size(layer, size) for size in listed(state)]
    if output is None and sizes:
        output = sizes[0]
    if not isinstance(output, int):  # a cell of feature maps
        raise UnknownUsed(as_unknown(output, f"what `{layer.cls}` returns", layer.site))
    weights = Unknown(f"the weights of the cell `{layer.cls}`", layer.site)
    if isinstance(state, list | tuple):
        return Cell([*sizes], output, (), weights)
    return Cell(sizes[0], output, (), weights)


def _known_size(layer: Layer, size: object) -> int:
    if not isinstance(size, int):
        raise UnknownUsed(as_unknown(size, f"the states of `{layer.cls}`", layer.site))
    return size


def stack_of(cells: object, owner: Bound) -> Cell:
    """Return several cells, one on top of the other; raise `BadArgument`."""
    stack = []
    if isinstance(cells, list | tuple):
        stack = [cell_of(cell, owner) for cell in cells]
    if not stack:
        raise BadArgument(owner.cls, expected="at least one cell", actual="[]")
    parts = tuple(part for cell in stack for part in cell.parts)
    unknown = (cell.weights for cell in stack if isinstance(cell.weights, Unknown))
    sizes = [cell.state_size for cell in stack]
    return Cell(sizes, stack[-1].output_size, parts, next(unknown, 0))


def _part_weights(cell: Cell, features: Size) -> list[int | Unknown]:
    """Return the weights of every part: kernel, recurrent kernel and biases.

    Each part reads what the one before it returns, the first reads `features`.
    """
    weights: list[int | Unknown] = []
    for part in cell.parts:
        units = part.units
        # Each gate has a row for every feature that comes in and one for every unit of the state.
        weights.append(part.gates * units * (features + units) + part.biases * units)
        features = units
    return weights


def cell_weights(cell: Cell, features: Dim) -> int | Unknown:
    """Return the number of weights of a cell, or of a stack of cells."""
    assert features is not None
    return cell.weights + total(_part_weights(cell, features))


def cell_untrained(cell: Cell, features: Dim) -> int | Unknown:
    """Return how many of the weights of a cell, or of a stack of cells, are not trained."""
    assert features is not None
    untrained = cell.weights
    for part, weights in zip(cell.parts, _part_weights(cell, features), strict=True):
        if isinstance(part.trained, Unknown):
            return untrained + part.trained
        untrained = untrained + counted(not part.trained, weights)
    return untrained


# --- cells called on their own --------------------------------------------------------------------


def _states(layer: Bound) -> object:
    """Return the states that a cell is called with; raise `WrongInputs` for none."""
    positional = [value for keyword, value in layer.call if keyword is None]
    states = layer.call_argument("states")
    if states is not None:
        return states
    if len(positional) < 2:
        raise WrongInputs(layer.cls, expected="an input and the states", actual="no states")
    return positional[1]


def _step(cls: str, x: Shape, cell: Cell, states: object) -> tuple[Shape, list[Shapes]]:
    """Return the output and the new states of `cell(x, states)`.

    A single tensor of states is sliced where Keras indexes it. Raises `DimNotDefined`,
    `WrongInputs`, `RankMismatch`.
    """
    if len(x) < 2 or x[-1] is None:
        raise DimNotDefined(cls, expected="a batch and its last dim", actual=x)
    number = 1
    if isinstance(cell.state_size, list):
        number = len(cell.state_size)
    states = require_known(states)
    given = [states]
    if isinstance(states, list):
        given = list(states)
    if number > 1 and isinstance(states, tuple):
        given = [states[1:]] * number
    if len(given) < number:
        raise WrongInputs(cls, expected=f"{number} states", actual=len(given))
    for state in given[:number]:
        if isinstance(state, tuple) and not _is_state(state, cell.output_size):
            expected = f"states of {cell.output_size} units"
            raise RankMismatch(cls, expected=expected, actual=state)
    output = (*x[:-1], cell.output_size)
    return output, [output] * number


def _is_state(state: Shape, units: Size) -> bool:
    """Return whether a tensor may be a state of so many units."""
    return bool(state) and (not isinstance(state[-1], int) or state[-1] == units)


def _cell_input(layer: Bound, inputs: Shapes) -> Shape:
    """Return the shape of the one input; raise `WrongInputs` for several."""
    x = inputs
    if isinstance(inputs, list) and len(inputs) == 1:
        x = inputs[0]
    if isinstance(x, Unknown):
        raise UnknownUsed(x)
    if not isinstance(x, tuple):
        raise WrongInputs(layer.cls, expected="one input", actual="several")
    return x


def _single_weights(layer: Bound, inputs: Shapes) -> int | Unknown:
    return cell_weights(own_cell(layer), _cell_input(layer, inputs)[-1])


@rule(
    "LSTMCell",
    "GRUCell",
    "SimpleRNNCell",
    check=check_units,
    weights=_single_weights,
    extra=("implementation",),
    many=True,
    effects=fx.last("units"),
)
def cell(layer: Bound, inputs: Shapes) -> Shapes:
    """Return `in[:-1] + (units,)` and the new states, each of that shape: LSTM two, the others one.

    Refused: no states; states of other units; a last dim of `None`.
    """
    states = _states(layer)
    if "glu" in (layer.dim("activation"), layer.dim("recurrent_activation")):
        why = "a cell with the activation 'glu', which halves what it is given"
        raise UnknownUsed(Unknown(why, layer.layer.site))
    output, new = _step(layer.cls, _cell_input(layer, inputs), own_cell(layer), states)
    return [output, new if len(new) > 1 or isinstance(states, list) else output]


def _check_cells(layer: Bound) -> None:
    cells = layer["cells"]
    if not isinstance(cells, list | tuple):
        raise BadArgument(layer.cls, expected="a list of cells", actual=show_value(cells))
    for each in cells:
        cell_of(each, layer)


def _stack_weights(layer: Bound, inputs: Shapes) -> int | Unknown:
    cells = layer["cells"]
    if cells:
        return cell_weights(stack_of(cells, layer), _cell_input(layer, inputs)[-1])
    return 0


def _stack_untrained(layer: Bound, inputs: Shapes) -> int | Unknown:
    cells = layer["cells"]
    if cells:
        return cell_untrained(stack_of(cells, layer), _cell_input(layer, inputs)[-1])
    return 0


@rule(
    "StackedRNNCells",
    check=_check_cells,
    weights=_stack_weights,
    untrained=_stack_untrained,
    parts=True,
    many=True,
    effects=fx.mixed("cells"),
)
def stacked(layer: Bound, inputs: Shapes) -> Shapes:
    """Return `in[:-1] + (units of the last cell,)` and the new states.

    Each cell is called on the output of the one before.

    Refused: states that are not a list.
    """
    states = _states(layer)
    if not isinstance(states, list):
        raise WrongInputs(layer.cls, expected="a list of states", actual="one tensor")
    x = _cell_input(layer, inputs)
    new_states: list[Shapes] = []
    for each, state in zip(layer["cells"], states, strict=False):
        x, new = _step(layer.cls, x, cell_of(each, layer), state)
        new_states.append(new if len(new) > 1 or isinstance(state, list) else new[0])
    if len(new_states) == 1:
        return [x, new_states[0]]
    return [x, new_states]


def state_shapes(batch: Sequence[Dim], size: StateSize) -> Shapes:
    """Return the shapes of one cell's states: a shape, or a list where the cell has several."""
    if isinstance(size, list):
        return [state_shapes(batch, item) for item in size]
    return (*batch, size)
