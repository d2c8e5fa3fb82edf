"""Functions around data that bring it into the form that a model takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kfix.checks.dims import Dims, agree
from kfix.checks.samples import fitting
from kfix.edits.base import Edit
from kfix.edits.wrap_argument import WrapArgument
from kfix.model.graph import Array, Shape
from kfix.model.program import Fit, Part, Program
from kfix.model.record import Value
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.shapes.view import elements

EXPAND_DIMS, MOVEAXIS, RESHAPE = "numpy.expand_dims", "numpy.moveaxis", "numpy.reshape"
REPEAT = "numpy.repeat"
ARGMAX, TO_CATEGORICAL = "numpy.argmax", "keras.utils.to_categorical"


class Wrap(Value):
    """A function around data, by its dotted name, and its arguments behind the data."""

    function: str
    arguments: tuple[tuple[str | None, object], ...] = ()


NOTHING = Wrap("")
"""The data is in that form already."""

_WORDS = {
    EXPAND_DIMS: "the data gets the missing axis",
    MOVEAXIS: "the axes of the data are moved into the order of the model",
    RESHAPE: "each sample is reshaped as the model takes it",
    REPEAT: "a grey image is repeated for red, green and blue",
}

Needs = Callable[[Fit, Array], Wrap | None]
"""The function that one array needs; `NOTHING` where it fits, `None` where none is known."""


class Wraps(Value):
    """The edits that bring all data into one form; `unknown` are methods of unknown data."""

    edits: tuple[Edit, ...]
    unknown: tuple[str, ...]

    @property
    def lays_out(self) -> bool:
        """Whether a sample has the right elements, and only in another layout."""
        return any(
            isinstance(edit, WrapArgument) and edit.function == RESHAPE for edit in self.edits
        )

    @property
    def why(self) -> str:
        """What the edits do to the data, in words."""
        function = next(
            (edit.function for edit in self.edits if isinstance(edit, WrapArgument)), ""
        )
        return _WORDS.get(function, "the data takes the form that the model takes")

    @property
    def remark(self) -> str:
        """A clause about data that kfix cannot infer; "" where it knows all."""
        if not self.unknown:
            return ""
        return f" (what {' and '.join(self.unknown)} is given is unknown, and stays as it is)"


def wraps(
    program: Program, uids: frozenset[int], parts: Callable[[Fit, Part], bool], needs: Needs
) -> Wraps | None:
    """Return the edits around all `parts` of the calls; `None` where one of them cannot be made.

    A place that is given to other models too, or holds another array at
    another time, is not for one function.
    """
    wanted: dict[Site, Wrap] = {}
    unknown: dict[str, None] = {}
    for fit, part in _given(program, uids, parts):
        label = part.role == "y" and isinstance(part.value, Array) and part.value.shape == ()
        if not isinstance(part.value, Array) or not (label or _is_known(part.value.shape)):
            unknown[fit.method] = None
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
    return Wraps(edits, tuple(unknown)) if edits else None


def _given(
    program: Program, uids: frozenset[int], parts: Callable[[Fit, Part], bool]
) -> Iterator[tuple[Fit, Part]]:
    for fit in program.fits:
        if fit.model in uids:
            yield from ((fit, part) for part in fit.parts if parts(fit, part))


def _is_known(shape: Shape | Unknown) -> bool:
    return (
        isinstance(shape, tuple)
        and bool(shape)
        and not any(isinstance(dim, Unknown) for dim in shape[1:])
    )


def bring(entry: Dims, shape: Shape) -> Wrap | None:
    """Return what makes samples of `entry` of an array of `shape`, both known."""
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
    if len(entry) != len(dims) and elements(entry) == elements(dims) is not None:
        return Wrap(RESHAPE, ((None, (-1, *entry)),))
    return None


def colored(entry: Dims, shape: Shape | Unknown) -> Wrap | None:
    """Return what repeats grey images for a model of three channels, as pretrained weights need."""
    dims = shape[1:] if isinstance(shape, tuple) else ()
    if dims[-1:] == (1,) and entry[-1:] == (3,) and agree(entry[:-1], dims[:-1]):
        return Wrap(REPEAT, ((None, 3), ("axis", -1)))
    return NOTHING if fitting(entry, dims) else None
