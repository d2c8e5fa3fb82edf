"""Where an expression stands while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfix.model.site import Site
from kfix.model.unknown import Unknown

if TYPE_CHECKING:
    import libcst as cst

    from kfix.source.interpreter.interpreter import Frame, Interpreter


class Context:
    """The interpreter, the node that it reads, and the run of a function or module that the node
    belongs to.
    """

    __slots__ = ("frame", "interpreter", "node")

    def __init__(self, interpreter: Interpreter, node: cst.CSTNode, frame: Frame) -> None:
        self.interpreter = interpreter
        self.node = node
        self.frame = frame

    @property
    def site(self) -> Site:
        """Return the place of the node."""
        return self.frame.unit.site(self.node)

    @property
    def source(self) -> str:
        """Return the source of the node, for a person."""
        return self.interpreter.text(self.node, self.frame)

    def unknown(self, why: str = "", because: object = None) -> Unknown:
        """Return an `Unknown` at this place, `why` it is (its source "is not known"), and what led
        to it.
        """
        return self.interpreter.unknown(
            why or f"`{self.source}` is not known", self.node, self.frame, because
        )
