"""Every layer against real Keras, on drawn arguments and shapes.

`make conformance` does the same at length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kfix.shapes import signatures
from kfix.shapes.registry import rule_of
from tests.shapes.cases import draw_case, sweep, sweep_inputs
from tests.shapes.judge import Case, agree, ask_keras, ask_kfix
from tests.shapes.odd_values import Seeded
from tests.shapes.sequentials import draw_sequential, see_keras, see_kfix


class Hypothesis:
    """Lets hypothesis choose, so that it can show the smallest case that fails."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def choice(self, values: Sequence[Any]) -> Any:
        return values[self._data.draw(st.integers(0, len(values) - 1))]

    def chance(self, percent: int) -> bool:
        return self._data.draw(st.integers(0, 99)) >= 100 - percent


def classes() -> list[str]:
    """All classes that have a shape."""
    found = []
    for cls in signatures.layer_names():
        rule = rule_of(cls)
        if rule is not None and not rule.why_unknown and cls != "InputLayer":
            found.append(cls)
    return found


quick = settings(
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("cls", classes())
@settings(quick, max_examples=20)
@given(data=st.data())
def test_layer(cls: str, data: st.DataObject) -> None:
    assert_agree(draw_case(Hypothesis(data), cls))


def assert_agree(case: Case) -> None:
    """Assert that kfix knows no more of a call than is so in Keras."""
    said = ask_kfix(case)
    if said.verdict != "unknown":
        truth = ask_keras(case)
        assert agree(truth, said), f"{case}\n  Keras {truth}\n  kfix {said}"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("cls", classes())
def test_every_rank_list_and_value(cls: str) -> None:
    draw = Seeded(cls)
    for case in (*sweep_inputs(draw, cls), *sweep(draw, cls)):
        assert_agree(case)


@pytest.mark.filterwarnings("ignore")
@settings(quick, max_examples=60)
@given(data=st.data())
def test_whole_sequential_models(data: st.DataObject) -> None:
    drawn = draw_sequential(Hypothesis(data))
    truth, said = see_keras(drawn), see_kfix(drawn)
    assert truth[:3] == said[:3], f"{drawn}\n  Keras {truth}\n  kfix {said}"
