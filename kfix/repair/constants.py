"""Constants of a program that an edit changes in the place of what is made of them."""

from __future__ import annotations

from kfix.model import Argument, Derived, Layer, Literal, SetLiteral
from kfix.repair.options import Options
from kfix.repair.uses import Uses


def dims_told(layer: Layer, argument: Argument, new: object, uses: Uses, options: Options) -> tuple[SetLiteral, ...]:
    """The constants that the dims of an input shape are and nothing else is, changed to give `new`.

    There are none where a dim is no such constant, or the axes are in another order.
    """
    old, origin = argument.value, argument.origin
    if not isinstance(origin, Derived) or not isinstance(old, tuple | list) or not isinstance(new, tuple):
        return ()
    if not len(old) == len(new) == len(origin.parts) or sorted(map(str, old)) == sorted(map(str, new)):
        return ()
    mine = {(layer.site, layer.arguments.index(argument))}
    found: dict[Literal, object] = {}
    for part, was, dim in zip(origin.parts, old, new, strict=True):
        if isinstance(part, Literal) and uses.elsewhere(part.site, argument, options.within):
            shared = uses.of.get(part.site, set()) - mine or part.site in options.control
            if found.setdefault(part, dim) != dim or (shared and dim != was):
                return ()
        elif was != dim:
            return ()
    return tuple(SetLiteral((part.site,), dim, "shape") for part, dim in found.items() if part.value != dim)
