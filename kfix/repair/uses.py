"""Where the literals of a program are used."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kfix.model.graph import Argument, Layer, Model
from kfix.model.origin import Literal, literals, places
from kfix.model.site import Site


class Uses:
    """Where the literals of a program are used, over all its models."""

    def __init__(self, models: Iterable[Model]) -> None:
        self.of: dict[Site, set[tuple[Site, int]]] = {}
        """By the Site of a literal: the calls and places of arguments that it flows into."""
        self.made: dict[Site, set[Site]] = {}
        """By a call and the place of an argument there: the literals that it was made of."""
        for model in models:
            self.add(node.layer for node in model.nodes)

    def add(self, layers: Iterable[Layer]) -> Uses:
        """Add the uses in layers."""
        for layer in layers:
            self._layer(layer, 0)
        return self

    def _layer(self, layer: Layer, depth: int) -> None:
        for place, argument in enumerate(layer.arguments):
            if isinstance(argument.value, Layer) and depth < 8:
                self._layer(argument.value, depth + 1)
            for literal in places(argument.origin):
                self.of.setdefault(literal.site, set()).add((layer.site, place))
            made_of = {literal.site for literal in literals(argument.origin)}
            if made_of and argument.site is not None:
                self.made.setdefault(argument.site, set()).update(made_of)
        if layer.model is not None and depth < 8:
            for node in layer.model.nodes:
                self._layer(node.layer, depth + 1)

    def elsewhere(
        self, literal: Site, argument: Argument, within: Callable[[Site, Site], bool] | None
    ) -> bool:
        """Return whether the literal is written somewhere else than in the argument itself."""
        if argument.site is None:
            return True
        if within is not None:
            return not within(literal, argument.site)
        plain = isinstance(argument.origin, Literal)
        return len(self.of.get(literal, ())) > 1 or (
            plain and len(self.made.get(argument.site, ())) > 1
        )
