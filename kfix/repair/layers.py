"""Layers and calls as an edit leaves them: an argument set or dropped, a tensor exchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count, islice

from kfix.edits.graph import Args, CannotApply
from kfix.findings import Finding
from kfix.model.code import NewLayer, ValueOf
from kfix.model.graph import Argument, Array, Layer, Library, Model, TensorRef
from kfix.model.origin import CannotEvaluate, evaluate, literals
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.model.unknown import UnknownUsed
from kfix.shapes.arguments import children, core, named
from kfix.shapes.inputs import is_input, tensor_refs


def with_argument(layer: Layer, name: str, value: object) -> Layer:
    """Return the layer with one argument set, where it stands or behind all others."""
    old = named(layer).get(name)
    if old is None:
        return copied(layer, (*layer.arguments, Argument(name, value)), layer.model)
    return _exchanged(layer, old, Argument(old.keyword, value, None, old.site))


def without_argument(layer: Layer, name: str, site: Site | None = None) -> Layer:
    """Return the layer with one argument left out: the one written at `site`, for a call may give a
    name twice.
    """
    old = next(
        (argument for argument in layer.arguments if site is not None and argument.site == site),
        None,
    )
    old = old or named(layer).get(name)
    if old is None:
        return layer
    return copied(
        layer, tuple(argument for argument in layer.arguments if argument is not old), layer.model
    )


def renamed(layer: Layer, old: str, new: str, value: object = ...) -> Layer:
    """Return the layer with a keyword renamed, and another value unless that is `Ellipsis`."""
    present = layer.argument(old)
    if present is None:
        return layer
    kept = present.value if value is ... else value
    return _exchanged(layer, present, Argument(new, kept, present.origin, present.site))


def of_class(layer: Layer, name: str) -> Layer:
    """Return the layer as one of the class `name`; of an operation the module before its name
    stays, unless the name is that of a function in full.
    """
    if "." in name:
        return replace(layer, cls=name, library=Library.OPERATION, unknown=None, attributes=())
    module, dot, _ = layer.cls.rpartition(".")
    return replace(layer, cls=f"{module}{dot}{name}")


def copied(layer: Layer, arguments: tuple[Argument, ...], model: Model | None) -> Layer:
    """Return the same layer, given other arguments or another model."""
    return replace(layer, arguments=arguments, model=model)


def _exchanged(layer: Layer, old: Argument, new: Argument) -> Layer:
    """Return the layer with an argument in the place of one that it has."""
    arguments = tuple(new if one is old else one for one in layer.arguments)
    return copied(layer, arguments, layer.model)


def replaced_core(layer: Layer, new: Layer) -> Layer:
    """Return a wrapper, or several, with another innermost layer; else that layer itself."""
    if (layer.cls, layer.site) == (new.cls, new.site):
        return new
    for argument in layer.arguments:
        if isinstance(argument.value, Layer):
            inner = Argument(
                argument.keyword, replaced_core(argument.value, new), None, argument.site
            )
            return _exchanged(layer, argument, inner)
    return new


def find(layer: Layer, site: Site, depth: int = 0) -> Layer | None:
    """Return the layer made at `site`: this one or one within its arguments."""
    if layer.site == site:
        return layer
    if depth < 8:
        found = (find(child, site, depth + 1) for child in children(layer))
        return next(filter(None, found), None)
    return None


def with_values(new: NewLayer, layers: Sequence[Layer]) -> NewLayer:
    """Return the new layer with, for each `ValueOf`, the value that the last layer with such an
    argument has.

    Raises `CannotApply` where there is none.
    """
    if not any(isinstance(value, ValueOf) for _, value in new.arguments):
        return new
    arguments: list[tuple[str | None, object]] = []
    for keyword, value in new.arguments:
        if isinstance(value, ValueOf):
            value = _last_value(value, layers)
        arguments.append((keyword, value))
    return NewLayer(new.cls, tuple(arguments))


def _last_value(wanted: ValueOf, layers: Sequence[Layer]) -> object:
    for found in islice(_written_at(wanted.site, layers), wanted.back, None):
        if isinstance(found, list):  # a layer cannot be kept by a list
            return tuple(found)
        return found
    raise CannotApply("no layer before it is given that argument")


def _written_at(site: Site, layers: Sequence[Layer]) -> Iterator[object]:
    """Yield the values of the argument at a place, as the layers have it from the last back."""
    for layer in reversed(layers):
        for one in dict.fromkeys((layer, core(layer))):
            yield from (argument.value for argument in one.arguments if argument.site == site)


def _map(value: object, change: Callable[[TensorRef], TensorRef]) -> object:
    """Return a structure of values with each tensor in it changed."""
    if isinstance(value, TensorRef):
        return change(value)
    if isinstance(value, list):
        return [_map(item, change) for item in value]
    if isinstance(value, tuple):
        return tuple(_map(item, change) for item in value)
    if isinstance(value, dict):
        return {name: _map(item, change) for name, item in value.items()}
    return value


def resolve(args: Args, alias: Mapping[TensorRef, TensorRef]) -> Args:
    """Return arguments with tensors exchanged; the very same object where none is."""
    if not alias or alias.keys().isdisjoint(tensor_refs(args)):
        return args
    return tuple((keyword, _map(value, lambda ref: alias.get(ref, ref))) for keyword, value in args)


def with_keyword(args: Args, name: str, value: object, position: int | None) -> Args:
    """Return the arguments of a call with one set: by keyword, at its position, or at the end."""
    found = list(args)
    for number, (keyword, _) in enumerate(args):
        if keyword == name or (keyword is None and number == position):
            found[number] = (keyword, value)
            return tuple(found)
    return (*args, (name, value))


def remade(args: Args, literals: Mapping[Site, object]) -> Args:
    """Return arguments with arrays of the shapes that changed literals make, or as they are.

    Raises `CannotApply` where the new values make no shape.
    """
    if not literals or not any(isinstance(value, Array) for _, value in args):
        return args
    found = tuple((keyword, _array(value, literals)) for keyword, value in args)
    unchanged = all(new[1] is old[1] for new, old in zip(found, args, strict=True))
    return args if unchanged else found


def _array(value: object, changed: Mapping[Site, object]) -> object:
    if not isinstance(value, Array) or value.origin is None:
        return value
    if not any(literal.site in changed for literal in literals(value.origin)):
        return value
    try:
        shape = evaluate(value.origin, changed)
    except (CannotEvaluate, Finding, UnknownUsed) as error:
        raise CannotApply(str(error)) from error
    return replace(value, shape=tuple(shape))


def exchange(args: Args, which: int, new: TensorRef) -> Args:
    """Return arguments with the tensor of this number exchanged."""
    numbers = count()

    def change(ref: TensorRef) -> TensorRef:
        return new if next(numbers) == which else ref

    return tuple((keyword, _map(value, change)) for keyword, value in args)


def of_base(entry: Layer, shape: object) -> Layer:
    """Return the Input that a base makes, of the `input_shape` that is set there if one is."""
    if not isinstance(shape, tuple) or entry.argument("batch_shape") is None:
        return entry
    return with_argument(entry, "batch_shape", (None, *shape))


def unwritten(layer: Layer) -> bool:
    """Return whether it is the input that a model of `keras.applications` has of its own."""
    return is_input(layer) and all(
        one.site is None and one.origin is None for one in layer.arguments
    )


def opens(layer: Layer) -> bool:
    """Return whether it is of a class of the program, whose `call` was read."""
    return layer.is_user_layer and layer.body is not None
