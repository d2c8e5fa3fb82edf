"""What an error states of a layer: the shapes of its inputs, and of its arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from kfix.engine.error_calls import call_at, with_last_axis
from kfix.engine.error_places import Spot, covers
from kfix.engine.error_slots import Slot, class_of, compare, is_of_class
from kfix.engine.results import Reading
from kfix.evidence.reading import Dims, Error
from kfix.model.graph import Array, Model, Node, Shapes
from kfix.model.site import Site
from kfix.shapes.inputs import is_input
from kfix.shapes.trace_result import as_list


def of_layer(error: Error, spots: list[Spot], reading: Reading) -> Iterator[Slot]:
    """Yield what an error states of the inputs of a layer that refused them, or its arguments."""
    name = error.name
    if name == "bad-units":
        yield from _of_number(spots, reading)
    if name in _ARGUMENTS:
        yield from _of_argument(error, spots, reading, *_ARGUMENTS[name])
        return
    stated = _stated(error)
    found = _refused(error, spots, reading, stated)
    if found is None or not stated:
        return
    model, node = found
    for index, (dims, has_batch) in enumerate(stated[: _count(node, model, reading)]):
        what = "the input"
        if len(stated) > 1:
            what = f"input {index + 1}"
        of = _Input(model.site, node.layer.site, node.site, index)
        yield Slot(f"{what} of `{node.layer.cls}`", dims, of, has_batch=has_batch)
    wanted, expected = error.shape("wanted"), error.shape("expected")
    if wanted is not None:
        target = _Argument(model.site, node.layer.site, node.site, "target_shape")
        yield Slot(f"the target shape of `{node.layer.cls}`", wanted, target, has_batch=False)
    if expected is not None and node.layer.model is not None:
        inner = node.layer.model.site
        yield Slot("the input of the inner model", expected, partial(_entry_of, inner))


def _of_number(spots: list[Spot], reading: Reading) -> Iterator[Slot]:
    """Yield that a number that a layer is given is one of NumPy: an array without axes."""
    for model, node, _ in _candidates(None, spots, reading):
        for index, argument in enumerate(node.layer.arguments):
            if isinstance(argument.value, Array):
                of = _Number(model.site, node.layer.site, node.site, index)
                yield Slot(
                    f"a number of `{node.layer.cls}`, made by NumPy,", (), of, has_batch=False
                )
                return


_ARGUMENTS = {
    "base-too-small": ("input", "input_shape"),
    "base-channels": ("input", "input_shape"),
    "not-a-shape": ("argument", "shape"),
}
"""Errors about an argument: the fact that states it, and its name."""


def _of_argument(
    error: Error, spots: list[Spot], reading: Reading, field: str, keyword: str
) -> Iterator[Slot]:
    """Yield what an error states of a shape that a layer at its line is given as an argument."""
    dims = error.shape(field)
    if field == "argument" and not error.fields[field].isdigit():
        return
    for model, node, _ in _candidates(None, spots, reading):
        where = _Argument(
            model.site, node.layer.site, node.site, keyword, scalar=field == "argument"
        )
        if dims and where(reading) is not None:
            yield Slot(f"`{keyword}` of `{node.layer.cls}`", dims, where, has_batch=False)
            return


def _count(node: Node, model: Model, reading: Reading) -> int:
    """Return how many inputs of a layer are tensors, as far as they are known."""
    inputs = _Input(model.site, node.layer.site, node.site, 0).all(reading)
    if isinstance(inputs, list):
        return len(inputs)
    return 1


def _entry_of(site: Site, reading: Reading) -> object:
    """Return the input shape that is written in the model that is made at a place."""
    for group in reading.groups:
        model = group.models[0]
        if model.site == site and model.nodes:
            first = model.nodes[0]
            of = _Argument(site, first.layer.site, first.site, "shape")
            return of(reading) if is_input(first.layer) else None
    return None


def _stated(error: Error) -> list[tuple[Dims, bool]]:
    """Return the shapes of the inputs of a layer, and whether they are stated with the batch."""
    one = error.shape("input")
    if one is not None:
        return [(one, "wanted" not in error.fields)]
    data = error.shape("data")
    if data is not None:
        return [(with_last_axis(data, error.shape("expected")), True)]
    several = error.shapes("inputs")
    if several:
        return [(dims, True) for dims in several]
    both = error.shape("one"), error.shape("other")
    return [(dims, dims[:1] == (None,)) for dims in both if dims is not None]


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

    def all(self, reading: Reading) -> object:
        """Return the shapes of all inputs, `None` where the layer is not there."""
        found = self._node(reading)
        if found is None:
            return None
        return found[1]

    def __call__(self, reading: Reading) -> object:
        """Return the shape, `None` where the layer is not there."""
        inputs = self.all(reading)
        if isinstance(inputs, list):
            return next(iter(inputs[self.index : self.index + 1]), None)
        return inputs


class _Number(_Of):
    """The shape of an argument that is an array, with an axis in the place of the batch."""

    def __call__(self, reading: Reading) -> object:
        """Return the shape, `None` where the argument is not an array."""
        found = self._node(reading)
        if found is None or self.index >= len(found[0].layer.arguments):
            return None
        value = found[0].layer.arguments[self.index].value
        if not isinstance(value, Array):
            return None
        return (None, *value.shape) if isinstance(value.shape, tuple) else value.shape


class _Argument(_Of):
    """The shape that a layer is given as an argument, with an axis in the place of the batch."""

    def __init__(
        self, model: Site, layer: Site, use: Site, keyword: str, *, scalar: bool = False
    ) -> None:
        super().__init__(model, layer, use, 0)
        self.keyword = keyword
        self.scalar = scalar

    def __call__(self, reading: Reading) -> object:
        """Return the shape, `None` where the layer has no such argument."""
        found = self._node(reading)
        if found is None:
            return None
        layer = found[0].layer
        given = layer.argument(self.keyword) or layer.argument("input_shape")
        if given is None and not layer.is_application:
            given = next((one for one in layer.arguments if one.keyword is None), None)
        if given is None:
            return None
        value = given.value
        if isinstance(value, tuple):
            return (None, *value)
        if self.scalar:
            return (None, value)
        return value


def _refused(
    error: Error, spots: list[Spot], reading: Reading, stated: list[tuple[Dims, bool]]
) -> tuple[Model, Node] | None:
    """Return the layer that refused its input: at the line of the error, the first that may.

    It is of the class that the error names, where there is one; the number behind the name that
    Keras made up counts the layers of a class.
    """
    best: tuple[Model, Node] | None = None
    name = class_of(error)
    candidates = [*_candidates(name, spots, reading)] or [*_candidates(None, spots, reading)]
    candidates = _numbered(error, name, reading, candidates)
    candidates = [one for one in candidates if _may_have_kernel(error, one[1])] or candidates
    slots = [Slot("", dims, _nothing, has_batch=batch) for dims, batch in stated]
    for model, node, inputs in candidates:
        shapes = as_list(inputs)
        if len(shapes) < len(slots) and not node.layer.is_operation:
            continue
        found = [compare(shape, slot) for shape, slot in zip(shapes, slots, strict=False)]
        if "other" not in found and not is_input(node.layer):
            return model, node
        best = best or (model, node)
    return best


Candidates = list[tuple[Model, Node, Shapes]]


def _numbered(
    error: Error, name: str | None, reading: Reading, candidates: Candidates
) -> Candidates:
    """Return the layer that has the number of a name that Keras made up, all where none has."""
    number = re.fullmatch(
        r"[a-z0-9_]*?[a-z]\d?[a-z]?(?:_(\d{1,4}))?", error.fields.get("layer", "")
    )
    notebook = reading.program.path.endswith(".ipynb")
    if number is None or name is None or notebook or len(candidates) < 2:
        return candidates
    models = [group.models[0] for group in reading.groups]
    nodes = [node for model in models for node in model.nodes if is_of_class(node, name)]
    uids = sorted({node.layer.uid for node in nodes if node.layer.name is None})
    index = int(number[1] or 0)
    if index >= len(uids):
        return candidates
    return [one for one in candidates if one[1].layer.uid == uids[index]] or candidates


_NUMBERED = re.compile(r"[a-z0-9_]*?[a-z]\d?[a-z]?(?:_(\d{1,4}))?")
"""A name that Keras made up: `conv2d`, `conv2d_1`."""


def _may_have_kernel(error: Error, node: Node) -> bool:
    """Return whether a layer may have the kernel that an error states, by its number of filters."""
    kernel = error.shape("kernel")
    given = node.layer.argument("filters") or next(iter(node.layer.arguments), None)
    known = given is not None and given.keyword in (None, "filters") and type(given.value) is int
    return not kernel or not known or given is None or given.value == kernel[-1]


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
                if not is_of_class(node, name):
                    continue
                sites = (node.site, node.layer.site)
                if whole or any(
                    covers(program.place(site), spot) for site in sites for spot in spots
                ):
                    yield model, node, trace.nodes[node.id].inputs
