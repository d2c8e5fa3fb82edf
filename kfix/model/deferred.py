"""The body of a layer, read on input shapes when it is called, as long as the program is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kfix.model.unknown import Unknown

if TYPE_CHECKING:
    from kfix.model.graph import Model, Shapes


class Deferred:
    """One of the bodies of a program; a copy in another process has none, as after its release."""

    def __init__(
        self, bodies: Sequence[Callable[[Shapes], Model | Unknown]] = (), index: int = 0
    ) -> None:
        """Take the bodies of the program, which empties the list when it is released."""
        self._bodies = bodies
        self._index = index

    def __call__(self, shapes: Shapes) -> Model | Unknown:
        """Return the body as a graph for inputs of these shapes."""
        if self._index >= len(self._bodies):
            return Unknown("the program was let go of")
        return self._bodies[self._index](shapes)

    def __reduce__(self) -> tuple[type[Deferred], tuple[()]]:
        return Deferred, ()
