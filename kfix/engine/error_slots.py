"""What an error states of a program, slot by slot.

A slot is the data of a call, its labels, or the input of a layer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from operator import attrgetter
from typing import Literal

from kfix.engine.results import Reading
from kfix.evidence.reading import Dims, Error
from kfix.model.graph import Array, Node
from kfix.model.naming import snake_case
from kfix.model.program import Fit, Role
from kfix.model.record import Value
from kfix.model.unknown import Unknown
from kfix.shapes import show

_ROLES: dict[bool, Role] = {False: "x", True: "y"}
_VERBS = {False: "has", True: "have"}

OUTPUT = "the output of the model"

Agreement = Literal["same", "open", "other"]
"""Whether the source says the same as the error, leaves it open, or says something else."""


class Slot(Value):
    """One thing that an error states the shape of.

    `what` is it in words, `dims` its shape as the error states it, with the batch if `has_batch`.
    `of` returns what a reading of the source knows of it, `None` where it is not there. `labels`
    says that it is labels, `name` is the expression that a call is passed.
    """

    what: str
    dims: Dims
    of: Callable[[Reading], object]
    method: str = ""
    labels: bool = False
    name: str | None = None
    has_batch: bool = True
    call: Fit | None = None
    """The call whose data or labels it is."""
    aside: bool = False
    whole: bool = False
    """Whether the shape has no axis for the batch: that of one sample."""
    about: tuple[tuple[str, object], ...] = ()
    """What else is known of labels: fields of `Observed`."""
    entry: Dims | None = None
    """What the model takes, where the slot is what layers make of the data."""
    at_call: bool = False
    """Whether the call alone is given it so, whatever its data comes from."""
    is_number: bool = False
    """Whether it is a number, not a shape."""
    is_stated: bool = True
    """Whether the error states it in words, and does not only imply it."""

    @property
    def role(self) -> Role:
        """Return the argument of `fit` that it is."""
        return _ROLES[self.labels]

    @property
    def says(self) -> str:
        """Return what the error states, as a clause."""
        if self.is_number:
            return f"{self.what} is {self.dims[0]}"
        if self.at_call and len(self.dims) == 1:
            return f"{self.what} {_VERBS[self.labels]} {self.dims[0]} samples"
        return f"{self.what} {_VERBS[self.labels]} shape {show(self.dims)}"

    @property
    def stated(self) -> Dims:
        """Return the shape with an axis for the batch in front, where the error leaves it out."""
        if self.has_batch:
            return self.dims
        return (None, *self.dims)

    @property
    def predicts(self) -> bool:
        """Return whether it is given to `predict` or its like."""
        return self.method.startswith("predict")

    @property
    def is_of_set(self) -> bool:
        """Return whether a call is given data without labels: a data set or generator has both."""
        match self.call:
            case Fit(y=None, same=False) as call:
                return call.method.startswith("fit")
        return False

    @property
    def is_made(self) -> bool:
        """Return whether layers make it of the data."""
        return self.is_output or self.entry is not None

    @property
    def is_output(self) -> bool:
        """Return whether it is the output of a model."""
        return self.what == OUTPUT

    def _sizes(self) -> Iterator[tuple[int, int]]:
        sizes = enumerate(self.stated)
        return ((axis, dim) for axis, dim in sizes if axis and dim is not None)

    def size_at(self, axis: int | None) -> tuple[int, int]:
        """Return an axis with its size, the first one behind the batch for `None`.

        Axis 0 stands for none.
        """
        return next((one for one in self._sizes() if axis in (None, one[0])), (0, 0))


def agreement(slot: Slot, reading: Reading) -> Agreement:
    """Return whether the source says the same of a slot as the error."""
    value = slot.of(reading)
    found = compare(shape_in(value), slot)
    counted = isinstance(value, Array) and value.distinct is not None
    if found == "same" and "distinct" in dict(slot.about) and not counted:
        return "open"
    return found


def known_sizes(slot: Slot, reading: Reading) -> int:
    """Return how many sizes of a slot the source says as the error does; the rank must be known."""
    shape = shape_in(slot.of(reading))
    if not isinstance(shape, tuple) or len(shape) != len(slot.stated):
        return 0
    return sum(map(_is_same_size, shape, slot.stated))


def _is_same_size(one: object, stated: object) -> bool:
    return isinstance(one, int) and one == stated


def shape_in(value: object) -> object:
    """Return the shape of what a slot holds.

    That of one-hot rows has as many columns as there are classes.
    """
    if not isinstance(value, Array):
        return value
    if isinstance(value.shape, Unknown) and value.one_hot and value.distinct is not None:
        return (value.shape, value.distinct)
    return value.shape


def compare(shape: object, slot: Slot) -> Agreement:
    """Compare a shape of the source with that of a slot, without the batch."""
    if not isinstance(shape, tuple):
        is_open = isinstance(shape, Unknown) or shape is None
        return _AGREEMENTS[is_open]
    first = int(not slot.whole)
    dims: tuple[object, ...] = slot.stated[first:]
    known: tuple[object, ...] = shape[first:]
    if len(known) != len(dims):
        # Keras adds and drops a last axis of one, and states the shape without it.
        known, dims = _squeezed(known), _squeezed(dims)
        if shape and all(isinstance(dim, Unknown) for dim in shape):
            return "open"  # the rank is that which the layer takes: it is not known
    if len(known) != len(dims):
        return "other"
    found = set(map(_compared, known, dims))
    return next((one for one in _WORST_FIRST if one in found), "same")


_AGREEMENTS: dict[bool, Agreement] = {True: "open", False: "other"}
"""By whether a shape is not known at all."""

_WORST_FIRST: tuple[Agreement, ...] = ("other", "open")


def _compared(one: object, stated: object) -> Agreement:
    """Compare a dim of the source with the one that an error states."""
    match one, stated:
        case Unknown(), int():
            return "open"
        case int(), int():
            return _SAME[one == stated]
        case Unknown() | int() | None, _:
            return "same"
    return "other"


_SAME: dict[bool, Agreement] = {True: "same", False: "other"}


def _squeezed(dims: tuple[object, ...]) -> tuple[object, ...]:
    if dims[-1:] == (1,):
        return dims[:-1]
    return dims


_CALLED = re.compile(r"Exception encountered when calling (?:\w+\.)?(\w{1,80})\.call\(\)")


def class_of(error: Error) -> str | None:
    """Return the class of the layer as Keras makes names of it, `None` where it is not stated."""
    layer = error.fields.get("layer")
    if layer is not None:
        return re.sub(r"_\d+$", "", layer.partition("/")[0])
    called = _CALLED.search(error.context)
    if called is not None:
        return snake_case(called[1].removesuffix("Cell"))
    return _CLASS_OF_ROW.get(error.name)


_CLASS_OF_ROW = {"concatenate": "concatenate", "reshape-total": "reshape"}


def is_of_class(node: Node, name: str | None) -> bool:
    """Return whether a layer may have the name or class of an error."""
    if name is None:
        return True
    own = node.layer.name
    if own is not None:
        return own == name or re.sub(r"_\d+$", "", own) == name
    return snake_case(node.layer.cls.rpartition(".")[2]) == name


def uids_meant(error: Error, name: str | None, reading: Reading) -> list[int]:
    """Return the layer that has the number of a name that Keras made up, as far as that is known.

    The number behind the name counts the layers of a class.
    """
    number = _NUMBERED.fullmatch(error.fields.get("layer", ""))
    # Cells of a notebook may have run in any order, and count the layers otherwise.
    if number is None or name is None or reading.program.path.endswith(".ipynb"):
        return []
    nodes = chain.from_iterable(group.models[0].nodes for group in reading.groups)
    made_up = (node for node in nodes if is_of_class(node, name) and node.layer.name is None)
    uids = sorted(set(map(attrgetter("layer.uid"), made_up)))
    index = int(number[1] or 0)
    return uids[index : index + 1]


_NUMBERED = re.compile(r"[a-z0-9_]*?[a-z]\d?[a-z]?(?:_(\d{1,4}))?")
"""A name that Keras made up: `conv2d`, `conv2d_1`."""
