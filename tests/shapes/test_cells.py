"""Cells against real Keras, where drawn cases seldom go."""

from __future__ import annotations

import pytest

from tests.shapes.judge import Case, agree, ask_keras, ask_kfix

STEPS = ((None, (None, 5, 4)),)
IMAGES = {
    "ConvLSTM1D": (None, 5, 9, 4),
    "ConvLSTM2D": (None, 5, 9, 9, 4),
    "ConvLSTM3D": (None, 5, 4, 4, 4, 4),
}
LSTM = Case("LSTM", (3,), {"bias_initializer": None})
CELL = Case("LSTMCell", (3,), {"bias_initializer": None})


@pytest.mark.parametrize(
    "more", [{}, {"unit_forget_bias": False}, {"use_bias": False}, {"use_bias": 1}], ids=str
)
@pytest.mark.parametrize("cls", ["LSTM", "GRU", "SimpleRNN", *IMAGES])
def test_no_bias_initializer(cls: str, more: dict[str, object]) -> None:
    if cls in ("GRU", "SimpleRNN") and "unit_forget_bias" in more:
        return
    args = (3, 2) if cls in IMAGES else (3,)
    case = Case(
        cls, args, {"bias_initializer": None, **more}, ((None, IMAGES.get(cls, (None, 5, 4))),)
    )
    truth, said = ask_keras(case), ask_kfix(case)
    assert agree(truth, said), f"{case}\n  Keras {truth}\n  kfix {said}"
    assert (truth.verdict == "refused") == ("LSTM" in cls and more in ({}, {"use_bias": 1}))


@pytest.mark.parametrize(
    "case",
    [
        Case("RNN", (CELL,), {}, STEPS),
        Case("RNN", ([Case("GRUCell", (3,), {}), CELL],), {}, STEPS),
        Case("Bidirectional", (LSTM,), {}, STEPS),
        Case("TimeDistributed", (LSTM,), {}, ((None, (None, 5, 5, 4)),)),
    ],
    ids=str,
)
def test_no_bias_initializer_within(case: Case) -> None:
    truth, said = ask_keras(case), ask_kfix(case)
    assert truth.verdict == said.verdict == "refused", f"{case}\n  Keras {truth}\n  kfix {said}"
