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
from kfix.shapes.legacy_arguments import REMOVED, RENAMED, SIDES, VALUES
from kfix.shapes.signatures import OLD_LAYERS, Signature, signature
from kfix.source.migration.layer_calls import GivenTo, LayerCall, layer_calls
from kfix.source.syntax.document import Document

_RANKS = {"1D": 1, "2D": 2, "3D": 3}

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


_NOT_REMOVED = ("weights", "input_length", "batch_size")
"""Arguments that mean something still, where Keras 3 has no such argument."""


def _renamed(call: LayerCall, one: GivenTo, known: Signature) -> Iterator[Edit]:
    slot = Slot(call.site, one.site)
    given = {other.keyword for other in call.arguments}
    news = [name for name in RENAMED.get(one.keyword, ()) if name in known.names][:1]
    free = [name for name in news if name not in given]
    for new in free:
        values = VALUES.get(one.keyword, {})
        yield RenameArgument(slot, one.keyword, new, values.get(one.value, ...))
    if not free and one.keyword in REMOVED and one.keyword not in _NOT_REMOVED:
        yield DropArgument((slot,), one.keyword)


def _as_tuple(call: LayerCall, rows: list[GivenTo], name: str) -> Iterator[Edit]:
    """Yield the edits that write the sides of a kernel as one tuple."""
    first, *others = sorted(rows, key=lambda one: SIDES[one.keyword][1])
    sides = ", ".join(one.code for one in (first, *others))
    yield RenameArgument(Slot(call.site, first.site), first.keyword, name)
    yield WriteCode(first.site, f"({sides})")
    for one in others:
        yield DropArgument((Slot(call.site, one.site),), one.keyword)


def _positional_kernel(call: LayerCall) -> Iterator[Edit]:
    """Yield the edits of `Convolution2D(8, 3, 3)`: the kernel is one tuple."""
    rank = _RANKS.get(call.cls[-2:], 0)
    keywords = {one.keyword for one in call.arguments}
    by_place = [one for one in call.arguments if not one.keyword]
    is_old = "Convolution" in call.cls or not keywords.isdisjoint(_OF_KERAS_1)
    if "Conv" not in call.cls or rank < 2 or not is_old or len(by_place) != rank + 1:
        return
    kernel = by_place[1:]
    if not keywords.isdisjoint(_NO_KERNELS) or any(one.code.startswith("(") for one in kernel):
        return
    sides = ", ".join(one.code for one in kernel)
    yield WriteCode(kernel[0].site, f"({sides})")
    for one in kernel[1:]:
        yield DropArgument((Slot(call.site, one.site),), "strides")
