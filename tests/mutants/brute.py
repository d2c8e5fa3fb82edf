"""Every single edit of a draft, tried one after another: it tells which breaks can be decided at
all.

It knows nothing of `kfix.repair`. A break is decidable if at most three single edits of the kinds
that undo `faults` give the wanted output, and one of them gives the model that was broken. The size
of the input is not among the edits: it belongs to the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from kfix.model.graph import Model, TensorRef
from kfix.shapes import Trace, Tracer, show
from tests.mutants.drafts import KEEP, MERGES, Draft, Name, Spec, spec
from tests.mutants.faults import BRIDGES, RECURRENT
from tests.repair.building import Builder

MOST_WAYS = 3

Looks = tuple[object, ...]
"""Of the output its layer, shape and weights, and the same of all that leads to it: models that
look alike are one.
"""

Shape = tuple[int | None, ...]


def looks(model: Model, trace: Trace) -> Looks:
    """Return a traced model, nested ones laid open, from its outputs back."""
    return tuple(_looks(model, trace, ("input",)))


def _looks(model: Model, trace: Trace, entry: object) -> list[object]:
    found: dict[int, object] = {Model.ENTRY: entry}
    for node in model.nodes:
        traced = trace.nodes[node.id]
        sources = tuple(found[ref.node] for ref in _tensors(node.args))
        if node.layer.cls in ("Input", "InputLayer"):
            found[node.id] = entry
        elif node.layer.model is not None and traced.inner is not None and len(sources) == 1:
            found[node.id] = _looks(node.layer.model, traced.inner, sources[0])[0]
        else:
            what = (node.layer.cls, show(traced.outputs), str(traced.params))
            found[node.id] = hash((what, sources))  # a graph laid open would grow without an end
    return [found[ref.node] for ref in model.outputs]


def _tensors(value: object) -> Iterator[TensorRef]:
    if isinstance(value, TensorRef):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _tensors(item)


def decidable(broken: Draft, target: Shape, original: Looks) -> bool:
    """May a repair be held against the original?"""
    ways: set[Looks] = set()
    tracer = Tracer()
    tried: set[Draft] = set()
    for draft in edits(broken, target):
        if draft in tried:
            continue
        tried.add(draft)
        model = build(draft)
        trace = tracer.trace(model)
        if trace.refusal is None and trace.outputs[0] == target:
            ways.add(looks(model, trace))
    return original in ways and len(ways) <= MOST_WAYS


def build(draft: Draft) -> Model:
    """Return the model of a draft, as a reader would give it."""
    entry = f"Input({draft.input_shape!r})"
    if not draft.is_graph:
        return Builder().chain(entry, *map(_text, draft.layers))
    nodes: dict[str, tuple[str, str | list[str]]] = {"x0": (entry, "")}
    last = "x0"
    kept: dict[str | None, str] = {}
    for i, layer in enumerate(draft.layers, 1):
        if layer.cls == KEEP:
            kept[layer.on] = last
        elif layer.cls in MERGES:
            nodes[f"x{i}"] = (_text(layer), [last, kept[layer.on]])
            last = f"x{i}"
        elif layer.on is not None:
            nodes[f"x{i}"] = (_text(layer), kept[layer.on])
            kept[layer.on] = f"x{i}"
        else:
            nodes[f"x{i}"] = (_text(layer), last)
            last = f"x{i}"
    return Builder().graph(last, **nodes)


def _text(layer: Spec) -> str:
    parts = []
    for keyword, value in layer.args:
        text = (
            _text(value)
            if isinstance(value, Spec)
            else str(value)
            if isinstance(value, Name)
            else repr(value)
        )
        parts.append(text if keyword is None else f"{keyword}={text}")
    return f"{layer.cls}({', '.join(parts)})"


def edits(draft: Draft, target: Shape) -> Iterator[Draft]:
    """Yield every draft that is one edit away."""
    for new in _new(draft):
        yield from _inserted(draft, new)
    for i, layer in enumerate(draft.layers):
        if layer.cls != KEEP:
            yield from _removed(draft, i)
            yield from _changed(draft, i, target)
    yield from _moved(draft)
    for shape in set(permutations(draft.input_shape)) - {draft.input_shape}:
        yield draft._replace(input_shape=shape)


def _inserted(draft: Draft, new: Spec) -> Iterator[Draft]:
    """Yield the drafts with one layer more, in a loop and beside it."""
    layers, loop = draft.layers, draft.loop
    for i, layer in enumerate(layers):
        yield draft.put(i, new, layer)
        yield draft.put(i, layer, new)
    for i in (0, len(layers)) if loop is None else (0, loop.start, loop.end, len(layers)):
        yield draft.beside(i, new)


def _removed(draft: Draft, i: int) -> Iterator[Draft]:
    """Yield the draft without a layer, and without it and its equal followers."""
    layers, loop = draft.layers, draft.loop
    yield draft.put(i)
    for count in (2, 3):
        end = i + count
        alike = end <= len(layers) and all(other == layers[i] for other in layers[i:end])
        if alike and (loop is None or end <= loop.start or i >= loop.end):
            rest = draft
            for _ in range(count):
                rest = rest.put(i)
            yield rest


def _changed(draft: Draft, i: int, target: Shape) -> Iterator[Draft]:
    """Yield the drafts with another layer in the place of one."""
    layers = draft.layers
    layer = layers[i]
    for other in _turned(layer, target[-1], draft):
        yield draft.put(i, other)
    if i == 0 and layer.cls == "Dense" and len(layers) > 1 and layers[1].cls == "Reshape":
        yield draft.put(0, layer.with_first(_product(layers[1].first)))
    if layer.cls in MERGES:
        for shortcut in _shortcuts(draft):
            yield draft.put(i, shortcut._replace(on=layer.on), layer)


def _moved(draft: Draft) -> Iterator[Draft]:
    for i, layer in enumerate(draft.layers):
        inside = draft.loop is not None and i in draft.loop
        if (
            inside
            or layer.on is not None
            or not (layer.cls == "Reshape" or "Pool" in layer.cls or layer.cls in BRIDGES)
        ):
            continue
        rest = draft.put(i)
        for to in range(len(rest.layers)):
            if to != i:
                yield rest.beside(to, layer)


def _product(dims: object) -> int:
    size = 1
    assert isinstance(dims, tuple)
    for dim in dims:
        size *= dim
    return size


def _new(draft: Draft) -> Iterator[Spec]:
    yield from (spec(bridge) for bridge in BRIDGES)
    for dims in (1, 2, 3):
        for kind in ("Max", "Average"):
            yield spec(f"{kind}Pooling{dims}D", 2)
    first = draft.layers[0] if draft.layers else None
    if (
        first is not None
        and first.cls == "Dense"
        and len(draft.input_shape) == 1
        and len(draft.layers) > 2
    ):
        units = _number(first.first)
        for side in range(2, 33):
            if units % side**2 == 0:
                yield spec("Reshape", (side, side, units // side**2))


def _number(written: object) -> int:
    """Return the value of a number or of a product (`7 * 7 * 64`)."""
    return _product(tuple(int(factor) for factor in str(written).split("*")))


def _shortcuts(draft: Draft) -> Iterator[Spec]:
    for filters in sorted({layer.first for layer in draft.layers if isinstance(layer.first, int)}):
        yield spec("Conv2D", filters, 1)
        yield spec("Conv2D", filters, 1, strides=2)


def _turned(layer: Spec, last: int | None, draft: Draft) -> Iterator[Spec]:
    if layer.cls.startswith("Conv"):
        same = layer.get("padding") == "same"
        yield layer.without("padding") if same else layer.set("padding", "same")
        yield layer.set("strides", 2) if layer.get("strides") is None else layer.without("strides")
    if layer.cls in ("Bidirectional", "TimeDistributed"):
        inner = layer.args[0][1]
        assert isinstance(inner, Spec)
        for other in _turned(inner, last, draft):
            yield layer.with_first(other)
    if layer.cls in RECURRENT or layer.cls.startswith("ConvLSTM"):
        given = layer.get("return_sequences")
        yield layer.without("return_sequences") if given else layer.set("return_sequences", True)
    if isinstance(layer.first, int):
        if last is not None:
            yield layer.with_first(last)
        if draft.is_graph and layer.cls.startswith("Conv"):
            for filters in sorted(
                {one.first for one in draft.layers if isinstance(one.first, int)}
            ):
                yield layer.with_first(filters)
