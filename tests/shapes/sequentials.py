"""Whole Sequential models, drawn: what Keras makes of them and what kfix does."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from kfix.model.graph import Layer, Library, Model, ModelKind, Node, TensorRef
from kfix.report.sentences import message
from kfix.shapes import Tracer, signatures
from kfix.shapes.registry import rule_of
from tests.shapes.cases import RANKS, Draw, draw_case, draw_shape, spatial_dims
from tests.shapes.judge import (
    SITE,
    Case,
    keras,
    keras_layer,
    kfix_layer,
    no_weights,
    unknown_within,
)

LEFT_OUT = (
    "Layer",
    "Wrapper",
    "Lambda",
    "InputLayer",
    "TFSMLayer",
    "FlaxLayer",
    "JaxLayer",
    "TorchModuleWrapper",
)
"""No parts of a drawn chain: base classes, and what is not known."""


class Drawn(NamedTuple):
    """A Sequential: how it is told its input, and its layers."""

    how: str
    shape: tuple[int | None, ...]
    layers: tuple[Case, ...]

    def __str__(self) -> str:
        return f"{self.how} {self.shape}: " + ", ".join(map(str, self.layers))


class Seen(NamedTuple):
    """The layers' shapes, the weights and how many are trained, or at which layer it is refused
    (-1: as a whole).
    """

    refused: int | None
    shapes: tuple[object, ...]
    params: object
    why: str = ""


def _families() -> dict[int, list[str]]:
    """Classes by the rank that they take."""
    found: dict[int, list[str]] = {}
    for cls in signatures.layer_names():
        signature = signatures.signature(cls)
        assert signature is not None
        if cls in LEFT_OUT or signature.family in ("merging", "attention"):
            continue
        rule = rule_of(cls)
        if (
            rule is None
            or rule.why_unknown
            or "layer" in signature.names
            or "cell" in signature.names
        ):
            continue
        if (
            cls.endswith("Cell")
            or cls.startswith("StackedRNN")
            or signature.family == "preprocessing"
        ):
            continue
        n = spatial_dims(cls)
        ranks = RANKS.get(
            cls, (n + 2,) if n else (rule.rank,) if rule.rank is not None else (2, 3, 4, 5)
        )
        for rank in sorted(set(ranks)):
            found.setdefault(rank, []).append(cls)
    return found


_BY_RANK: dict[int, list[str]] = {}


def draw_sequential(draw: Draw) -> Drawn:
    """Three to thirty layers, most of which fit on each other."""
    if not _BY_RANK:
        _BY_RANK.update(_families())
    rank = draw.choice((2, 3, 3, 4, 4, 4, 5))
    shape = draw_shape(draw, rank, 2)
    shape = (
        shape[0],
        *(dim if dim is None or dim > 8 or draw.chance(30) else dim * 4 for dim in shape[1:]),
    )
    how = draw.choice(
        ("Input", "Input", "InputLayer", "batch_shape", "input_shape", "nested", "build")
    )
    layers: list[Case] = []
    length = draw.choice((3, 3, 4, 5, 6, 8, 10, 14, 20, 30))
    x: object = shape
    tracer = Tracer()
    while len(layers) < length:
        at = len(x) if isinstance(x, tuple) else rank
        if not draw.chance(3) or at not in _BY_RANK:
            at = at if at in _BY_RANK else 2
        else:
            at = draw.choice(sorted(_BY_RANK))
        case = draw_case(draw, draw.choice(_BY_RANK[at]), (0,) * 30 + (10,), spoil=False)._replace(
            inputs=()
        )
        if draw.chance(5):
            case.kwargs["name"] = draw.choice(("a", "b"))
        traced = tracer.use(kfix_layer(case), ((None, x),))
        if traced.status != "known" and not draw.chance(4):
            continue  # most chains shall get to their end
        layers.append(case)
        if traced.status == "known":
            x = traced.outputs
    return Drawn(how, shape, tuple(layers))


class KeepsState(Exception):
    """A layer with a state of its own, which cannot be made without weights."""


# --- Keras --------------------------------------------------------------------------------


def see_keras(drawn: Drawn) -> Seen:
    """Build it without weights, unless a layer keeps a state."""
    try:
        with no_weights():
            return _build(drawn)
    except KeepsState:
        return _build(drawn)


def _trained(model: Any) -> int:
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)


def _build(drawn: Drawn) -> Seen:
    real = keras()
    how, shape, cases = drawn
    layers = []
    for place, case in enumerate(cases):
        try:
            if place == 0 and how == "input_shape":
                case = case._replace(kwargs={**case.kwargs, "input_shape": shape[1:]})
            layers.append(keras_layer(case))
        except (
            Exception
        ) as error:  # as `add` would find it: what does not fit before it comes first
            earlier = _place(cases[:place], how, shape)
            return Seen(place if earlier < 0 else earlier, (), None, repr(error))
    whole = list(layers)
    if how == "Input":
        whole.insert(0, real.Input(shape[1:], batch_size=shape[0]))
    elif how == "InputLayer":
        whole.insert(0, real.layers.InputLayer(shape=shape[1:], batch_size=shape[0]))
    elif how == "batch_shape":
        whole.insert(0, real.Input(batch_shape=shape))
    elif how == "nested":
        whole.insert(0, real.Sequential([real.Input(batch_shape=shape), real.layers.Identity()]))
    try:
        model = real.Sequential(whole)
        if how == "build":
            model.build(shape)
        return Seen(
            None,
            tuple(_shape(layer.output) for layer in layers),
            (model.count_params(), _trained(model)),
        )
    except Exception as error:
        if "stateless scope" in str(error):
            raise KeepsState from None
        return Seen(_place(cases, how, shape), (), None, repr(error))


def _place(cases: tuple[Case, ...], how: str, shape: tuple[int | None, ...]) -> int:
    """Return the layer at which a chain breaks, -1 if it does not as long as no model is made of
    it.
    """
    x = keras().KerasTensor(shape if how != "input_shape" else (None, *shape[1:]))
    names: set[str] = set()
    for place, case in enumerate(cases):
        try:
            layer = keras_layer(case)
            if layer.name in names:
                return place
            names.add(layer.name)
            x = layer(x)
        except Exception as error:
            if "stateless scope" in str(error):
                raise KeepsState from None
            return place
    return -1


def _shape(output: object) -> object:
    if isinstance(output, list | tuple):
        return [_shape(item) for item in output]
    return tuple(output.shape)  # type: ignore[attr-defined]


# --- kfix ---------------------------------------------------------------------------------


def chain(layers: list[Layer], given: tuple[int | None, ...] | None = None) -> Model:
    """Return a Sequential of these layers."""
    nodes = tuple(
        Node(i, layer, ((None, TensorRef(i - 1)),), SITE) for i, layer in enumerate(layers)
    )
    ends = (TensorRef(Model.ENTRY),), (TensorRef(len(layers) - 1),)
    return Model("model", ModelKind.SEQUENTIAL, SITE, nodes, *ends, 1, given=given)


def see_kfix(drawn: Drawn) -> Seen:
    """Traces it."""
    how, shape, cases = drawn
    uid = [0]
    if how == "input_shape":
        first = cases[0]._replace(kwargs={**cases[0].kwargs, "input_shape": shape[1:]})
        cases = (first, *cases[1:])
    layers = [kfix_layer(case, uid) for case in cases]
    before: list[Layer] = []
    if how == "Input":
        before = [kfix_layer(Case("Input", (shape[1:],), {"batch_size": shape[0]}), uid)]
    elif how == "InputLayer":
        before = [
            kfix_layer(Case("InputLayer", (), {"shape": shape[1:], "batch_size": shape[0]}), uid)
        ]
    elif how == "batch_shape":
        before = [kfix_layer(Case("Input", (), {"batch_shape": shape}), uid)]
    elif how == "nested":
        inner = chain(
            [
                kfix_layer(Case("Input", (), {"batch_shape": shape}), uid),
                kfix_layer(Case("Identity", (), {}), uid),
            ]
        )
        before = [Layer("Sequential", (), SITE, -1, Library.MODEL, inner)]
    model = chain(before + layers, shape if how == "build" else None)
    trace = Tracer().trace(model)
    steps = [trace.nodes[node.id] for node in model.nodes[len(before) :]]
    if trace.refusal is not None:
        place = next((i for i, step in enumerate(steps) if step.status == "refused"), -1)
        return Seen(place, (), None, message(trace.refusal))
    shapes = tuple(step.outputs for step in steps)
    if any(map(unknown_within, shapes)):
        return Seen(-2, shapes, trace.params, "unknown")
    return Seen(None, shapes, (trace.params, trace.trained))
