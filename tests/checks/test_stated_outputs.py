"""What comments and the last activation say of an output."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.engine.results import ModelResult
from kfix.project.project import Project

STACK = """\
import keras
from keras import layers

net = keras.Sequential([
    layers.Input((24, 24, 1)),
    layers.Conv2D(6, 3, activation="relu"),
    layers.MaxPooling2D(),
    {last}
])
"""


def outcome(code: str) -> ModelResult:
    result = run_file(Project({"m.py": code.encode()}), "m.py", Settings())
    assert result.error is None
    return result.models[0]


@pytest.mark.parametrize(
    "last",
    [
        "layers.Dense(7),  # should be (batch_size, 7)",
        "layers.Dense(7, activation='softmax'),  # intended output is (None, 7)",
        "layers.Dense(7),  # -> (N, 7)",
        "# the output must have the shape (batch, 7)\n    layers.Dense(7),",
    ],
)
def test_a_comment_that_states_the_output_counts_as_labels_do(last: str) -> None:
    found = outcome(STACK.format(last=last))
    assert found.target is not None
    assert found.target.weight == "strong"
    assert found.applied is not None
    assert [edit.kind for edit in found.applied.repair.edits] == ["insert-layer"]
    assert found.applied.traces[0].outputs == [(None, 7)]


@pytest.mark.parametrize(
    "last",
    [
        "layers.Dense(7),  # (None, 7)",
        "layers.Dense(7),  # 7 classes",
        "layers.Dense(7, activation='softmax'),",
        "layers.Dense(1, activation='sigmoid'),",
    ],
)
def test_what_only_hints_gives_numbered_repairs_and_no_edit(last: str) -> None:
    found = outcome(STACK.format(last=last))
    (doubtful,) = (f.finding for f in found.findings if f.finding.code == "KFX605")
    assert doubtful.severity == "warning"
    assert found.applied is None
    assert len(found.repairs[0].traces[0].outputs[0]) == 2  # type: ignore[arg-type]
    assert "Flatten" in found.repairs[0].edits[0].text


@pytest.mark.parametrize(
    "last",
    [
        "layers.Conv2D(7, 1, activation='softmax'),  # 7 classes",
        "layers.Dense(7),  # one row of scores",
        "layers.Dense(7),  # was (None, units) before",
        "layers.Conv2D(7, 1),  # -> (None, 11, 11, 7)",
    ],
)
def test_what_is_right_or_says_nothing_is_left_alone(last: str) -> None:
    found = outcome(STACK.format(last=last))
    assert all(one.finding.severity == "note" for one in found.findings)
    assert found.repairs == []


def test_labels_count_before_words() -> None:
    code = STACK.format(last="layers.Dense(7),  # should be (batch_size, 3)")
    code += "net.compile('sgd', 'mse')\nimport numpy as np\n"
    code += "net.fit(np.zeros((8, 24, 24, 1)), np.zeros((8, 11, 11, 7)))\n"
    assert outcome(code).repairs == []


def test_a_base_without_its_top_is_a_feature_map() -> None:
    found = outcome(
        "import keras\nfrom keras import layers\n"
        "base = keras.applications.MobileNetV2(include_top=False, input_shape=(96, 96, 3))\n"
        "x = layers.Dense(4, activation='softmax')(base.output)\n"
        "net = keras.Model(base.input, x)\n"
    )
    assert any(one.finding.code == "KFX605" for one in found.findings)
    assert "GlobalAveragePooling2D" in found.repairs[0].edits[0].text
