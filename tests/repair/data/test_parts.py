"""One array for several inputs: the others are those that are named like it."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project

PROGRAM = """\
import numpy as np
import keras
from keras import layers

words_train, tags_train, y_train = np.ones((90, 8)), np.ones((90, 8)), np.ones((90, 1))
words_test, tags_test, y_test = np.ones((30, 8)), np.ones(({rows}, 8)), np.ones((30, 1))
one, two = keras.Input((8,)), keras.Input((8,))
model = keras.Model([one, two], layers.Dense(1)(layers.concatenate([one, two])))
model.compile("adam", "mse")
model.fit([tags_train, words_train], y_train{aside})
{after}
"""


@pytest.mark.parametrize(
    ("aside", "after"),
    [(", validation_data=(words_test, y_test)", ""), ("", "model.evaluate(words_test, y_test)")],
)
def test_the_arrays_of_another_call_say_which_are_meant(aside: str, after: str) -> None:
    text = PROGRAM.format(rows=30, aside=aside, after=after)
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings())
    wanted = text.replace("words_test, y_test)", "[tags_test, words_test], y_test)")
    assert result.files["m.py"].decode() == wanted
    assert [one.applied.repair.safety for one in result.models if one.applied] == ["safe"]


def test_an_array_with_other_samples_is_not_meant() -> None:
    text = PROGRAM.format(rows=25, aside="", after="model.evaluate(words_test, y_test)")
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings())
    assert not result.files
