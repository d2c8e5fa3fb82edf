"""A number where a tuple belongs, or the reverse: `(784)`, `Input(28, 28, 1)`."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.base import Edit
from kfix.edits.drop_argument import DropArgument
from kfix.edits.rename_argument import RenameArgument
from kfix.edits.set_argument import SetArgument
from kfix.edits.set_input_shape import SetInputShape
from kfix.model.code import Slot
from kfix.model.graph import Argument
from kfix.model.record import replace
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.arguments import INPUT_NAMES, named, texts
from kfix.shapes.view import Step


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the tuple that was meant."""
    for step in conflict.view.steps:
        spread = None if step.made else _spread(step)
        if spread is not None:
            yield spread
        elif not step.made:
            yield from _number(conflict, step)
            yield from _declared(step)


def _declared(step: Step) -> Iterator[Candidate]:
    """Yield other values for the arguments that declare the shape of an input."""
    given = named(step.layer)
    for name in INPUT_NAMES:
        argument = given.get(name)
        if argument is None or argument.site is None:
            continue
        dims = argument.value
        if name == "input_dim":
            yield from _dim(step, argument)
        elif isinstance(dims, tuple | list) and step.layer.is_application:
            yield from _first(step, name, argument, tuple(dims))
            yield from _colors(step, name, argument, tuple(dims))
        elif isinstance(dims, int) and not isinstance(dims, bool) and dims > 0:
            new: tuple[object, ...] = (None, dims) if name.startswith("batch") else (dims,)
            why = f"({dims}) is the number {dims}; a tuple of one has a comma"
            yield _as_tuple(name, Slot(step.layer.site, argument.site, texts(argument)), new, why)
        elif isinstance(dims, tuple | list) and any(map(_is_tuple, dims)):
            new = tuple(one for dim in dims for one in (dim if _is_tuple(dim) else (dim,)))
            why = f"the dims {new} stand in a tuple of their own"
            yield _as_tuple(name, Slot(step.layer.site, argument.site), new, why)


def _is_tuple(value: object) -> bool:
    return isinstance(value, tuple | list)


def _as_tuple(name: str, slot: Slot, new: tuple[object, ...], why: str) -> Candidate:
    return Candidate((SetInputShape(slot, name, new),), price("input-tuple"), why)


def _colors(
    step: Step, name: str, argument: Argument, dims: tuple[object, ...]
) -> Iterator[Candidate]:
    """Yield three channels for a base whose weights are for images of three."""
    if len(dims) == 3 and dims[-1] != 3:
        why = f"the weights of {step.cls} are for images of three channels"
        slot = Slot(step.layer.site, argument.site)
        edit = SetInputShape(slot, name, (*dims[:-1], 3))
        yield Candidate((edit,), price("input-colors"), why)


def _first(
    step: Step, name: str, argument: Argument, dims: tuple[object, ...]
) -> Iterator[Candidate]:
    """Yield the channels of a base last, where they stand first."""
    first, last = dims[0] if dims else None, dims[-1] if dims else None
    if (
        len(dims) == 3
        and isinstance(first, int)
        and first in (1, 3, 4)
        and isinstance(last, int)
        and last > 4
    ):
        why = f"{dims} has its channels first, and {step.cls} counts them last"
        slot = Slot(step.layer.site, argument.site, texts(argument))
        yield Candidate((SetInputShape(slot, name, (*dims[1:], first)),), price("input-order"), why)


TUPLES = {"Permute": "dims", "Reshape": "target_shape"}
"""Layers that take one tuple, by its parameter, and are often given its numbers one by one."""

NUMBERS = ("units", "filters")
"""Parameters that are one number."""


def _number(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Yield the last dim of `LSTM((10, 5))` as the number that was meant."""
    given = named(step.core)
    for name in NUMBERS:
        dims = given[name].value if name in given and name in step.names else None
        if isinstance(dims, tuple | list) and dims and isinstance(dims[-1], int):
            why = f"{name} is one number, the last of {tuple(dims)}"
            for candidate in conflict.set([step], name, dims[-1], "input-tuple", why):
                yield candidate if len(dims) == 1 else replace(candidate, sure=False)


def _spread(step: Step) -> Candidate | None:
    """Return the dims of `Input(28, 28, 1)` or `Permute(2, 1)`, one per argument, as a tuple."""
    arguments = step.core.arguments
    dims = [argument.value for argument in arguments if argument.keyword is None]
    taken = (*INPUT_NAMES, *TUPLES.values())
    name = "shape" if step.is_input else TUPLES.get(step.cls)
    if name is None or len(dims) < 2 or any(argument.keyword in taken for argument in arguments):
        return None
    if not all(dim is None or (isinstance(dim, int) and not isinstance(dim, bool)) for dim in dims):
        return None
    places = [argument for argument in arguments if argument.keyword is None]
    if any(place.site is None for place in places):
        return None
    call = step.core.site
    # From the last on: a place goes only when none is behind it.
    rest = tuple(Slot(call, place.site) for place in reversed(places[1:]))
    slot = Slot(call, places[0].site, texts(*places))
    one: Edit = (
        SetInputShape(slot, name, tuple(dims))
        if step.is_input
        else SetArgument((slot,), name, tuple(dims))
    )
    why = f"{'the shape' if step.is_input else name} is one argument, the tuple {tuple(dims)}"
    return Candidate((one, DropArgument(rest, "dims")), price("input-tuple"), why)


def _dim(step: Step, argument: Argument) -> Iterator[Candidate]:
    """Yield the number of `input_dim=(8,)`, or the name that takes a tuple."""
    dims = argument.value
    if step.cls == "Embedding" or not isinstance(dims, tuple | list) or not dims:
        return
    slot = Slot(step.layer.site, argument.site)
    edit: Edit = RenameArgument(slot, "input_dim", "input_shape")
    why = "input_dim is a number; a tuple is the input_shape"
    if len(dims) == 1:
        edit = SetInputShape(slot, "input_dim", dims[0])
        why = "input_dim is a number, and no tuple"
    yield Candidate((edit,), price("input-tuple"), why)
