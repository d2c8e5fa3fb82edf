"""The loss that a model is compiled with, and what it asks of labels and outputs."""

from __future__ import annotations

from functools import partial

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
    several = [
        _of(record, output, number, count) for record in program.compiles if record.model == uid
    ]
    names = {getattr(one, "name", None) for one in several}
    if len(names) != 1:
        return None
    return several[-1]


def _of(record: Compile, output: str, number: int, count: int) -> Loss | None:
    """Return the loss that one call of `compile` gives an output."""
    positional = [given for given in record.arguments if given.keyword is None]
    given = dict(zip(("optimizer", "loss"), positional, strict=False))
    by_name = {one.keyword: one for one in record.arguments}
    argument = by_name.get("loss", given.get("loss"))
    if argument is None:
        return None
    keys: tuple[object, ...] = (None,)
    match argument.value:
        case dict():
            keys = (output, number)
        case list() | tuple() as several:
            keys = (output, number) * (len(several) == count)
    parts = (part for part in record.parts if part.role == "loss" and part.key in keys)
    return next(map(partial(_known, record, argument), parts), None)


def _known(record: Compile, argument: Argument, part: Part) -> Loss | None:
    """Return one loss, `None` where it is not Keras's, and does not compare element by element."""
    if part.compares and isinstance(part.value, Symbol):
        return Loss(part.value.path.rpartition(".")[2], "distance", record, argument, part)
    name = name_of(part.value)
    kind = _KINDS.get(name.lower().replace("_", ""))
    return None if kind is None else Loss(name, kind, record, argument, part)


def name_of(value: object) -> str:
    """Return the name of a loss or metric of Keras as written, without its module; else ""."""
    if isinstance(value, str):
        return value
    if isinstance(value, Symbol) and value.path.startswith(("keras.", "tf.")):
        return value.path.rpartition(".")[2]
    return ""
