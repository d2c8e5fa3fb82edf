"""What `compile` and `fit` are given, one by one, each with the place where it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Layer, Part, Role, Symbol
from kfix.model.origin import Literal
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Call, Given
from kfix.source.interpreter.containers import Const, DictV, ListV
from kfix.source.interpreter.partial_values import FrameV, VersionedV
from kfix.source.interpreter.values import FunctionV, LayerV, ModelV, ObjectV, SequentialV
from kfix.source.keras import layers
from kfix.source.library.literals import array_of

VALIDATION = 7
"""The position of `validation_data` among the arguments of `fit`."""

Keyed = tuple[int | str | None, AbstractValue, Site | None]


def of_compile(call: Call) -> tuple[Part, ...]:
    """The losses and the metrics of `compile`."""
    found = []
    roles: tuple[tuple[Role, int], ...] = (("loss", 1), ("metrics", 2))
    for role, place in roles:
        given = call.find(place, role)
        if given is not None:
            for key, value, site in _spread(given, flat=role == "metrics"):
                made, where = (
                    layers.argument_value(call.interpreter, value),
                    _written(call, value, site),
                )
                compares = role == "loss" and isinstance(value, FunctionV) and _compares(value)
                found.append(Part(role, key, made, where, compares=compares))
    return tuple(found)


def _compares(function: FunctionV) -> bool:
    """Does it take its two parameters from each other as they are, number by number: `K.square(y_true - y_pred)`?"""
    names = {param.name.value for param in function.node.params.params}
    if len(names) != 2:
        return False
    found, waiting = False, [function.node.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, cst.Name | cst.Param):
            continue
        if isinstance(node, cst.AssignTarget | cst.AugAssign):
            target = node.target
            if not isinstance(target, cst.Name) or target.value in names:
                return False  # another thing goes by that name then
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Subtract):
            sides = {side.value for side in (node.left, node.right) if isinstance(side, cst.Name)}
            found = found or sides == names
        waiting.extend(node.children)  # type: ignore[arg-type]
    return found


def of_fit(call: Call, model: AbstractValue) -> tuple[Part, ...]:
    """The arrays of `fit`, `evaluate`, `predict` and their like."""
    found: list[Part] = []
    x = call.find(0, "x")
    y = None if call.name.startswith("predict") else call.find(1, "y")
    given = [(x, y, False)]
    validation = call.find(VALIDATION, "validation_data") if call.name == "fit" else None
    two = validation.value if validation is not None else None
    if isinstance(two, ListV) and two.kind in ("tuple", "list") and two.unknown is None:
        pair = [Given(None, value, site) for value, site in zip(two.items, two.sites, strict=True)]
        given.append((*[*pair, None, None][:2], True))  # type: ignore[arg-type]
    for of_x, of_y, aside in given:
        found.extend(_arrays(call, "x", of_x, model, aside))
        rows = listed(of_x.value, model, "x", call) if of_x is not None else None
        count = samples(rows[0] if rows is not None else of_x.value if of_x is not None else None)
        found.extend(_arrays(call, "y", of_y, model, aside, count))
    return tuple(found)


def sets_of_fit(
    call: Call,
    element: Callable[[AbstractValue], tuple[AbstractValue, AbstractValue | None] | None],
) -> tuple[Part, ...]:
    """The data sets and generators among what `fit` and its like are given, each with the x of one element of it."""
    found = []
    x = call.find(0, "x")
    validation = call.find(VALIDATION, "validation_data") if call.name == "fit" else None
    for given, aside in ((x, False), (validation, True)):
        parts = element(given.value) if given is not None else None
        if given is not None and parts is not None and isinstance(parts[0], Array):
            found.append(Part("x", None, parts[0], given.site, _made_by(given.value), aside))
    return tuple(found)


def _made_by(value: AbstractValue) -> str:
    return value.kind if isinstance(value, ObjectV | ListV) else ""


def ends(model: AbstractValue, role: Role) -> int | None:
    """How many inputs ("x") or outputs ("y") a model has, where that is known."""
    if isinstance(model, SequentialV):
        return None if _joins(model) else 1
    if isinstance(model, ModelV) and model.model.is_functional:
        return len(model.model.inputs if role == "x" else model.model.outputs)
    return None


def _joins(model: SequentialV) -> bool:
    """Does it begin with a layer of several models, as Keras 1 had them? `Merge([left, right])`"""
    first = model.variants[0].items[0][0] if model.variants[0].items else None
    layer = first.layer if isinstance(first, LayerV) and first.layer.is_unknown else None
    arguments = layer.arguments if layer is not None else ()
    rows = (given.value for given in arguments if isinstance(given.value, list | tuple))
    return any(isinstance(one, Layer) and one.model is not None for row in rows for one in row)


def samples(value: AbstractValue | None) -> int | None:
    """How many samples an array, or a list of one for each input, has; `None` where that is not known."""
    if isinstance(value, DictV) and value.entries:
        value = next(iter(value.entries.values()))
    elif isinstance(value, ListV) and value.items and isinstance(value.items[0], Array):
        value = value.items[0]
    shape = value.shape if isinstance(value, Array) else None
    return shape[0] if isinstance(shape, tuple) and shape and isinstance(shape[0], int) else None


def listed(
    value: AbstractValue | None,
    model: AbstractValue,
    role: Role,
    call: Call,
    count_of_x: int | None = None,
) -> tuple[Array, str] | None:
    """The array that a Python list of numbers stands for, or a list of arrays that are samples; how it is made of it.

    `None` for anything else: a list of arrays for a model of several inputs
    holds one for each of them, and so may labels for `count_of_x` samples that
    are other than so many.
    """
    if not isinstance(value, ListV) or value.kind not in ("list", "tuple") or not value.items:
        return None
    count = ends(model, role)
    if all(isinstance(item, Array) for item in value.items):
        if not _alike(value.items):
            return None
        if count != 1 or (len(value.items) == 1 and value.unknown is None):
            return None
        if role == "y" and count_of_x not in (None, len(value.items)) and value.unknown is None:
            return None
        rows = array_of(value, call)
        return _joined(rows, model, call) if role == "x" else (rows, "numpy.array")
    if (
        count is not None
        and count > 1
        and len(value.items) == count
        and isinstance(value.items[0], ListV)
    ):
        return None  # a list for each
    return (array_of(value, call), "numpy.array") if _numbers(value) else None


def _alike(arrays: list[AbstractValue]) -> bool:
    """May they all be rows of one array: of one shape, as far as that is known?"""
    shapes = [
        array.shape
        for array in arrays
        if isinstance(array, Array) and isinstance(array.shape, tuple)
    ]
    known = {shape for shape in shapes if all(isinstance(dim, int) for dim in shape)}
    return len({len(shape) for shape in shapes}) < 2 and len(known) < 2


def _joined(rows: Array, model: AbstractValue, call: Call) -> tuple[Array, str]:
    """Arrays that are batches already are joined along the samples."""
    shape = rows.shape
    assert isinstance(model, SequentialV | ModelV)
    entry = call.interpreter.shapes.model_inputs(layers.frozen(call.interpreter, model))
    if (
        not isinstance(shape, tuple)
        or not isinstance(entry, tuple)
        or len(entry) + 1 != len(shape)
        or len(entry) < 2
    ):
        return rows, "numpy.array"
    count, each = shape[:2]
    known = isinstance(count, int) and isinstance(each, int)
    first = count * each if known else call.unknown("how many samples there are")  # type: ignore[operator]
    return Array((first, *shape[2:]), rows.dtype, rows.distinct, rows.one_hot), "numpy.concatenate"


def _numbers(value: AbstractValue) -> bool:
    """Is it a number, or are they lists of numbers, as far as the first of them tell?"""
    if isinstance(value, ListV):
        return bool(value.items) and all(map(_numbers, value.items[:_TOLD]))
    return isinstance(value, Const) and isinstance(value.value, int | float)


_TOLD = 8
"""Elements of a list that tell what it holds."""


def _arrays(
    call: Call,
    role: Role,
    given: Given | None,
    model: AbstractValue,
    aside: bool,
    count_of_x: int | None = None,
) -> Iterator[Part]:
    if given is None or (isinstance(given.value, ListV) and given.value.kind == "generator"):
        return
    whole = listed(given.value, model, role, call, count_of_x)
    if whole is not None:
        yield Part(role, None, whole[0], given.site, whole[1], aside, _numbers(given.value))
        return
    for key, value, site in _spread(given):
        if isinstance(value, ListV) and _numbers(value):
            yield Part(role, key, array_of(value, call), site, "numpy.array", aside, plain=True)
        elif isinstance(value, Array | Unknown):
            yield Part(
                role,
                key,
                value.now() if isinstance(value, FrameV | VersionedV) else value,
                site,
                "",
                aside,
            )
        elif key is not None:
            yield Part(role, key, call.unknown("what this data is", value), site, "", aside)


def _spread(given: Given, flat: bool = False) -> Iterator[Keyed]:
    """A value, or the values of a list or dict; `flat`: those of the lists in it too, under the outer key."""
    value = given.value
    if isinstance(value, ListV) and value.unknown is None:
        for number, (item, site) in enumerate(zip(value.items, value.sites, strict=True)):
            if flat and isinstance(item, ListV | DictV):
                yield from (
                    (number, one, interpreter)
                    for _, one, interpreter in _spread(Given(None, item, site))
                )
            else:
                yield (None if flat else number), item, site
    elif isinstance(value, DictV) and value.unknown is None:
        for key, item in value.entries.items():
            if not isinstance(key, int | str):
                continue
            if flat and isinstance(item, ListV):
                yield from (
                    (key, one, interpreter)
                    for _, one, interpreter in _spread(Given(None, item, value.sites.get(key)))
                )
            else:
                yield key, item, value.sites.get(key)
    else:
        yield None, value, given.site


def _written(call: Call, value: AbstractValue, site: Site | None) -> Site | None:
    """Where a loss or a metric is written: in the call itself, or at the literal or the call elsewhere that made it."""
    if isinstance(value, Symbol):
        return value.site or site
    if not isinstance(value, Const) or not isinstance(value.origin, Literal):
        return site
    unit = call.frame.unit
    if site is not None and (site.path, site.cell) == (unit.path, unit.cell):
        own = unit.node(site)
        if isinstance(own, cst.Arg) and unit.site(own.value) == value.origin.site:
            return site
    return value.origin.site
