"""The adapters: layers that go between a producer and a consumer whose shapes differ.

Each says for which shapes it stands and what is written. Whether it helps, the consumer is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kfix.model.code import NewLayer
from kfix.model.graph import Dim, Shape
from kfix.model.record import Value
from kfix.model.unknown import all_integers
from kfix.repair.numbers import border
from kfix.repair.prices import price
from kfix.shapes.view import elements, total, whole

Given = Sequence[Dim]
"""A shape behind the batch."""

Layers = tuple[NewLayer, ...]

MOST_SPACE = 3
"""The most spatial axes that a layer of Keras is made for."""


class Adapter(Value):
    """One row: the row of its price, the reason, and the layers that lead from a shape to another.

    In the shape that is wanted a dim may be `None`, where any does. No layers are written where
    the adapter does not lead there.
    """

    row: str
    reason: str
    layers: Callable[[Given, Given], Layers | None]


class Adapted(Value):
    """Layers that lead from one shape to another, by an adapter."""

    adapter: Adapter
    layers: Layers


def adapted(shape: Shape, wanted: Given) -> Iterator[Adapted]:
    """Yield the layers of every adapter that leads from a shape to another, the batch aside."""
    given = tuple(shape[1:])
    for adapter in ADAPTERS:
        layers = adapter.layers(given, wanted)
        if layers is not None and given != wanted:
            yield Adapted(adapter, layers)


def new(cls: str, *arguments: object) -> NewLayer:
    """Return a layer with positional arguments."""
    return NewLayer(cls, tuple((None, argument) for argument in arguments))


def order_of(given: Given, wanted: Given) -> tuple[int, ...] | None:
    """Return the order of the axes, from 1 on, that leads from a shape to another of its dims.

    `None` where it is the same already, or where equal dims leave it open.
    """
    distinct = len(set(given)) == len(given) == len(wanted)
    if given == wanted or not distinct or set(given) != set(wanted):
        return None
    return tuple(tuple(given).index(dim) + 1 for dim in wanted)


# --- the rows -----------------------------------------------------------------------------


def _flatten(given: Given, wanted: Given) -> Layers | None:
    if len(given) > 1 == len(wanted) and whole((None, *given)):
        return (new("Flatten"),)
    return None


def _pool(given: Given, wanted: Given) -> Layers | None:
    if 1 < len(given) <= MOST_SPACE + 1 and len(wanted) == 1:
        return (new(f"GlobalAveragePooling{len(given) - 1}D"),)
    return None


def _repeat(given: Given, wanted: Given) -> Layers | None:
    if len(given) == 1 and len(wanted) == 2 and isinstance(wanted[0], int):
        return (new("RepeatVector", wanted[0]),)
    return None


def _ones(given: Given, wanted: Given) -> Layers | None:
    more = len(wanted) - len(given)
    if more > 0 and whole((None, *given)):
        return (new("Reshape", (*given, *(1,) * more)),)
    return None


def _rows(given: Given, wanted: Given) -> Layers | None:
    if len(given) > len(wanted) > 1 and whole((None, *given)):
        kept = len(wanted) - 1
        return (new("Reshape", (*given[:kept], total((None, *given[kept:])))),)
    return None


def _laid_out(given: Given, wanted: Given) -> Layers | None:
    if given != wanted and elements(wanted) == elements(given) is not None:
        return (new("Reshape", wanted),)
    return None


def _width(given: Given, wanted: Given) -> Layers | None:
    if len(given) != len(wanted) or not 1 <= len(given) <= MOST_SPACE + 1:
        return None
    width = wanted[-1]
    if not isinstance(width, int) or width == given[-1]:
        return None
    if len(given) <= 2:
        return (new("Dense", width),)
    return (new(f"Conv{len(given) - 1}D", width, 1),)


class Edge(Value):
    """A layer that cuts edges off or puts some around, its row, the most elements of an axis."""

    layer: NewLayer
    row: str
    pixels: int

    @property
    def cost(self) -> float:
        """What it costs, by its row and its elements."""
        return price(self.row) + price(f"{self.row}-pixel") * (self.pixels - 1)


def edges(given: Given, wanted: Sequence[object]) -> tuple[Edge, ...]:
    """Return what brings sizes to those wanted at their edges: one axis may be cut, another padded.

    An expected size that is not an integer is any size. There is nothing where a size is unknown.
    """
    pairs = [(have, want) for have, want in zip(given, wanted, strict=True)]
    known = not any(isinstance(want, int) and not isinstance(have, int) for have, want in pairs)
    over = [_over(have, want) for have, want in pairs]
    if not known or len(over) > MOST_SPACE:
        return ()
    cut = [max(0, one) for one in over]
    put = [max(0, -one) for one in over]
    kinds = (("Cropping", "crop", cut), ("ZeroPadding", "pad", put))
    return tuple(_edge_of(*kind) for kind in kinds if any(kind[-1]))


def _over(have: object, want: object) -> int:
    """Return by how much a size is too large; 0 where any does."""
    return have - want if isinstance(have, int) and isinstance(want, int) else 0


def _edge_of(cls: str, row: str, amounts: list[int]) -> Edge:
    layer = new(f"{cls}{len(amounts)}D", border(amounts))
    return Edge(layer, row, max(amounts))


def _edges(row: str) -> Callable[[Given, Given], Layers | None]:
    """Return the adapter at the edges whose last layer is of a row: zeros come behind a cut."""

    def layers(given: Given, wanted: Given) -> Layers | None:
        if not len(given) == len(wanted) > 1:
            return None
        found = edges(given[:-1], wanted[:-1])
        if not found or found[-1].row != row:
            return None
        return tuple(one.layer for one in found)

    return layers


def _resized(given: Given, wanted: Given) -> Layers | None:
    sizes = wanted[:-1]
    if not len(given) == len(wanted) == 3 or sizes == given[:-1] or not all_integers(sizes):
        return None
    return (new("Resizing", *sizes),)


def _enlarged(given: Given, wanted: Given) -> Layers | None:
    if len(given) != len(wanted) or not 2 <= len(given) <= MOST_SPACE + 1:
        return None
    pairs = list(zip(given[:-1], wanted[:-1], strict=True))
    factors = [b // a for a, b in pairs if isinstance(a, int) and isinstance(b, int) and 0 < a < b]
    if factors and max(factors) > 1:
        return (new(f"UpSampling{len(given) - 1}D", max(factors)),)
    return None


def _anew(given: Given, wanted: Given) -> Layers | None:
    count = elements(wanted)
    if not wanted or count is None or elements(given) is None:
        return None
    flat = (new("Flatten"),) if len(given) != 1 else ()
    laid = (new("Reshape", wanted),) if len(wanted) > 1 else ()
    return (*flat, new("Dense", count), *laid)


def _permuted(given: Given, wanted: Given) -> Layers | None:
    order = order_of(given, wanted)
    return None if order is None else (new("Permute", order),)


ADAPTERS: tuple[Adapter, ...] = (
    Adapter("permute", "the axes in another order", _permuted),
    Adapter("flatten", "all elements in one vector per sample", _flatten),
    Adapter("pool", "the average of each channel", _pool),
    Adapter("repeat", "the vector is repeated for each step", _repeat),
    Adapter("reshape", "axes of one more", _ones),
    Adapter("reshape", "the last axes in one", _rows),
    Adapter("reshape", "as many elements, laid out as wanted", _laid_out),
    Adapter("append-dense", "a layer of the expected width", _width),
    Adapter("crop", "the edge is cut off", _edges("crop")),
    Adapter("pad", "zeros are put around", _edges("pad")),
    Adapter("insert-upsampling", "each place is repeated", _enlarged),
    Adapter("resizing", "the image is brought to the size", _resized),
    Adapter("anew", "a Dense of as many units as there are elements wanted", _anew),
)
