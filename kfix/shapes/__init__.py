"""Shape inference: `Tracer().trace(model)` returns every layer's output shape, or the refusal."""

from kfix.shapes.formatting import show, unknowns
from kfix.shapes.trace import Trace, Traced, Tracer

__all__ = ["Trace", "Traced", "Tracer", "show", "unknowns"]
