"""What an error states of a layer: the shapes of its inputs, and of its arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, islice, product
from operator import attrgetter

from kfix.checks.dims import known_shape
from kfix.engine.error_calls import call_at, with_last_axis
from kfix.engine.error_places import Spot, covers
from kfix.engine.error_slots import Slot, class_of, compare, is_of_class, uids_meant
from kfix.engine.results import Reading
from kfix.evidence.reading import Dims, Error
from kfix.model.deciding import any_holds
from kfix.model.graph import Argument, Array, Layer, Model, Node, Shapes
from kfix.model.origin import values_in
from kfix.model.program import Program
from kfix.model.record import Record, Value
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.shapes.inputs import is_input
from kfix.shapes.trace_result import as_list

Key = tuple[Site, Site, Site, str]
"""The places of a model, of one of its layers, and of a use of that; and the class."""


def of_layer(error: Error, spots: list[Spot], reading: Reading) -> Iterator[Slot]:
    """Yield what an error states of the inputs of a layer that refused them, or its arguments."""
    yield from islice(_of_argument(error, spots, reading), 1)
    yield from _of_refused(error, spots, reading)


def _of_refused(error: Error, spots: list[Spot], reading: Reading) -> Iterator[Slot]:
    """Yield what an error states of the inputs of the layer that refused them."""
    stated = _stated(error)
    use = _refused(error, spots, reading, stated)
    if use is not None and stated:
        yield from _of_inputs(use, stated)
        yield from _of_arguments(use, error)


def _of_inputs(use: Use, stated: list[tuple[Dims, bool]]) -> Iterator[Slot]:
    """Yield what is stated of the inputs of a layer, as far as they are tensors."""
    for index, (dims, has_batch) in enumerate(stated[: len(use.shapes)]):
        what = {1: "the input"}.get(len(stated), f"input {index + 1}")
        yield Slot(
            f"{what} of `{use.node.layer.cls}`", dims, InputOf(use.key, index), has_batch=has_batch
        )


def _of_arguments(use: Use, error: Error) -> Iterator[Slot]:
    """Yield what is stated of the target shape of a layer, and of the input of an inner model."""
    layer = use.node.layer
    for target in error.shapes_of("wanted"):
        given = _Argument(use.key, keyword="target_shape")
        yield Slot(f"the target shape of `{layer.cls}`", target, given, has_batch=False)
    for expected in error.shapes_of("expected"):
        if layer.model is not None:
            inner = partial(_entry_of, layer.model.site)
            yield Slot("the input of the inner model", expected, inner)


Stated = tuple[Dims | None, Callable[[Key], "_OfArgument"], str | None]
"""A shape or number that an error states of an argument, which it is, the class of the layer."""


def _of_argument(error: Error, spots: list[Spot], reading: Reading) -> Iterator[Slot]:
    """Yield what an error states of an argument, of the layers at its line that have it."""
    stated = _OF_ARGUMENTS.get(error.name, _no_argument)
    dims, argument_of, name = stated(error)
    for use in _candidates(name, spots, reading):
        argument = argument_of(use.key)
        if dims is not None and argument(reading) is not None:
            what = f"{argument.what} of `{use.node.layer.cls}`"
            about, is_number = argument.about, argument.is_number
            yield Slot(what, dims, argument, has_batch=False, about=about, is_number=is_number)


def _no_argument(_: Error) -> Stated:
    return None, _Number, None


def _of_numpy(_: Error) -> Stated:
    return (), _Number, None


def _of_base(error: Error) -> Stated:
    """Return the input shape of a model of `keras.applications`."""
    return error.shape("wanted") or None, partial(_Argument, keyword="input_shape"), None


def _of_scalar(error: Error) -> Stated:
    """Return the number that is given for a shape."""
    digits = re.fullmatch(r"\d+", error.fields["argument"])
    dims = digits and (int(digits[0]),)
    return dims, partial(_Argument, keyword="shape", is_number=True), None


def _of_units(error: Error) -> Stated:
    """Return the units of a recurrent layer whose weights for its state refuse that."""
    name, units = class_of(error), partial(_Argument, keyword="units", is_number=True)
    match error.shape("other"), _GATES.get(name or ""):
        case (int() as size, int() as width), int() as gates if width == gates * size:
            return (size,), units, name
    return None, units, name


def _of_position(error: Error) -> Stated:
    """Return what is given behind the tensor, as a number."""
    return _FLAGS.get(error.fields.get("shown", "")), _Behind, None


_GATES = {"lstm": 4, "gru": 3, "simple_rnn": 1}
"""How many times as wide as the state the weights of a recurrent layer are."""

_FLAGS: dict[str, Dims] = {"True": (True,), "False": (False,)}

_OF_ARGUMENTS: dict[str, Callable[[Error], Stated]] = {
    "bad-units": _of_numpy,
    "base-too-small": _of_base,
    "base-channels": _of_base,
    "not-a-shape": _of_scalar,
    "matmul": _of_units,
    "by-position": _of_position,
}
"""What errors about arguments state of them, by their row."""


def _entry_of(site: Site, reading: Reading) -> object:
    """Return the input shape that is written in the model that is made at a place."""
    uses = (use for use in _uses(reading) if use.model.site == site)
    firsts = filter(_is_entry, islice(uses, 1))
    return next((_Argument(use.key, keyword="shape")(reading) for use in firsts), None)


def _is_entry(use: Use) -> bool:
    return is_input(use.node.layer)


def _stated(error: Error) -> list[tuple[Dims, bool]]:
    """Return the shapes of the inputs of a layer, and whether they are stated with the batch."""
    expected = error.shape("expected")
    data = [with_last_axis(dims, expected) for dims in error.shapes_of("data")]
    with_batch = "wanted" not in error.fields
    return (
        [(dims, with_batch) for dims in error.shapes_of("input")]
        or [(dims, True) for dims in data or error.shapes("inputs")]
        or [(dims, dims[:1] == (None,)) for dims in error.shapes_of("one", "other")]
        or [((None,) * rank, True) for rank in error.numbers("found_ndim")]
        or [(dims, True) for dims in error.received]
    )


class Use(Value):
    """A use of a layer in a model, with the shapes of its inputs."""

    model: Model
    node: Node
    inputs: Shapes

    @property
    def key(self) -> Key:
        """What it is found again by in a later reading of the same text."""
        layer = self.node.layer
        return self.model.site, layer.site, self.node.site, layer.cls

    @property
    def shapes(self) -> list[Shapes]:
        """The shapes of its inputs, as far as they are tensors."""
        return as_list(self.inputs)


def _uses(reading: Reading) -> Iterator[Use]:
    """Yield the uses of all layers, in the order of the program."""
    for trace in reading.traces:
        for node in trace.model.nodes:
            yield Use(trace.model, node, trace.nodes[node.id].inputs)


class _OfUse(Record):
    """Something of a use of a layer, in whatever reading of the same text."""

    key: Key

    def __call__(self, reading: Reading) -> object:
        """Return it, `None` where the layer is not there."""
        return next((self.of(use) for use in _uses(reading) if use.key == self.key), None)

    def of(self, use: Use) -> object:
        """Return what it is of this use, `None` where there is nothing."""
        raise NotImplementedError


class InputOf(_OfUse):
    """The shape of one of the inputs of a layer."""

    place: int

    def of(self, use: Use) -> object:
        """Return its shape, `None` where the layer has fewer inputs."""
        return next(islice(use.shapes, self.place * (len(use.shapes) > 1), None), None)


class _OfArgument(_OfUse):
    """An argument of a layer, with an axis in the place of the batch."""

    is_number: bool = False

    @property
    def what(self) -> str:
        """It in words."""
        raise NotImplementedError

    @property
    def about(self) -> tuple[tuple[str, object], ...]:
        """What else is known of it: fields of `Observed`."""
        return ()


class _Number(_OfArgument):
    """The shape of an argument that is an array: a number that NumPy made."""

    @property
    def what(self) -> str:
        return "a number, made by NumPy,"

    @property
    def about(self) -> tuple[tuple[str, object], ...]:
        return (("dtype", "int64"),)

    def of(self, use: Use) -> object:
        """Return the shape of the first such argument, or what is not known of one."""
        values = [*map(attrgetter("value"), use.node.layer.arguments)]
        open_ones = (
            value for kind in (Array, Unknown) for value in values if isinstance(value, kind)
        )
        match next(open_ones, None):
            case Array(shape=tuple() as shape, dtype=str()):
                return (None, *shape)
            case Array(shape=tuple() as shape) as array:
                return next(_open_dims(array), (None, *shape))
            case Array(shape=unknown) | (Unknown() as unknown):
                return unknown
        return None


def _open_dims(array: Array) -> Iterator[Unknown]:
    """Yield what is unknown of the shapes of the arrays that another one is made of."""
    values = values_in(array.origin) if array.origin is not None else ()
    dims = chain.from_iterable(known_shape(value) for value in values)
    return (dim for dim in dims if isinstance(dim, Unknown))


class _Behind(_OfArgument):
    """What a layer is given by position behind its tensor."""

    is_number: bool = True

    @property
    def what(self) -> str:
        return "what is given behind the tensor"

    def of(self, use: Use) -> object:
        """Return it where it is a number, or not known."""
        match use.node.args:
            case (_, (None, Unknown() | int() as value)):
                return (None, value)
        return None


class _Argument(_OfArgument):
    """The shape, or the number, that a layer is given as an argument."""

    keyword: str = ""

    @property
    def what(self) -> str:
        return f"`{self.keyword}`"

    def of(self, use: Use) -> object:
        """Return it, `None` where it has no value that could be one."""
        match _given(use.node.layer, self.keyword), self.is_number:
            case Argument(value=tuple() as dims), _:
                return (None, *dims)
            case Argument(value=size), True:
                return (None, size)
            case Argument(value=value), False:
                return value
        return None


def _given(layer: Layer, keyword: str) -> Argument | None:
    """Return the argument of a layer that declares a shape: the first without a name may do so."""
    named = map(layer.argument, (keyword, "input_shape"))
    unnamed = (one for one in layer.arguments if one.keyword is None and not layer.is_application)
    return next(chain(filter(None, named), unnamed), None)


def _refused(
    error: Error, spots: list[Spot], reading: Reading, stated: list[tuple[Dims, bool]]
) -> Use | None:
    """Return the layer that refused its input: at the line of the error, the first that may.

    It is of the class that the error names, where there is one; the number behind the name that
    Keras made up counts the layers of a class.
    """
    name = class_of(error)
    narrowed = [_candidates(name, spots, reading), _candidates(None, spots, reading)]
    candidates = next(filter(None, narrowed), [])
    candidates = _numbered(error, name, reading, candidates)
    kernels = [*filter(partial(_may_have_kernel, error), candidates)]
    slots = [Slot("", dims, _nothing, has_batch=batch) for dims, batch in stated]
    several = [*filter(partial(_takes_as_many, slots), kernels or candidates)]
    agreeing = filter(partial(_may_have_inputs, slots), several)
    return next(chain(agreeing, several), None)


def _takes_as_many(slots: list[Slot], use: Use) -> bool:
    """Return whether a layer takes as many inputs as an error states."""
    return len(as_list(use.inputs)) >= len(slots) or use.node.layer.is_operation


def _may_have_inputs(slots: list[Slot], use: Use) -> bool:
    """Return whether a layer may have had the inputs that an error states."""
    found = map(compare, as_list(use.inputs), slots)
    return "other" not in found and not is_input(use.node.layer)


def named_uses(error: Error, name: str | None, reading: Reading) -> list[Use]:
    """Return the uses of the layer that an error names, none where it names none."""
    if name is None:
        return []
    uses = [use for use in _uses(reading) if is_of_class(use.node, name)]
    return _numbered(error, name, reading, uses)


def _numbered(error: Error, name: str | None, reading: Reading, candidates: list[Use]) -> list[Use]:
    """Return the layer that has the number of a name that Keras made up, all where none has."""
    uids = uids_meant(error, name, reading)
    meant = [use for use in candidates if use.node.layer.uid in uids]
    return meant or candidates


def _may_have_kernel(error: Error, use: Use) -> bool:
    """Return whether a layer may have the kernel that an error states, by its number of filters."""
    kernel = error.shape("kernel")
    layer = use.node.layer
    match layer.argument("filters") or next(iter(layer.arguments), None):
        case Argument(keyword=None | "filters", value=int() as filters) if kernel:
            return filters == kernel[-1]
    return True


def _nothing(_: Reading) -> object:
    return None


def _candidates(name: str | None, spots: list[Spot], reading: Reading) -> list[Use]:
    """Return the layers of a class at the lines of an error, in the order of the program.

    An error without lines may be about any layer; one at a call of `fit` about any of its model.
    """
    call = call_at(spots, reading, training=False) if spots else None
    uses = (use for use in _uses(reading) if is_of_class(use.node, name))
    near = _Near(spots, reading.program, None if call is None else call.model)
    return [use for use in uses if any_holds(_NEAR, (near, use))]


class _Near(Record):
    """The lines of an error, and the model whose call is among them."""

    spots: list[Spot]
    program: Program
    uid: int | None


def _is_anywhere(given: tuple[_Near, Use]) -> bool:
    """Return whether the error has no lines."""
    return not given[0].spots


def _is_of_called_model(given: tuple[_Near, Use]) -> bool:
    """Return whether a layer is one of the model whose call is at the lines."""
    return given[1].model.uid == given[0].uid


def _is_at_line(given: tuple[_Near, Use]) -> bool:
    """Return whether a layer, its call or its model stand at one of the lines."""
    near, use = given
    places = map(near.program.place, use.key[:3])
    return any(covers(place, spot) for place, spot in product(places, near.spots))


_NEAR = (_is_anywhere, _is_of_called_model, _is_at_line)
"""What makes a layer one that the error may be about."""
