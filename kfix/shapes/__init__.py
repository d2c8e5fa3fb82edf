"""What Keras makes of a model: `Tracer().trace(model)` gives every layer's output shape, or the refusal."""

from kfix.shapes.trace import Trace, Traced, Tracer, show

__all__ = ["Trace", "Traced", "Tracer", "show"]
