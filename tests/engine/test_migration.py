"""Imports and training that Keras 3 has not: what is said of it, what becomes of it, and that real
Keras takes it.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.engine.results import FileResult
from kfix.findings.old_import import OldImport
from kfix.findings.old_training import OldTraining
from kfix.source.migration import keras_names

MODEL = (
    "\nfrom keras import Sequential as S, layers as L\nm = S([L.Input((4, 4, 1)), L.Dense(3)])\n"
)

MOVED = {
    "one-module": (
        "from keras.layers.core import Dense, Dropout  # core\nDense, Dropout\n",
        "from keras.layers import Dense, Dropout  # core\nDense, Dropout\n",
    ),
    "layout-stays": (
        "from keras.layers.convolutional import (\n    Conv2D,  # maps\n"
        "    MaxPooling2D as Pool,\n)\nConv2D, Pool\n",
        "from keras.layers import (\n    Conv2D,  # maps\n    MaxPooling2D as Pool,\n)\n"
        "Conv2D, Pool\n",
    ),
    "backslash": (
        "from keras.layers.recurrent import LSTM, \\\n    GRU\nLSTM, GRU\n",
        "from keras.layers import LSTM, \\\n    GRU\nLSTM, GRU\n",
    ),
    "two-homes": (
        "from keras.engine.topology import Layer, get_source_inputs as sources\nLayer, sources\n",
        "from keras.layers import Layer\n"
        "from keras.utils import get_source_inputs as sources\nLayer, sources\n",
    ),
    "one-name-of-a-living-module": (
        "from keras.models import Model, Input\nModel, Input\n",
        "from keras.models import Model\nfrom keras.layers import Input\nModel, Input\n",
    ),
    "into-an-import-that-is-there": (
        "from keras.models import Model, Input\nfrom keras.layers import Dense, Dropout\n"
        "Model, Input, Dense\n",
        "from keras.models import Model\nfrom keras.layers import Dense, Dropout, Input\n"
        "Model, Input, Dense\n",
    ),
    "a-module-in-whose-place-its-names-come": (
        "from keras.utils import np_utils, plot_model\n"
        "y = np_utils.to_categorical([1], 3); plot_model\n",
        "from keras.utils import to_categorical, plot_model\n"
        "y = to_categorical([1], 3); plot_model\n",
    ),
    "several-names-of-one": (
        "from keras.utils import np_utils as U\na = U.to_categorical([1], 3)\nb = U.normalize(a)\n",
        "from keras.utils import to_categorical, normalize\na = to_categorical([1], 3)\n"
        "b = normalize(a)\n",
    ),
    "its-names-are-taken": (
        "from keras.utils import np_utils\nto_categorical = 3\n"
        "y = np_utils.to_categorical([1], 3)\n",
        "from keras import utils as np_utils\nto_categorical = 3\n"
        "y = np_utils.to_categorical([1], 3)\n",
    ),
    "preprocessing": (
        "from tensorflow.keras.layers.experimental import preprocessing\n"
        "preprocessing.Rescaling(1)\n",
        "from tensorflow.keras.layers import Rescaling\nRescaling(1)\n",
    ),
    "a-path-in-the-code": (
        "import tensorflow as tf\n"
        "tf.keras.layers.experimental.preprocessing.Rescaling(1)  # tf.keras.a.b\n",
        "import tensorflow as tf\ntf.keras.layers.Rescaling(1)  # tf.keras.a.b\n",
    ),
    "a-path-behind-a-name": (
        "from tensorflow.keras import layers\n"
        "layers.experimental.preprocessing.RandomFlip('horizontal')\n",
        "from tensorflow.keras import layers\nlayers.RandomFlip('horizontal')\n",
    ),
    "whole-module": (
        "import keras.utils.np_utils as u\nu.normalize\n",
        "import keras.utils as u\nu.normalize\n",
    ),
    "star": ("from keras.layers.core import *\nDense\n", "from keras.layers import *\nDense\n"),
    "other-spelling": (
        "from keras.optimizers import adam, SGD\nadam(), SGD\n",
        "from keras.optimizers import Adam as adam, SGD\nadam(), SGD\n",
    ),
    "a-module-of-one-class": (
        "from keras.optimizers import adam_v2\nadam_v2.Adam(0.1)\n",
        "from keras.optimizers import Adam\nAdam(0.1)\n",
    ),
    "constraint": (
        "from keras.constraints import maxnorm\nmaxnorm(3)\n",
        "from keras.constraints import max_norm as maxnorm\nmaxnorm(3)\n",
    ),
    "tensorflow-has-it": (
        "from keras.preprocessing.image import ImageDataGenerator, load_img\n"
        "ImageDataGenerator, load_img\n",
        "from keras.preprocessing.image import load_img\n"
        "from tensorflow.keras.preprocessing.image import ImageDataGenerator\n"
        "ImageDataGenerator, load_img\n",
    ),
    "text": (
        "from keras.preprocessing.text import Tokenizer\nTokenizer\n",
        "from tensorflow.keras.preprocessing.text import Tokenizer\nTokenizer\n",
    ),
    "private-keras": (
        "from tensorflow.python.keras.applications import vgg16\nvgg16.VGG16\n",
        "from tensorflow.keras.applications import vgg16\nvgg16.VGG16\n",
    ),
    "nothing-uses-it": (
        "from keras.regularizers import l2, activity_l2\nfrom keras.utils import np_utils\nl2\n",
        "from keras.regularizers import l2\nl2\n",
    ),
    "in-a-function": (
        "def f():\n    from keras.layers.merge import add; x = add\n    return x\nf()\n",
        "def f():\n    from keras.layers import add; x = add\n    return x\nf()\n",
    ),
    "normalization": (
        "from keras.layers import normalization\nnormalization.BatchNormalization()\n",
        "from keras.layers import BatchNormalization\nBatchNormalization()\n",
    ),
}

LEFT = {
    "a-try": "try:\n    from keras.layers.core import Dense\nexcept ImportError:\n"
    "    from keras.layers import Dense\n",
    "a-version": "import keras\nif keras.__version__ < '2':\n"
    "    from keras.layers.core import Dense\n",
    "living": "from keras.layers import Dense\nfrom keras.preprocessing.image import load_img\n"
    "import keras.backend\n",
    "private": "from keras import __version__\nfrom keras.src.layers.core.dense import Dense\n",
    "another-root": "from tensorflow.python.keras.layers import Dense\n"
    "from tf_keras.layers.core import Dense as D\n",
    "attributes": "import keras\nkeras.losses.MeanSquaredError.from_config\n"
    "keras.datasets.mnist.load_data\n",
    "own": "from .layers.core import Dense\nfrom mine.keras.layers.core import Dense\n",
}


def run(text: str, *select: str, **settings: object) -> FileResult:
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings(select=select, **settings))  # type: ignore[arg-type]
    assert result.error is None
    return result


def codes(result: FileResult) -> list[str]:
    return [found.finding.code for outcome in result.models for found in outcome.findings]


@pytest.mark.parametrize("name", MOVED)
def test_moved(name: str) -> None:
    before, after = MOVED[name]
    result = run(before + MODEL, "KFX306")
    assert result.files["m.py"].decode() == after + MODEL
    assert set(codes(result)) == {"KFX306"}
    assert codes(run(after + MODEL, "KFX306")) == []


@pytest.mark.parametrize("name", MOVED)
def test_keras_takes_what_is_written(name: str) -> None:
    before, after = MOVED[name]
    with pytest.raises((ImportError, AttributeError)):
        exec(before, {})
    exec(after, {})


@pytest.mark.parametrize("name", LEFT)
def test_left(name: str) -> None:
    result = run(LEFT[name] + MODEL, "KFX306")
    assert (codes(result), result.files) == ([], {})


def test_nothing_is_written_where_nothing_else_is_repaired() -> None:
    result = run(MOVED["one-module"][0] + MODEL)
    assert codes(result) == ["KFX306"]
    assert result.files == {}
    assert not any(outcome.left for outcome in result.models)


def test_it_goes_along_with_a_repair() -> None:
    before, after = MOVED["two-homes"]
    result = run(before + MODEL, target="3")
    assert result.files["m.py"].decode() == after + MODEL.replace(
        "L.Dense(3)", "L.Flatten(), L.Dense(3)"
    )
    assert run(result.files["m.py"].decode(), target="3").files == {}


def test_the_name_of_an_old_path_is_known() -> None:
    text = (
        "from keras.models import Sequential\n"
        "from keras.layers.core import Dense, Flatten, InputLayer\n"
    )
    result = run(text + "m = Sequential([InputLayer((4, 4, 1)), Dense(3)])\n", target="3")
    assert "from keras.layers import Dense, Flatten, InputLayer\n" in result.files["m.py"].decode()
    assert "InputLayer((4, 4, 1)), Flatten(), Dense(3)" in result.files["m.py"].decode()


def old_imports(result: FileResult) -> list[OldImport]:
    findings = [found.finding for outcome in result.models for found in outcome.findings]
    return [finding for finding in findings if isinstance(finding, OldImport)]


def test_what_is_nowhere_is_reported_and_left() -> None:
    result = run("from keras.layers import Input, Highway\nHighway, Input\n" + MODEL, "KFX306")
    (finding,) = old_imports(result)
    assert (finding.subject, finding.names, finding.lost) == (
        "keras.layers",
        ("Highway",),
        ("Highway",),
    )
    assert result.files == {}


def test_the_names_that_are_gone_are_reported() -> None:
    text = "from keras.layers import Input, Highway, merge\nInput, Highway, merge\n" + MODEL
    result = run(
        "from keras.utils import np_utils\nnp_utils.to_categorical([1])\n" + text, "KFX306"
    )
    utils, layers = old_imports(result)
    assert (utils.names, utils.moved) == (("np_utils",), (("keras.utils", ("to_categorical",)),))
    assert (layers.names, layers.moved) == (("Highway", "merge"), ())


def test_an_older_keras_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(MOVED["one-module"][0] + MODEL)
    assert codes(run_file(Project(), str(path), Settings())) == ["KFX306"]
    assert codes(run_file(Project(), str(path), Settings(keras=2))) == []
    (tmp_path / "requirements.txt").write_text("tensorflow==2.4\n")
    assert codes(run_file(Project(), str(path), Settings())) == []


def test_a_comment_keeps_it_quiet() -> None:
    text = "from keras.layers.core import Dense  # kfix: ignore\nDense\n"
    assert codes(run(text + MODEL)) == []


def test_the_kind_of_edit_can_be_ruled_out() -> None:
    before, _ = MOVED["two-homes"]
    written = (
        run(before + MODEL, target="3", never=frozenset({"move-import"})).files["m.py"].decode()
    )
    assert "keras.engine.topology" in written


def test_in_a_notebook() -> None:
    cells = ["from keras.utils import np_utils\n", "y = np_utils.to_categorical([1], 3)\n", MODEL]
    book = {
        "cells": [
            {
                "cell_type": "code",
                "metadata": {},
                "outputs": [],
                "execution_count": None,
                "source": [cell],
            }
            for cell in cells
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 2,
    }
    result = run_file(
        Project({"m.ipynb": json.dumps(book, indent=1).encode()}), "m.ipynb", Settings(target="3")
    )
    new = json.loads(result.files["m.ipynb"])
    assert "".join(new["cells"][0]["source"]) == "from keras.utils import to_categorical\n"
    assert "".join(new["cells"][1]["source"]) == "y = to_categorical([1], 3)\n"


@pytest.mark.parametrize(
    "module",
    [
        "layers",
        "models",
        "utils",
        "optimizers",
        "preprocessing.image",
        "preprocessing.text",
        "backend",
        "losses",
    ],
)
def test_what_lives_is_what_keras_has(module: str) -> None:
    for root in ("keras", "tensorflow.keras"):
        path = keras_names.parse(f"{root}.{module}")
        assert path is not None
        try:
            real = importlib.import_module(f"{root}.{module}")
        except ImportError:
            assert not keras_names.is_module(path)
            continue
        assert keras_names.is_module(path)
        for name in (
            "Dense",
            "Model",
            "Input",
            "to_categorical",
            "Adam",
            "load_img",
            "Tokenizer",
            "mean",
            "mse",
        ):
            assert keras_names.has(path, name) == hasattr(real, name), (root, module, name)


TRAINED = """\
import numpy as np
from keras import Input, Sequential, layers
X, Y = np.zeros((8, 4)), np.zeros((8, 3))
model = Sequential([Input((4,)), layers.Dense(3)])
model.compile(loss="mse")
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("model.fit(X, Y, nb_epoch=1, verbose=0)\n", "model.fit(X, Y, epochs=1, verbose=0)\n"),
        (
            "model.fit(X, Y, nb_epoch=1,  # once\n          show_accuracy=True)\n",
            "model.fit(X, Y, epochs=1)  # once\n",
        ),
        (
            "model.fit_generator([(X, Y)], steps_per_epoch=1, workers=2)\n",
            "model.fit([(X, Y)], steps_per_epoch=1)\n",
        ),
        ("model.evaluate_generator([(X, Y)])\n", "model.evaluate([(X, Y)])\n"),
        (
            "from keras.optimizers import SGD\nmodel.compile(SGD(lr=0.1, momentum=0.9), 'mse')\n",
            "from keras.optimizers import SGD\n"
            "model.compile(SGD(learning_rate=0.1, momentum=0.9), 'mse')\n",
        ),
        ("model.compile('sgd', 'mse', class_mode='binary')\n", "model.compile('sgd', 'mse')\n"),
    ],
)
def test_training(before: str, after: str) -> None:
    result = run(TRAINED + before, "KFX307")
    assert codes(result) == ["KFX307"]
    written = result.files["m.py"].decode()
    if "once" not in after:
        assert written == TRAINED + after
    assert codes(run(written, "KFX307")) == []
    with pytest.raises((TypeError, AttributeError, ValueError)):
        exec(TRAINED + before, {})
    if "[(X" not in before:
        exec(written, {})
    assert run(TRAINED + before).files == {}


@pytest.mark.parametrize(
    "right",
    [
        "from keras.optimizers import SGD\nSGD(learning_rate=0.1)\n",
        "SGD = dict\nSGD(lr=0.1, class_mode=2)\n",
    ],
)
def test_what_is_no_old_training(right: str) -> None:
    assert codes(run(TRAINED + right, "KFX307")) == []


def test_the_order_of_the_axes() -> None:
    before = """\
from keras import backend as K
from keras import Input, Sequential, layers
K.set_image_dim_ordering('th')
model = Sequential([Input((3, 16, 16)), layers.MaxPooling2D(4)])
"""
    result = run(before, "KFX307")
    assert codes(result) == ["KFX307"]
    written = result.files["m.py"].decode()
    assert written == before.replace("dim_ordering('th')", "data_format('channels_first')")
    assert run(before).files == {}  # it builds as it is meant
    scope: dict[str, Any] = {}
    exec(written + "K.set_image_data_format('channels_last')\n", scope)
    assert scope["model"].output_shape == (None, 3, 4, 4)


def test_samples_are_no_batches() -> None:
    result = run(
        TRAINED + "model.fit_generator([(X, Y)], samples_per_epoch=8, nb_epoch=1)\n", "KFX307"
    )
    (found,) = result.models[0].findings
    assert isinstance(found.finding, OldTraining)
    assert found.finding.counted == ("samples_per_epoch",)
    assert result.files == {}


@pytest.mark.parametrize("select", [("KFX3",), ("KFX306",)])
def test_a_prefix_of_codes_asks_for_new_names_too(select: tuple[str, ...]) -> None:
    text = "from keras.layers.core import Dropout\nDropout\n" + MODEL
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings(select=select))
    assert b"from keras.layers import Dropout" in result.files["m.py"]


def test_a_file_without_models_is_renewed_where_that_is_asked_for() -> None:
    text = b"from keras.layers.core import Dropout\nDropout\n"
    asked = run_file(Project({"m.py": text}), "m.py", Settings(select=("KFX3",)))
    assert asked.files["m.py"] == b"from keras.layers import Dropout\nDropout\n"
    assert not run_file(Project({"m.py": text}), "m.py", Settings()).files


@pytest.mark.parametrize(
    "line",
    ["z = tf.square(y)", "z = y.get_shape()", "z = y._keras_shape"],
)
def test_what_keras_2_took_is_no_error_where_it_is_pinned(line: str, tmp_path: Path) -> None:
    text = (
        "import tensorflow as tf\nfrom tensorflow.keras import Input, layers\n"
        f"y = layers.Dense(3)(Input((4,)))\n{line}\n"
    )
    path = tmp_path / "m.py"
    path.write_text(text)
    free = run_file(Project(), str(path), Settings(search=False))
    codes = {found.finding.code for outcome in free.models for found in outcome.findings}
    assert codes & {"KFX213", "KFX214"}
    (tmp_path / "requirements.txt").write_text("tensorflow==2.12\n")
    pinned = run_file(Project(), str(path), Settings(search=False))
    assert not [found for outcome in pinned.models for found in outcome.findings]
