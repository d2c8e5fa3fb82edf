"""Labels that may be wrong themselves: the repair of the output is shown, and not applied."""

from __future__ import annotations

from textwrap import dedent

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.results import ModelResult
from kfix.engine.settings import Settings
from kfix.project.project import Project

HEAD = """
    import numpy as np
    from keras import Sequential, layers
"""

ROWS_OF_THE_INPUT = """
    data = np.random.randint(0, 50, (40, 30))
    model = Sequential([
        layers.Embedding(50, 8),
        layers.GlobalMaxPooling1D(),
        layers.Dense(4, activation="softmax"),
    ])
    model.compile("adam", "categorical_crossentropy")
    model.fit(data[:20], data[:20])
"""

ONE_LABEL_FOR_EACH_IMAGE = """
    model = Sequential([
        layers.Input((16, 16, 3)),
        layers.Conv2D(4, 3, strides=2, padding="same"),
        layers.UpSampling2D(),
        layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
    ])
    model.compile("adam", "binary_crossentropy")
    model.fit(np.zeros((8, 16, 16, 3)), np.zeros((8,), "int64"))
"""

SOFTMAX_BEHIND_A_RESHAPE = """
    model = Sequential([
        layers.Input((6, 6, 1)),
        layers.Conv2D(1, 1),
        layers.Reshape((36, 1)),
        layers.Activation("softmax"),
    ])
    model.compile("adam", "categorical_crossentropy")
    model.fit(np.zeros((8, 6, 6, 1)), np.zeros((8, 6, 6, 1), "float32"))
"""

A_CLASSIFIER = """
    model = Sequential([
        layers.Input((16, 16, 3)),
        layers.Conv2D(4, 3),
        layers.Dense(1, activation="sigmoid"),
    ])
    model.compile("adam", "binary_crossentropy")
    model.fit(np.zeros((8, 16, 16, 3)), np.zeros((8,), "int64"))
"""


def run(program: str) -> ModelResult:
    text = dedent(HEAD) + dedent(program)
    return run_file(Project({"m.py": text.encode()}), "m.py", Settings(search=True)).models[0]


@pytest.mark.parametrize(
    "program", [ROWS_OF_THE_INPUT, ONE_LABEL_FOR_EACH_IMAGE, SOFTMAX_BEHIND_A_RESHAPE]
)
def test_a_repair_towards_doubtful_labels_is_not_applied(program: str) -> None:
    model = run(program)
    assert any(found.finding.severity == "error" for found in model.findings)
    assert model.repairs
    assert model.applied is None


def test_a_classifier_of_images_is_repaired() -> None:
    applied = run(A_CLASSIFIER).applied
    assert applied is not None
    assert applied.traces[0].outputs[0] == (None, 1)


COLUMNS_OF_A_FILE = """
    import pandas as pd
    frame = pd.read_csv("rows.csv")
    x = frame.drop(columns=["label"]).to_numpy()
    x = x.reshape(x.shape[0], x.shape[1], 1)
    model = Sequential([
        layers.Dense(8, input_shape=(x.shape[1], 1)),
        layers.Dense(1, activation="sigmoid"),
    ])
    model.compile("adam", "binary_crossentropy")
    model.fit(x, frame["label"])
"""


def test_a_rank_is_wrong_whatever_the_unknown_sizes_are() -> None:
    model = run(COLUMNS_OF_A_FILE)
    assert "KFX101" in [found.finding.code for found in model.findings]
    assert [edit.kind for edit in model.repairs[0].repair.edits][:1] == ["insert-layer"]


def test_labels_of_the_same_rank_as_an_unknown_size_are_no_fault() -> None:
    program = COLUMNS_OF_A_FILE.replace('frame["label"]', "np.zeros((10, 4, 1))")
    assert "KFX101" not in [found.finding.code for found in run(program).findings]
