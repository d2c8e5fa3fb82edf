"""What the proof on the whole program keeps from being a repair, and from being a safe one."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kfix.cli.main import command
from kfix.engine.pipeline import Settings, run_file
from kfix.engine.results import FileResult, ModelResult
from kfix.engine.settings import ConfiguredTarget
from kfix.model.record import replace
from kfix.project.project import Project
from kfix.repair.apply import Applier

HEAD = "import numpy as np\nimport keras\nfrom keras import layers\n"


def run(code: str, **settings: object) -> FileResult:
    project = Project({"m.py": (HEAD + code).encode()})
    return run_file(project, "m.py", replace(Settings(), **settings))


def only(result: FileResult) -> ModelResult:
    assert result.error is None
    (outcome,) = (outcome for outcome in result.models if outcome.findings)
    return outcome


def kinds(outcome: ModelResult) -> list[list[str]]:
    return [[edit.kind for edit in proven.repair.edits] for proven in outcome.repairs]


SUBCLASSED = """
class Halved(keras.Model):
    def __init__(self):
        super().__init__()
        self.small = layers.Conv2D(4, 3, strides=2, padding="same")
        self.large = layers.Conv2DTranspose(2, 3, strides=2, padding="same")

    def call(self, image):
        return image * self.large(self.small(image))


net = Halved()
net.build((None, 21, 21, 2))
"""


def test_no_layer_is_called_on_a_model_object() -> None:
    result = run(SUBCLASSED)
    outcome = only(result)
    assert outcome.applied is not None
    assert outcome.applied.traces[0].outputs == [(None, 21, 21, 2)]
    assert "(net)" not in result.diff


TWO_HEADS = """
x, y = np.random.rand(8, 6), np.random.rand(8, 2)
inputs = keras.Input((6,))
price, size = layers.Dense(1, name="price")(inputs), layers.Dense(1, name="size")(inputs)
model = keras.Model(inputs, [price, size])
model.compile("sgd", "mse")
model.fit(x, y)
"""


def test_one_label_array_is_not_the_labels_of_each_head() -> None:
    outcome = only(run(TWO_HEADS))
    assert [found.finding.code for found in outcome.findings] == ["KFX610"]
    assert outcome.applied is not None
    (edit,) = outcome.applied.edits
    assert "[y[:, 0:1], y[:, 1:2]]" in edit.text


STATES = """
agent = keras.Sequential([keras.Input((1, 3)), layers.Dense(2)])
agent.compile("sgd", "mse")
for _ in range(2):
    state = np.zeros(3).reshape(1, 3)
    agent.predict(state)
    agent.fit(state, np.zeros((1, 2)))
"""


def test_what_predict_needs_is_asked_of_the_repaired_input() -> None:
    outcome = only(run(STATES))
    assert outcome.applied is not None
    assert [edit.kind for edit in outcome.applied.repair.edits] == ["set-input-shape"]
    assert outcome.applied.left == []


LEFT = """
net = keras.Sequential([keras.Input((9, 9, 1)), layers.Dense(4), layers.Conv1D(2, 3)])
net.compile("sgd", "mse")
net.fit(np.zeros((8, 9, 9, 1)), np.zeros((7, 3)))
"""


def test_a_repair_that_leaves_an_error_is_not_safe() -> None:
    outcome = only(run(LEFT))
    assert any(proven.left for proven in outcome.repairs)
    assert all(proven.repair.safety != "safe" for proven in outcome.repairs if proven.left)
    assert outcome.applied is None


PAIR = """
maker = keras.Sequential([keras.Input((20,)), layers.Dense(48), layers.Reshape((4, 4, 3))])
judge = keras.Sequential([keras.Input((4, 4, 3)), layers.Flatten(), layers.Dense(1)])
noise = keras.Input((20,))
both = keras.Model(noise, judge(maker(noise)))
both.compile("adam", "binary_crossentropy")
both.train_on_batch(np.zeros((8, 20)), np.ones((8, 1)))
"""


def test_a_target_that_breaks_a_call_that_works_is_asked_back() -> None:
    outcome = only(run(PAIR, target="5"))
    assert outcome.repairs == []
    assert any("train_on_batch, line 10" in remark for remark in outcome.remarks)
    assert run(PAIR, target="4,4,3", model="maker").models[0].left == 0


ENCODER_DECODER = """
one = keras.Sequential([keras.Input((8,)), layers.Dense(3)])
two = keras.Sequential([keras.Input((3,)), layers.Dense(8)])
"""


def test_a_configured_target_without_a_name_is_for_one_model() -> None:
    result = run(ENCODER_DECODER, configured=(ConfiguredTarget(None, "4"),))
    assert result.error is not None
    assert result.files == {}
    (outcome,) = (
        outcome
        for outcome in run(ENCODER_DECODER, configured=(ConfiguredTarget("two", "4"),)).models
        if outcome.wanted
    )
    assert outcome.model.name == "two"
    assert outcome.repairs[0].traces[0].outputs == [(None, 4)]


WORDS = """
left, right = keras.Input((1,)), keras.Input((1,))
first, second = layers.Embedding(30, 8)(left), layers.Embedding(40, 8)(right)
model = keras.Model([left, right], layers.Dot(axes=1)([first, second]))
"""


def test_each_arm_of_a_dot_becomes_a_vector() -> None:
    outcome = only(run(WORDS, target="1"))
    assert kinds(outcome)[0] == ["insert-layer", "insert-layer"]
    assert outcome.repairs[0].traces[0].outputs == [(None, 1)]
    assert outcome.repairs[0].traces[0].params == outcome.trace.params


def test_a_fault_of_the_search_is_reported_as_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object) -> object:
        raise AttributeError("an injected bug")

    monkeypatch.setattr(Applier, "apply", broken)
    monkeypatch.delenv("KFIX_DEBUG", raising=False)
    file = tmp_path / "m.py"
    file.write_text(HEAD + "m = keras.Sequential([keras.Input((8, 8, 3)), layers.Dense(4)])\n")
    result = CliRunner().invoke(command, ["--target", "5", str(file)])
    assert result.exit_code == 2
    said = " ".join(result.output.split())
    assert said.count("a fault of kfix itself (AttributeError: an injected bug)") == 1


@pytest.mark.parametrize(
    ("frozen", "safety"), [("", "safe"), ("net.trainable = False\n", "unsafe")]
)
def test_new_weights_that_no_training_changes_are_not_safe(frozen: str, safety: str) -> None:
    text = (
        "import numpy as np\nimport keras\n"
        "net = keras.applications.MobileNetV2((96, 96, 3), include_top=False, weights=None)\n"
        f"{frozen}"
        "net.compile('adam', 'categorical_crossentropy')\n"
        "net.fit(np.ones((9, 96, 96, 3)), np.ones((9, 5)))\n"
    )
    (outcome,) = run_file(Project({"m.py": text.encode()}), "m.py", Settings()).models
    assert outcome.repairs[0].repair.outputs == ((None, 5),)
    assert outcome.repairs[0].repair.safety == safety
