"""A small program, read and traced."""

from __future__ import annotations

from kfix.model.program import Program
from kfix.shapes import Trace, Tracer
from kfix.source.reader import read
from kfix.source.syntax.loading import load

HEAD = "import keras\nfrom keras import layers\n"


def reading(text: str) -> tuple[Program, list[Trace]]:
    """Return what is read of the program behind `HEAD`, and the trace of each of its models."""
    tracer = Tracer()
    program = read(load("m.py", (HEAD + text).encode()), tracer)
    tracer.switch(program.switched)
    return program, [tracer.trace(model) for model in program.models]
