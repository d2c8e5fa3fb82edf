"""An input shape that is no shape: `(784)` is the number 784, `Input(28, 28, 1)` three arguments."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.findings.bad_argument import BadArgument
from kfix.findings.bad_input_shape import BadInputShape
from kfix.findings.unknown_argument import UnknownArgument
from kfix.model import Argument, DropArgument, Edit, RenameArgument, SetInputShape, Slot
from kfix.repair.arguments import INPUT_NAMES, named, texts
from kfix.repair.conflict import Candidate, Conflict
from kfix.repair.prices import price
from kfix.repair.view import Step

CURES = (BadArgument, BadInputShape, UnknownArgument)


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """The tuple that was meant."""
    for step in conflict.view.steps:
        if step.made:
            continue
        spread = _spread(step)
        if spread is not None:
            yield spread
            continue
        given = named(step.layer)
        for name in INPUT_NAMES:
            argument = given.get(name)
            if argument is None or argument.site is None:
                continue
            if name == "input_dim":
                yield from _dim(step, argument)
                continue
            slot = Slot(step.layer.site, argument.site)
            if isinstance(argument.value, int) and not isinstance(argument.value, bool) and argument.value > 0:
                new: tuple[object, ...] = (None, argument.value) if name.startswith("batch") else (argument.value,)
                why = f"({argument.value}) is the number {argument.value}; a tuple of one has a comma"
                slot = Slot(step.layer.site, argument.site, texts(argument))
                yield Candidate((SetInputShape(slot, name, new),), price("input-tuple"), why)
            elif isinstance(argument.value, tuple | list) and any(isinstance(d, tuple | list) for d in argument.value):
                new = tuple(one for dim in argument.value for one in (dim if isinstance(dim, tuple | list) else (dim,)))
                why = f"the dims {new} stand in a tuple of their own"
                yield Candidate((SetInputShape(slot, name, new),), price("input-tuple"), why)


def _spread(step: Step) -> Candidate | None:
    """`Input(28, 28, 1)`: the dims, one an argument."""
    arguments = step.layer.arguments
    dims = [argument.value for argument in arguments if argument.keyword is None]
    if not step.is_input or len(dims) < 2 or any(argument.keyword in INPUT_NAMES for argument in arguments):
        return None
    if not all(dim is None or (isinstance(dim, int) and not isinstance(dim, bool)) for dim in dims):
        return None
    places = [argument for argument in arguments if argument.keyword is None]
    if any(place.site is None for place in places):
        return None
    call = step.layer.site
    # From the last on: a place goes only when none is behind it.
    rest = tuple(Slot(call, place.site) for place in reversed(places[1:]))
    edits = SetInputShape(Slot(call, places[0].site, texts(*places)), "shape", tuple(dims)), DropArgument(rest, "dims")
    return Candidate(edits, price("input-tuple"), f"the shape is one argument, the tuple {tuple(dims)}")


def _dim(step: Step, argument: Argument) -> Iterator[Candidate]:
    """`input_dim=(8,)`: the number, or the name that takes a tuple."""
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
