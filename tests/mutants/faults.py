"""Breaks a drawn model in one place, as people do."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.mutants.drafts import KEEP, MERGES, Draft, Spec, spec

Fault = tuple[str, Draft]

BRIDGES = (
    "Flatten",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "GlobalAveragePooling1D",
    "GlobalMaxPooling1D",
)
RECURRENT = ("LSTM", "GRU", "SimpleRNN")


def break_one(draft: Draft, rng: random.Random) -> Fault | None:
    """Return what was done, and the broken model; `None` where there is no place for any fault."""
    kinds = list(FAULTS)
    rng.shuffle(kinds)
    for kind in kinds:
        found = kind(draft, rng)
        if found is not None:
            return found
    return None


def _one_of(draft: Draft, rng: random.Random, wanted: Callable[[Spec], bool]) -> int | None:
    places = [index for index, layer in enumerate(draft.layers) if wanted(layer)]
    return rng.choice(places) if places else None


def drop_bridge(draft: Draft, rng: random.Random) -> Fault | None:
    index = _one_of(draft, rng, lambda layer: layer.cls in BRIDGES)
    return None if index is None else (f"dropped {draft.layers[index].cls}", draft.put(index))


def drop_pool(draft: Draft, rng: random.Random) -> Fault | None:
    index = _one_of(draft, rng, lambda layer: "Pool" in layer.cls and layer.cls not in BRIDGES)
    return None if index is None else (f"dropped {draft.layers[index].cls}", draft.put(index))


def flip_padding(draft: Draft, rng: random.Random) -> Fault | None:
    index = _one_of(
        draft, rng, lambda layer: layer.cls.startswith("Conv") and layer.args[1][1] != 1
    )
    if index is None:
        return None
    layer = draft.layers[index]
    if layer.get("padding") == "same":
        flipped = layer.without("padding") if rng.random() < 0.6 else layer.set("padding", "valid")
    else:
        flipped = layer.set("padding", "same")
    return f"flipped the padding of layer {index}", draft.put(index, flipped)


def flip_strides(draft: Draft, rng: random.Random) -> Fault | None:
    index = _one_of(draft, rng, lambda layer: layer.cls.startswith("Conv"))
    if index is None:
        return None
    layer = draft.layers[index]
    flipped = layer.set("strides", 2) if layer.get("strides") is None else layer.without("strides")
    return f"flipped the strides of layer {index}", draft.put(index, flipped)


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
        inner.without("return_sequences")
        if inner.get("return_sequences")
        else inner.set("return_sequences", True)
    )
    if layer.cls == "Bidirectional":
        flipped = spec("Bidirectional", flipped)
    return f"flipped return_sequences of layer {index}", draft.put(index, flipped)


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
        return "changed the last units", draft.put(
            index, spec("TimeDistributed", inner.with_first(other))
        )
    other = rng.choice([n for n in (1, 3, 7, 11, 128) if n != layer.args[0][1]])
    return f"changed the units of layer {index}", draft.put(index, layer.with_first(other))


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
    return f"{extra} more of {pool.cls} after layer {index}", draft.put(
        index, *([pool] * (1 + extra))
    )


def drop_reshape(draft: Draft, rng: random.Random) -> Fault | None:
    index = _one_of(draft, rng, lambda layer: layer.cls == "Reshape")
    return None if index is None else ("dropped Reshape", draft.put(index))


def drop_shortcut(draft: Draft, rng: random.Random) -> Fault | None:
    """Return what is called on a remembered tensor alone: the 1×1 convolution on a shortcut."""
    index = _one_of(
        draft, rng, lambda layer: layer.on is not None and layer.cls not in (KEEP, *MERGES)
    )
    return None if index is None else ("dropped what was on the shortcut", draft.put(index))


def change_filters(draft: Draft, rng: random.Random) -> Fault | None:
    """Of a convolution whose channels must fit others that they are added to."""
    adds = any(layer.cls == "Add" for layer in draft.layers)
    index = _one_of(draft, rng, lambda layer: adds and layer.cls == "Conv2D")
    if index is None:
        return None
    other = rng.choice([n for n in (8, 16, 24, 32, 64, 128) if n != draft.layers[index].first])
    return f"changed the filters of layer {index}", draft.put(
        index, draft.layers[index].with_first(other)
    )


def move_layer(draft: Draft, rng: random.Random) -> Fault | None:
    """Return what makes one vector, a pooling or a Reshape stands one or two places off, outside of
    loops and branches.
    """
    loop = draft.loop

    def free(index: int) -> bool:
        layer = draft.layers[index]
        return layer.on is None and (loop is None or index not in loop)

    index = _one_of(
        draft,
        rng,
        lambda layer: layer.cls in BRIDGES or layer.cls == "Reshape" or "Pool" in layer.cls,
    )
    if index is None or not free(index):
        return None
    to = index + rng.choice((-2, -1, 1, 2))
    places = range(min(index, to), max(index, to) + 1)
    if to < 0 or to >= len(draft.layers) - 1 or not all(map(free, places)):
        return None
    layer = draft.layers[index]
    rest = (*draft.layers[:index], *draft.layers[index + 1 :])
    return f"moved {layer.cls}", draft._replace(layers=(*rest[:to], layer, *rest[to:]))


def shrink_input(draft: Draft, rng: random.Random) -> Fault | None:
    """Return the size of the input, not its channels or features."""
    space = draft.input_shape[:-1]
    if not space or None in space:
        return None
    by = rng.choice((2, 2, 4, 8))
    smaller = tuple(max(1, dim // by) for dim in space if dim is not None)
    return "shrunk the input", draft._replace(input_shape=(*smaller, draft.input_shape[-1]))


FAULTS = (
    drop_bridge,
    drop_bridge,
    drop_bridge,
    drop_pool,
    drop_reshape,
    drop_shortcut,
    flip_padding,
    flip_strides,
    flip_return_sequences,
    change_units,
    change_filters,
    swap_input_axes,
    too_many_pools,
    move_layer,
    shrink_input,
)
