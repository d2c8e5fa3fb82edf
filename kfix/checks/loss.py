"""The loss that a model is compiled with, and what it asks of labels and outputs."""

from __future__ import annotations

from kfix.model.graph import Argument, Symbol
from kfix.model.program import Compile, Part, Program
from kfix.model.record import Value

SPARSE = "sparse_categorical_crossentropy"
CATEGORICAL = "categorical_crossentropy"
BINARY = "binary_crossentropy"

_KINDS = {
    "categoricalcrossentropy": "categorical",
    "categoricalfocalcrossentropy": "categorical",
    "sparsecategoricalcrossentropy": "sparse",
    "binarycrossentropy": "binary",
    "binaryfocalcrossentropy": "binary",
}
_DISTANCES: tuple[str, ...] = (
    "mse",
    "meansquarederror",
    "mae",
    "meanabsoluteerror",
    "mape",
    "meanabsolutepercentageerror",
    "msle",
)
_DISTANCES += ("meansquaredlogarithmicerror", "huber", "huberloss", "logcosh")
_KINDS |= dict.fromkeys(_DISTANCES, "distance")


class Loss(Value):
    """A loss of Keras: its name as Keras writes functions, and its kind.

    "sparse" takes the numbers of classes, "categorical" one-hot rows, "binary"
    and "distance" labels of the output's own shape. `argument` is what
    `compile` was given, `part` this one loss of it.
    """

    name: str
    kind: str
    compile: Compile
    argument: Argument
    part: Part


def activation(loss: Loss) -> str | None:
    """Return the activation of a last layer under this loss, `None` for any number or logits."""
    given = loss.part.value.given if isinstance(loss.part.value, Symbol) else ()
    if "from_logits" in given or None in given:
        return None
    return {"categorical": "softmax", "sparse": "softmax", "binary": "sigmoid"}.get(loss.kind)


def loss_of(program: Program, uid: int, output: str, number: int, count: int) -> Loss | None:
    """Return the loss of one output.

    `None` if it is unknown, not Keras's, or not always the same.
    """
    found: Loss | None = None
    for record in program.compiles:
        if record.model != uid:
            continue
        one = _of(record, output, number, count)
        if one is None or (found is not None and found.name != one.name):
            return None
        found = one
    return found


def _of(record: Compile, output: str, number: int, count: int) -> Loss | None:
    argument = next((given for given in record.arguments if given.keyword == "loss"), None)
    if argument is None:
        positional = [given for given in record.arguments if given.keyword is None]
        argument = positional[1] if len(positional) > 1 else None
    if argument is None:
        return None
    several = isinstance(argument.value, dict | list | tuple)
    keys = (output, number) if several else (None,)
    part = next((part for part in record.parts if part.role == "loss" and part.key in keys), None)
    if part is None or (isinstance(argument.value, list | tuple) and len(argument.value) != count):
        return None
    value = part.value
    name = name_of(value)
    kind = _KINDS.get(name.lower().replace("_", ""))
    if part.compares and isinstance(value, Symbol):
        name, kind = value.path.rpartition(".")[2], "distance"
    return None if kind is None else Loss(name, kind, record, argument, part)


def name_of(value: object) -> str:
    """Return the name of a loss or metric of Keras as written, without its module; else ""."""
    if isinstance(value, str):
        return value
    if isinstance(value, Symbol) and value.path.startswith(("keras.", "tf.")):
        return value.path.rpartition(".")[2]
    return ""
