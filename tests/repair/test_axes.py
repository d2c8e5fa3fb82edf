"""Axes walked back to what decides them: arguments of any layer with a rule, and numbers that
arrays are made of.
"""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.engine.results import ModelResult
from kfix.model.record import replace
from kfix.project.project import Project
from kfix.shapes import effects as fx
from kfix.shapes import registry
from kfix.shapes.registry import rule_of
from kfix.shapes.tunable_arguments import free

HEAD = "import keras\nfrom keras import layers, ops\n\n"


def repaired(code: str, target: str | None = None) -> tuple[ModelResult, str]:
    """Return the first model with a repair, and the text after it."""
    project = Project({"m.py": (HEAD + code).encode()})
    result = run_file(project, "m.py", Settings(target=target))
    (outcome,) = (outcome for outcome in result.models if outcome.repairs)
    assert outcome.applied is not None
    return outcome, result.files["m.py"].decode()[len(HEAD) :]


MADE_UP = "Masking"
"""A class of Keras whose name is lent to a layer `Masking(width)`, of which nothing in kfix.repair
knows.
"""


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Return a layer whose last axis is its one argument."""
    assert rule_of(MADE_UP) is not None
    own = registry._RULES[MADE_UP]
    fake = replace(
        own,
        output=lambda layer, x: (*x[:-1], layer.dim("mask_value")),
        knobs=(free("mask_value"),),
        effects=fx.last("mask_value"),
    )
    monkeypatch.setitem(registry._RULES, MADE_UP, fake)


CONFLICTS = {
    "a target": ("model = keras.Model([one, two], [layers.{}(7)(one), two])\n", "5"),
    "a sum": ("model = keras.Model([one, two], layers.add([layers.{}(7)(one), two]))\n", None),
    "a dot": ("model = keras.Model([one, two], layers.dot([layers.{}(7)(one), two], -1))\n", None),
    "an operator": ("model = keras.Model([one, two], layers.{}(7)(one) - two)\n", None),
    "a model fed by it": (
        "inner = keras.Model(two, layers.Dense(2)(two))\n"
        "model = keras.Model(one, inner(layers.{}(7)(one)))\n",
        None,
    ),
    "a product": (
        "x = layers.Reshape((3, 3))(one)\n"
        "x = layers.Flatten()(layers.{}(7)(x))\n"
        "model = keras.Model(one, x)\n",
        "15",
    ),
}
SIZES = {
    "a target": ("model = keras.Model(one, layers.{}(4)(one))\n", "8,5"),
    "a sum": ("model = keras.Model([one, two], layers.add([layers.{}(4)(one), two]))\n", None),
    "an operator": ("model = keras.Model([one, two], two - layers.{}(4)(one))\n", None),
    "a concatenation": (
        "model = keras.Model([one, two], layers.concatenate([layers.{}(4)(one), two]))\n",
        None,
    ),
    "a function of joined tensors": (
        "model = keras.Model([one, two], ops.concatenate([layers.{}(4)(one), two], -1))\n",
        None,
    ),
    "behind other layers": (
        "x = layers.MaxPooling1D(2)(layers.ReLU()(layers.{}(4)(one)))\n"
        "model = keras.Model(one, x)\n",
        "4,5",
    ),
    "a model fed by it": (
        "inner = keras.Model(two, layers.Flatten()(two))\n"
        "model = keras.Model(one, inner(layers.{}(4)(one)))\n",
        None,
    ),
}
"""Conflicts about a size, each solved where the layer divides it by 2 and not by 4."""


@pytest.mark.parametrize("name", SIZES)
def test_a_layer_that_scales_needs_no_code_of_its_own(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = rule_of(MADE_UP)
    assert rule is not None
    fake = replace(
        rule,
        output=lambda layer, x: (x[0], x[1] // layer.dim("mask_value"), *x[2:]),
        knobs=(free("mask_value"),),
        effects=lambda layer, shapes: [fx.kept(0), fx.scaled(1, "mask_value"), fx.kept(2)],
    )
    monkeypatch.setitem(registry._RULES, MADE_UP, fake)
    code, target = SIZES[name]
    width = 6 if "concatenate" in code else 5  # of one width they could be joined on the other axis
    inputs = f"one, two = keras.Input((16, 5)), keras.Input((8, {width}))\n"
    text = HEAD + inputs + code.format(MADE_UP)
    settings = Settings(target=target, unsafe=True, only=frozenset({"set-argument"}))
    result = run_file(Project({"m.py": text.encode()}), "m.py", settings)
    assert result.files["m.py"].decode() == text.replace("(4)", "(2)")


INPUTS = "one, two = keras.Input((9,)), keras.Input((5,))\n"


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("name", CONFLICTS)
def test_a_layer_with_a_rule_needs_no_code_of_its_own(name: str) -> None:
    code, target = CONFLICTS[name]
    project = Project({"m.py": (HEAD + INPUTS + code.format(MADE_UP)).encode()})
    settings = Settings(target=target, unsafe=True, only=frozenset({"set-argument"}))
    result = run_file(project, "m.py", settings)
    text = result.files["m.py"].decode()
    assert text == HEAD + INPUTS + code.format(MADE_UP).replace("(7)", "(5)")


RANKS = {
    "a vector for a layer on sequences": (3, "(6,)", "layers.Dense(8)"),
    "a vector for a layer on maps": (4, "(6,)", "layers.Dense(12)"),
    "a map for a layer on sequences": (3, "(8, 8, 1)", "layers.Conv2D(4, 3)"),
    "a map for a layer on vectors": (2, "(8, 8, 1)", "layers.Conv2D(4, 3)"),
    "a sequence for a layer on vectors": (2, "(5, 3)", "layers.LSTM(4, return_sequences=True)"),
    "the last step for a layer on sequences": (3, "(5, 3)", "layers.LSTM(4)"),
}
"""A rank that the made-up layer takes, the input, and the layer before it."""


@pytest.mark.parametrize("name", RANKS)
def test_a_layer_of_another_rank_needs_no_code_of_its_own(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rank, given, before = RANKS[name]
    rule = rule_of(MADE_UP)
    assert rule is not None
    fake = replace(
        rule,
        output=lambda layer, x: (*x[:-1], layer.dim("mask_value")),
        knobs=(free("mask_value"),),
        effects=fx.last("mask_value"),
        rank=rank,
    )
    monkeypatch.setitem(registry._RULES, MADE_UP, fake)
    made = f"layers.{MADE_UP}(3)({before}(one))"
    outcome, _ = repaired_or_shown(
        f"one = keras.Input({given})\nmodel = keras.Model(one, {made})\n", None
    )
    assert outcome.applied is not None
    (shape,) = outcome.applied.traces[0].outputs
    assert isinstance(shape, tuple)
    assert (len(shape), shape[-1]) == (rank, 3)
    assert "bridge" not in outcome.applied.repair.why


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("join", ["layers.concatenate", "layers.Concatenate(axis=-1)"])
def test_a_merge_of_another_rank_needs_no_code_of_its_own(join: str) -> None:
    code = "one, two = keras.Input((4, 9)), keras.Input((5,))\n"
    joined = f"{join}([layers.{MADE_UP}(5)(one), two])"
    outcome, _ = repaired_or_shown(f"{code}model = keras.Model([one, two], {joined})\n", None)
    assert outcome.applied is not None
    assert "bridge" not in outcome.applied.repair.why


def repaired_or_shown(code: str, target: str | None) -> tuple[ModelResult, str]:
    """Return the model, and the text after its cheapest repair, safe or not."""
    project = Project({"m.py": (HEAD + code).encode()})
    result = run_file(project, "m.py", Settings(target=target, unsafe=True))
    outcome = result.models[0]
    return outcome, result.files["m.py"].decode()[len(HEAD) :]


FACTOR = """\
words, noise = keras.Input((4,)), keras.Input((60,))
x = layers.Flatten()(layers.Embedding(9, 20)(words))
model = keras.Model([noise, words], layers.multiply([noise, x]))
"""


def test_one_factor_of_what_is_flattened() -> None:
    outcome, text = repaired(FACTOR)
    assert text == FACTOR.replace("20)(words)", "15)(words)")
    assert outcome.repairs[0].repair.safety == "safe"


@pytest.mark.parametrize(
    "layer", ["LSTM", "GRU", "SimpleRNN", "Bidirectional", "TimeDistributed", "EinsumDense"]
)
def test_wrappers_and_recurrent_layers(layer: str) -> None:
    made = {
        "Bidirectional": "layers.Bidirectional(layers.GRU({half}, return_sequences=True))",
        "TimeDistributed": "layers.TimeDistributed(layers.Dense({n}))",
        "EinsumDense": "layers.Dense({n})",
    }.get(layer, "layers." + layer + "({n}, return_sequences=True)")
    code = "x = keras.Input((6, 3))\nmodel = keras.Model(x, " + made + "(x))\n"
    _, text = repaired_or_shown(code.format(n=8, half=4), "6,10")
    assert text == code.format(n=10, half=5)


FUNCTIONS = {
    "ops.one_hot(one, {})": (7, 5, "one, two = keras.Input((9,)), keras.Input((9, 5))\n"),
    "ops.repeat(one, {}, axis=1)": (2, 3, "one, two = keras.Input((3, 4)), keras.Input((9, 4))\n"),
    "ops.repeat(one, axis=1, repeats={})": (
        2,
        3,
        "one, two = keras.Input((3, 4)), keras.Input((9, 4))\n",
    ),
    "ops.pad(one, ((0, 0), ({}, 0), (0, 0)))": (
        2,
        6,
        "one, two = keras.Input((3, 4)), keras.Input((9, 4))\n",
    ),
}
"""Functions with a number that decides an axis: the wrong one, the right one, and the inputs."""


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("merge", ["layers.add([{}, two])", "{} + two", "ops.multiply(two, {})"])
def test_an_argument_of_a_function(function: str, merge: str) -> None:
    wrong, right, inputs = FUNCTIONS[function]
    code = inputs + "x = " + function + "\nmodel = keras.Model([one, two], " + merge + ")\n"
    text = HEAD + code.format(wrong, "x")
    settings = Settings(unsafe=True, only=frozenset({"set-argument"}))
    result = run_file(Project({"m.py": text.encode()}), "m.py", settings)
    assert result.files["m.py"].decode() == HEAD + code.format(right, "x")


TABLE = """\
COUNT = {count}


class Place(layers.Layer):
    def __init__(self, count):
        super().__init__()
        self.count = count
        {init}

    def call(self, x):
        return x + {table}


image = keras.Input((50, 4))
model = keras.Model(image, Place(COUNT)(image))
"""


@pytest.mark.parametrize(
    ("init", "table"),
    [
        ("self.table = layers.Embedding(count, 4)", "self.table(ops.arange(self.count))"),
        ("self.table = layers.Embedding(count, 4)", "self.table(ops.arange(0, self.count, 1))"),
        ("self.table = self.add_weight(shape=(count, 4))", "self.table"),
        ("self.table = self.add_weight(shape=(1, count, 4))", "self.table"),
        ("self.width = 4", "ops.ones((self.count, self.width))"),
    ],
)
def test_the_length_of_a_table(init: str, table: str) -> None:
    outcome, text = repaired(TABLE.format(count=32, init=init, table=table))
    assert text == TABLE.format(count=50, init=init, table=table)
    assert outcome.repairs[0].traces[0].outputs == [(None, 50, 4)]


POSITIONS = """\
LENGTH = {length}
words = keras.Input((20,))
x = layers.Embedding(50, 4)(words)
x = x + layers.Embedding({rows}, 4)({positions})
model = keras.Model(words, x)
"""


@pytest.mark.parametrize(
    ("wrong", "right", "rows", "positions"),
    [
        (32, 20, "LENGTH", "ops.arange(LENGTH)"),
        (32, 20, "LENGTH", "ops.arange(0, LENGTH)"),
    ],
)
def test_the_length_of_positions_outside_of_a_model(
    wrong: int, right: int, rows: str, positions: str
) -> None:
    outcome, text = repaired(POSITIONS.format(length=wrong, rows=rows, positions=positions))
    assert text == POSITIONS.format(length=right, rows=rows, positions=positions)
    assert outcome.repairs[0].traces[0].outputs == [(None, 20, 4)]


def test_rows_and_positions_are_changed_together() -> None:
    outcome, text = repaired(POSITIONS.format(length=1, rows=16, positions="ops.arange(16)"))
    assert text == POSITIONS.format(length=1, rows=20, positions="ops.arange(20)")
    assert outcome.repairs[0].traces[0].outputs == [(None, 20, 4)]
