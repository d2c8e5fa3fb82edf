"""A number where a tuple belongs, or the reverse: `(784)`, `Input(28, 28, 1)`."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.base import Edit
from kfix.edits.drop_argument import DropArgument
from kfix.edits.rename_argument import RenameArgument
from kfix.edits.set_argument import SetArgument
from kfix.edits.set_input_shape import SetInputShape
from kfix.model.code import Slot
from kfix.repair.candidate import Candidate, made, varied
from kfix.repair.conflict import Conflict
from kfix.shapes.arguments import INPUT_NAMES, named, texts
from kfix.shapes.values import listed
from kfix.shapes.view import Step

TUPLES = {"Permute": "dims", "Reshape": "target_shape"}
"""Layers that take one tuple, by its parameter, and are often given its numbers one by one."""

NUMBERS = ("units", "filters")
"""Parameters that are one number."""

Meant = tuple[object, str, str]
"""Another value, its row of the price list, and why it is meant."""


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the tuple that was meant."""
    for step in conflict.view.steps:
        if not step.made:
            spread = list(_spread(step))
            yield from spread or (*_number(conflict, step), *_declared(step))


def _declared(step: Step) -> Iterator[Candidate]:
    """Yield other values for the arguments that declare the shape of an input."""
    given = named(step.layer)
    for name in INPUT_NAMES:
        argument = given.get(name)
        if argument is None or argument.site is None:
            continue
        slot, dims = Slot(step.layer.site, argument.site, texts(argument)), argument.value
        if name == "input_dim":
            yield from _dim(step, slot, dims)
            continue
        of_base = step.layer.is_application and isinstance(dims, tuple | list)
        for new, key, why in _of_base(step, dims) if of_base else _meant(name, dims):
            yield from made([SetInputShape(slot, name, new)], key, why)


def _meant(name: str, dims: object) -> Iterator[Meant]:
    """Yield the tuple that is meant by a number, or by tuples in a tuple."""
    batch = (None,) * name.startswith("batch")
    if type(dims) is int and dims > 0:
        why = f"({dims}) is the integer {dims}; a tuple of one has a comma"
        yield (*batch, dims), "input-tuple", why
    if any(isinstance(dim, tuple | list) for dim in listed(dims)):
        flat = tuple(one for dim in listed(dims) for one in listed(dim))
        yield flat, "input-tuple", f"the dims {flat} stand in a tuple of their own"


def _of_base(step: Step, dims: object) -> Iterator[Meant]:
    """Yield the channels of a base last, and three where its weights are for three."""
    match dims:
        case [(1 | 3 | 4) as first, _, int(last)] if last > 4:
            why = f"{dims} has its channels first, and {step.cls} counts them last"
            yield (*dims[1:], first), "input-order", why
    match dims:
        case [*space, channels] if len(space) == 2 and channels != 3:
            why = f"the weights of {step.cls} are for images of three channels"
            yield (*space, 3), "input-colors", why


def _number(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Yield the last dim of `LSTM((10, 5))` as the number that was meant."""
    given = named(step.core)
    for name in NUMBERS:
        dims = given[name].value if name in given and name in step.names else None
        match dims:
            case [*others, int(last)]:
                why = f"{name} is one integer, the last of {(*others, last)}"
                found = conflict.set([step], name, last, "input-tuple", why)
                yield from varied(found, sure=not others)


def _spread(step: Step) -> Iterator[Candidate]:
    """Yield the dims of `Input(28, 28, 1)` or `Permute(2, 1)`, one per argument, as a tuple."""
    call, arguments = step.core.site, step.core.arguments
    places = [argument for argument in arguments if argument.keyword is None]
    dims = tuple(argument.value for argument in places)
    keywords = {argument.keyword for argument in arguments}
    name = "shape" if step.is_input else TUPLES.get(step.cls)
    if name is None or len(dims) < 2 or keywords & {*INPUT_NAMES, *TUPLES.values()}:
        return
    if not set(map(type, dims)) <= {int, type(None)} or any(one.site is None for one in places):
        return
    # From the last on: a place goes only when none is behind it.
    rest = tuple(Slot(call, place.site) for place in reversed(places[1:]))
    slot = Slot(call, places[0].site, texts(*places))
    one: Edit = SetArgument((slot,), name, dims)
    what = name
    if step.is_input:
        one, what = SetInputShape(slot, name, dims), "the shape"
    why = f"{what} is one argument, the tuple {dims}"
    yield from made([one, DropArgument(rest, "dims")], "input-tuple", why)


def _dim(step: Step, slot: Slot, dims: object) -> Iterator[Candidate]:
    """Yield the number of `input_dim=(8,)`, or the name that takes a tuple."""
    if step.cls == "Embedding" or not isinstance(dims, tuple | list) or not dims:
        return
    edit: Edit = RenameArgument(slot, "input_dim", "input_shape")
    why = "input_dim is an integer; a tuple is the input_shape"
    if len(dims) == 1:
        edit = SetInputShape(slot, "input_dim", dims[0])
        why = "input_dim is an integer, not a tuple"
    yield from made([edit], "input-tuple", why)
