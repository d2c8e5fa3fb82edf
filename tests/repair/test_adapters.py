"""Every adapter on drawn shapes: what it writes is taken, and leads nearer to what is wanted."""

from __future__ import annotations

import random

from kfix.repair.adapters import ADAPTERS, adapted
from kfix.repair.bridges import output_of
from kfix.repair.prices import price
from kfix.shapes import Tracer

DRAWS = 2000


def test_adapters() -> None:
    chance, tracer = random.Random(3), Tracer()
    seen = set()
    for _ in range(DRAWS):
        given = (
            None,
            *(chance.choice((1, 2, 4, 8, 12, None)) for _ in range(chance.randrange(1, 5))),
        )
        wanted = tuple(chance.choice((1, 4, 8, 16, None)) for _ in range(chance.randrange(1, 5)))
        for one in adapted(given, wanted):
            seen.add(one.adapter)
            output = output_of(tracer, one.layers, given)
            if output is None:
                assert None in given[1:], (given, wanted, one.layers)
                continue
            assert len(output) == len(wanted) + 1, (given, wanted, one.layers)
            assert output != given or None in (*given[1:], *wanted) or 1 in given
    assert seen == set(ADAPTERS)


def test_each_has_a_price_and_a_reason() -> None:
    for adapter in ADAPTERS:
        assert price(adapter.row) > 0
        assert adapter.reason
