"""The blocks that larger graphs are made of, each with the faults that people make in it."""

from __future__ import annotations

import textwrap

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project
from tests.repair.repaired import check
from tests.verdicts import keras_refuses, text_of

CASES: dict[str, tuple[str, tuple[str, ...], str]] = {
    "two faults in the call of a model": (
        """
        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.one = layers.Dense(5)
                self.two = layers.LSTM(4)
                self.three = layers.Conv1D(3, 3)
                self.add = layers.Add()
            def call(self, x):
                y = self.one(x)
                return self.three(self.two(self.add([x, y])))
        x = keras.Input((6, 4))
        model = keras.Model(x, Net()(x))
        """,
        ("insert-layer", "set-argument"),
        "self.two = layers.LSTM(4, return_sequences=True)",
    ),
    "cells in RNN": (
        """
        x = keras.Input((8, 6))
        y = layers.RNN(layers.GRUCell(8))(x)
        model = keras.Model(x, layers.RNN(layers.LSTMCell(5))(y))
        """,
        ("set-argument",),
        "layers.RNN(layers.GRUCell(8), return_sequences=True)(x)",
    ),
    "cells that read maps": (
        """
        x = keras.Input((6, 5, 2))
        y = layers.Conv2D(3, 1)(x)
        model = keras.Model(x, layers.RNN(layers.SimpleRNNCell(8))(y))
        """,
        ("insert-layer",),
        "layers.Reshape((6, 15))",
    ),
    "a tensor that was not turned back": (
        """
        x = keras.Input((6, 4))
        y = layers.Dense(6)(layers.Permute((2, 1))(x))
        model = keras.Model(x, layers.Add()([x, y]))
        """,
        ("insert-layer",),
        "layers.Permute((2, 1))(y)",
    ),
    "an order of axes that is none": (
        """
        x = keras.Input((6, 4))
        model = keras.Model(x, layers.Permute((1, 3))(x))
        """,
        ("set-argument",),
        "layers.Permute((2, 1))(x)",
    ),
    "places of another width": (
        """
        x = keras.Input((8,))
        places = layers.Embedding(8, 6)(keras.ops.arange(8))
        model = keras.Model(x, layers.Embedding(50, 4)(x) + places)
        """,
        ("set-literal",),
        "layers.Embedding(8, 4)(keras.ops.arange(8))",
    ),
    "places of another length": (
        """
        x = keras.Input((8,))
        places = layers.Embedding(8, 4)(keras.ops.arange(11))
        model = keras.Model(x, layers.Embedding(50, 4)(x) + places)
        """,
        ("set-literal",),
        "layers.Embedding(8, 4)(keras.ops.arange(8))",
    ),
    "axes of a Dot that vectors lack": (
        """
        x = keras.Input((6,))
        model = keras.Model(x, layers.Dot(axes=2)([layers.Dense(4)(x), layers.Dense(4)(x)]))
        """,
        ("set-argument",),
        "Dot(axes=1)",
    ),
    "axes and lengths of a Dot": (
        """
        x = keras.Input((6,))
        model = keras.Model(x, layers.Dot(axes=2)([layers.Dense(4)(x), layers.Dense(5)(x)]))
        """,
        ("set-argument",),
        "Dot(axes=1)",
    ),
    "steps that a Dot lacks": (
        """
        x = keras.Input((6, 3))
        y = layers.GRU(4)(x)
        model = keras.Model(x, layers.Dot(axes=(2, 2))([y, y]))
        """,
        ("set-argument",),
        "layers.GRU(4, return_sequences=True)(x)",
    ),
    "an axis that no input has": (
        """
        x = keras.Input((6,))
        model = keras.Model(x, layers.Concatenate(axis=2)([x, layers.Dense(6)(x)]))
        """,
        ("set-argument",),
        "Concatenate(axis=-1)",
    ),
    "attention of one sequence": (
        """
        x = keras.Input((6, 4))
        y = layers.GroupQueryAttention(4, 2, 1)(x)
        model = keras.Model(x, layers.Attention()(y))
        """,
        ("repeat-input",),
        "layers.Attention()([y, y])",
    ),
    "a sum of one": (
        """
        x = keras.Input((6, 4))
        y = layers.Dense(4)(x)
        model = keras.Model(x, layers.Add()(y))
        """,
        ("remove-layer",),
        "model = keras.Model(x, y)",
    ),
    "places of a map as a sequence": (
        """
        x = keras.Input((4, 6, 3))
        y = layers.Reshape((24, 3))(x)
        y = layers.MultiHeadAttention(2, 4)(y, y)
        model = keras.Model(x, layers.Conv2D(2, 3)(y))
        """,
        ("insert-layer",),
        "layers.Reshape((4, 6, 3))",
    ),
    "all steps that a Reshape lays out": (
        """
        x = keras.Input((4, 6))
        model = keras.Model(x, layers.Reshape((4, 3, 2))(layers.LSTM(6)(x)))
        """,
        ("set-argument",),
        "layers.LSTM(6, return_sequences=True)(x)",
    ),
    "a map that several layers read": (
        """
        x = keras.Input((4, 6, 3))
        y = layers.Reshape((4, 18))(x)
        y = layers.GRU(12, return_sequences=True)(y)
        gate = layers.Reshape((1, 1, 2))(layers.GlobalAveragePooling2D()(y))
        model = keras.Model(x, layers.Multiply()([y, gate]))
        """,
        ("insert-layer",),
        "layers.Reshape((4, 6, 2))",
    ),
    "steps that layers behind a recurrent one lack": (
        """
        x = keras.Input((4, 6, 6, 2))
        y = layers.ConvLSTM2D(3, 3, padding="same")(x)
        y = layers.Multiply()([y, layers.Dense(3)(y)])
        model = keras.Model(x, layers.Conv3D(2, 3)(y))
        """,
        ("set-argument",),
        'layers.ConvLSTM2D(3, 3, padding="same", return_sequences=True)(x)',
    ),
    "a length that an EinsumDense states": (
        """
        x = keras.Input((6, 4))
        y = layers.EinsumDense("abc,cd->abd", output_shape=(5, 3))(x)
        model = keras.Model(x, y)
        """,
        ("set-argument",),
        "output_shape=(6, 3)",
    ),
    "what is added was to be joined": (
        """
        x = keras.Input((4, 6, 3))
        y = layers.Add()([layers.Dense(4)(x), layers.Dense(6)(x)])
        y = layers.Reshape((24, 10))(y)
        model = keras.Model(x, layers.Reshape((4, 6, 10))(y))
        """,
        ("exchange-name",),
        "layers.Concatenate()([layers.Dense(4)(x), layers.Dense(6)(x)])",
    ),
    "weights of another width than two layers have": (
        """
        x = keras.Input((6, 3))
        y, h, c = layers.LSTM(4, return_state=True)(x)
        y = layers.LSTM(7, return_sequences=True)(x, initial_state=[h, c])
        gate = layers.Dense(4)(layers.GlobalAveragePooling1D()(y))
        model = keras.Model(x, layers.Multiply()([y, layers.Reshape((1, 4))(gate)]))
        """,
        ("set-argument",),
        "layers.LSTM(4, return_sequences=True)",
    ),
    "a window too large for the second input": (
        """
        one, two = keras.Input((3,)), keras.Input((4, 8, 8, 2))
        y = layers.GlobalAveragePooling3D()(layers.MaxPooling3D((1, 9, 2))(two))
        model = keras.Model([one, two], layers.Concatenate()([one, y]))
        """,
        ("set-argument",),
        "keras.Input((4, 8, 8, 2))",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_block(name: str) -> None:
    program, kinds, written = CASES[name]
    assert written in check(program, *kinds)


def test_the_states_behind_what_is_refused_are_no_error() -> None:
    program = """
    x = keras.Input((6, 4))
    y, h, c = layers.LSTM(4, return_state=True)(layers.Conv1D(4, 9)(x))
    z, g = layers.MultiHeadAttention(1, 2)(y, y, return_attention_scores=True)
    model = keras.Model(x, h)
    """
    text = text_of(program).encode()
    result = run_file(Project({"m.py": text}), "m.py", Settings(search=False))
    errors = [
        outcome.finding.code
        for model in result.models
        for outcome in model.findings
        if outcome.finding.severity == "error"
    ]
    assert errors == ["KFX202"]


@pytest.mark.parametrize("loss", ["mse", "categorical_crossentropy"])
def test_batches_that_are_joined_do_not_fit_the_labels(loss: str) -> None:
    program = f"""
    x = keras.Input((6, 4))
    y = layers.Concatenate(axis=0)([x, x])
    model = keras.Model(x, layers.Dense(3)(layers.Flatten()(y)))
    model.compile("sgd", "{loss}")
    model.fit(np.zeros((4, 6, 4)), np.zeros((4, 3)), verbose=0)
    """
    assert keras_refuses(textwrap.dedent(program)) is not None
    text = text_of(program).encode()
    [model] = run_file(Project({"m.py": text}), "m.py", Settings(search=False)).models
    [outcome] = [one.finding for one in model.findings if one.finding.severity == "error"]
    assert (outcome.code, outcome.actual, outcome.expected) == ("KFX612", (4, 3), (8, 3))


def test_a_decoder_starts_from_the_map_that_becomes_the_target() -> None:
    program = """
    model = keras.Sequential([
        layers.Input((16,)),
        layers.Dense(3),
        layers.Conv2DTranspose(8, 4, strides=2),
        layers.UpSampling2D(),
        layers.Conv2D(1, 3, padding="same"),
    ])
    """
    text = text_of(program).encode()
    result = run_file(Project({"m.py": text}), "m.py", Settings(target="16,16,1"))
    new = result.files["m.py"].decode()
    assert "layers.Dense(128)" in new
    assert "layers.Reshape((4, 4, 8))" in new
    assert 'strides=2, padding="same")' in new


@pytest.mark.parametrize("end", ["y", "layers.Concatenate()([y, layers.LSTM(4)(x)])"])
@pytest.mark.parametrize(("axis", "safety"), [(0, "unsafe"), (-1, "safe")])
def test_a_repair_that_leaves_batches_joined_is_not_safe(axis: int, safety: str, end: str) -> None:
    program = f"""
    x = keras.Input((6, 4))
    y = layers.Concatenate(axis={axis})([x, layers.Dense(4)(x)])
    y = layers.LSTM(4)(layers.LSTM(4)(y))
    model = keras.Model(x, layers.Dense(3)({end}))
    """
    text = text_of(program).encode()
    result = run_file(Project({"m.py": text}), "m.py", Settings())
    assert [proven.repair.safety for proven in result.models[0].repairs][:1] == [safety]


def test_no_repair_ends_in_a_layer_whose_output_nobody_can_tell() -> None:
    program = """
    model = keras.Sequential([
        layers.Input((8, 12, 4)),
        layers.Conv1D(4, 3, padding="same"),
        layers.MaxPooling3D((1, 2, 2)),
        layers.ConvLSTM2D(4, 3, padding="same"),
    ])
    """
    text = text_of(program).encode()
    result = run_file(Project({"m.py": text}), "m.py", Settings())
    repairs = [proven for model in result.models for proven in model.repairs]
    written = [edit.text for proven in repairs for edit in proven.edits]
    assert not any("TimeDistributed(layers.MaxPooling3D" in text for text in written)


@pytest.mark.parametrize("layer", ["UpSampling2D(2)", "UpSampling3D(2)"])
def test_upsampling_of_each_step_needs_its_axes(layer: str) -> None:
    program = f"""
    x = keras.Input((8, 6, 4))
    model = keras.Model(x, layers.TimeDistributed(layers.{layer})(x))
    """
    assert keras_refuses(textwrap.dedent(program)) is not None
    text = text_of(program).encode()
    [model] = run_file(Project({"m.py": text}), "m.py", Settings(search=False)).models
    assert [outcome.finding.code for outcome in model.findings] == ["KFX201"]
