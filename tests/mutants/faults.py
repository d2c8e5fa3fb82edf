"""Breaks a drawn model in one place, as people do."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.mutants.drafts import Draft, Spec, spec

Fault = tuple[str, Draft]

BRIDGES = ("Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "GlobalAveragePooling1D", "GlobalMaxPooling1D")
RECURRENT = ("LSTM", "GRU", "SimpleRNN")


def break_one(draft: Draft, rng: random.Random) -> Fault | None:
    """What was done, and the broken model; `None` where there is no place for any fault."""
    kinds = list(FAULTS)
    rng.shuffle(kinds)
    for kind in kinds:
        found = kind(draft, rng)
        if found is not None:
            return found
    return None


def _replaced(draft: Draft, index: int, *layers: Spec) -> Draft:
    return draft._replace(layers=(*draft.layers[:index], *layers, *draft.layers[index + 1 :]))


def _one_of(draft: Draft, rng: random.Random, wanted: Callable[[Spec], bool]) -> int | None:
    places = [index for index, layer in enumerate(draft.layers) if wanted(layer)]
    return rng.choice(places) if places else None


def drop_bridge(draft: Draft, rng: random.Random) -> Fault | None:
    index = _one_of(draft, rng, lambda layer: layer.cls in BRIDGES)
    return None if index is None else (f"dropped {draft.layers[index].cls}", _replaced(draft, index))


def drop_pool(draft: Draft, rng: random.Random) -> Fault | None:
    index = _one_of(draft, rng, lambda layer: "Pool" in layer.cls and layer.cls not in BRIDGES)
    return None if index is None else (f"dropped {draft.layers[index].cls}", _replaced(draft, index))


def flip_padding(draft: Draft, rng: random.Random) -> Fault | None:
    index = _one_of(draft, rng, lambda layer: layer.cls.startswith("Conv") and layer.args[-1] != (None, 1))
    if index is None:
        return None
    layer = draft.layers[index]
    if layer.get("padding") == "same":
        flipped = layer.without("padding") if rng.random() < 0.6 else layer.set("padding", "valid")
    else:
        flipped = layer.set("padding", "same")
    return f"flipped the padding of layer {index}", _replaced(draft, index, flipped)


def flip_strides(draft: Draft, rng: random.Random) -> Fault | None:
    index = _one_of(draft, rng, lambda layer: layer.cls.startswith("Conv"))
    if index is None:
        return None
    layer = draft.layers[index]
    flipped = layer.set("strides", 2) if layer.get("strides") is None else layer.without("strides")
    return f"flipped the strides of layer {index}", _replaced(draft, index, flipped)


def flip_return_sequences(draft: Draft, rng: random.Random) -> Fault | None:
    def is_recurrent(layer: Spec) -> bool:
        return layer.cls in RECURRENT or layer.cls == "Bidirectional"

    index = _one_of(draft, rng, is_recurrent)
    if index is None:
        return None
    layer = draft.layers[index]
    inner = layer.args[0][1] if layer.cls == "Bidirectional" else layer
    assert isinstance(inner, Spec)
    flipped = (
        inner.without("return_sequences") if inner.get("return_sequences") else inner.set("return_sequences", True)
    )
    if layer.cls == "Bidirectional":
        flipped = spec("Bidirectional", flipped)
    return f"flipped return_sequences of layer {index}", _replaced(draft, index, flipped)


def change_units(draft: Draft, rng: random.Random) -> Fault | None:
    """Of the last layer, or of the seed of a generator."""
    index = len(draft.layers) - 1
    if draft.family == "generators" and rng.random() < 0.5:
        index = 0
    layer = draft.layers[index]
    if layer.cls == "TimeDistributed":
        inner = layer.args[0][1]
        assert isinstance(inner, Spec)
        other = rng.choice([n for n in (1, 3, 7, 11) if n != inner.args[0][1]])
        return "changed the last units", _replaced(
            draft, index, spec("TimeDistributed", Spec("Dense", ((None, other), *inner.args[1:])))
        )
    other = rng.choice([n for n in (1, 3, 7, 11, 128) if n != layer.args[0][1]])
    changed = Spec(layer.cls, ((None, other), *layer.args[1:]))
    return f"changed the units of layer {index}", _replaced(draft, index, changed)


def swap_input_axes(draft: Draft, rng: random.Random) -> Fault | None:
    shape = draft.input_shape
    if len(shape) == 1:
        return None
    swapped = (shape[-1], *shape[:-1])
    if swapped == shape or None in shape:
        return None
    return "swapped the input axes", draft._replace(input_shape=swapped)


def too_many_pools(draft: Draft, rng: random.Random) -> Fault | None:
    index = _one_of(draft, rng, lambda layer: "Pool" in layer.cls and layer.cls not in BRIDGES)
    if index is None:
        return None
    pool = draft.layers[index]
    extra = rng.choice((1, 1, 2, 2, 3))
    return f"{extra} more of {pool.cls} after layer {index}", _replaced(draft, index, *([pool] * (1 + extra)))


FAULTS = (
    drop_bridge,
    drop_bridge,
    drop_bridge,
    drop_pool,
    flip_padding,
    flip_strides,
    flip_return_sequences,
    change_units,
    swap_input_axes,
    too_many_pools,
)
