"""The primitives by which an edit changes a graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from kfix.model.code import Existing, NewLayer, Where
from kfix.model.graph import TensorRef
from kfix.model.site import Site

Args = tuple[tuple[str | None, object], ...]
"""What a node is called on: each argument with its keyword, or `None`."""


class CannotApply(Exception):
    """The edits do not fit the graph; the caller drops the candidate."""


class GraphChanges(Protocol):
    """What edits change in a graph, entered by the Sites that they name.

    A `call` is the Site of the call that makes a layer, a `site` the one where
    a layer is put in. What is entered holds for every layer of that Site.
    """

    def set_literal(self, site: Site, value: object) -> None:
        """Let the literal at `site` read `value`; all that is made of it follows."""

    def set_argument(self, call: Site, name: str, value: object) -> None:
        """Set the argument `name`, where it stands or behind all others."""

    def drop_argument(self, call: Site, name: str, at: Site | None = None) -> None:
        """Leave the argument out: the one written `at` that Site, else the one of the name."""

    def rename_argument(self, call: Site, old: str, new: str, value: object = ...) -> None:
        """Give the keyword `old` another name, and another value unless that is `Ellipsis`."""

    def set_input(self, call: Site, name: str, value: object) -> None:
        """Set the input shape of a layer or a model, as the argument `name` and no other."""

    def set_class(self, call: Site, name: str) -> None:
        """Let the call make a layer of the class `name`, or call that function, with the same
        arguments.
        """

    def set_attribute(self, call: Site, name: str, value: object = None) -> None:
        """Set an attribute of a layer (`kfix.model.attributes`); `None` takes it away."""

    def set_call(self, site: Site, change: Callable[[Args], Args]) -> None:
        """Change what the layer put in at `site`, or the function called there, is called on."""

    def replace(self, call: Site, layer: NewLayer | Existing) -> None:
        """Replace the layer by a new one, or by one that it wraps."""

    def insert(self, site: Site, where: Where, layer: NewLayer, input: int | None = None) -> None:
        """Put a new layer in beside a place, on its input number `input` (from 0)."""

    def remove(self, site: Site) -> None:
        """Take the layer out; what came behind it is called on its input."""

    def move(self, site: Site, to: Site, where: Where) -> None:
        """Put the layer at `site` in beside the one at `to`."""

    def exchange(
        self, site: Site, input: int, made_at: Site, tensor: TensorRef | None = None
    ) -> None:
        """Give the layer the tensor that is made at another Site as its input number `input`.

        `tensor` says which one, where several are made at that Site.
        """

    def reorder(
        self, site: Site, input: int, order: Callable[[list[TensorRef]], Sequence[TensorRef]]
    ) -> None:
        """Give the layers that are called at `site` what they all have as that input in another
        order.
        """

    def join(self, site: Site, output: int, joined: Sequence[int], layer: NewLayer) -> None:
        """Put a new layer on the outputs `joined` of a layer, in the place of its `output`."""
