"""Random broken chains: the search needs no more edits than faults, and each repair is valid."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kfix.model.graph import Layer, Model
from kfix.model.target import Target
from kfix.repair.apply import apply
from kfix.repair.search import Options, search
from kfix.shapes import Tracer
from tests.repair.brute import reaching
from tests.repair.building import Builder, within
from tests.repair.chains import Part, draw, faults, text


def broken(seed: int, breaks: int) -> tuple[list[Part], list[Part], Target, list[str]] | None:
    """Return a valid chain, the same with faults that show in its output, and its output as the
    target.
    """
    random = Random(seed)
    parts = draw(random)
    trace = Tracer().trace(Builder().chain(*map(text, parts)))
    output = trace.outputs[0]
    if trace.refusal is not None or not isinstance(output, tuple):
        return None
    target = Target(tuple(dim if isinstance(dim, int) else None for dim in output[1:]))
    wrong, kinds = parts, []
    for _ in range(breaks):
        kind, wrong = random.choice(faults(wrong, random))
        kinds.append(kind)
    after = Tracer().trace(Builder().chain(*map(text, wrong)))
    if after.refusal is None and target.met_by(after.outputs[0]):
        return None
    return parts, wrong, target, kinds


def written(model: Model) -> list[object]:
    """Return the layers with their arguments, Keras's defaults left out."""

    def one(layer: Layer) -> object:
        rest = [
            (
                argument.keyword,
                one(argument.value) if isinstance(argument.value, Layer) else argument.value,
            )
            for argument in layer.arguments
            if (argument.keyword, argument.value)
            not in (("return_sequences", False), ("strides", 1))
        ]
        return layer.cls, rest

    return [one(node.layer) for node in model.nodes]


@pytest.mark.parametrize(("breaks", "seeds"), [(1, 700), (2, 500)])
def test_as_few_edits_as_were_broken(breaks: int, seeds: int) -> None:
    misses, restored, count = [], 0, 0
    for seed in range(seeds):
        drawn = broken(seed, breaks)
        if drawn is None:
            continue
        parts, wrong, target, kinds = drawn
        count += 1
        model = Builder().chain(*map(text, wrong))
        found = next(search([model], Tracer(), target, Options(within=within)), None)
        if found is None or len(found.edits) > breaks:
            misses.append((seed, kinds, list(map(text, wrong)), str(target), found))
            continue
        repaired = apply(model, found.edits)
        restored += written(repaired) == written(Builder().chain(*map(text, parts)))
    for miss in misses:
        print(miss)
    print(
        f"{count} chains with {breaks} faults: {len(misses)} missed, {restored} restored as "
        "they were"
    )
    assert len(misses) <= count // 100
    assert restored >= count * (0.8 if breaks == 1 else 0.4)


def test_the_very_original_where_it_can_be_decided() -> None:
    """Where a brute force over all single edits finds at most three ways, the search takes the one
    that was broken.
    """
    restored = count = 0
    for seed in range(2000, 2080):
        drawn = broken(seed, 1)
        if drawn is None:
            continue
        parts, wrong, target, kinds = drawn
        original = written(Builder().chain(*map(text, parts)))
        ways = reaching(wrong, target)
        if len(ways) > 3 or not any(
            written(Builder().chain(*map(text, way))) == original for way in ways
        ):
            continue
        count += 1
        model = Builder().chain(*map(text, wrong))
        found = next(search([model], Tracer(), target, Options(within=within)), None)
        if found is not None and written(apply(model, found.edits)) == original:
            restored += 1
        else:
            print(seed, kinds, list(map(text, wrong)), target, found)
    print(f"{restored} of {count} restored")
    assert count > 25
    assert restored >= 0.9 * count


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(10_000, 1_000_000), breaks=st.integers(1, 3))
def test_every_repair_is_true(seed: int, breaks: int) -> None:
    drawn = broken(seed, breaks)
    if drawn is None:
        return
    _, wrong, target, _ = drawn
    model = Builder().chain(*map(text, wrong))
    cost = 0.0
    for repair in search([model], Tracer(), target, Options(within=within, steps=300)):
        repaired = apply(model, repair.edits)
        trace = Tracer().trace(repaired)
        assert trace.refusal is None
        assert target.met_by(trace.outputs[0])
        assert tuple(trace.outputs) == repair.outputs
        assert trace.params == repair.params
        assert repair.cost >= cost - 0.25  # what a state still needs is an estimate
        cost = max(cost, repair.cost)
        assert next(search([repaired], Tracer(), target, Options(within=within)), None) is None
