"""Labels that are real numbers: no loss for classes is made to take them."""

from __future__ import annotations

import pytest

from tests.repair.data.prepared import result_of

CLASSIFIER = """\
import pandas as pd

model = Sequential([Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "{loss}")
x = np.zeros((8, 4))
{labels}
model.train_on_batch(x, y)
"""
REAL = [
    "y = np.arange(8) / 8",
    "y = np.random.rand(8)\ny -= np.mean(y)\ny /= np.std(y)",
    "total, sums = 0, []\n"
    "for reward in [1.0] * 8:\n"
    "    total = reward + 0.9 * total\n"
    "    sums.append(total)\n"
    "y = np.array(sums)\ny /= np.std(y)",
]
INDICES = ["y = np.random.randint(0, 3, 8)", "y = pd.read_csv('rows.csv')['kind'].values[:8]"]


@pytest.mark.parametrize("labels", REAL)
def test_real_numbers_are_no_classes(labels: str) -> None:
    result = result_of(CLASSIFIER.format(loss="categorical_crossentropy", labels=labels))
    assert not result.files
    [outcome] = result.models
    assert [found.finding.code for found in outcome.findings] == ["KFX602"]
    assert any("sample_weight" in proven.repair.why for proven in outcome.repairs if proven.advice)


@pytest.mark.parametrize("labels", INDICES)
def test_what_a_classifier_is_given_else_are_class_indices(labels: str) -> None:
    [outcome] = result_of(CLASSIFIER.format(loss="categorical_crossentropy", labels=labels)).models
    assert outcome.repairs[0].repair.safety == "safe"
