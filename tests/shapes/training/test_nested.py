"""Structures as `keras.tree` flattens, packs and compares them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from keras import tree

from kfix.shapes.training import nested


def _drawn(choose: random.Random, depth: int = 2) -> Any:
    kind = choose.choice(("leaf", "leaf", "list", "tuple", "dict")) if depth else "leaf"
    if kind == "leaf":
        return choose.choice((None, 1, "text"))
    rows = [_drawn(choose, depth - 1) for _ in range(choose.randrange(1, 4))]
    if kind == "dict":
        return dict(zip(choose.sample("abc", len(rows)), rows, strict=True))
    return tuple(rows) if kind == "tuple" else rows


def _answer(ask: Callable[[], object]) -> object:
    try:
        return ask()
    except (ValueError, TypeError, nested.Mismatch):
        return "refused"


@pytest.mark.parametrize("seed", range(200))
def test_structures_as_keras_takes_them(seed: int) -> None:
    choose = random.Random(seed)
    one, two = _drawn(choose), _drawn(choose)
    assert nested.flatten(one) == tree.flatten(one)
    assert nested.tuples(one) == tree.lists_to_tuples(one)
    is_same = _answer(lambda: tree.assert_same_structure(one, two)) is None
    assert nested.same(one, two) == is_same
    paths = _answer(lambda: tree.assert_same_paths(one, two)) is None
    assert nested.same_paths(one, two) == paths
    leaves = nested.flatten(two)
    packed = _answer(lambda: tree.pack_sequence_as(one, leaves))
    assert _answer(lambda: nested.pack(one, leaves)) == packed
    assert nested.same(one, one)
