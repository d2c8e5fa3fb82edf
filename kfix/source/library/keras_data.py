"""The data of Keras: its data sets, labels, sequences and texts."""

from __future__ import annotations

import math
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.attributes import LISTS
from kfix.model.class_indices import rows_too_short
from kfix.model.graph import Array, Dim, Shape
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import NONE, ListV
from kfix.source.library.arguments import (
    Bound,
    checked_dim,
    collection,
    integer,
    is_none,
    items_of,
    known_shape,
)
from kfix.source.library.literals import array_of
from kfix.source.library.signatures import function, function_row, method_row
from kfix.source.library.tf import dataset

# --- data sets ----------------------------------------------------------------------------

_DIGITS = """(uint8[60000, 28, 28], classes(uint8[60000], 10)),
             (uint8[10000, 28, 28], classes(uint8[10000], 10))"""
_TINY = """(uint8[50000, 32, 32, 3], classes(uint8[50000, 1], {0})),
           (uint8[10000, 32, 32, 3], classes(uint8[10000, 1], {0}))"""

function_row("keras.datasets.mnist.load_data", "path='mnist.npz'", _DIGITS)
function_row("keras.datasets.fashion_mnist.load_data", "", _DIGITS)
function_row("keras.datasets.cifar10.load_data", "", _TINY.format(10))
function_row(
    "keras.datasets.cifar100.load_data",
    "label_mode='fine'",
    _TINY.format("20 if label_mode == 'coarse' else 100"),
)

_SETS: dict[str, tuple[int, int, Shape, int | None]] = {
    "imdb": (25000, 25000, (), 2),
    "reuters": (8982, 2246, (), 46),
    "boston_housing": (404, 102, (13,), None),
    "california_housing": (16512, 4128, (8,), None),
}
"""Rows for training and testing with the default arguments, the shape of a row, and classes."""

_SPLITTING = ("test_split", "maxlen", "version")
"""Arguments that make the rows others than by default."""


@function("keras.datasets.imdb.load_data keras.datasets.reuters.load_data")
@function("keras.datasets.boston_housing.load_data", "path=None, test_split=0.2, seed=113")
@function("keras.datasets.california_housing.load_data", "version='large', **_")
def _load_data(call: Bound) -> AbstractValue:
    train, test, row, classes = _SETS[call.path.split(".")[2]]
    parts: list[AbstractValue] = []
    is_split = bool({*_SPLITTING} & {*call.arguments})
    for count in (train, test):
        rows: Dim = count
        if is_split:
            rows = call.unknown("the number of rows is not known")
        parts.append(_pair(rows, row, classes))
    return ListV(parts, "tuple")


def _pair(rows: Dim, row: Shape, classes: int | None) -> AbstractValue:
    if classes is None:
        pair = [Array((rows, *row), "float64"), Array((rows,), "float32")]
    else:
        pair = [Array((rows,), LISTS), Array((rows,), "int64", classes)]
    return ListV([*pair], "tuple")


# --- labels -------------------------------------------------------------------------------

function_row("keras.utils.normalize", "x, axis=-1, order=2", "any[*x.shape]")


@function(
    "keras.utils.to_categorical keras.utils.np_utils.to_categorical",
    "x=None, num_classes=None, dtype='float32', y=None",
)
def _to_categorical(call: Bound) -> AbstractValue:
    """Return labels with a new last axis of `num_classes`, else of the greatest label and one.

    A last axis of size 1 is removed before. `y` is what Keras 2 calls `x`.
    """
    given = call.either("y", "x")
    count, is_missing = call.integer("num_classes"), is_none(call["num_classes"])
    labels = collection(call, given)
    if integer(given) is not None:
        labels = Array((), "int64")
    if labels is None or isinstance(labels.shape, Unknown):
        why = call.unknown("the shape of the labels is not known", given)
        return Array(why, "float64", count, one_hot=True)
    rows = labels.shape
    if len(rows) > 1 and rows[-1] == 1:
        rows = rows[:-1]
    again = None
    if labels.one_hot and len(rows) > 1:
        again = call.site
    if is_missing and again is None:
        count = labels.distinct if labels.greatest is None else labels.greatest + 1
    argument = None
    if isinstance(given, Array):  # a list has no `- 1`
        argument = call.site_of("x") or call.site_of("y")
    refused = rows_too_short(labels, count, call.site, argument)
    if refused is not None:
        return refused
    many: Dim = call.unknown("the number of classes is not known", call["num_classes"])
    if count is not None:
        many = checked_dim(call, count, "num_classes")
    return Array((*rows, many), "float64", one_hot=True, again=again)


# --- sequences ----------------------------------------------------------------------------


@function(
    "keras.utils.pad_sequences keras.preprocessing.sequence.pad_sequences",
    "sequences, maxlen=None, dtype='int32', padding='pre', truncating='pre', value=0.0",
)
def _pad(call: Bound) -> AbstractValue:
    """Return a row for each sequence, of `maxlen` elements, else as many as the longest has.

    What a step of an array has stays.
    """
    dims = (call.length("sequences"), _padded(call), *_of_a_step(call))
    return Array(dims, call.string("dtype") or "int32")


def _of_a_step(call: Bound) -> tuple[Dim, ...]:
    """Return the shape of one step of the first sequence, `()` for numbers."""
    items = items_of(call["sequences"]) or []
    first = array_of(items[0], call) if items else None
    if first is None or not isinstance(first.shape, tuple):
        return ()
    return first.shape[1:]


def _padded(call: Bound) -> Dim:
    """Return the length of the padded sequences."""
    if not is_none(call["maxlen"]):
        return call.dim("maxlen")
    lists = [items_of(item) for item in items_of(call["sequences"]) or [NONE]]
    lengths = [len(items) for items in lists if items is not None]
    if len(lengths) < len(lists):
        return call.unknown("the length of the longest sequence is not known")
    return max(lengths, default=0)


@function(
    "keras.preprocessing.sequence.TimeseriesGenerator",
    "data, targets, length, sampling_rate=1, **_",
)
def _series(call: Bound) -> AbstractValue:
    """Return windows of every `sampling_rate`-th of `length` rows, and the target of the next."""
    length, rate = call.integer("length"), call.integer("sampling_rate")
    steps: Dim = call.unknown("the length of a window is not known")
    if length is not None and length >= 0 and rate is not None and rate > 0:
        steps = math.ceil(length / rate)
    x, y = (array_of(call[name], call) for name in ("data", "targets"))
    return dataset(ListV([_batched(call, x, steps), _batched(call, y)], "tuple"))


def _batched(call: Bound, value: Array, *steps: Dim) -> Array:
    """Return batches of windows of an array, of so many steps."""
    shape = known_shape(value)
    if not shape:
        return Array(call.unknown("the data of the generator is not known", value.shape))
    return Array((None, *steps, *shape[1:]), value.dtype, value.distinct, value.one_hot)


_WINDOWS = "timeseries_dataset_from_array"


@function(
    f"keras.utils.{_WINDOWS} keras.preprocessing.{_WINDOWS} "
    f"keras.preprocessing.sequence.{_WINDOWS}",
    "data, targets, sequence_length, sequence_stride=1, sampling_rate=1, batch_size=128, **_",
)
def _windows(call: Bound) -> AbstractValue:
    """Return windows, whose length TensorFlow does not state, in batches or one by one."""
    head: tuple[None, ...] = () if is_none(call["batch_size"]) else (None,)
    element: AbstractValue = _with_head(array_of(call["data"], call), (*head, None))
    if not is_none(call["targets"]):
        element = ListV([element, _with_head(array_of(call["targets"], call), head)], "tuple")
    made = dataset(element)
    made.data["batch"] = integer(call["batch_size"])
    return made


def _with_head(value: Array, head: tuple[Any, ...]) -> Array:
    """Return an array with other axes in place of its first."""
    if isinstance(value.shape, Unknown):
        return Array(value.shape)
    return Array((*head, *value.shape[1:]), value.dtype, value.distinct, value.one_hot)


# --- texts --------------------------------------------------------------------------------

function_row(
    "keras.preprocessing.text.Tokenizer",
    "num_words=None, **_",
    'object("tokenizer", words=num_words)',
)
method_row("tokenizer.fit_on_texts tokenizer.fit_on_sequences", "**_", "None")
method_row("tokenizer.texts_to_matrix", "texts, mode='binary'", "any[len(texts), self.words]")
method_row(
    "tokenizer.sequences_to_matrix", "sequences, mode='binary'", "any[len(sequences), self.words]"
)
method_row("tokenizer.texts_to_sequences", "texts", "list[len(texts)]")
