"""The shape that a model's output should have, as people write it."""

from __future__ import annotations

import re
from typing import Final

from kfix.model.graph import Dim, Shapes
from kfix.model.near import did_you_mean
from kfix.model.site import Site
from kfix.model.unknown import Unknown, any_unknown


class _Any:
    """The one value `ANY`: a dim of which anything is wanted."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "?"


ANY: Final = _Any()
"""A dim that may be whatever it is (`?`)."""

Wanted = int | None | _Any

_EXAMPLE = 'write it as 10, 28,28,1, none,none,10, "(None, 10)" or input'


class Target:
    """The shape that is wanted of a model's output.

    `dims` are the dims behind the batch: a number, `None` (a variable dim) or
    `ANY`; `batch` is a number where one was asked for, else `None` (then the
    batch is not compared). `same_as_input` stands for "the model's own input
    shape" until `resolve` has made dims of it. `source` says where the wish was
    found ("--target", "the labels of fit"), `site` its place in the program,
    `weight` what it weighs: "declared" by a person, "strong" where the program
    leaves no doubt, "weak" where it only hints. A target that is `squeezed` is met with a last axis
    of 1 as well, which Keras takes away: one number for each time step.
    """

    __slots__ = ("batch", "dims", "same_as_input", "site", "source", "squeezed", "weight")

    def __init__(  # noqa: PLR0913 - a record: one argument for each field
        self,
        dims: tuple[Wanted, ...],
        batch: int | None = None,
        source: str = "--target",
        site: Site | None = None,
        same_as_input: bool = False,
        weight: str = "declared",
        squeezed: bool = False,
    ) -> None:
        self.dims = dims
        self.batch = batch
        self.source = source
        self.site = site
        self.same_as_input = same_as_input
        self.weight = weight
        self.squeezed = squeezed

    @property
    def rank(self) -> int:
        """The number of dims, the batch included."""
        return len(self.dims) + 1

    @property
    def sizes(self) -> tuple[int, ...] | None:
        """The dims behind the batch, where all of them are integers."""
        found = tuple(dim for dim in self.dims if isinstance(dim, int))
        return found if len(found) == len(self.dims) else None

    @property
    def shape(self) -> tuple[Dim, ...]:
        """The shape with the batch, a dim that may be anything as an unknown one."""
        free = Unknown("any size")
        return (self.batch, *(free if isinstance(dim, _Any) else dim for dim in self.dims))

    def met_by(self, shape: object) -> bool:
        """Return whether `shape` with its batch is as expected; an unknown dim fits `ANY` alone."""
        if not isinstance(shape, tuple):
            return False
        shape = self._compared(shape)
        if len(shape) != self.rank or self.same_as_input:
            return False
        if self.batch is not None and shape[0] != self.batch:
            return False
        return all(fits(want, have) for want, have in zip(self.dims, shape[1:], strict=True))

    def _compared(self, shape: tuple[Dim, ...]) -> tuple[Dim, ...]:
        """Return the shape as it is compared, without the last axis of 1 that is squeezed."""
        extra = self.squeezed and len(shape) == self.rank + 1 and shape[-1] == 1
        return shape[:-1] if extra else shape

    def may_be(self, shape: Shapes) -> bool:
        """Return whether `shape` may be the expected one, its unknown dims taken to be right."""
        if not isinstance(shape, tuple):
            return isinstance(shape, Unknown)
        shape = self._compared(shape)
        return len(shape) == self.rank and all(
            isinstance(have, Unknown) or fits(want, have)
            for want, have in zip(self.dims, shape[1:], strict=True)
        )

    def where_stated(self, shape: Shapes) -> Target:
        """Return the target with anything wanted of the dims that are unknown.

        A target of another rank is returned as it is.
        """
        if not isinstance(shape, tuple) or len(shape) != self.rank or self.same_as_input:
            return self
        dims = tuple(
            ANY if isinstance(have, Unknown) else want
            for want, have in zip(self.dims, shape[1:], strict=True)
        )
        weight, squeezed = self.weight, self.squeezed
        return Target(dims, self.batch, self.source, self.site, weight=weight, squeezed=squeezed)

    @property
    def per_sample(self) -> Target:
        """The target whose batch is a dim of one sample: (None, 20, 1) for (20, 1)."""
        if self.batch is None:
            return self
        dims = (self.batch, *self.dims)
        return Target(dims, None, self.source, self.site, weight=self.weight)

    def resolve(self, input_shape: Shapes) -> Target | None:
        """Return the target with `input` made the dims of the model's input shape.

        `None` where that is not known.
        """
        if not self.same_as_input:
            return self
        if not isinstance(input_shape, tuple) or any_unknown(input_shape):
            return None
        dims: list[Wanted] = [dim for dim in input_shape[1:] if not isinstance(dim, Unknown)]
        return Target(tuple(dims), None, self.source, self.site, weight=self.weight)

    def __str__(self) -> str:
        if self.same_as_input:
            return "input"
        inner = ", ".join(str(dim) for dim in (self.batch, *self.dims))
        return f"({inner},)" if not self.dims else f"({inner})"

    def __repr__(self) -> str:
        return f"Target({self})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Target) and (self.dims, self.batch, self.same_as_input) == (
            other.dims,
            other.batch,
            other.same_as_input,
        )

    def __hash__(self) -> int:
        return hash((self.dims, self.batch, self.same_as_input))


def fits(want: Wanted, have: object) -> bool:
    """Return whether one dim is as expected."""
    if isinstance(want, _Any):
        return True
    if isinstance(have, Unknown):
        return False
    return want == have


def parse_target(text: str, source: str = "--target", site: Site | None = None) -> Target:
    """Return the target that `text` says.

    Numbers, `none` (variable) and `?` (any) divided by commas are the dims
    behind the batch; a leading `none` is the batch. In parentheses the first
    dim of several is always the batch, which is compared only when it is a number;
    the one of `(10,)` is that of `Input(shape=(10,))`.
    `input` is the model's own input shape. Raises `ValueError` with one line
    and an example.
    """
    given = text.strip()
    if given.lower() == "input":
        return Target((), None, source, site, same_as_input=True)
    if not given:
        raise ValueError(f"an empty shape: {_EXAMPLE}")
    with_batch = given[0] in "([" and given[-1] in ")]"
    if with_batch:
        given = given[1:-1].strip()
    elif given[0] in "([" or given[-1] in ")]":
        raise ValueError(f"{text!r} is not a shape, a bracket is missing: {_EXAMPLE}")
    parts = [part.strip() for part in given.split(",")]
    is_tuple = len(parts) > 1
    if is_tuple and not parts[-1]:
        parts.pop()  # Python's trailing comma: (None, 10,)
    dims = [_dim(part, text) for part in parts]
    if with_batch and is_tuple and len(dims) == 1 and isinstance(dims[0], int):
        return Target(tuple(dims), None, source, site)
    if with_batch and len(dims) == 1:
        raise ValueError(
            f"{text!r} has a batch only (in parentheses the first dim is the batch): {_EXAMPLE}"
        )
    if with_batch or (dims[0] is None and len(dims) > 1):
        batch = dims.pop(0)
        return Target(tuple(dims), batch if isinstance(batch, int) else None, source, site)
    return Target(tuple(dims), None, source, site)


def _dim(part: str, text: str) -> Wanted:
    """Return one dim of the shape `text`."""
    if part == "?":
        return ANY
    if part.lower() == "none":
        return None
    if part.isdecimal() and part.isascii() and len(part) < 10 and int(part) > 0:
        return int(part)
    meant = _meant(part, text)
    if part == text.strip() or meant is not None:
        raise ValueError(f"{text!r} is not a shape: {meant or _EXAMPLE}")
    shown = repr(part) if part else "an empty place"
    raise ValueError(f"{text!r} is not a shape, {shown} is not a dim: {_EXAMPLE}")


_DIMS = re.compile(r"[0-9x×*;/ ()\[\],]*")


def _meant(part: str, text: str) -> str | None:
    """Return what may be meant by a shape with other signs, as `28x28x1`, or a misspelled word."""
    sizes = re.findall(r"[0-9]+", text)
    are_dims = all(len(size) < 10 and int(size) > 0 for size in sizes)
    if part and len(sizes) > 1 and are_dims and _DIMS.fullmatch(text):
        return f"did you mean `{','.join(sizes)}`?"
    return did_you_mean(part.lower(), ("none", "input")) or None


def parse_input_shape(text: str) -> tuple[int | None, ...]:
    """Return an input shape with its batch, from a text as `parse_target` takes it.

    Raises `ValueError`.
    """
    target = parse_target(text)
    dims = [dim for dim in target.dims if dim is None or isinstance(dim, int)]
    if target.same_as_input or len(dims) != len(target.dims):
        raise ValueError(f"{text!r} is not an input shape: write it as 28,28,1 or none,28,28,1")
    return (target.batch, *dims)
