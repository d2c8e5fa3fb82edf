"""A layer of one model on another width in a second one."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from tests import real_keras

CODER = """
import keras
from keras import layers
whole = keras.Input((20,))
code = layers.Dense(4)(layers.Dense(9)(whole))
back = layers.Dense(20)(layers.Dense(9)(code))
coder = keras.Model(whole, back)
given = keras.Input((4,))
"""

PASSED_BY = (
    "Dense is a layer of another model too: the layers that stand before it there are passed by"
)

ENDS = {
    "coder.layers[-1](given)": PASSED_BY,
    "coder.layers[-1](coder.layers[-2](given))": None,
    "layers.Dense(3)(coder.layers[-2](given))": None,
    "coder.layers[-2](keras.layers.Dropout(0.5)(given))": None,
}


@pytest.mark.parametrize("end", ENDS)
def test_as_keras(end: str) -> None:
    text = f"{CODER}model = keras.Model(given, {end})\n"
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings())
    outcome = next(outcome for outcome in result.models if outcome.model.name == "model")
    refused = any(found.finding.fails for found in outcome.findings)
    assert not result.files
    assert refused == (real_keras.build(text).refusal is not None)
    assert (ENDS[end] in outcome.remarks) == refused


def test_a_model_of_one_of_two_ways_holds_nothing_of_the_other() -> None:
    text = (
        "import sys\nimport keras\nfrom keras import layers\nshared = layers.Dense(3)\n"
        "x = keras.Input((5,)) if len(sys.argv) > 1 else keras.Input((6,))\n"
        "model = keras.Model(x, shared(x))\n"
    )
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings())
    assert not any(outcome.findings for outcome in result.models)


def test_one_layer_on_two_widths_in_one_model() -> None:
    text = (
        "import keras\nfrom keras import layers\none, two = keras.Input((5,)), keras.Input((6,))\n"
        "shared = layers.Dense(3)\n"
        "model = keras.Model([one, two], layers.Add()([shared(one), shared(two)]))\n"
    )
    (outcome,) = run_file(Project({"m.py": text.encode()}), "m.py", Settings()).models
    assert (
        "a layer keeps the weights of its first call: another width needs a Dense of its own"
        in outcome.remarks
    )
