"""Layers as Keras 1 and 2 called them, wherever they stand: edits of names that nothing reads.

A model whose shapes are known is repaired as a whole (`kfix/repair/candidates/old_names.py`); this
is for the calls that are left: in functions that nothing calls, with sizes that are not known.
"""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.base import Edit
from kfix.edits.drop_argument import DropArgument
from kfix.edits.exchange_name import ExchangeName
from kfix.edits.rename_argument import RenameArgument
from kfix.edits.write_code import WriteCode
from kfix.model.code import Slot
from kfix.model.deciding import all_hold
from kfix.shapes.legacy_arguments import REMOVED, RENAMED, SIDES, VALUES
from kfix.shapes.signatures import OLD_LAYERS, Signature, signature
from kfix.source.migration.layer_calls import GivenTo, LayerCall, layer_calls
from kfix.source.syntax.document import Document

_RANKS = {"2D": 2, "3D": 3}
"""The sides of a kernel that may be given one by one."""

_OF_KERAS_1 = ("border_mode", "subsample", "dim_ordering", "nb_row", "init", "W_regularizer")
"""Arguments of convolutions that only Keras 1 had."""

_NO_KERNELS = ("nb_row", "nb_col", "kernel_size", "filter_length")


def old_layers(document: Document) -> Iterator[tuple[LayerCall, tuple[Edit, ...]]]:
    """Yield the calls of layers that are old, each with the edits that rewrite it."""
    for call in layer_calls(document):
        successor = OLD_LAYERS.get(call.cls, ("", ""))[0]
        known = signature(successor or call.cls)
        edits = () if known is None else tuple(_edits(call, known, successor))
        if edits:
            yield call, edits


def _edits(call: LayerCall, known: Signature, successor: str) -> Iterator[Edit]:
    if successor:
        yield ExchangeName(call.site, successor, call.cls)
    old = [one for one in call.arguments if one.keyword and one.keyword not in known.names]
    sides: dict[str, list[GivenTo]] = {}
    for one in call.arguments:
        name, _ = SIDES.get(one.keyword, ("", 0))
        if name in known.names:
            sides.setdefault(name, []).append(one)
        elif one in old:
            yield from _renamed(call, one, known)
    for name, rows in sides.items():
        yield from _as_tuple(call, rows, name)
    yield from _positional_kernel(call)


_DROPPED = frozenset(REMOVED).difference(("weights", "input_length", "batch_size"))
"""Arguments that are left out; the others mean something still, though Keras 3 has no such."""


def _renamed(call: LayerCall, one: GivenTo, known: Signature) -> Iterator[Edit]:
    slot, values = Slot(call.site, one.site), VALUES.get(one.keyword, {})
    news = [name for name in RENAMED.get(one.keyword, ()) if name in known.names][:1]
    free = [name for name in news if name not in _keywords(call)]
    for new in free:
        yield RenameArgument(slot, one.keyword, new, values.get(one.value, ...))
    if not free and one.keyword in _DROPPED:
        yield from _dropped(call, [one])


def _as_tuple(call: LayerCall, rows: list[GivenTo], name: str) -> Iterator[Edit]:
    """Yield the edits that write the sides of a kernel as one tuple."""
    first, *others = sorted(rows, key=lambda one: SIDES[one.keyword][1])
    sides = ", ".join(one.code for one in (first, *others))
    yield RenameArgument(Slot(call.site, first.site), first.keyword, name)
    yield WriteCode(first.site, f"({sides})")
    yield from _dropped(call, others)


def _positional_kernel(call: LayerCall) -> Iterator[Edit]:
    """Yield the edits of `Convolution2D(8, 3, 3)`: the kernel is one tuple."""
    if all_hold(_POSITIONAL_KERNEL, call):
        first, *others = _by_place(call)[1:]
        sides = ", ".join(one.code for one in (first, *others))
        yield WriteCode(first.site, f"({sides})")
        yield from _dropped(call, others, "strides")


def _dropped(call: LayerCall, several: list[GivenTo], name: str = "") -> Iterator[Edit]:
    """Yield the edits that leave arguments out, reported by this name or by their own."""
    for one in several:
        yield DropArgument((Slot(call.site, one.site),), name or one.keyword)


def _by_place(call: LayerCall) -> list[GivenTo]:
    """Return the arguments that are given without a name."""
    return [one for one in call.arguments if not one.keyword]


def _keywords(call: LayerCall) -> set[str]:
    """Return the names of the others."""
    return {one.keyword for one in call.arguments}


def _is_convolution(call: LayerCall) -> bool:
    return "Conv" in call.cls and call.cls[-2:] in _RANKS


def _is_of_keras_1(call: LayerCall) -> bool:
    return "Convolution" in call.cls or not _keywords(call).isdisjoint(_OF_KERAS_1)


def _has_sides_by_place(call: LayerCall) -> bool:
    return len(_by_place(call)) == _RANKS[call.cls[-2:]] + 1


def _has_no_kernel(call: LayerCall) -> bool:
    is_tuple = any(one.code.startswith("(") for one in _by_place(call)[1:])
    return _keywords(call).isdisjoint(_NO_KERNELS) and not is_tuple


_POSITIONAL_KERNEL = (_is_convolution, _is_of_keras_1, _has_sides_by_place, _has_no_kernel)
"""What holds of a call whose kernel is given as one number for each side."""
