"""What an error states of a program, slot by slot: the data of a call, its labels, the input of a
layer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from kfix.engine.error_places import Spot
from kfix.engine.results import Reading
from kfix.evidence.reading import Dims, Error
from kfix.model.graph import Array, Model, Node, Shapes
from kfix.model.naming import snake_case
from kfix.model.program import Fit
from kfix.model.site import Place, Site
from kfix.model.unknown import Unknown
from kfix.shapes.inputs import is_input

Agreement = Literal["same", "open", "other"]
"""Whether the source says the same as the error, leaves it open, or says something else."""


class Slot(NamedTuple):
    """One thing that an error states the shape of.

    `what` is it in words, `dims` its shape with the batch, as the error states it. `of` returns
    what a reading of the source
    knows of it, `None` where it is not there. `labels` says that it is labels, `name` is the
    variable that is passed.
    """

    what: str
    dims: Dims
    of: Callable[[Reading], object]
    method: str = ""
    labels: bool = False
    name: str | None = None
    has_batch: bool = True
    about: tuple[tuple[str, object], ...] = ()
    """What else is known of labels: fields of `Told`."""

    @property
    def stated(self) -> Dims:
        """Return the shape with an axis for the batch in front, where the error leaves it out."""
        return self.dims if self.has_batch else (None, *self.dims)

    @property
    def first_size(self) -> tuple[int, int]:
        """Return the first axis behind the batch whose size is stated, and the size; axis 0 for
        none.
        """
        sizes = ((axis, dim) for axis, dim in enumerate(self.stated) if axis and dim is not None)
        return next(sizes, (0, 0))


def agreement(slot: Slot, reading: Reading) -> Agreement:
    """Return whether the source says the same of a slot as the error."""
    value = slot.of(reading)
    found = compare(shape_in(value), slot)
    if found == "same" and isinstance(value, Array) and dict(slot.about).get("distinct"):
        return "open" if value.distinct is None else "same"
    return found


def shape_in(value: object) -> object:
    """Return the shape of what a slot holds; that of one-hot rows has as many columns as there are
    classes.
    """
    if not isinstance(value, Array):
        return value
    if isinstance(value.shape, Unknown) and value.one_hot and value.distinct is not None:
        return (value.shape, value.distinct)
    return value.shape


def compare(shape: object, slot: Slot) -> Agreement:
    """Compare a shape of the source with that of a slot, without the batch."""
    if not isinstance(shape, tuple):
        return "open" if isinstance(shape, Unknown) or shape is None else "other"
    dims: tuple[object, ...] = slot.stated[1:]
    known: tuple[object, ...] = shape[1:]
    if len(known) != len(dims) and shape and all(isinstance(dim, Unknown) for dim in shape):
        return "open"  # the rank is that which the layer takes: it is not known
    if len(known) != len(dims):
        # Keras adds and drops a last axis of one, and states the shape without it.
        known, dims = _squeezed(known), _squeezed(dims)
        if len(known) != len(dims):
            return "other"
    found: Agreement = "same"
    for one, stated in zip(known, dims, strict=True):
        if isinstance(one, Unknown):
            found = "open"
        elif isinstance(one, int) and stated is not None and one != stated:
            return "other"
    return found


def _squeezed(dims: tuple[object, ...]) -> tuple[object, ...]:
    return dims[:-1] if dims and dims[-1] == 1 else dims


# --- calls --------------------------------------------------------------------------------


def covers(place: Place, spot: Spot) -> bool:
    """Return whether a piece of syntax covers a line."""
    same = (place.path, place.cell) == (spot.path, spot.cell)
    return same and place.line <= spot.line <= place.end_line


def call_at(spots: list[Spot], reading: Reading, *, training: bool) -> Fit | None:
    """Return the call of `fit` or its like that was running; without a frame the only one that
    trains.
    """
    program = reading.program
    for spot in spots:
        for fit in program.fits:
            if covers(program.place(fit.site), spot):
                return fit
    if spots:
        return None
    calls = [fit for fit in program.fits if not training or not fit.method.startswith("predict")]
    sites = {fit.site for fit in calls}
    return calls[0] if len(sites) == 1 else None


def of_call(error: Error, fit: Fit, reading: Reading) -> Iterator[Slot]:
    """Yield what an error states of the data, the labels and the output of a call."""
    data = error.shape("data") or _into_first_layer(error, fit, reading)
    if data is not None:
        index = error.number("index") or 0
        yield _data(fit, _with_last_axis(data, error.shape("expected")), index)
    target, output = error.shape("target"), error.shape("output")
    if target is not None and output is not None and _is_of_loss(error):
        yield _output(fit, output)
        yield _labels(fit, target, _about(error, target, output))
    label, classes = error.number("label"), error.number("classes")
    if label is not None and classes is not None:
        yield _output(fit, (None, classes))
        yield _labels(fit, (None,), (("dtype", "int64"), ("distinct", label + 1)))


def _about(error: Error, target: Dims, output: Dims) -> tuple[tuple[str, object], ...]:
    """Return what else is known of labels: rows as wide as the output, where integers belong, are
    one-hot.
    """
    rows = len(target) == len(output) > 1 and target[-1] == output[-1] not in (None, 1)
    return (("one_hot", True),) if rows and "target.ndim - 1" in error.message else ()


def _into_first_layer(error: Error, fit: Fit, reading: Reading) -> Dims | None:
    """Return the input of a layer that refused it, where the layer is the first of the model: it is
    the data.
    """
    name = _class_of(error)
    stated = error.shape("input")
    if stated is None or name is None:
        return None
    for group in reading.groups:
        for model in group.models:
            first = next((node for node in model.nodes if not is_input(node.layer)), None)
            if model.uid == fit.model and first is not None and _is_of_class(first, name):
                return stated
    return None


def _with_last_axis(data: Dims, expected: Dims | None) -> Dims:
    """Return the shape of data with the last axis of one that Keras leaves out."""
    short = expected is not None and len(data) + 1 == len(expected) and expected[-1] == 1
    return (*data, 1) if short else data


def _is_of_loss(error: Error) -> bool:
    """Return whether two shapes are those of labels and output: a node of the graph may be
    another's.
    """
    node = error.fields.get("node")
    return node is None or "loss" in node.lower()


def _data(fit: Fit, dims: Dims, index: int) -> Slot:
    def of(reading: Reading) -> object:
        return _item(_again(fit, reading).x_data, index)

    several = isinstance(fit.x_data, list | tuple) and len(fit.x_data) > 1
    what = f"input {index + 1} of `{fit.method}`" if several else f"the data of `{fit.method}`"
    return Slot(what, dims, of, fit.method)


def _labels(fit: Fit, dims: Dims, about: tuple[tuple[str, object], ...] = ()) -> Slot:
    def of(reading: Reading) -> object:
        return _item(_again(fit, reading).y_data, 0)

    return Slot(f"the labels of `{fit.method}`", dims, of, fit.method, labels=True, about=about)


def _output(fit: Fit, dims: Dims) -> Slot:
    def of(reading: Reading) -> object:
        for group in reading.groups:
            for trace in group.traces:
                if trace.model.uid == fit.model and len(trace.outputs) == 1:
                    return trace.outputs[0]
        return None

    return Slot("the output of the model", dims, of, fit.method)


def _again(fit: Fit, reading: Reading) -> Fit:
    """Return the same call in a later reading of the same text."""
    fits = reading.program.fits
    return next((one for one in fits if one.site == fit.site and one.model == fit.model), fit)


def _item(data: object, index: int) -> object:
    """Return one of several arrays, the data itself where it is one."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list | tuple):
        return data[index] if index < len(data) else None
    return data


# --- layers -------------------------------------------------------------------------------


def of_layer(error: Error, spots: list[Spot], reading: Reading) -> Iterator[Slot]:
    """Yield what an error states of the inputs of a layer that refused them."""
    stated = _stated(error)
    if not stated:
        return
    model, node = _refused(error, spots, reading, stated)
    if model is None or node is None:
        return
    for index, (dims, has_batch) in enumerate(stated):
        yield Slot(
            f"the input of `{node.layer.cls}`"
            if len(stated) == 1
            else f"input {index + 1} of `{node.layer.cls}`",
            dims,
            _Input(model.site, node.layer.site, node.site, index),
            has_batch=has_batch,
        )
    wanted = error.shape("wanted")
    if wanted is not None:
        yield Slot(
            f"the target shape of `{node.layer.cls}`",
            wanted,
            _Wanted(model.site, node.layer.site, node.site, 0),
            has_batch=False,
        )


def _stated(error: Error) -> list[tuple[Dims, bool]]:
    """Return the shapes of the inputs of a layer, and whether they are stated with the batch."""
    one = error.shape("input")
    if one is not None:
        return [(one, "wanted" not in error.fields and "minimum" not in error.fields)]
    several = error.shapes("inputs")
    if several:
        return [(dims, True) for dims in several]
    first, second = error.shape("one"), error.shape("other")
    if first is None or second is None:
        return []
    batch = first[:1] == (None,) and second[:1] == (None,)
    return [(first, batch), (second, batch)]


class _Of:
    """Finds a use of a layer again in a later reading of the same text."""

    def __init__(self, model: Site, layer: Site, use: Site, index: int) -> None:
        self.model = model
        self.layer = layer
        self.use = use
        self.index = index

    def _node(self, reading: Reading) -> tuple[Node, Shapes] | None:
        for group in reading.groups:
            if group.models[0].site != self.model:
                continue
            for trace in group.traces:
                for node in trace.model.nodes:
                    if (node.layer.site, node.site) == (self.layer, self.use):
                        return node, trace.nodes[node.id].inputs
        return None


class _Input(_Of):
    """The shape of one of the inputs of a layer."""

    def __call__(self, reading: Reading) -> object:
        found = self._node(reading)
        if found is None:
            return None
        inputs = found[1]
        if isinstance(inputs, list):
            return inputs[self.index] if self.index < len(inputs) else None
        return inputs


class _Wanted(_Of):
    """The shape that the first argument of a layer asks for, with an axis in the place of the
    batch.
    """

    def __call__(self, reading: Reading) -> object:
        found = self._node(reading)
        arguments = () if found is None else found[0].layer.arguments
        value = arguments[0].value if arguments else None
        return (None, *value) if isinstance(value, tuple) else None


_CALLED = re.compile(r"Exception encountered when calling (?:\w+\.)?(\w{1,80})\.call\(\)")


def _refused(
    error: Error, spots: list[Spot], reading: Reading, stated: list[tuple[Dims, bool]]
) -> tuple[Model | None, Node | None]:
    """Return the layer that refused its input: of the class and at the line of the error, the first
    that may have it.
    """
    best: tuple[Model | None, Node | None] = (None, None)
    name = _class_of(error)
    candidates = [*_candidates(name, spots, reading)] or [*_candidates(None, spots, reading)]
    for model, node, inputs in candidates:
        shapes = inputs if isinstance(inputs, list) else [inputs]
        if len(shapes) != len(stated):
            continue
        slots = [Slot("", dims, _nothing, has_batch=batch) for dims, batch in stated]
        found = [compare(shape, slot) for shape, slot in zip(shapes, slots, strict=True)]
        if "other" not in found:
            return model, node
        if best[0] is None:
            best = model, node
    return best


def _nothing(_: Reading) -> object:
    return None


def _candidates(
    name: str | None, spots: list[Spot], reading: Reading
) -> Iterator[tuple[Model, Node, Shapes]]:
    """Yield the layers of a class at the lines of an error, in the order of the program."""
    program = reading.program
    called = call_at(spots, reading, training=False) if spots else None
    for group in reading.groups:
        for trace in group.traces:
            model = trace.model
            whole = not spots or (called is not None and called.model == model.uid)
            whole = whole or any(covers(program.place(model.site), spot) for spot in spots)
            for node in model.nodes:
                if not _is_of_class(node, name):
                    continue
                sites = (node.site, node.layer.site)
                if whole or any(
                    covers(program.place(site), spot) for site in sites for spot in spots
                ):
                    yield model, node, trace.nodes[node.id].inputs


def _class_of(error: Error) -> str | None:
    """Return the class of the layer in the way that Keras makes names of it, `None` where it is not
    stated.
    """
    layer = error.fields.get("layer")
    if layer is not None:
        return re.sub(r"_\d+$", "", layer.partition("/")[0])
    called = _CALLED.search(error.context)
    if called is not None:
        return snake_case(called[1])
    return _CLASS_OF_ROW.get("" if error.row is None else error.row.name)


_CLASS_OF_ROW = {"concatenate": "concatenate", "reshape-total": "reshape"}


def _is_of_class(node: Node, name: str | None) -> bool:
    """Return whether a layer may have the name or class of an error."""
    if name is None:
        return True
    own = node.layer.name
    if own is not None:
        return own == name or re.sub(r"_\d+$", "", own) == name
    return snake_case(node.layer.cls.rpartition(".")[2]) == name
