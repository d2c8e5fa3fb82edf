"""Small programs held against real Keras: the shape and the number of weights of the model called
`model`.
"""

from __future__ import annotations

from kfix.model.unknown import Unknown
from kfix.shapes import Tracer
from kfix.source.reader import read
from kfix.source.syntax.loading import load
from tests.real_keras import build

HEAD = """
import math
from collections import namedtuple
from dataclasses import dataclass
from enum import Enum
from functools import partial
import numpy as np
import keras
import tensorflow as tf
from keras import Input, Model, Sequential, layers, ops
from keras.layers import Conv2D, Dense, Dropout, Embedding, Flatten, LSTM, MaxPooling2D
"""


def plain(shape: object) -> object:
    """Return a shape, or several, as tuples."""
    return tuple(plain(part) for part in shape) if isinstance(shape, list | tuple) else shape


def check(text: str, params: bool = True) -> None:
    """Keras gives the model the shape that kfix does, and (with `params`) as many weights."""
    text = HEAD + text
    tracer = Tracer()
    program = read(load("m.py", text.encode()), tracer)
    trace = next(tracer.trace(model) for model in reversed(program.models) if model.name == "model")
    assert trace.refusal is None
    built = build(text)
    assert built.refusal is None
    found = trace.outputs[0] if len(trace.outputs) == 1 else trace.outputs
    assert plain(found) == plain(built.shape)
    if params:
        assert not isinstance(trace.params, Unknown)
        assert trace.params == built.params
