"""Programs whose data is given to `fit`, each line with what kfix tells of it; the library itself
says if that is so.

A program is run twice: kfix reads it, and Python runs it with a model that only
notes what it is given. Every dim that kfix knows must be the real one, and the
comment behind each call says which ones it knows: `m.fit(x)  # (?, 8)`.
"""

from __future__ import annotations

import warnings
from typing import Any

from kfix.model.graph import Shapes
from kfix.model.unknown import Unknown
from kfix.shapes import Tracer
from kfix.source.reader import read
from kfix.source.syntax.document import Document

HEAD = """
import numpy as np
import tensorflow as tf
import keras
from keras import layers
from keras.utils import to_categorical
"""

MODEL = "m = keras.Sequential([layers.Dense(3)])\n"


class Noting:
    """A model that notes the shapes of what it is fitted to."""

    def __init__(self) -> None:
        self.given: list[Any] = []

    def fit(self, x: Any, y: Any = None) -> None:
        """Note them."""
        self.given.append(_real(x) if y is None else [_real(x), _real(y)])


def _real(data: Any) -> Any:
    import numpy as np

    if hasattr(data, "element_spec"):
        return _spec(data.element_spec)
    if isinstance(data, dict):
        return {key: _real(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_real(value) for value in data]
    if hasattr(data, "__next__") or (hasattr(data, "__getitem__") and not hasattr(data, "shape")):
        return _batch(next(data) if hasattr(data, "__next__") else data[0])
    return tuple(np.shape(data))


def _spec(spec: Any) -> Any:
    if isinstance(spec, dict):
        return {key: _spec(value) for key, value in spec.items()}
    return [_spec(one) for one in spec] if isinstance(spec, list | tuple) else tuple(spec.shape)


def _batch(batch: Any) -> Any:
    return (
        [_batch(one) for one in batch]
        if isinstance(batch, list | tuple)
        else (None, *batch.shape[1:])
    )


def outcome(program: str) -> list[str]:
    """Return what the comments of a program say that kfix tells."""
    return [
        line.partition("  # ")[2]
        for line in program.splitlines()
        if line.lstrip().startswith("m.fit(")
    ]


def kfix_tells(program: str, head: str = HEAD) -> list[Any]:
    """Return what kfix notes of each call of `fit`."""
    found = read(Document.load("m.py", (head + MODEL + program).encode()), Tracer())
    return [fit.x if fit.y is None else [fit.x, fit.y] for fit in found.fits]


def really(program: str, head: str = HEAD) -> list[Any]:
    """Return what each call of `fit` is given in truth."""
    noting = Noting()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(
            compile(head + program, "<program>", "exec", dont_inherit=True),
            {"m": noting, "__name__": "program"},
        )
    return noting.given


def check(program: str, head: str = HEAD) -> None:
    """kfix tells what the program says that it tells, and nothing of it is wrong."""
    found, real = kfix_tells(program, head), really(program, head)
    tells = [text(one) for one in found]
    assert tells == outcome(program), [
        pair for pair in zip(tells, outcome(program), strict=False) if pair[0] != pair[1]
    ]
    assert len(found) == len(real)
    for one, other in zip(found, real, strict=True):
        assert _agree(one, other), (text(one), other)


def text(shapes: Shapes | None) -> str:
    """Shapes as the comments have them."""
    if isinstance(shapes, tuple):
        inner = ", ".join("?" if isinstance(dim, Unknown) else str(dim) for dim in shapes)
        return f"({inner}{',' if len(shapes) == 1 else ''})"
    if isinstance(shapes, list):
        return "[" + ", ".join(map(text, shapes)) + "]"
    if isinstance(shapes, dict):
        return "{" + ", ".join(f"{key}: {text(one)}" for key, one in shapes.items()) + "}"
    return "?" if isinstance(shapes, Unknown) else "-"


def _agree(one: Any, other: Any) -> bool:
    if isinstance(one, Unknown):
        return True
    if isinstance(one, tuple) and isinstance(other, tuple):
        same = (isinstance(a, Unknown) or a == b for a, b in zip(one, other, strict=False))
        return len(one) == len(other) and all(same)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_agree, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_agree(one[key], other[key]) for key in one)
    return False
