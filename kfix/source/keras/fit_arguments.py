"""The data that `fit`, `evaluate` and `predict` are given, each with its place in the source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Layer, Model
from kfix.model.program import Part, Role
from kfix.model.record import Value
from kfix.model.unknown import Unknown, all_integers
from kfix.source.interpreter.calls import Call, Given
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV
from kfix.source.interpreter.partial_values import FrameV, VersionedV
from kfix.source.interpreter.values import LayerV, ModelV, ObjectV, SequentialV
from kfix.source.keras import layers
from kfix.source.keras.compile_arguments import keyed
from kfix.source.library.literals import array_of

VALIDATION = 7
"""The position of `validation_data` among the arguments of `fit`."""

Listed = tuple[Array, str]
"""The array that a list stands for, and the function that makes it of the list."""


class Data(Value):
    """The data of one kind: for training, or `aside` for validation."""

    x: Given
    y: Given
    aside: bool
    weights: Given
    """Those that `validation_data` holds."""


NOTHING = Given(None, NONE)
"""What stands for x or y where a call is not given it."""


# --- all that a call is given -------------------------------------------------------------


def of_fit(call: Call, model: AbstractValue) -> tuple[Part, ...]:
    """Return the arrays of `fit`, `evaluate`, `predict` and their like."""
    found: list[Part] = []
    for data in data_of(call):
        found.extend(_arrays(call, data, "x", model))
        found.extend(_arrays(call, data, "y", model))
    return tuple(found)


def data_of(call: Call) -> Iterator[Data]:
    """Yield the data of a call, that of `validation_data` among it."""
    y = call.find(1, "y") or NOTHING
    if call.name.startswith("predict"):
        y = NOTHING
    yield Data(call.find(0, "x") or NOTHING, y, aside=False, weights=NOTHING)
    validation = _validation(call)
    if validation is not None:
        x, y, weights, *_ = [*_parts(validation.value), NOTHING, NOTHING, NOTHING]
        yield Data(x, y, aside=True, weights=weights)


def sources(call: Call) -> Iterator[tuple[Given, bool]]:
    """Yield x and `validation_data`, as far as they are given, and whether it is the latter."""
    for given, aside in ((call.find(0, "x"), False), (_validation(call), True)):
        if given is not None:
            yield given, aside


def _parts(value: AbstractValue) -> Iterator[Given]:
    """Yield x, y and sample weights of `validation_data`, nothing unless it is a tuple of them,
    or an array.
    """
    match value:
        case ListV(kind="tuple" | "list", unknown=None, items=items, sites=sites):
            for item, site in zip(items, sites, strict=True):
                yield Given(None, item, site)
        case Array() | DictV():  # no labels
            yield Given(None, value)


def _validation(call: Call) -> Given | None:
    """Return `validation_data`, which `fit` alone has."""
    if call.name == "fit":
        return call.find(VALIDATION, "validation_data")
    return None


def _samples_of_x(call: Call, data: Data, model: AbstractValue) -> int | None:
    """Return how many samples x has, where that is known."""
    x = data.x.value
    array, _ = listed(x, model, "x", call, samples(data.y.value)) or (x, "")
    return samples(array)


def sets_of_fit(
    call: Call,
    element: Callable[[AbstractValue], tuple[AbstractValue, AbstractValue | None] | None],
) -> tuple[Part, ...]:
    """Return the data sets and generators of `fit` and its like, with the x of one element."""
    found = []
    for given, aside in sources(call):
        match element(given.value):
            case (Array() as x, _):
                found.append(Part("x", None, x, given.site, made_by(given.value), aside))
            case (DictV() as x, _):
                for key, value, _ in keyed(Given(None, x)):
                    array = array_of(value, call)
                    found.append(Part("x", key, array, given.site, made_by(given.value), aside))
    return tuple(found)


def made_by(value: AbstractValue) -> str:
    """Return what kind of thing a data set or a generator is."""
    if isinstance(value, ObjectV | ListV):
        return value.kind
    return ""


# --- models -------------------------------------------------------------------------------


def ends(model: AbstractValue, role: Role) -> int | None:
    """Return how many inputs ("x") or outputs ("y") a model has, `None` where that is not known."""
    match model:
        case SequentialV() if not _joins(model):
            return 1
        case ModelV(model=Model(is_functional=True, inputs=inputs, outputs=outputs)):
            return {"x": len(inputs), "y": len(outputs)}[role]
    return None


def _joins(model: SequentialV) -> bool:
    """Return whether a Sequential begins with a layer of several models.

    Keras 1 had them: `Merge([left, right])`.
    """
    match model.variants[0].items:
        case [(LayerV(layer=first), _), *_] if first.is_unknown:
            rows = (given.value for given in first.arguments)
            parts = chain.from_iterable(row for row in rows if isinstance(row, list | tuple))
            return any(isinstance(part, Layer) and part.model is not None for part in parts)
    return False


def samples(value: AbstractValue | None) -> int | None:
    """Return how many samples an array, or a list of one for each input, has.

    `None` where that is not known.
    """
    match value:
        case DictV(entries=entries) if entries:
            value = next(iter(entries.values()))
        case ListV(items=[Array() as first, *_]):
            value = first
    match value:
        case Array(shape=(int() as count, *_)):
            return count
    return None


# --- Python's lists as arrays -------------------------------------------------------------


def listed(
    value: AbstractValue | None,
    model: AbstractValue,
    role: Role,
    call: Call,
    others: int | None = None,
) -> Listed | None:
    """Return the array that a list stands for, and how it is made of it.

    The list is one of numbers, or of arrays that are samples.

    `None` for anything else: a list of arrays for a model of several inputs
    holds one for each of them, and so may labels where the `others`, the samples of x,
    are not so many. For x they are the samples of y.
    """
    match value:
        case ListV(kind="list" | "tuple", items=[_, *_]):
            return _array_of_list(value, model, role, call, others)
    return None


def only_array(given: Given, model: AbstractValue) -> Given:
    """Return the array of a list of one for a model of one input, which Keras takes out of it."""
    match given.value, ends(model, "x"):
        case ListV(items=[Array() as array], sites=[site], unknown=None), 1:
            return Given(given.keyword, array, site)
    return given


def _array_of_list(
    value: ListV, model: AbstractValue, role: Role, call: Call, others: int | None
) -> Listed | None:
    """Return the array that a list stands for, as `listed` does."""
    count = ends(model, role)
    if all(isinstance(item, Array) for item in value.items):
        if count != 1 or not _are_samples(value, role, others):
            return None
        return _of_arrays(value, model, role, call, others)
    if _is_one_for_each(value, count) or not _is_numeric(value):
        return None
    return array_of(value, call), "numpy.array"


def _of_arrays(
    value: ListV, model: AbstractValue, role: Role, call: Call, others: int | None
) -> Listed | None:
    """Return the array that samples in a list stand for, `None` of batches that are not joined."""
    if role != "x":
        return array_of(value, call), "numpy.array"
    if _is_first_taken(value, model, call, others):
        return None
    return _joined(array_of(value, call), model, call)


def _is_first_taken(value: ListV, model: AbstractValue, call: Call, labels: int | None) -> bool:
    """Return whether a Sequential takes the first of several batches of samples.

    Keras neither counts nor joins them: y has as many samples as each of them.
    """
    match model, value.items[0]:
        case SequentialV(), Array(shape=tuple() as shape):
            entry = call.interpreter.shapes.model_inputs(layers.frozen(call.interpreter, model))
            if isinstance(entry, tuple) and len(shape) != len(entry):
                return False  # it is one sample
            if not call.name.startswith("predict"):
                return labels is not None and (labels,) == shape[:1]
            return isinstance(entry, tuple)
    return False


def _are_samples(value: ListV, role: Role, count_of_x: int | None) -> bool:
    """Return whether arrays in a list, for a model of one input or output, may be its samples."""
    count = len(value.items)
    if value.unknown is None and (count == 1 or (role == "y" and count_of_x not in (None, count))):
        return False
    return _alike(value.items)


def _is_one_for_each(value: ListV, count: int | None) -> bool:
    """Return whether a list of lists holds one for each of several inputs or outputs."""
    return count != 1 and len(value.items) == count and isinstance(value.items[0], ListV)


def _alike(arrays: list[AbstractValue]) -> bool:
    """Return whether arrays may all be rows of one: of one shape, as far as that is known."""
    shapes = [array.shape for array in arrays if isinstance(array, Array)]
    tuples = [shape for shape in shapes if isinstance(shape, tuple)]
    known = set(filter(all_integers, tuples))
    return len(set(map(len, tuples))) < 2 and len(known) < 2


def _joined(rows: Array, model: AbstractValue, call: Call) -> Listed:
    """Return the array of arrays that are samples, or of joined batches."""
    assert isinstance(model, SequentialV | ModelV)
    entry = call.interpreter.shapes.model_inputs(layers.frozen(call.interpreter, model))
    match rows.shape, entry:
        case tuple((count, each, *sample)), tuple((_, _, *rest)) if len(sample) == len(rest) + 1:
            total: int | Unknown = call.unknown("how many samples there are")
            if isinstance(count, int) and isinstance(each, int):
                total = count * each
            joined = Array((total, *sample), rows.dtype, rows.distinct, rows.one_hot)
            return joined, "numpy.concatenate"
    return rows, "numpy.array"


def _is_numeric(value: AbstractValue) -> bool:
    """Return whether a value is a number, or a list of numbers or of such lists.

    The first elements decide.
    """
    match value:
        case ListV(items=[_, *_] as items):
            return all(map(_is_numeric, items[:_TELLING]))
        case Const(value=int() | float()):
            return True
    return False


_TELLING = 8
"""Elements of a list that show what it holds."""


# --- arrays -------------------------------------------------------------------------------


def _arrays(call: Call, data: Data, role: Role, model: AbstractValue) -> Iterator[Part]:
    """Yield the arrays of an argument, one for each input or output that it holds data of."""
    given, aside = only_array(data.x, model), data.aside
    count = samples(data.y.value)
    if role == "y":
        given, count = data.y, _samples_of_x(call, data, model)
    if made_by(given.value) == "generator":
        return
    whole = listed(given.value, model, role, call, count)
    if whole is not None:
        array, function = whole
        yield Part(role, None, array, given.site, function, aside, _is_numeric(given.value))
        return
    for key, value, site in keyed(given):
        match value:
            case ListV() if _is_numeric(value):
                yield Part(role, key, array_of(value, call), site, "numpy.array", aside, plain=True)
            case FrameV() | VersionedV():
                yield Part(role, key, value.now(), site, "", aside)
            case Array() | Unknown():
                yield Part(role, key, value, site, "", aside)
            case _ if key is not None:
                yield Part(role, key, call.unknown("what this data is", value), site, "", aside)
