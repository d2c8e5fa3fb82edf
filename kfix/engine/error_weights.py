"""What an error states of a layer whose weights do not fit what the data makes of its input.

`expected axis -1 of input shape to have value 1568, but received input with shape (None, 2960)`,
of a Dense behind a Flatten: the first number is that which the model was built with, the second
follows from the size of the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice

from kfix.engine.error_calls import call_at, data_of, entry_of, with_last_axis
from kfix.engine.error_layers import InputOf, Use, named_uses
from kfix.engine.error_places import Spot
from kfix.engine.error_slots import Slot, class_of
from kfix.engine.results import Reading
from kfix.evidence.reading import Dims, Error
from kfix.model.graph import Model, Node
from kfix.model.program import Fit
from kfix.model.record import Record, replace
from kfix.model.unknown import Unknown
from kfix.shapes.inputs import is_input


def of_weights(error: Error, spots: list[Spot], reading: Reading) -> Iterator[Slot]:
    """Yield the input that a layer was built for, and that which the data of a call makes of it.

    The layer is neither the model nor its first: these are given the data itself.
    """
    named = [*filter(_is_inside, named_uses(error, class_of(error), reading))]
    built = [*filter(partial(_is_built, error.number("value")), named)]
    match built or named, error.number("value"), error.shape("input"), error.number("axis"):
        case [use], int() as size, (_, *rows, given), -1:
            what = f"the input of `{use.node.layer.cls}`, as it was built,"
            yield Slot(what, (None, *rows, size), InputOf(use.key, 0))
            call = call_at(spots, reading, training=False)
            yield from _of_call(use, (None, *rows, given), call, reading)


def _is_built(size: int | None, use: Use) -> bool:
    """Return whether a layer has weights for so many features, as far as the source says."""
    match use.shapes:
        case [(*_, int() as features)]:
            return features == size
    return False


def _is_inside(use: Use) -> bool:
    """Return whether a layer stands behind others of its model."""
    layers = (node for node in use.model.nodes if not is_input(node.layer))
    return all(node.id != use.node.id for node in islice(layers, 1))


def _of_call(use: Use, dims: Dims, call: Fit | None, reading: Reading) -> Iterator[Slot]:
    """Yield what the data of a call makes of the input of a layer of its model."""
    if call is not None and call.model == use.model.uid:
        entry = entry_of(call.model, reading)
        of = _Made(call, use.node, entry)
        what = f"what the data of `{call.method}` makes of the input of `{use.node.layer.cls}`"
        yield Slot(what, dims, of, call.method, call=call, entry=entry)


class _Made(Record):
    """The input of a layer as the data of a call makes it, whatever the model declares."""

    call: Fit
    node: Node
    entry: Dims | None

    def __call__(self, reading: Reading) -> object:
        data = data_of(self.call, reading)
        models = [trace.model for trace in reading.traces_of(self.call.model)]
        match data, models:
            case tuple() as shape, [model, *_]:
                entry = with_last_axis((None, *shape[1:]), self.entry)
                nodes = reading.tracer.trace(_declaring(model, entry[1:])).nodes
                return nodes[self.node.id].inputs
            case Unknown(), _:
                return data
        return None


def _declaring(model: Model, dims: Dims) -> Model:
    """Return a model with another input shape."""
    return replace(model, nodes=tuple(_with_shape(node, dims) for node in model.nodes))


def _with_shape(node: Node, dims: Dims) -> Node:
    """Return a node with another input shape where it declares one."""
    keywords = _DECLARING[is_input(node.layer)]
    arguments = node.layer.arguments
    declaring = [one for one in arguments if one.keyword in keywords][:1]
    changed = [replace(one, value=dims) if one in declaring else one for one in arguments]
    return replace(node, layer=replace(node.layer, arguments=tuple(changed)))


_DECLARING = {True: ("shape", None), False: ("input_shape",)}
"""The keywords of an argument that declares an input shape, by whether the layer is an Input."""
