"""Calls of models outside of any model: a chain on noise, a training step."""

from __future__ import annotations

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.engine.results import FileResult

HEAD = "import keras\nimport tensorflow as tf\nfrom keras import layers\n"
GENERATOR = """
def make_generator():
    model = keras.Sequential()
    model.add(keras.Input((40,)))
    model.add(layers.Dense(5 * 5 * 16))
    model.add(layers.Reshape((5, 5, 16)))
    model.add(layers.Conv2DTranspose(3, 5, strides=4, padding="same"))
    return model

generator = make_generator()
"""
JUDGE = """
judge = keras.Sequential([
    keras.Input((24, 24, 3)), layers.Conv2D(8, 5, strides=2), layers.Flatten(), layers.Dense(1)
])
"""
FIXED = GENERATOR.replace("5 * 5 * 16", "6 * 6 * 16").replace("(5, 5, 16)", "(6, 6, 16)")
CHAIN = "fake = generator(tf.random.normal([2, 40]), training=False)\nprint(judge(fake))\n"
STEP = """
class Pair(keras.Model):
    def __init__(self, maker, judge, size):
        super().__init__()
        self.maker, self.judge, self.size = maker, judge, size

    def train_step(self, real):
        noise = keras.random.normal((tf.shape(real)[0], self.size))
        with tf.GradientTape() as tape:
            told = self.judge(tf.concat([self.maker(noise), real], axis=0))
        return {"loss": keras.ops.mean(told)}

pair = Pair(generator, judge, 40)
pair.compile(optimizer="adam")
pair.fit(tf.data.Dataset.from_tensor_slices(tf.zeros((8, 24, 24, 3))).batch(4))
"""


def ran(text: str, name: str = "m.py", **settings: object) -> FileResult:
    result = run_file(Project({name: text.encode()}), name, Settings(**settings))  # type: ignore[arg-type]
    assert result.error is None
    return result


def test_a_chain_on_noise() -> None:
    result = ran(HEAD + GENERATOR + JUDGE + CHAIN)
    (outcome,) = [outcome for outcome in result.models if outcome.findings]
    assert outcome.model.name == "judge(fake)"
    assert [found.finding.code for found in outcome.findings] == ["KFX208"]
    assert result.files["m.py"].decode() == HEAD + FIXED + JUDGE + CHAIN


def test_a_chain_that_fits_is_no_model() -> None:
    result = ran(HEAD + FIXED + JUDGE + CHAIN)
    assert [outcome.model.name for outcome in result.models] == ["model", "judge"]
    assert not result.files
    assert not any(outcome.findings for outcome in result.models)


def test_a_model_that_is_wrong_itself_is_reported_once() -> None:
    wrong = JUDGE.replace(
        "layers.Flatten(), layers.Dense(1)", "layers.Reshape((7,)), layers.Dense(1)"
    )
    result = ran(HEAD + FIXED + wrong + CHAIN)
    assert [outcome.model.name for outcome in result.models if outcome.findings] == ["judge"]


def test_a_step_of_training_is_given_what_fit_is_given() -> None:
    result = ran(HEAD + GENERATOR + JUDGE + STEP)
    assert result.files["m.py"].decode() == HEAD + FIXED + JUDGE + STEP
    right = ran(HEAD + FIXED + JUDGE + STEP)
    assert not right.files
    assert not any(found.finding.fails for outcome in right.models for found in outcome.findings)


def test_what_is_not_known_is_not_refused() -> None:
    unknown = (
        "import data\nfor batch in data.batches():\n    judge(generator(batch))\n    judge(batch)\n"
    )
    function = "def show(images):\n    return judge(images)\n"
    result = ran(HEAD + FIXED + JUDGE + unknown + function)
    assert not any(outcome.findings for outcome in result.models)
    odd = ran(HEAD + GENERATOR + JUDGE + "def show(noise):\n    return judge(generator(noise))\n")
    assert not odd.files


def test_the_same_call_of_a_loop_is_reported_once() -> None:
    loop = "for epoch in range(5):\n    judge(generator(tf.random.normal((8, 40))))\n"
    result = ran(HEAD + GENERATOR + JUDGE + loop)
    assert sum(bool(outcome.findings) for outcome in result.models) == 1
    assert result.files["m.py"].decode() == HEAD + FIXED + JUDGE + loop


def test_a_call_is_no_model_that_a_target_could_be_for() -> None:
    text = HEAD + FIXED + CHAIN.partition("print")[0]
    assert ran(text, target="24,24,3").error is None
    assert [outcome.model.name for outcome in ran(text, target="24,24,3").models] == ["model"]


def test_a_model_that_holds_the_call_tells_of_it() -> None:
    whole = "noise = keras.Input((40,))\nwhole = keras.Model(noise, judge(generator(noise)))\n"
    result = ran(HEAD + GENERATOR + JUDGE + whole)
    assert [outcome.model.name for outcome in result.models if outcome.findings] == ["whole"]
