"""The loss that a model is compiled with, and what it asks of labels and outputs."""

from __future__ import annotations

from typing import NamedTuple

from kfix.model import Argument, Compile, Program, Symbol, Unknown

SPARSE = "sparse_categorical_crossentropy"
CATEGORICAL = "categorical_crossentropy"

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


class Loss(NamedTuple):
    """A loss of Keras: its name as Keras writes functions, and its kind.

    "sparse" takes the numbers of classes, "categorical" one-hot rows, "binary"
    and "distance" labels of the output's own shape. `argument` is what
    `compile` was given, where an edit may write another name in its place.
    """

    name: str
    kind: str
    compile: Compile
    argument: Argument
    editable: bool


def loss_of(program: Program, uid: int, output: str, number: int, count: int) -> Loss | None:
    """The loss of one output of a model; `None` where it is not known, not Keras's, or not always the same."""
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
    value, whole = argument.value, True
    if isinstance(value, dict):
        value, whole = value.get(output), False
    elif isinstance(value, list | tuple):
        value, whole = (value[number] if len(value) == count else None), False
    name = value if isinstance(value, str) else value.path.rpartition(".")[2] if isinstance(value, Symbol) else ""
    if isinstance(value, Symbol) and not value.path.startswith(("keras.", "tf.")):
        return None
    kind = _KINDS.get(name.lower().replace("_", ""))
    if kind is None or isinstance(value, Unknown):
        return None
    # A loss object may have been told more (from_logits) than its name says.
    plain = isinstance(value, str) or (isinstance(value, Symbol) and not value.called)
    return Loss(name, kind, record, argument, whole and plain and argument.site is not None)
