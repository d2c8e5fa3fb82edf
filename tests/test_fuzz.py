"""A small part of what `scripts/fuzz.py` runs: no input makes kfix crash, however odd."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from kfix.engine.pipeline import CRASH, run_file
from kfix.engine.results import FileResult
from kfix.engine.settings import Settings
from kfix.project.project import Project
from scripts.soak import repaired_wrongly
from tests.fuzz import calls, logs, models, texts

BATCH = 40


def run(name: str, data: bytes, settings: Settings) -> FileResult:
    result = run_file(Project({name: data}), name, settings)
    assert result.error is None or CRASH not in result.error, f"{result.error}\n{data!r}"
    return result


@pytest.mark.parametrize("batch", range(5))
def test_calls_with_values_of_every_kind(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        draw = random.Random(f"calls {seed}")
        settings = Settings(target=draw.choice([None, "10", "5,5"]), unsafe=draw.random() < 0.3)
        run("m.py", calls.program(draw).encode(), settings)


@pytest.mark.parametrize("batch", range(2))
def test_models_of_every_rank_with_targets_of_every_rank(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        draw = random.Random(f"models {seed}")
        settings = Settings(target=models.target(draw), unsafe=draw.random() < 0.5)
        data = models.program(draw).encode()
        result = run("m.py", data, settings)
        if result.files:
            assert list(repaired_wrongly("m.py", data, result, settings)) == []


WRONG_MODELS = {
    "a scalar at the end": "x = keras.Input(())\nmodel = keras.Model(x, x @ x)",
    "a map where a sequence of maps is read": (
        "x = keras.Input((8, 8, 3))\ny = layers.Reshape((8, 8, 3))(x)\n"
        "model = keras.Model(x, layers.ConvLSTM2D(2, 3)(y))"
    ),
}


@pytest.mark.parametrize("kind", WRONG_MODELS)
@pytest.mark.parametrize("target", [None, "1", "5,5", "4,4,2"])
def test_models_that_made_the_search_fail(kind: str, target: str | None) -> None:
    text = f"{calls.HEAD}{WRONG_MODELS[kind]}\n"
    run("m.py", text.encode(), Settings(target=target, unsafe=True))


FOUND = [
    "layers.BatchNormalization(1e400)(x)",
    "layers.GroupQueryAttention(8, 4, np.int64)(x, x)",
    "layers.STFTSpectrogram(frame_length=np.int64, frame_step=None)(x)",
    "layers.ConvLSTM1D(keras.Model, 3)(x)",
    "layers.Dot(np.zeros((0, 3)))([x, x])",
    "layers.InputLayer()(x)",
    "layers.RandomFlip([1])(None)",
    "layers.RandomColorDegeneration(0.5)(-1e400)",
    "layers.Reshape((2,))(x[0] @ x[0])",
    "layers.Dense([[[]]])(x)",
    "layers.EinsumDense('...x,xy->...y', output_shape=('a', [1]))(x)",
    "layers.EinsumDense('ab...,bc->ac...', [{}])(x)",
    "layers.Dense(4)(x)[range(2**70)]",
    "range(2**70)[5]",
    "pd.DataFrame({'a': [1]}).loc[range(2**70), 0]",
    "keras.utils.to_categorical([0, 1], 10**30)",
    "np.zeros((4, 5)).reshape(-(2**63), 5)",
    "tf.one_hot(np.zeros(3), -2)",
    "np.zeros(2**9999)",
    "np.ones((3, -(2**9999)))",
    "keras.Input([[[]]])",
    "ops.pad(x, np.float32)",
    "ops.pad(x, 1e400)",
    "ops.avg_pool(x[0][0], 2)",
    "ops.conv([x, x], 0.5, (-1,))",
    "ops.conv(x, x)",
    "keras.backend.batch_flatten('same')",
    "[i for i in range(2**63)]",
    "range(5)[b'x':3:'']",
    "pow(2, -2.5, 1, 2)",
    "pow([])",
    "np.zeros((4, 5)).__iter__()",
    "pd.DataFrame({'a': [1]}).__iter__(3)",
    "tf.data.Dataset.from_tensor_slices(np.zeros((4, 5))).__iter__()",
    "1 + 'x'.join" + "(5)" * 3,
    "keras.applications.VGG16(False, None, 3, 1e400)(x)",
    "x[2**70:-(2**70):2**70]",
    "int('1' * 5000)",
    str(10**400),
    "1e5000 // 1",
]


@pytest.mark.parametrize("call", FOUND)
@pytest.mark.parametrize("target", [None, "5,5"])
def test_calls_that_made_it_fail(call: str, target: str | None) -> None:
    text = (
        f"{calls.HEAD}x = keras.Input((8, 3))\ny = {call}\nmodel = keras.Model(x, y)\n"
        "model.fit(y, y)\n"
    )
    run("m.py", text.encode(), Settings(target=target, unsafe=True))
    text = (
        f"{calls.HEAD}base = nets.ResNet()\nx = base.output\ny = {call}\n"
        "model = keras.Model(base.input, y)\n"
    )
    run("m.py", text.encode(), Settings(target=target, unsafe=True))


FIXTURES = sorted((Path(__file__).parent.parent / "fixtures").glob("*.py"))


@pytest.mark.parametrize("path", FIXTURES[::3], ids=lambda path: path.stem)
def test_texts_changed_at_random(path: Path) -> None:
    draw = random.Random(f"texts {path.name}")
    for _ in range(12):
        name, data = texts.mutated(path.read_text(encoding="utf-8"), draw)
        run(name, data, Settings(target=draw.choice([None, "10"])))


BOMBS = {
    "zip": "y = list(zip(*[range(9000)] * 9000))",
    "chain": "import itertools\ny = list(itertools.chain(*[range(9000)] * 9000))",
    "map": "y = list(map(lambda *a: a, *[range(9000)] * 9000))",
    "arguments": "def f(*a):\n    return f(*a, *a)\ny = f(1, 2)",
    "stars": "y = (1, 2)\n" + "y = [*y, *y]\n" * 40,
    "tuples": "def f(*a):\n    return (a, a)\ny = (1,)\n" + "y = f(*y, *y)\n" * 40,
    "texts": "y = 'x' * 9000\n" + "y = f'{y}{y}'\n" * 40,
    "formats": "y = '{:>999999999}'.format(1) + '%999999999d' % 1 + f'{1:>{10**9}}'",
    "numbers": "y = 10**10**10 + (1 << 10**10) + 2**-10**10 + round(1e400)",
    "nested lists": "y = []\n" + "y = [y, y]\n" * 60 + "z = np.array(y)",
    "arrays": "y = np.zeros((10**9, 10**9)).tolist() + np.arange(10**12).tolist()",
    "products": "import itertools\ny = list(itertools.product(range(100), repeat=10))",
    "endless": "y = 0\nwhile True:\n    y += 1\n    x = layers.Dense(3)(x)",
    "a list that grows": "y = [0]\nfor a in y:\n    y.append(a)",
}


@pytest.mark.parametrize("kind", BOMBS)
def test_what_grows_without_bound_is_unknown(kind: str) -> None:
    text = f"{calls.HEAD}x = keras.Input((8, 3))\n{BOMBS[kind]}\nmodel = keras.Model(x, x)\n"
    start = time.process_time()
    run("m.py", text.encode(), Settings())
    assert time.process_time() - start < 4


def test_logs_that_are_cut_joined_and_shuffled() -> None:
    logs.fault_of("ValueError: x")
    faults = [logs.fault_of(logs.log(random.Random(f"logs {seed}"))) for seed in range(200)]
    assert [fault for fault in faults if fault is not None and "seconds" not in fault] == []
    assert sum(fault is not None for fault in faults) <= 2  # the machine may be busy
