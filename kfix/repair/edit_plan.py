"""What edits change in a graph, by the places that they name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from kfix.edits.base import Edit
from kfix.edits.graph import Args
from kfix.model.code import Existing, NewLayer, Where
from kfix.model.graph import Layer, Node, TensorRef
from kfix.model.record import Value, replace
from kfix.model.site import Site
from kfix.repair.layers import (
    copied,
    of_class,
    renamed,
    with_argument,
    with_keyword,
    with_values,
    without_argument,
)
from kfix.shapes.arguments import INPUT_NAMES
from kfix.shapes.operations import position

Make = Callable[[NewLayer | Existing, object, Layer], Layer]
"""Makes a new layer, the same one for the same key, in the place of an old one."""

LayerChange = Callable[[Layer, Layer, Make], Layer]
"""From the layer as it was read, the layer as other edits leave it, and what makes new layers, to
what it becomes.
"""

Order = Callable[[list[TensorRef]], Sequence[TensorRef]]

T = TypeVar("T")


class Insertion(Value):
    """A new layer that is put in beside a place, on the input of this number."""

    site: Site
    where: Where
    layer: NewLayer
    input: int | None = None


class Move(Value):
    """The layer put in at `site` goes beside the one put in at `to`."""

    site: Site
    to: Site


class Exchange(NamedTuple):
    """Another tensor, made at `made_at`, as the input of this number."""

    input: int
    made_at: Site
    tensor: TensorRef | None


class Reorder(Value):
    """Another order of the tensors that the layers called at `site` have as the input of this
    number.
    """

    site: Site
    input: int
    order: Order


class Join(Value):
    """A new layer on the `joined` outputs, in the place of `output`."""

    output: int
    joined: tuple[int, ...]
    layer: NewLayer


class EditPlan:
    """A list of edits, by the places that they name: the primitives of `kfix.edits.graph`."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        self.calls: dict[Site | None, list[LayerChange]] = {}
        self.placed: dict[Site, list[Callable[[Args], Args]]] = {}
        self.functions: dict[Site, list[tuple[str, object]]] = {}
        """Arguments set at a call, which counts there if it is one of a function."""
        self.input_shapes: dict[Site, object] = {}
        self.literals: dict[Site, object] = {}
        self.removed: set[Site] = set()
        self.moves: list[Move] = []
        self.beside: dict[tuple[Site, Where], list[tuple[Insertion, int] | Move]] = {}
        """What is put in beside a place; of a new layer, how many equal ones come before it."""
        self.reorders: list[Reorder] = []
        self.exchanges: dict[Site, list[Exchange]] = {}
        self.joins: dict[Site, list[Join]] = {}
        self.edits = tuple(edits)
        self.sites: set[Site] = set()
        self._named: list[set[Site]] = []
        self._seen: dict[Insertion, int] = {}
        for edit in self.edits:
            self._named.append(set())
            edit.change(self)

    # --- primitives -----------------------------------------------------------------------

    def set_literal(self, site: Site, value: object) -> None:
        """See `GraphChanges`."""
        self.literals[site] = value
        self._name(site)

    def set_argument(self, call: Site, name: str, value: object) -> None:
        """See `GraphChanges`."""

        def change(_: Layer, now: Layer, make: Make) -> Layer:
            if now.is_operation:  # what a function is given stands in the node
                return copied(now, now.arguments, now.model)
            return with_argument(now, name, value)

        self._change(call, change)
        self._put(self.functions, call, (name, value))

    def drop_argument(self, call: Site, name: str, at: Site | None = None) -> None:
        """See `GraphChanges`."""
        self._change(call, lambda _, now, make: without_argument(now, name, at))

    def rename_argument(self, call: Site, old: str, new: str, value: object = ...) -> None:
        """See `GraphChanges`."""
        self._change(call, lambda _, now, make: renamed(now, old, new, value))

    def set_input(self, call: Site, name: str, value: object) -> None:
        """See `GraphChanges`."""

        def change(_: Layer, now: Layer, make: Make) -> Layer:
            for old in INPUT_NAMES:
                if old != name and not (old == "input_dim" and now.cls == "Embedding"):
                    now = without_argument(now, old)
            return with_argument(now, name, value)

        self.input_shapes[call] = value
        self._change(call, change)

    def set_class(self, call: Site, name: str) -> None:
        """See `GraphChanges`."""
        self._change(call, lambda _, now, make: of_class(now, name))

    def set_attribute(self, call: Site, name: str, value: object = None) -> None:
        """See `GraphChanges`."""
        added = () if value is None else ((name, value),)

        def change(read: Layer, now: Layer, make: Make) -> Layer:
            kept = tuple(pair for pair in now.attributes if pair[0] != name)
            return replace(now, attributes=(*kept, *added))

        self._change(call, change)

    def set_call(self, site: Site, change: Callable[[Args], Args]) -> None:
        """See `GraphChanges`."""
        self._put(self.placed, site, change)

    def replace(self, call: Site, layer: NewLayer | Existing) -> None:
        """See `GraphChanges`."""

        def change(read: Layer, now: Layer, make: Make) -> Layer:
            new = layer
            if isinstance(layer, NewLayer):
                new = with_values(layer, [read])
            return make(new, (layer, now), now)

        self._change(call, change)

    def insert(self, site: Site, where: Where, layer: NewLayer, input: int | None = None) -> None:
        """See `GraphChanges`."""
        new = Insertion(site, where, layer, input)
        number = self._seen[new] = self._seen.get(new, -1) + 1
        self.beside.setdefault((site, where), []).append((new, number))
        self._name(site)

    def remove(self, site: Site) -> None:
        """See `GraphChanges`."""
        self.removed.add(site)
        self._name(site)

    def move(self, site: Site, to: Site, where: Where) -> None:
        """See `GraphChanges`."""
        move = Move(site, to)
        self.moves.append(move)
        self.beside.setdefault((to, where), []).append(move)
        self._name(site, to)

    def exchange(
        self, site: Site, input: int, made_at: Site, tensor: TensorRef | None = None
    ) -> None:
        """See `GraphChanges`."""
        self._put(self.exchanges, site, Exchange(input, made_at, tensor))

    def reorder(self, site: Site, input: int, order: Order) -> None:
        """See `GraphChanges`."""
        self.reorders.append(Reorder(site, input, order))
        self._name(site)

    def join(self, site: Site, output: int, joined: Sequence[int], layer: NewLayer) -> None:
        """See `GraphChanges`."""
        self._put(self.joins, site, Join(output, tuple(joined), layer))

    def _change(self, call: Site, change: LayerChange) -> None:
        self.calls.setdefault(call, []).append(change)
        self._name(call)

    def _put(self, by_site: dict[Site, list[T]], site: Site, thing: T) -> None:
        by_site.setdefault(site, []).append(thing)
        self._name(site)

    def _name(self, *sites: Site) -> None:
        self.sites.update(sites)
        self._named[-1].update(sites)

    # --- questions ------------------------------------------------------------------------

    def changed_inputs(self, operation: Layer, args: Args) -> Args:
        """Return what an operation is called on after the edits."""
        for name, value in self.functions.get(operation.site, ()):
            args = with_keyword(args, name, value, position(operation.cls, name))
        return args

    def around(
        self, site: Site, where: Where, moving: Mapping[Site, Node]
    ) -> list[tuple[Insertion, int] | Move]:
        """Return what is put in beside a place, in the order of the edits."""
        found = self.beside.get((site, where), ())
        return [one for one in found if not isinstance(one, Move) or one.site in moving]

    def of(self, sites: Iterable[Site]) -> tuple[Edit, ...]:
        """Return the edits that name one of the sites."""
        mine = self.sites.intersection(sites)
        named = zip(self.edits, self._named, strict=True)
        return tuple(edit for edit, its in named if not mine.isdisjoint(its))
