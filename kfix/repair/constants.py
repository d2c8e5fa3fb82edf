"""What an argument is made of, changed in its place: a constant, or the index of a dim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kfix.edits.base import Edit
from kfix.edits.set_input_shape import SetInputShape
from kfix.edits.set_literal import SetLiteral
from kfix.model.code import plain
from kfix.model.graph import Argument, Layer, Model
from kfix.model.origin import Derived, Literal, Origin, evaluate, is_dim
from kfix.model.site import Site
from kfix.repair.options import Options
from kfix.repair.uses import Uses
from kfix.shapes.arguments import same


def index_of(origin: Origin | None, wanted: object) -> SetLiteral | None:
    """Return the edit of the index of a shape, where one dim of it alone is `wanted`."""
    if not isinstance(origin, Derived) or not is_dim(origin):
        return None
    shape, index = evaluate(origin.parts[0], {}), origin.parts[1]
    if (
        not isinstance(index, Literal)
        or not isinstance(shape, tuple)
        or not isinstance(index.value, int)
    ):
        return None
    found = [place for place, dim in enumerate(shape) if same(dim, wanted)]
    if len(found) != 1:
        return None
    place = found[0] - len(shape) if index.value < 0 else found[0]
    return SetLiteral((index.site,), place, "index")


def dims_declared(
    layer: Layer, argument: Argument, new: object, uses: Uses, options: Options
) -> tuple[SetLiteral, ...]:
    """Return the constants that the dims of an input shape alone are, changed to give `new`.

    It yields nothing where a dim is another constant, or the axes are in another order.
    """
    old = argument.value
    if (
        isinstance(old, tuple | list)
        and isinstance(new, tuple)
        and sorted(map(str, old)) == sorted(map(str, new))
    ):
        return ()
    turned = _turned(argument, new, uses, options) or ()
    if _shared(turned, (layer.site, layer.arguments.index(argument)), uses):
        return ()
    return tuple(turned)


def through_constants(
    models: Sequence[Model], edits: Sequence[Edit], uses: Uses, options: Options
) -> tuple[Edit, ...] | None:
    """Return the same edits with constants changed in the place of input shapes.

    `None` where there is none.
    """
    found: dict[Edit, None] = {}
    for edit in edits:
        place = _place(models, edit.slot.argument) if isinstance(edit, SetInputShape) else None
        if not isinstance(edit, SetInputShape) or place is None:
            found[edit] = None
            continue
        layer, number = place
        turned = _turned(layer.arguments[number], plain(edit.value), uses, options)
        if turned is None:
            return None
        found.update(dict.fromkeys(turned))
    made = tuple(found)
    return made if made != tuple(edits) else None


def _shared(changes: Iterable[SetLiteral], mine: tuple[Site, int], uses: Uses) -> bool:
    return any(uses.of.get(site, set()) - {mine} for edit in changes for site in edit.sites)


def _turned(
    argument: Argument, new: object, uses: Uses, options: Options
) -> list[SetLiteral] | None:
    """Return the constants and indices that make `new` of an argument."""
    origin = argument.origin
    now = argument.value
    pairs: Iterable[tuple[Origin | None, object, object]] = [(origin, now, new)]
    if isinstance(new, tuple | list):
        if not isinstance(origin, Derived) or not isinstance(now, tuple | list):
            return None
        if not len(origin.parts) == len(now) == len(new):
            return None
        pairs = zip(origin.parts, now, new, strict=True)
    changes: dict[Site, SetLiteral] = {}
    for part, old, wanted in pairs:
        if same(old, wanted):
            continue
        edit = index_of(part, wanted)
        if edit is None:
            if not isinstance(part, Literal) or not uses.elsewhere(
                part.site, argument, options.within
            ):
                return None
            edit = SetLiteral((part.site,), wanted, "shape")
        site = edit.sites[0]
        if site in options.control or changes.setdefault(site, edit) != edit:
            return None
    if not changes or origin is None:
        return None
    result = evaluate(origin, {site: edit.value for site, edit in changes.items()})
    return list(changes.values()) if _tuple(result) == _tuple(new) else None


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _place(models: Sequence[Model], site: Site | None, depth: int = 0) -> tuple[Layer, int] | None:
    """Return the layer with the argument at a place, and the number of that argument."""
    for layer in dict.fromkeys(node.layer for model in models for node in model.nodes):
        for number, argument in enumerate(layer.arguments):
            if site is not None and argument.site == site:
                return layer, number
        inner = (
            _place([layer.model], site, depth + 1)
            if layer.model is not None and depth < 8
            else None
        )
        if inner is not None:
            return inner
    return None
