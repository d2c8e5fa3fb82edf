"""What is given to a model, brought into the form that it takes by a function around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from kfix.edits.base import Edit
from kfix.edits.wrap_argument import WrapArgument
from kfix.model.graph import Array, Shape
from kfix.model.program import Fit, Part, Program
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.repair.intent.labels import Dims, agree

EXPAND_DIMS, MOVEAXIS, RESHAPE = "numpy.expand_dims", "numpy.moveaxis", "numpy.reshape"
REPEAT = "numpy.repeat"
ARGMAX, TO_CATEGORICAL = "numpy.argmax", "keras.utils.to_categorical"


class Wrap(NamedTuple):
    """A function around data, by its dotted name, and its arguments behind the data."""

    function: str
    arguments: tuple[tuple[str | None, object], ...] = ()


NOTHING = Wrap("")
"""The data is in that form already."""

_WORDS = {
    EXPAND_DIMS: "the data gets the axis that it lacks",
    MOVEAXIS: "the axes of the data go into the order that the model counts them in",
    RESHAPE: "the numbers of each sample are laid out as the model takes them",
    REPEAT: "a grey picture is given three times, as red, green and blue",
}

Needs = Callable[[Fit, Array], Wrap | None]
"""What one array needs; `NOTHING` where it is right, `None` where no function that kfix knows would do."""


class Wraps(NamedTuple):
    """The edits that bring all that a model is given into one form, and the methods whose data is not known."""

    edits: tuple[Edit, ...]
    untold: tuple[str, ...]

    @property
    def lays_out(self) -> bool:
        """Are the numbers of a sample the right ones, and only laid out otherwise?"""
        return any(
            isinstance(edit, WrapArgument) and edit.function == RESHAPE for edit in self.edits
        )

    @property
    def why(self) -> str:
        """What becomes of the data, in words."""
        function = next(
            (edit.function for edit in self.edits if isinstance(edit, WrapArgument)), ""
        )
        return _WORDS.get(function, "the data takes the form that the model takes")

    @property
    def remark(self) -> str:
        """A clause about what kfix could not tell; "" where it could tell all."""
        if not self.untold:
            return ""
        return f" (what {' and '.join(self.untold)} is given cannot be told, and stays as it is)"


def wraps(
    program: Program, uids: frozenset[int], parts: Callable[[Fit, Part], bool], needs: Needs
) -> Wraps | None:
    """The edits around all `parts` of the calls of the models; `None` where one of them cannot be made.

    A place that is given to other models too, or holds another array at
    another time, is not for one function.
    """
    wanted: dict[Site, Wrap] = {}
    untold: dict[str, None] = {}
    for fit, part in _given(program, uids, parts):
        label = part.role == "y" and isinstance(part.value, Array) and part.value.shape == ()
        if not isinstance(part.value, Array) or not (label or _told(part.value.shape)):
            untold[fit.method] = None
            continue
        wrap = needs(fit, part.value)
        if wrap is None or (part.site is None and wrap != NOTHING):
            return None
        if part.site is not None and wanted.setdefault(part.site, wrap) != wrap:
            return None
    elsewhere = {part.site for fit in program.fits if fit.model not in uids for part in fit.parts}
    by_wrap: dict[Wrap, list[Site]] = {}
    for site, wrap in wanted.items():
        if wrap != NOTHING:
            if site in elsewhere:
                return None
            by_wrap.setdefault(wrap, []).append(site)
    edits = tuple(
        WrapArgument(tuple(sites), wrap.function, wrap.arguments) for wrap, sites in by_wrap.items()
    )
    return Wraps(edits, tuple(untold)) if edits else None


def _given(
    program: Program, uids: frozenset[int], parts: Callable[[Fit, Part], bool]
) -> Iterator[tuple[Fit, Part]]:
    for fit in program.fits:
        if fit.model in uids:
            yield from ((fit, part) for part in fit.parts if parts(fit, part))


def _told(shape: Shape | Unknown) -> bool:
    return (
        isinstance(shape, tuple)
        and bool(shape)
        and not any(isinstance(dim, Unknown) for dim in shape[1:])
    )


def fitting(entry: Dims, dims: Dims) -> bool:
    """Does Keras take samples of `dims` for `entry`? It adds or drops a last axis of one."""
    return agree(entry, dims) or agree(entry, (*dims, 1)) or agree((*entry, 1), dims)


def one_sample(entry: Dims, shape: Shape) -> bool:
    """Is this array one sample, its last axis of one perhaps left out? Keras adds that one by itself."""
    return (
        entry != (1,)
        and len(entry) > 0
        and (shape == entry or (len(entry) > 1 and (*shape, 1) == entry))
    )


def one_by_one(entry: Shape, part: Part) -> bool:
    """Does one element of a data set hold one sample? Only of dims that are all known can that be told."""
    shape = shape_of(part)
    return (
        bool(entry)
        and shape == entry
        and all(isinstance(dim, int) for dim in entry)
        and not fitting(entry, shape[1:])
    )


def shape_of(part: Part) -> Shape:
    """The shape of one thing that a call is given, `()` where it is not known."""
    shape = part.value.shape if isinstance(part.value, Array) else ()
    return shape if isinstance(shape, tuple) else ()


def bring(entry: Dims, shape: Shape) -> Wrap | None:
    """What makes samples of `entry` of an array of `shape`, both known."""
    dims = shape[1:]
    if fitting(entry, dims):
        return NOTHING
    for axis, dim in enumerate(entry):
        if dim == 1 and agree((*entry[:axis], *entry[axis + 1 :]), dims):
            return Wrap(EXPAND_DIMS, ((None, axis + 1),))
    if len(dims) > 1 and agree(entry, (*dims[1:], dims[0])):
        return Wrap(MOVEAXIS, ((None, 1), (None, -1)))
    if len(dims) > 1 and agree(entry, (dims[-1], *dims[:-1])):
        return Wrap(MOVEAXIS, ((None, -1), (None, 1)))
    if len(entry) != len(dims) and total(entry) == total(dims) is not None:
        return Wrap(RESHAPE, ((None, (-1, *entry)),))
    return None


def colored(entry: Dims, shape: Shape | Unknown) -> Wrap | None:
    """Grey pictures for a model that takes colored ones, and cannot take others: pretrained weights are for three."""
    dims = shape[1:] if isinstance(shape, tuple) else ()
    if dims[-1:] == (1,) and entry[-1:] == (3,) and agree(entry[:-1], dims[:-1]):
        return Wrap(REPEAT, ((None, 3), ("axis", -1)))
    return NOTHING if fitting(entry, dims) else None


def total(dims: Dims) -> int | None:
    """How many numbers a sample has, where every dim is one."""
    product = 1
    for dim in dims:
        if not isinstance(dim, int):
            return None
        product *= dim
    return product
