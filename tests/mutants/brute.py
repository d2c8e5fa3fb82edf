"""Every single edit of a draft, tried one after another: it tells which breaks can be decided at all.

It knows nothing of `kfix.repair`. A break is decidable if at most three single edits of the kinds that undo
`faults` give the wanted output, and one of them gives the model that was broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from kfix.model import Model
from kfix.repair.view import View
from kfix.shapes import Trace, Tracer, show
from tests.mutants.drafts import Draft, Name, Spec, spec
from tests.mutants.faults import BRIDGES, RECURRENT
from tests.repair.building import Builder

MOST_WAYS = 3

Looks = tuple[tuple[str, str, str], ...]
"""Of each layer its class, its output and its weights: two models that look alike are one."""

Shape = tuple[int | None, ...]


def looks(model: Model, trace: Trace) -> Looks:
    """A traced model, nested ones laid open."""
    return tuple(
        (step.cls, show(step.traced.outputs), str(step.traced.params))
        for step in View(model, trace).steps
        if not step.is_input
    )


def decidable(broken: Draft, target: Shape, original: Looks) -> bool | None:
    """May a repair be held against the original? `None` where the draft is written with names."""
    ways: set[Looks] = set()
    tracer = Tracer()
    for draft in edits(broken, target):
        texts = [_text(layer) for layer in draft.layers]
        if None in texts:
            return None
        model = Builder().chain(f"Input({draft.input_shape!r})", *(text for text in texts if text is not None))
        trace = tracer.trace(model)
        if trace.refusal is None and trace.outputs[0] == target:
            ways.add(looks(model, trace))
    return original in ways and len(ways) <= MOST_WAYS


def _text(layer: Spec) -> str | None:
    parts = []
    for keyword, value in layer.args:
        if isinstance(value, Name):
            return None
        text = _text(value) if isinstance(value, Spec) else repr(value)
        if text is None:
            return None
        parts.append(text if keyword is None else f"{keyword}={text}")
    return f"{layer.cls}({', '.join(parts)})"


def edits(draft: Draft, target: Shape) -> Iterator[Draft]:
    """Every draft that is one edit away."""
    layers = draft.layers
    for new in _new(draft):
        for i in range(len(layers) + 1):
            yield draft._replace(layers=(*layers[:i], new, *layers[i:]))
    for i, layer in enumerate(layers):
        for count in (1, 2, 3):
            if all(other == layer for other in layers[i : i + count]) and i + count <= len(layers):
                yield draft._replace(layers=(*layers[:i], *layers[i + count :]))
        for other in _turned(layer, target[-1]):
            yield draft._replace(layers=(*layers[:i], other, *layers[i + 1 :]))
        if i == 0 and layer.cls == "Dense" and len(layers) > 1 and layers[1].cls == "Reshape":
            size = 1
            for dim in layers[1].args[0][1]:  # type: ignore[attr-defined]
                size *= dim
            yield draft._replace(layers=(Spec("Dense", ((None, size), *layer.args[1:])), *layers[1:]))
    for shape in set(permutations(draft.input_shape)) - {draft.input_shape}:
        yield draft._replace(input_shape=shape)


def _new(draft: Draft) -> Iterator[Spec]:
    yield from (spec(bridge) for bridge in BRIDGES)
    for dims in (1, 2, 3):
        for kind in ("Max", "Average"):
            yield spec(f"{kind}Pooling{dims}D", 2)


def _turned(layer: Spec, last: int | None) -> Iterator[Spec]:
    if layer.cls.startswith("Conv"):
        same = layer.get("padding") == "same"
        yield layer.without("padding") if same else layer.set("padding", "same")
        yield layer.set("strides", 2) if layer.get("strides") is None else layer.without("strides")
    if layer.cls in ("Bidirectional", "TimeDistributed"):
        inner = layer.args[0][1]
        assert isinstance(inner, Spec)
        for other in _turned(inner, last):
            yield Spec(layer.cls, ((None, other), *layer.args[1:]))
    if layer.cls in RECURRENT or layer.cls.startswith("ConvLSTM"):
        given = layer.get("return_sequences")
        yield layer.without("return_sequences") if given else layer.set("return_sequences", True)
    if last is not None and layer.args and layer.args[0][0] is None and isinstance(layer.args[0][1], int):
        yield Spec(layer.cls, ((None, last), *layer.args[1:]))
