"""Layers that Keras 3 has no more, by the name of what they became."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.project.project import Project
from tests.real_keras import build
from tests.rewrite.helpers import block

HEAD = "import keras\n"
CHAIN = """model = keras.Sequential([
    keras.Input((20, 4)),
    {one}(6, return_sequences=True),
    {two}(5),
])
"""


def repaired(before: str, *, changed: bool = True) -> str:
    result = run_file(Project({"m.py": before.encode()}), "m.py", Settings())
    assert result.error is None
    assert result.changed == changed
    return result.files["m.py"].decode() if changed else before


@pytest.mark.parametrize(
    ("imports", "one", "then", "new"),
    [
        (
            "from keras import layers\n",
            "layers.CuDNNLSTM",
            "from keras import layers\n",
            "layers.LSTM",
        ),
        ("", "keras.layers.CuDNNGRU", "", "keras.layers.GRU"),
        (
            "from keras.layers import CuDNNLSTM\n",
            "CuDNNLSTM",
            "from keras.layers import LSTM\n",
            "LSTM",
        ),
        (
            "from keras.layers import CuDNNGRU, Dense\n",
            "CuDNNGRU",
            "from keras.layers import GRU, Dense\n",
            "GRU",
        ),
        (
            "from keras.layers import LSTM, CuDNNLSTM\n",
            "CuDNNLSTM",
            "from keras.layers import LSTM\n",
            "LSTM",
        ),
        (
            block("""
                from keras.layers import LSTM
                from keras.layers import CuDNNLSTM  # fast
                """),
            "CuDNNLSTM",
            "from keras.layers import LSTM\n",
            "LSTM",
        ),
        (
            "from keras.layers import CuDNNLSTM as Fast\n",
            "Fast",
            "from keras.layers import LSTM as Fast\n",
            "Fast",
        ),
        ("from keras.layers import *\n", "CuDNNLSTM", "from keras.layers import *\n", "LSTM"),
    ],
)
def test_renamed_as_it_is_spelled(imports: str, one: str, then: str, new: str) -> None:
    after = repaired(HEAD + imports + CHAIN.format(one=one, two=one))
    assert after == HEAD + then + CHAIN.format(one=new, two=new)
    assert build(after).shape == (None, 5)
    repaired(after, changed=False)


def test_every_use_goes_with_the_import() -> None:
    before = (
        HEAD
        + "from keras.layers import CuDNNLSTM\n"
        + CHAIN.format(one="CuDNNLSTM", two="CuDNNLSTM")
        + "other = keras.Sequential([keras.Input((9, 2)), CuDNNLSTM(3)])\n"
        + "print(isinstance(model.layers[0], CuDNNLSTM), model.CuDNNLSTM, "
        "dict(CuDNNLSTM='CuDNNLSTM'))\n"
    )
    after = repaired(before)
    kept = "dict(CuDNNLSTM='CuDNNLSTM')"
    expected = before.replace(kept, "@").replace("CuDNNLSTM", "LSTM").replace("@", kept)
    assert after == expected.replace("model.LSTM", "model.CuDNNLSTM")


def test_a_model_fixed_by_the_repair_of_another_has_no_error_left() -> None:
    text = HEAD + "from keras.layers import CuDNNGRU\n"
    text += "one = keras.Sequential([keras.Input((9, 2)), CuDNNGRU(3)])\n"
    text += "two = keras.Sequential([keras.Input((9, 2)), CuDNNGRU(4)])\n"
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings())
    assert [outcome.left for outcome in result.models] == [0, 0]
    assert result.models[1].fixed_along


@pytest.mark.parametrize(
    "lines",
    [
        block("""
            try:
                from keras.layers import CuDNNLSTM
            except ImportError:
                CuDNNLSTM = keras.layers.LSTM
            """),
        block("""
            from keras.layers import CuDNNLSTM
            from mine import LSTM
            """),
    ],
)
def test_where_the_name_means_something_else_nothing_is_renamed(lines: str) -> None:
    before = HEAD + lines + CHAIN.format(one="CuDNNLSTM", two="CuDNNLSTM")
    result = run_file(Project({"m.py": before.encode()}), "m.py", Settings())
    assert not result.changed


def test_arguments_by_place_differ_from_those_of_lstm() -> None:
    text = (
        HEAD
        + "model = keras.Sequential([keras.Input((9, 2)), keras.layers.CuDNNLSTM(3, 'zeros')])\n"
    )
    assert not run_file(Project({"m.py": text.encode()}), "m.py", Settings()).changed


def test_old_arguments_of_an_old_layer() -> None:
    before = block("""
            from keras.models import Sequential
            from keras.layers import AtrousConvolution2D, Flatten, Dense
            model = Sequential()
            model.add(AtrousConvolution2D(
                8, (3, 3), atrous_rate=2, border_mode='same', input_shape=(28, 28, 1)))
            model.add(Flatten())
            model.add(Dense(10))
            """)
    after = repaired(before)
    assert (
        "model.add(Conv2D(\n"
        "    8, (3, 3), dilation_rate=2, padding='same', input_shape=(28, 28, 1)))" in after
    )
    assert build(after).shape == (None, 10)
