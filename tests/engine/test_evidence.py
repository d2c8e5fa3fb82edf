"""The error of a run: what it states is known where the source leaves it open, told where it says
something else.
"""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.engine.results import FileResult
from kfix.model.record import replace

HEAD = """\
import sys
import pickle
import numpy as np
import pandas as pd
import keras
from keras import layers
x, y = np.load("x.npy"), np.load("y.npy")
"""
SPARSE = (
    HEAD
    + """\
model = keras.Sequential([layers.Input((12,)), layers.Dense(4, activation="softmax")])
model.compile("adam", "categorical_crossentropy")
model.fit(x, y)
"""
).encode()


def traceback(line: int, code: str, message: str, path: str = "/home/me/train.py") -> str:
    return f"""\
Epoch 1/3
Traceback (most recent call last):
  File "{path}", line {line}, in <module>
    {code}
  File "/usr/lib/site-packages/keras/src/utils/traceback_utils.py", line 122, in handler
    raise e.with_traceback(filtered_tb) from None
ValueError: {message}
"""


RANK = (
    "Arguments `target` and `output` must have the same rank (ndim). "
    "Received: target.shape={}, output.shape={}"
)
LABELS = traceback(10, "model.fit(x, y)", RANK.format("(None,)", "(None, 4)"))


def run(program: bytes | str, log: str | None, **settings: object) -> FileResult:
    data = program.encode() if isinstance(program, str) else program
    given = replace(Settings(error_text=log), **settings)  # type: ignore[arg-type]
    result = run_file(Project({"train.py": data}), "train.py", given)
    assert result.error is None
    return result


def text(result: FileResult) -> str:
    return result.files.get("train.py", b"").decode()


def status(result: FileResult) -> str:
    assert result.evidence is not None
    return result.evidence.status


def test_labels_that_the_source_does_not_say_are_known_from_the_error() -> None:
    assert not run(SPARSE, None).files
    result = run(SPARSE, LABELS)
    assert status(result) == "used"
    assert '"sparse_categorical_crossentropy"' in text(result)
    assert result.evidence is not None
    assert result.evidence.facts == [
        "the output of the model has shape (None, 4)",
        "the labels of `fit` have shape (None,)",
    ]
    assert [one.log_line for one in result.models[0].findings] == [7]


@pytest.mark.parametrize(
    ("load", "arguments"),
    [
        ('with open("d", "rb") as f:\n    a, b = pickle.load(f)', "a, b"),
        ('d = np.load("d.npz")\na, b = d["a"], d["b"]', "a, b"),
        ('d = np.load("d.npz")', 'd["a"], y=d["b"]'),
        ('d = pickle.load(open("d", "rb"))\na = d["a"]\nb = d["b"]', "x=a, y=b"),
        ('b = pd.read_csv("d.csv")["label"].values\na = x', "a, b"),
    ],
)
def test_what_a_variable_comes_from_makes_no_difference(load: str, arguments: str) -> None:
    program = HEAD + load + "\n" + SPARSE.decode().partition(HEAD)[2]
    program = program.replace("fit(x, y)", f"fit({arguments})")
    line = len(program.splitlines())
    log = traceback(line, f"model.fit({arguments})", RANK.format("(None,)", "(None, 4)"))
    assert '"sparse_categorical_crossentropy"' in text(run(program, log))


def test_parameters_of_a_function_that_nothing_calls_are_known() -> None:
    program = f"{SPARSE.decode().rpartition('model.fit')[0]}def train(a, b):\n    model.fit(a, b)\n"
    log = traceback(11, "model.fit(a, b)", RANK.format("(None,)", "(None, 4)"))
    assert '"sparse_categorical_crossentropy"' in text(run(program, log))


JOINED = "d = layers.Concatenate()([layers.UpSampling2D()(c), b])"
SKIP = (
    "a = layers.Input({})\n"
    "b = layers.Conv2D(8, 3, padding='same')(a)\n"
    "c = layers.Conv2D(8, 3, padding='same')(layers.MaxPooling2D()(b))\n"
    f"{JOINED}\n"
    "model = keras.Model(a, layers.Conv2D(1, 1)(d))\n"
)
ODD_WIDTH = (
    "A `Concatenate` layer requires inputs with matching shapes except for the concatenation "
    "axis. Received: input_shape=[(None, 112, 74, 8), (None, 112, 75, 8)]"
)
"""What Keras says of that skip connection for maps of an odd width."""
CONVOLUTIONS = (
    HEAD
    + """\
side = int(sys.argv[1])
model = keras.Sequential([
    layers.Input((side, side, 3)),
    layers.Conv2D(16, 3),
    layers.MaxPooling2D(),
    layers.Conv2D(32, 3),
    layers.MaxPooling2D(),
    layers.Conv2D(64, 3),
    layers.MaxPooling2D(),
    layers.Flatten(),
    layers.Dense(5),
])
"""
)


def test_a_number_is_found_from_the_size_that_the_layers_make_of_it() -> None:
    log = traceback(
        9,
        "model = keras.Sequential([",
        "Exception encountered when calling MaxPooling2D.call().\n\n\x1b[1mComputed output size "
        "would be zero or negative. Received: `inputs.shape=[None 1 1 64]`, `pool_size=[2 2]`, "
        "`strides=(2, 2)`.\x1b[0m",
    )
    result = run(CONVOLUTIONS, log)
    assert status(result) == "used"
    assert {one.finding.code for one in result.models[0].findings} >= {"KFX202"}
    assert 'padding="same"' in text(result)


def test_a_repair_that_depends_on_what_the_error_leaves_open_is_shown() -> None:
    program = HEAD + (
        "side = int(sys.argv[1])\n"
        "a = layers.Input((side, side, 3))\n"
        "b = layers.Conv2D(8, 3, padding='same')(layers.MaxPooling2D()(a))\n"
        "c = layers.Conv2D(8, 3, padding='same')(layers.MaxPooling2D()(b))\n"
        "d = layers.Concatenate()([layers.UpSampling2D()(c), b])\n"
        "model = keras.Model(a, layers.Conv2D(1, 1)(layers.UpSampling2D()(d)))\n"
    )
    shapes = "[(None, 44, 44, 8), (None, 45, 45, 8)]"
    message = (
        "A `Concatenate` layer requires inputs with matching shapes except for the concatenation "
        "axis. "
        f"Received: input_shape={shapes}"
    )
    log = traceback(12, "d = layers.Concatenate()([layers.UpSampling2D()(c), b])", message)
    result = run(program, log)
    assert status(result) == "used"
    assert {one.finding.code for one in result.models[0].findings} >= {"KFX205"}
    same = [run(program.replace("int(sys.argv[1])", side), None).files for side in ("90", "91")]
    assert bool(result.files) == (same[0] == same[1])


def test_what_the_source_contradicts_is_reported_and_not_believed() -> None:
    program = SPARSE.replace(b'np.load("y.npy")', b'np.zeros((100, 4), "float32")')
    result = run(program, LABELS)
    assert status(result) == "contradicted"
    assert not result.files
    assert result.evidence is not None
    assert result.evidence.against == ["the labels of `fit` have shape (None,)"]


def test_where_the_source_is_enough_the_error_confirms() -> None:
    program = SPARSE.replace(b'np.load("y.npy")', b'np.zeros((100,), "int32")')
    result = run(program, LABELS)
    assert status(result) == "confirmed"
    assert text(result) == text(run(program, None))


def test_a_file_that_was_edited_is_noticed() -> None:
    log = LABELS.replace("model.fit(x, y)", "model.fit(train_x, train_y, epochs=3)")
    result = run(SPARSE, log)
    assert status(result) == "edited"
    assert not result.files


def test_a_line_that_moved_is_found_again() -> None:
    program = b"# a comment\n" + SPARSE
    result = run(program, LABELS)
    assert status(result) == "used"
    assert result.evidence is not None
    assert result.evidence.place is not None
    assert result.evidence.place.line == 11


@pytest.mark.parametrize(
    "last",
    [
        "FileNotFoundError: [Errno 2] No such file or directory: 'x.npy'",
        "ModuleNotFoundError: No module named 'keras'",
        "KeyError: 'label'",
        "tensorflow.python.framework.errors_impl.ResourceExhaustedError: OOM when allocating "
        "tensor with shape[4,4]",
        "MemoryError",
    ],
)
def test_an_error_about_something_else_edits_nothing(last: str) -> None:
    broken = SPARSE.replace(b'np.load("y.npy")', b'np.zeros((100,), "int32")')
    assert run(broken, None).files
    result = run(broken, LABELS.rpartition("ValueError")[0].replace("line 10", "line 7") + last)
    assert status(result) in ("other", "edited")
    assert not result.files or status(result) == "edited"


def test_a_fault_at_the_line_of_an_error_about_something_else_is_left_alone() -> None:
    broken = SPARSE.replace(b'np.load("y.npy")', b'np.zeros((100,), "int32")')
    code = broken.decode().splitlines()[8]
    result = run(broken, traceback(9, code, "Could not interpret optimizer identifier: adamm"))
    assert status(result) == "other"
    assert not result.files


def test_an_error_without_a_traceback_is_bound_where_there_is_one_call() -> None:
    result = run(SPARSE, LABELS.splitlines()[-1])
    assert status(result) == "used"
    assert '"sparse_categorical_crossentropy"' in text(result)


def test_a_log_without_an_error_is_noted() -> None:
    result = run(SPARSE, "Epoch 1/3\n32/32 - 0s\n")
    assert result.evidence is None
    assert result.notes == ["the log has no error"]


@pytest.mark.parametrize(
    ("message", "fixed"),
    [
        (
            "Error when checking target: expected dense to have shape (4,) but got array with "
            "shape (9,)",
            "Dense(9",
        ),
        (
            "logits and labels must have the same first dimension, got logits shape [32,4] and "
            "labels shape [128]",
            '"categorical_crossentropy"',
        ),
        (
            "Received a label value of 6 which is outside the valid range of [0, 4).  Label "
            "values: 0 6 1 2",
            "Dense(7",
        ),
    ],
)
def test_older_texts_and_those_of_a_graph_are_bound_as_well(message: str, fixed: str) -> None:
    program = SPARSE.decode()
    if "Error when checking" not in message:
        program = program.replace('"categorical', '"sparse_categorical')
    assert fixed in text(run(program, traceback(10, "model.fit(x, y)", message)))


def test_data_for_validation_is_kept_from_that_for_training() -> None:
    program = SPARSE.decode().replace('np.load("y.npy")', 'np.zeros((100, 4), "float32")')
    program = program.replace("fit(x, y)", "fit(x, y, validation_data=(x, v))")
    program = program.replace("model = ", 'v = np.load("v.npy")\nmodel = ')
    code = "model.fit(x, y, validation_data=(x, v))"
    result = run(program, traceback(11, code, RANK.format("(None,)", "(None, 4)")))
    assert result.evidence is not None
    assert "the labels of `validation_data` have shape (None,)" in result.evidence.facts
    assert {one.finding.code for one in result.models[0].findings} == {"KFX602"}


def test_maps_as_labels_of_vectors_leave_it_open_which_is_wrong() -> None:
    program = HEAD + (
        "model = keras.Sequential([layers.Input((22, 22, 3)), layers.Conv2D(8, 3), "
        "layers.Flatten(), layers.Dense(3)])\n"
        'model.compile("adam", "mse")\n'
        "model.fit(x, y)\n"
    )
    message = (
        "Arguments `target` and `output` must have the same shape. Received: "
        "target.shape=(None, 22, 22, 3), output.shape=(None, 3)"
    )
    result = run(program, traceback(10, "model.fit(x, y)", message))
    assert status(result) == "used"
    assert not result.files


def test_height_and_width_are_found_apart() -> None:
    program = HEAD + "h, w = int(sys.argv[1]), int(sys.argv[2])\n" + SKIP.format("(h, w, 3)")
    result = run(program, traceback(12, JOINED, ODD_WIDTH))
    [model] = result.models
    assert status(result) == "used"
    assert any(one.finding.code == "KFX205" for one in model.findings)
    assert result.files


def test_a_traceback_of_another_file_is_not_used() -> None:
    result = run(SPARSE, LABELS.replace("train.py", "other.py"))
    assert result.evidence is None
    assert result.notes == ["the traceback names no line of this file: the error is not used"]
    assert not result.files


def test_the_number_of_a_name_tells_which_layer_of_a_class_it_is() -> None:
    program = HEAD + (
        "model = keras.Sequential([layers.Input(x.shape[1:]), layers.Conv2D(8, 3), "
        "layers.Flatten(), layers.Conv2D(16, 3), layers.Dense(10)])\n"
    )
    message = (
        "Input 0 with name 'None' of layer 'conv2d_1' is incompatible with the layer: expected "
        "min_ndim=4, found ndim=2. Full shape received: (None, 5408)"
    )
    code = program.splitlines()[-1]
    result = run(program, traceback(8, code, message))
    assert "Reshape" not in text(result)
    assert result.evidence is not None
    assert result.evidence.against == []


def test_labels_that_are_not_known_decide_where_the_output_takes_another_form() -> None:
    program = HEAD + (
        "model = keras.Sequential([layers.Input((784,)), layers.Dense(16), layers.Dense(10)])\n"
        'model.compile("adam", "sparse_categorical_crossentropy")\n'
        "model.fit(x, y)\n"
    )
    message = (
        'Input 0 of layer "sequential" is incompatible with the layer: expected '
        "shape=(None, 784), found shape=(None, 28, 28)"
    )
    result = run(program, traceback(10, "model.fit(x, y)", message))
    assert status(result) == "used"
    assert not result.files
    assert any("the labels are not known" in one for one in result.models[0].remarks)


@pytest.mark.parametrize("loads", ["from data import batches", "batches = pickle.load"])
def test_what_a_data_set_gives_is_known_from_the_error(loads: str) -> None:
    program = SPARSE.decode().replace("fit(x, y)", "fit(given, epochs=3)")
    program = program.replace("model = ", f"{loads}\ngiven = batches()\nmodel = ")
    log = traceback(12, "model.fit(given, epochs=3)", RANK.format("(None,)", "(None, 4)"))
    result = run(program, log)
    assert status(result) == "used"
    assert '"sparse_categorical_crossentropy"' in text(result)


def test_a_data_set_is_no_array_that_could_be_reshaped() -> None:
    program = HEAD + (
        "from data import batches\n"
        "given = batches()\n"
        "a = layers.Input((28, 28, 3))\n"
        "model = keras.Model(a, layers.Dense(2)(layers.GlobalAveragePooling2D()(a)))\n"
        'model.compile("adam", "mse")\n'
        "model.fit(given)\n"
    )
    message = (
        "Input 0 with name 'input_layer' of layer 'functional' is incompatible with the layer: "
        "expected shape=(None, 28, 28, 3), found shape=(None, 3, 28, 28)"
    )
    result = run(program, traceback(13, "model.fit(given)", message))
    assert status(result) == "used"
    assert {one.finding.code for one in result.models[0].findings} == {"KFX601"}
    edits = [edit for proven in result.models[0].repairs for edit in proven.edits]
    assert all(edit.edit.reach != "data" for edit in edits)
