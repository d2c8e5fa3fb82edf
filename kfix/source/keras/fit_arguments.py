"""The data that `fit`, `evaluate` and `predict` are given, each with its place in the source."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Layer, Symbol
from kfix.model.program import Batches, Part, Role
from kfix.model.record import Value, replace
from kfix.model.site import Site
from kfix.model.unknown import Unknown, all_integers
from kfix.source.interpreter.calls import Call, Given
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV
from kfix.source.interpreter.partial_values import FrameV, VersionedV
from kfix.source.interpreter.values import LayerV, ModelV, ObjectV, SequentialV
from kfix.source.keras import layers
from kfix.source.keras.argument_values import argument_value
from kfix.source.keras.compile_arguments import keyed
from kfix.source.library.literals import array_of

VALIDATION = 7
"""The position of `validation_data` among the arguments of `fit`."""

Listed = tuple[Array, str]
"""The array that a list stands for, and the function that makes it of the list."""


class _Data(Value):
    """The data of one kind: for training, or `aside` for validation."""

    x: Given | None
    y: Given | None
    aside: bool


# --- all that a call is given -------------------------------------------------------------


def of_fit(call: Call, model: AbstractValue) -> tuple[Part, ...]:
    """Return the arrays of `fit`, `evaluate`, `predict` and their like."""
    found: list[Part] = []
    for data in _data(call):
        found.extend(_arrays(call, data, "x", model))
        found.extend(_arrays(call, data, "y", model))
    return tuple(found)


def _data(call: Call) -> Iterator[_Data]:
    """Yield the data of a call, that of `validation_data` among it."""
    y = None if call.name.startswith("predict") else call.find(1, "y")
    yield _Data(call.find(0, "x"), y, aside=False)
    validation = _validation(call)
    if validation is not None:
        x, y, *_ = [*_parts(validation.value), None, None]
        yield _Data(x, y, aside=True)


def _parts(value: AbstractValue) -> Iterator[Given]:
    """Yield x, y and sample weights of `validation_data`, nothing unless it is a tuple of them."""
    if isinstance(value, ListV) and value.kind in ("tuple", "list") and value.unknown is None:
        for item, site in zip(value.items, value.sites, strict=True):
            yield Given(None, item, site)


def _validation(call: Call) -> Given | None:
    """Return `validation_data`, which `fit` alone has."""
    if call.name == "fit":
        return call.find(VALIDATION, "validation_data")
    return None


def _samples_of_x(call: Call, data: _Data, model: AbstractValue) -> int | None:
    """Return how many samples x has, where that is known."""
    if data.x is None:
        return None
    count = None if data.y is None else samples(data.y.value)
    rows = listed(data.x.value, model, "x", call, count)
    return samples(data.x.value if rows is None else rows[0])


def sets_of_fit(
    call: Call,
    element: Callable[[AbstractValue], tuple[AbstractValue, AbstractValue | None] | None],
) -> tuple[Part, ...]:
    """Return the data sets and generators that `fit` and its like are given, each with the x of one
    element of it.
    """
    found = []
    for given, aside in ((call.find(0, "x"), False), (_validation(call), True)):
        if given is None:
            continue
        parts = element(given.value)
        if parts is not None and isinstance(parts[0], Array):
            found.append(Part("x", None, parts[0], given.site, _made_by(given.value), aside))
    return tuple(found)


def _made_by(value: AbstractValue) -> str:
    """Return what kind of thing a data set or a generator is."""
    if isinstance(value, ObjectV | ListV):
        return value.kind
    return ""


# --- models -------------------------------------------------------------------------------


def ends(model: AbstractValue, role: Role) -> int | None:
    """Return how many inputs ("x") or outputs ("y") a model has, `None` where that is not known."""
    if isinstance(model, SequentialV):
        if _joins(model):
            return None
        return 1
    if isinstance(model, ModelV) and model.model.is_functional:
        return len(model.model.inputs if role == "x" else model.model.outputs)
    return None


def _joins(model: SequentialV) -> bool:
    """Return whether a Sequential begins with a layer of several models, as Keras 1 had them:
    `Merge([left, right])`.
    """
    items = model.variants[0].items
    first = None
    if items:
        first = items[0][0]
    if not isinstance(first, LayerV) or not first.layer.is_unknown:
        return False
    rows = [given.value for given in first.layer.arguments]
    parts = [part for row in rows if isinstance(row, list | tuple) for part in row]
    return any(isinstance(part, Layer) and part.model is not None for part in parts)


def samples(value: AbstractValue | None) -> int | None:
    """Return how many samples an array, or a list of one for each input, has.

    `None` where that is not known.
    """
    if isinstance(value, DictV) and value.entries:
        value = next(iter(value.entries.values()))
    elif isinstance(value, ListV) and value.items and isinstance(value.items[0], Array):
        value = value.items[0]
    if not isinstance(value, Array) or not isinstance(value.shape, tuple) or not value.shape:
        return None
    count = value.shape[0]
    if isinstance(count, int):
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
    """Return the array that a list of numbers, or of arrays that are samples, stands for; and how
    it is made of it.

    `None` for anything else: a list of arrays for a model of several inputs
    holds one for each of them, and so may labels where the `others`, the samples of x,
    are not so many. For x they are the samples of y.
    """
    if not isinstance(value, ListV) or value.kind not in ("list", "tuple") or not value.items:
        return None
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
    if role == "x" and _is_first_taken(value, model, call, others):
        return None
    rows = array_of(value, call)
    return _joined(rows, model, call) if role == "x" else (rows, "numpy.array")


def _is_first_taken(value: ListV, model: AbstractValue, call: Call, labels: int | None) -> bool:
    """Return whether a Sequential takes the first of several batches of samples.

    Keras neither counts nor joins them: y has as many samples as each of them.
    """
    first = value.items[0]
    if not isinstance(model, SequentialV) or not isinstance(first, Array):
        return False
    if not isinstance(first.shape, tuple):
        return False
    if not call.name.startswith("predict"):
        return labels is not None and [labels] == list(first.shape[:1])
    entry = call.interpreter.shapes.model_inputs(layers.frozen(call.interpreter, model))
    return isinstance(entry, tuple) and len(first.shape) == len(entry)


def _are_samples(value: ListV, role: Role, count_of_x: int | None) -> bool:
    """Return whether arrays in a list, for a model of one input or output, may be its samples."""
    if not _alike(value.items):
        return False
    if value.unknown is not None:
        return True
    if len(value.items) == 1:
        return False
    return role == "x" or count_of_x is None or count_of_x == len(value.items)


def _is_one_for_each(value: ListV, count: int | None) -> bool:
    """Return whether a list of lists holds one for each of several inputs or outputs."""
    if count is None or count <= 1:
        return False
    return len(value.items) == count and isinstance(value.items[0], ListV)


def _alike(arrays: list[AbstractValue]) -> bool:
    """Return whether arrays may all be rows of one: of one shape, as far as that is known."""
    shapes = [array.shape for array in arrays if isinstance(array, Array)]
    tuples = [shape for shape in shapes if isinstance(shape, tuple)]
    known = {shape for shape in tuples if all_integers(shape)}
    return len(set(map(len, tuples))) < 2 and len(known) < 2


def _joined(rows: Array, model: AbstractValue, call: Call) -> Listed:
    """Return the array of arrays that are samples, or, where they are batches already, of them
    joined along the samples.
    """
    assert isinstance(model, SequentialV | ModelV)
    shape = rows.shape
    entry = call.interpreter.shapes.model_inputs(layers.frozen(call.interpreter, model))
    if not isinstance(shape, tuple) or not isinstance(entry, tuple):
        return rows, "numpy.array"
    if len(entry) + 1 != len(shape) or len(entry) < 2:
        return rows, "numpy.array"
    count, each = shape[:2]
    total: int | Unknown = call.unknown("how many samples there are")
    if isinstance(count, int) and isinstance(each, int):
        total = count * each
    joined = Array((total, *shape[2:]), rows.dtype, rows.distinct, rows.one_hot)
    return joined, "numpy.concatenate"


def _is_numeric(value: AbstractValue) -> bool:
    """Return whether a value is a number, or a list of numbers or of such lists, as far as the
    first of them tell.
    """
    if isinstance(value, ListV):
        return bool(value.items) and all(map(_is_numeric, value.items[:_TELLING]))
    return isinstance(value, Const) and isinstance(value.value, int | float)


_TELLING = 8
"""Elements of a list that tell what it holds."""


# --- arrays -------------------------------------------------------------------------------


def _arrays(call: Call, data: _Data, role: Role, model: AbstractValue) -> Iterator[Part]:
    """Yield the arrays of an argument, one for each input or output that it holds data of."""
    given, aside = data.x, data.aside
    count = None if data.y is None else samples(data.y.value)
    if role == "y":
        given, count = data.y, _samples_of_x(call, data, model)
    if given is None or (isinstance(given.value, ListV) and given.value.kind == "generator"):
        return
    whole = listed(given.value, model, role, call, count)
    if whole is not None:
        array, made_by = whole
        yield Part(role, None, array, given.site, made_by, aside, _is_numeric(given.value))
        return
    for key, value, site in keyed(given):
        if isinstance(value, ListV) and _is_numeric(value):
            yield Part(role, key, array_of(value, call), site, "numpy.array", aside, plain=True)
        elif isinstance(value, FrameV | VersionedV):
            yield Part(role, key, value.now(), site, "", aside)
        elif isinstance(value, Array | Unknown):
            yield Part(role, key, value, site, "", aside)
        elif key is not None:
            yield Part(role, key, call.unknown("what this data is", value), site, "", aside)


# --- batches ------------------------------------------------------------------------------


def batches_of_fit(
    call: Call,
    element: Callable[[AbstractValue], tuple[AbstractValue, AbstractValue | None] | None],
) -> tuple[Batches, ...]:
    """Return what `fit` and its like are given: the data, and that of `validation_data`."""
    found = []
    for data in _data(call):
        yields = data.x is not None and _made_by(data.x.value) in ("generator", "dataset")
        if data.x is not None and not yields:
            y = None if data.y is None else data.y.value
            site = data.x.site or call.site
            found.append(_batches(call, (data.x.value, y), site, data.aside))
    for given, aside in ((call.find(0, "x"), False), (_validation(call), True)):
        if given is None:
            continue
        parts = element(given.value)
        if aside and isinstance(given.value, Unknown):
            parts = given.value, None
        if parts is None:
            continue
        made = _batches(call, parts, given.site or call.site, aside)
        size = _size_of_set(given.value, made.x)
        is_list = _yields_no_tuple(given.value)
        found.append(replace(made, made_by=_made_by(given.value), as_list=is_list, size=size))
    return tuple(found)


def _size_of_set(value: AbstractValue, x: object) -> int | None:
    """Return how many samples a batch of a data set or generator has, `None` if not known."""
    if isinstance(x, Array) and isinstance(x.shape, tuple) and x.shape:
        first = x.shape[0]
        if isinstance(first, int):
            return first
    size = value.data.get("batch") if isinstance(value, ObjectV) else None
    return size if isinstance(size, int) else None


def _yields_no_tuple(value: AbstractValue) -> bool:
    """Return whether a generator yields another thing than a tuple, or a list of arrays in it."""
    if not isinstance(value, ListV) or not value.items:
        return False
    first = value.items[0]
    return isinstance(first, Array | DictV) or _holds_list(first)


def _holds_list(value: AbstractValue) -> bool:
    """Return whether a list that holds arrays is in what a generator yields."""
    if not isinstance(value, ListV):
        return False
    return (value.kind == "list" and _holds_array(value)) or any(map(_holds_list, value.items))


def _holds_array(value: AbstractValue) -> bool:
    if isinstance(value, ListV | DictV):
        return any(map(_holds_array, value.held()))
    return isinstance(value, Array)


def _batches(
    call: Call,
    parts: tuple[AbstractValue, AbstractValue | None],
    site: Site,
    aside: bool,
) -> Batches:
    x, y = parts
    known = argument_value(call.interpreter, x)
    labels = None if y is None else argument_value(call.interpreter, y)
    if labels is None and isinstance(known, Symbol):  # an object yields what it likes
        labels = call.unknown("the labels that an object yields")
    return Batches(known, labels, site, aside, size=_batch_size(call, samples(x), aside))


_BATCH_PLACES = {"fit": 2, "evaluate": 2, "predict": 1}


def _batch_size(call: Call, count: int | None, aside: bool) -> int | None:
    """Return how many samples a batch of arrays has: `batch_size`, 32 where none is given."""
    place = _BATCH_PLACES.get(call.name)
    if place is None:
        return count  # `train_on_batch` and its like take all of them at once
    given = call.find(-1, "validation_batch_size") if aside else None
    given = given or call.find(place, "batch_size")
    value = given.value if given is not None else NONE
    if not isinstance(value, Const) or call.find(-1, "steps_per_epoch") is not None:
        return None
    size = 32 if value.value is None else value.value
    if not isinstance(size, int) or count is None:
        return None
    return min(size, count)
