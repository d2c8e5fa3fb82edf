"""One tensor that is taken apart into several variables; Keras trains the models."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project
from tests.repair.repaired import check
from tests.verdicts import check_refused, text_of

pytestmark = pytest.mark.keras


@pytest.mark.parametrize(
    ("targets", "layer"),
    [
        ("y, h, c", "layers.LSTM(8)"),
        ("y, h", "layers.GRU(8)"),
        ("y, a, b, c, d", "layers.Bidirectional(layers.LSTM(8))"),
    ],
)
def test_states_are_returned(targets: str, layer: str) -> None:
    text = check(
        f"""
        inputs = keras.Input((6, 4))
        {targets} = {layer}(inputs)
        model = keras.Model(inputs, layers.Dense(2)(y))
        """,
        "return-more",
    )
    assert "8, return_state=True)" in text


def test_scores_are_returned() -> None:
    text = check(
        """
        a = keras.Input((6, 4))
        b = keras.Input((5, 4))
        y, scores = layers.Attention()([a, b])
        model = keras.Model([a, b], layers.Dense(2)(y))
        """,
        "return-more",
    )
    assert "([a, b], return_attention_scores=True)" in text


@pytest.mark.parametrize("program", ["y, h = layers.LSTM(8)(x)", "y, z = layers.Dense(8)(x)"])
def test_another_number_is_only_reported(program: str) -> None:
    program = f"x = keras.Input((6, 4))\n{program}\n"
    check_refused(program, "KFX217")
    result = run_file(Project({"m.py": text_of(program).encode()}), "m.py", Settings(unsafe=True))
    assert not result.files


def test_the_order_of_two_sequences_of_any_length_is_in_doubt() -> None:
    program = """
    a, b = keras.Input((None, 4)), keras.Input((None, 4))
    y, scores = layers.Attention()([a, b])
    model = keras.Model([a, b], layers.Concatenate()([b, y]))
    """
    result = run_file(Project({"m.py": text_of(program).encode()}), "m.py", Settings())
    assert not result.files
    assert any(model.repairs for model in result.models)
