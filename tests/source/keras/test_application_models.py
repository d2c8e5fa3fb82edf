"""Models of `keras.applications` that a program trains or asks as they are."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project
from tests.verdicts import check_refused, check_right, text_of

MODEL = """
model = keras.applications.MobileNet(
    alpha=0.25, weights=None, input_shape=(32, 32, 3), classes=4
)
model.compile("sgd", "sparse_categorical_crossentropy")
"""
FIT = "model.fit(np.zeros({}), np.zeros(4, int), verbose=0)\n"
HEAD_ON_FEATURES = """
base = keras.applications.VGG16(weights=None, include_top=False, input_shape=(64, 64, 3))
features = base.predict(np.zeros((8, 64, 64, 3)))
head = Sequential([Input((2048,)), layers.Dense(1)])
head.compile("sgd", "mse")
head.fit(features, np.zeros(8))
"""


@pytest.mark.keras
def test_data_that_the_model_takes_is_right() -> None:
    check_right(MODEL + FIT.format((4, 32, 32, 3)))


@pytest.mark.keras
def test_data_of_another_size_is_refused() -> None:
    check_refused(MODEL + FIT.format((4, 48, 48, 3)), "KFX601")


def test_one_image_is_no_batch() -> None:
    program = MODEL + "model.predict(np.zeros((32, 32, 3)))\n"
    result = run_file(Project({"m.py": text_of(program).encode()}), "m.py", Settings())
    assert "np.expand_dims(np.zeros((32, 32, 3)), 0)" in result.files["m.py"].decode()


def test_features_have_the_shape_of_the_model_s_output() -> None:
    data = text_of(HEAD_ON_FEATURES).encode()
    result = run_file(Project({"m.py": data}), "m.py", Settings(target="1"))
    assert [outcome.trace.model.name for outcome in result.models] == ["base", "head"]
    assert "(2, 2, 512)" in result.files["m.py"].decode()
    assert any("the only model that is compiled or fitted" in note for note in result.notes)
