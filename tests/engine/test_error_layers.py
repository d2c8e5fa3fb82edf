"""What an error states of a layer's arguments: numbers, and what stands behind the tensor."""

from __future__ import annotations

import pytest

from tests.engine.test_evidence import HEAD, run, status, text, traceback

DECODER = """\
units = int(sys.argv[1])
a, b = layers.Input((None, 5)), layers.Input((None, 7))
_, fh, fc, bh, bc = layers.Bidirectional(layers.LSTM(units, return_state=True))(a)
h, c = layers.Concatenate()([fh, bh]), layers.Concatenate()([fc, bc])
d = layers.LSTM(units, return_sequences=True)(b, initial_state=[h, c])
model = keras.Model([a, b], layers.Dense(7)(d))
model.predict([x, y])
"""
MATMUL = (
    "Exception encountered when calling LSTMCell.call().\n\n"
    "Matrix size-incompatible: In[0]: [2,18], In[1]: [9,36] [Op:MatMul] name: "
)


def test_the_units_of_a_recurrent_layer_stand_in_its_weights() -> None:
    result = run(HEAD + DECODER, traceback(14, "model.predict([x, y])", MATMUL))
    assert status(result) == "used"
    assert result.evidence is not None
    assert result.evidence.facts == ["`units` of `LSTM` is 9"]
    assert any(one.finding.code == "KFX503" for one in result.findings)


@pytest.mark.parametrize("shown", ["True", "False"])
def test_a_flag_behind_the_tensor_is_known_from_the_error(shown: str) -> None:
    program = HEAD + (
        "training = len(sys.argv) > 1\n"
        "a = layers.Input((16,))\n"
        "b = layers.BatchNormalization()(a, training)\n"
        "model = keras.Model(a, layers.Dense(1)(b))\n"
    )
    message = (
        "Only input tensors may be passed as positional arguments. The following argument value "
        f"should be passed as a keyword argument: {shown} (of type <class 'bool'>)"
    )
    log = traceback(10, "b = layers.BatchNormalization()(a, training)", message)
    result = run(program, log)
    assert status(result) == "used"
    assert "(a, training=training)" in text(result)


def test_the_size_of_a_base_is_known_from_the_error() -> None:
    program = HEAD + (
        "side = int(sys.argv[1])\n"
        "base = keras.applications.ResNet50(include_top=False, weights=None, "
        "input_shape=(side, side, 3))\n"
        "model = keras.Model(base.input, layers.GlobalAveragePooling2D()(base.output))\n"
    )
    message = "Input size must be at least 32x32; Received: input_shape=(20, 20, 3)"
    result = run(program, traceback(9, program.splitlines()[8], message))
    assert status(result) == "used"
    assert result.evidence is not None
    assert result.evidence.facts == ["`input_shape` of `ResNet50` has shape (20, 20, 3)"]


@pytest.mark.parametrize(
    ("layer", "shape", "found", "after"),
    [
        ("Conv2D(8, 3, input_shape=x.shape)", "input_shape=x.shape[1:]", 5, True),
        ("LSTM(8, input_shape=x.shape[1:])", "input_shape=x.shape[1:]", 2, False),
    ],
)
def test_the_rank_alone_is_stated(layer: str, shape: str, found: int, after: bool) -> None:
    program = f"{HEAD}model = keras.Sequential([layers.{layer}, layers.Dense(2)])\n"
    name = layer.partition("(")[0].lower()
    message = f"Input 0 is incompatible with layer {name}_1: expected ndim=4, found ndim={found}"
    result = run(program, traceback(8, program.splitlines()[-1], message), pick=1)
    assert status(result) == "used"
    assert any(one.finding.code == "KFX201" for one in result.findings)
    assert (shape in text(result)) is after


def test_a_number_of_numpy_is_known_from_the_error() -> None:
    program = HEAD + (
        'classes = pd.read_csv("d.csv")["label"].max() + 1\n'
        "model = keras.Sequential([layers.Input((12,)), layers.Dense(classes)])\n"
    )
    message = (
        "Received an invalid value for `units`, expected a positive integer. Received: units=3"
    )
    result = run(program, traceback(9, program.splitlines()[-1], message))
    assert status(result) == "used"
    assert "layers.Dense(int(classes))" in text(result)


def test_what_a_layer_of_the_program_was_called_on_is_read() -> None:
    program = HEAD + (
        'patch = pickle.load(open("p", "rb"))["patch"]\n'
        "class Embed(layers.Layer):\n"
        "    def __init__(self, count):\n"
        "        super().__init__()\n"
        "        self.count = count\n"
        "        self.table = layers.Embedding(count, 24)\n"
        "    def call(self, x):\n"
        "        return x + self.table(keras.ops.arange(self.count))\n"
        "a = layers.Input((32, 32, 3))\n"
        "b = layers.Reshape((-1, 24))(layers.Conv2D(24, patch, strides=patch)(a))\n"
        "model = keras.Model(a, Embed(49)(b))\n"
    )
    message = (
        "Exception encountered when calling Embed.call().\n\nCould not automatically infer the "
        "output shape / dtype of 'embed' (of type Embed).\n\nArguments received by Embed.call():\n"
        "  • args=('<KerasTensor shape=(None, 64, 24), dtype=float32, name=keras_tensor_2>',)"
    )
    result = run(program, traceback(18, "model = keras.Model(a, Embed(49)(b))", message))
    assert status(result) == "used"
    assert "Embed(64)" in text(result)


@pytest.mark.parametrize("table", ["y", "np.round(y)"])
def test_a_number_that_numpy_makes_of_labels_of_an_unknown_dtype(table: str) -> None:
    program = HEAD + (
        'frame = pd.read_csv("a.csv")\ny = frame.pop("kind").to_numpy()\n'
        f"classes = np.max({table}) + 1\n"
        "model = keras.Sequential([layers.Input((4,)), layers.Dense(classes)])\n"
    )
    message = (
        "Received an invalid value for `units`, expected a positive integer. Received: units=4"
    )
    code = "model = keras.Sequential([layers.Input((4,)), layers.Dense(classes)])"
    result = run(program, traceback(11, code, message))
    assert status(result) == "used"
    assert "int(classes)" in text(result)
