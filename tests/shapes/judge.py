"""Keras's own answer, and kfix's, to one question: what does this layer give when it is called on
these shapes?
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import numpy

from kfix.findings import Finding
from kfix.model.graph import Argument, Array, Layer, Symbol
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.report.sentences import message
from kfix.shapes import Tracer, signatures

SITE = Site("case.py", None, 0)


class Case(NamedTuple):
    """A layer and a call of it.

    A value of an argument may itself be a `Case`, whose layer is meant (a
    wrapper's child). `inputs` are the call's arguments, each with its keyword
    or `None`: shapes (tuples) in lists and dicts as the layer takes them,
    anything that is no tuple as it stands.
    """

    cls: str
    args: tuple[object, ...]
    kwargs: dict[str, object]
    inputs: tuple[tuple[str | None, object], ...] = ()

    def __str__(self) -> str:
        written = [
            *map(_written, self.args),
            *(f"{name}={_written(value)}" for name, value in self.kwargs.items()),
        ]
        call = ", ".join(
            (f"{keyword}=" if keyword else "") + repr(value) for keyword, value in self.inputs
        )
        return f"{self.cls}({', '.join(written)})" + (f" on {call}" if self.inputs else "")


class Answer(NamedTuple):
    """What came of it: "shape" with `shapes`, `params` and how many of these are trained in a model
    that holds the layer (`trained`), "refused" or "unknown" with the reason in `why`.
    """

    verdict: str
    shapes: object = None
    params: object = None
    trained: object = None
    why: str = ""

    def __str__(self) -> str:
        if self.verdict != "shape":
            return f"{self.verdict}: {self.why}"
        return f"{self.shapes} with {self.params} weights, {self.trained} trained"


def _written(value: object) -> str:
    if isinstance(value, Symbol):
        return value.path
    if isinstance(value, tuple | list) and not isinstance(value, Case):
        inner = ", ".join(map(_written, value))
        return (
            f"[{inner}]"
            if isinstance(value, list)
            else f"({inner},)"
            if len(value) == 1
            else f"({inner})"
        )
    return str(value) if isinstance(value, Case) else repr(value)


# --- Keras --------------------------------------------------------------------------------


@cache
def keras() -> Any:
    """Return the real Keras, quiet, without the traceback filter (slower than the calls)."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    import keras as real

    real.config.disable_traceback_filtering()
    return real


def keras_layer(case: Case) -> Any:
    """Return the real layer, or an operation of its library."""

    def real(value: object) -> object:
        if isinstance(value, Case):
            return keras_layer(value)
        if isinstance(value, Symbol):
            found: Any = keras()
            for name in value.path.split(".")[1:]:
                found = getattr(found, name)
            return found
        if isinstance(value, Array):
            return numpy.zeros(value.shape)  # type: ignore[arg-type]
        if isinstance(value, tuple | list):
            return type(value)(map(real, value))
        if isinstance(value, dict):
            return {name: real(item) for name, item in value.items()}
        return value

    layers = keras().layers
    name = next((alias for alias, cls in signatures.aliases().items() if cls == case.cls), "")
    return getattr(layers, case.cls if hasattr(layers, case.cls) else name)(
        *map(real, case.args), **{name: real(value) for name, value in case.kwargs.items()}
    )


def _tensors(value: object) -> object:
    if isinstance(value, tuple):
        return keras().KerasTensor(value)
    if isinstance(value, list):
        return [_tensors(item) for item in value]
    if isinstance(value, dict):
        return {name: _tensors(item) for name, item in value.items()}
    return value


def _shapes(value: Any) -> object:
    if isinstance(value, list | tuple):
        return [_shapes(item) for item in value]
    if isinstance(value, dict):
        return {name: _shapes(item) for name, item in value.items()}
    return tuple(value.shape)


@contextmanager
def no_weights() -> Iterator[None]:
    """Within, Keras makes layers and models without allocating their weights."""
    real = keras()
    with real.StatelessScope(initialize_variables=False):
        try:
            yield
        finally:  # else the next scope would make them
            real.src.backend.common.global_state.set_global_attribute("uninitialized_variables", [])


def ask_keras(case: Case) -> Answer:
    """Build the layer and calls it on symbolic tensors.

    No weights are allocated, unless the answer hangs on them.
    """
    if _asks_initializers(case):
        return _ask(case)
    with no_weights():
        answer = _ask(case)
    return _ask(case) if "stateless scope" in answer.why else answer


def _asks_initializers(value: object) -> bool:
    """Is any initializer `None`? What some layers make of that comes out only when the weights are
    made.
    """
    if isinstance(value, Case):
        named = value.kwargs.items()
        return any(
            name.endswith("_initializer") and given is None for name, given in named
        ) or _asks_initializers([*value.args, *value.kwargs.values()])
    return isinstance(value, list | tuple) and any(map(_asks_initializers, value))


def _ask(case: Case) -> Answer:
    try:
        layer = keras_layer(case)
        inputs = [_tensors(value) for keyword, value in case.inputs if keyword is None]
        named = {keyword: _tensors(value) for keyword, value in case.inputs if keyword is not None}
        outputs = layer(*inputs, **named)
        params = layer.count_params() if layer.built else 0
        # the layer's own `trainable_weights` are none where its constructor says so: a model goes
        # by each weight
        trained = (
            sum(math.prod(weight.shape) for weight in layer.weights if weight.trainable)
            if layer.built
            else 0
        )
        return Answer("shape", _shapes(outputs), params, trained)
    except Exception as error:
        return Answer("refused", why=f"{type(error).__name__}: {error}"[:300])


# --- kfix ---------------------------------------------------------------------------------


def kfix_layer(case: Case, uid: list[int] | None = None) -> Layer:
    """Return the layer as the reader would give it."""
    uid = uid if uid is not None else [0]

    def read(value: object) -> object:
        if isinstance(value, Case):
            return kfix_layer(value, uid)
        if isinstance(value, tuple | list):
            return type(value)(map(read, value))
        if isinstance(value, dict):
            return {name: read(item) for name, item in value.items()}
        return value

    uid[0] += 1
    arguments = [Argument(None, read(value)) for value in case.args]
    arguments += [Argument(name, read(value)) for name, value in case.kwargs.items()]
    return Layer(case.cls, tuple(arguments), SITE, uid[0])


def ask_kfix(case: Case, keras: int = 3) -> Answer:
    """Return what the tracer says."""
    traced = Tracer(keras).use(kfix_layer(case), case.inputs)
    if traced.status == "refused":
        assert isinstance(traced.finding, Finding)
        return Answer("refused", why=f"{traced.finding.code} {message(traced.finding)}")
    if (
        traced.status == "unknown"
        or unknown_within(traced.outputs)
        or isinstance(traced.params, Unknown)
    ):
        assert isinstance(traced.outputs, Unknown | tuple | list | dict)
        return Answer("unknown", why=str(traced.outputs))
    return Answer("shape", traced.outputs, traced.params, traced.trained)


def unknown_within(shapes: object) -> bool:
    """Is anything in a structure of shapes unknown?"""
    if isinstance(shapes, list | tuple):
        return any(map(unknown_within, shapes))
    if isinstance(shapes, dict):
        return any(map(unknown_within, shapes.values()))
    return isinstance(shapes, Unknown)


def agree(truth: Answer, said: Answer) -> bool:
    """Is it the same answer? The reasons of refusals are not compared."""
    return truth[:4] == said[:4]
