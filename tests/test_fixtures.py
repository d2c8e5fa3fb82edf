"""Programs as people write them: what real Keras makes of each before and after, and what kfix
makes of it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.engine.results import FileResult
from tests import real_keras

FOLDER = Path(__file__).parent.parent / "fixtures"
REFUSED = None

Shape = tuple[int | None, ...]


class Row(NamedTuple):
    """`before` is the output shape that Keras gives now, `None` where it refuses; `after` the one
    wanted.

    `model` is the variable that holds the model; `target` what the command
    line says where the program has no comment that says it; `fault` the fault
    in plain words.
    """

    fault: str
    before: Shape | None
    after: Shape
    model: str = "model"
    target: str | None = None


BROKEN = {
    "no_flatten": Row("convolutions straight into the last Dense", (None, 5, 5, 10), (None, 10)),
    "dense_before_and_after": Row(
        "Flatten belongs before the first Dense of several", (None, 5, 5, 10), (None, 10)
    ),
    "dense_on_large_map": Row(
        "a map so large that Flatten would cost millions of weights", (None, 98, 98, 10), (None, 10)
    ),
    "conv1d_into_dense": Row("a Conv1D stack straight into Dense", (None, 62, 6), (None, 6)),
    "pooled_to_one_step": Row("pooled to one step that is still an axis", (None, 1, 5), (None, 5)),
    "nested_encoder": Row("a nested model straight into Dense", (None, 25, 2), (None, 2)),
    "pooling_as_head": Row("one map per class and no pooling", (None, 8, 8, 10), (None, 10)),
    "strided_convs": Row(
        "strides where the size is to stay", (None, 16, 16, 64), (None, 64, 64, 64), "extractor"
    ),
    "too_many_pools": Row("the map shrinks to nothing", REFUSED, (None, 10)),
    "channels_first_input": Row("the channels come first in the input shape", REFUSED, (None, 10)),
    "sequences_to_one_number": Row("the last LSTM gives sequences", (None, 45, 1), (None, 1)),
    "bidirectional_sequences": Row("a wrapped LSTM gives sequences", (None, 120, 1), (None, 1)),
    "lstm_into_lstm": Row("an LSTM before another gives no sequences", REFUSED, (None, 1)),
    "one_label_per_step": Row("labels per step, one output", (None, 1), (None, 50, 1), "detector"),
    "no_channel_axis": Row("no channel axis in the input shape", REFUSED, (None, 10)),
    "no_feature_axis": Row("no feature axis in the input shape", REFUSED, (None, 1)),
    "embedding_into_dense": Row("an Embedding straight into Dense", (None, 256, 1), (None, 1)),
    "flatten_of_any_size": Row("Flatten of a map of any size", REFUSED, (None, 2)),
    "odd_autoencoder": Row(
        "an odd side, and one convolution without padding",
        (None, 20, 20, 1),
        (None, 23, 23, 1),
        "autoencoder",
    ),
    "autoencoder_one_valid": Row(
        "one convolution without padding", (None, 26, 26, 1), (None, 28, 28, 1)
    ),
    "generator_too_small": Row(
        "the seed of a generator is too small", (None, 28, 28, 3), (None, 32, 32, 3)
    ),
    "decoder_upsamples_too_much": Row(
        "a decoder upsamples too much", (None, 42, 42, 1), (None, 28, 28, 1), "decoder"
    ),
    "classes_not_counted": Row("the last units are not the classes", (None, 3), (None, 22)),
    "class_constant": Row("a constant has the wrong number of classes", (None, 10), (None, 100)),
    "reshape_total": Row("Reshape to another total size", REFUSED, (None, 10)),
    "reshape_of_feature_map": Row(
        "Reshape of what was never brought to that size", REFUSED, (None, 4, 10), "head"
    ),
    "convolutions_into_lstm": Row("feature maps straight into an LSTM", REFUSED, (None, 10)),
    "flatten_before_pooling": Row("Flatten before the pooling", REFUSED, (None, 1)),
    "time_distributed_dense": Row("TimeDistributed where there are no steps", REFUSED, (None, 10)),
    "input_shape_without_comma": Row("(784) is an int", REFUSED, (None, 10)),
    "old_kernels": Row("kernels as Keras 1 wrote them", REFUSED, (None, 10)),
    "samples_in_input_shape": Row(
        "the whole shape of the data as input shape", REFUSED, (None, 10)
    ),
    "unet_of_odd_size": Row("a size that does not halve", REFUSED, (None, 90, 90, 1), "unet"),
    "residual_without_shortcut": Row(
        "a residual block changes size and channels", REFUSED, (None, 5)
    ),
    "pooled_shortcut": Row(
        "one way of a residual block is pooled", REFUSED, (None, 56, 56, 32), "block"
    ),
    "integer_labels": Row(
        "a loss for one-hot rows, and labels that are numbers", (None, 10), (None, 10)
    ),
    "one_hot_labels": Row(
        "a loss for numbers, and one-hot labels of more classes", (None, 3), (None, 22)
    ),
    "pretrained_base_into_dense": Row(
        "a base without its top straight into Dense", (None, 7, 7, 2), (None, 2)
    ),
    "film_into_convolution": Row(
        "the last ConvLSTM2D gives no film", REFUSED, (None, None, 64, 64, 1)
    ),
    "large_map_functional": Row("a large map, as a graph", (None, 98, 98, 10), (None, 10)),
    "blocks_of_a_helper": Row(
        "a helper function called four times shrinks the map to nothing", REFUSED, (None, 10)
    ),
    "loop_of_lstms": Row("the last of several LSTMs gives sequences", (None, 60, 1), (None, 1)),
    "channels_last_data": Row("channels first in the model, last in the data", REFUSED, (None, 7)),
    "passengers": Row("a notebook with sequences against one number", (None, 12, 1), (None, 1)),
}

UNTOUCHED = {
    "with_flatten": Row("nothing is wrong", (None, 10), (None, 10)),
    "labels_per_step": Row(
        "one label for every step", (None, 40, 9), (None, 40, 9), "tagger", "none,40,9"
    ),
    "segmentation_head": Row(
        "one label for every pixel", (None, 96, 96, 4), (None, 96, 96, 4), "segmenter", "96,96,4"
    ),
    "dense_per_word": Row("one label for every word", (None, 30, 17), (None, 30, 17)),
    "column_against_vector": Row(
        "a column of outputs against a vector of labels", (None, 1), (None, 1), "regressor", "1"
    ),
}

ALL = BROKEN | UNTOUCHED


def file(name: str) -> Path:
    """Return the path of a fixture, a program or a notebook."""
    notebook = FOLDER / f"{name}.ipynb"
    return notebook if notebook.exists() else FOLDER / f"{name}.py"


def text(name: str) -> str:
    return file(name).read_bytes().decode()


def code(name: str) -> str:
    """Return what real Keras is to run."""
    return real_keras.program(file(name))


def without_target(name: str) -> str:
    """Return the program without the comment that says what is wanted."""
    return re.sub(r"[ ]*# kfix: target=[^\n\\]*", "", text(name))


def run(name: str, settings: Settings) -> FileResult:
    result = run_file(Project(), str(file(name)), settings)
    assert result.error is None
    return result


def kfix(name: str, target: str | None = None) -> bytes:
    """Return the bytes that kfix makes of a fixture."""
    result = run(name, Settings(target=target))
    assert set(result.files) <= {result.path}
    return result.files.get(result.path, result.data)


def test_every_fixture_is_in_the_table() -> None:
    files = {
        path.name.removesuffix(path.suffix)
        for path in FOLDER.iterdir()
        if path.suffix in (".py", ".ipynb")
    }
    assert files == set(ALL) | {f"{name}.fixed" for name in BROKEN}


@pytest.mark.parametrize("name", ALL)
def test_keras_before(name: str) -> None:
    built = real_keras.build(code(name), ALL[name].model)
    assert built.shape == ALL[name].before, built


@pytest.mark.parametrize("name", BROKEN)
def test_keras_after(name: str) -> None:
    built = real_keras.build(code(f"{name}.fixed"), BROKEN[name].model)
    assert built.shape == BROKEN[name].after, built


@pytest.mark.parametrize("name", [*ALL, *(f"{name}.fixed" for name in BROKEN)])
def test_kfix_sees_what_keras_sees(name: str) -> None:
    row = ALL[name.removesuffix(".fixed")]
    built = real_keras.build(code(name), row.model)
    models = [outcome for outcome in run(name, Settings(search=False)).models if not outcome.nested]
    assert len(models) == 1
    trace = models[0].trace
    if built.shape is REFUSED:
        assert trace.refusal is not None
    else:
        assert (trace.outputs, trace.params) == ([built.shape], built.params)


@pytest.mark.parametrize("name", BROKEN)
def test_repairs(name: str) -> None:
    assert kfix(name, BROKEN[name].target).decode() == text(f"{name}.fixed")


@pytest.mark.parametrize("name", BROKEN)
def test_leaves_what_is_repaired(name: str) -> None:
    assert kfix(f"{name}.fixed", BROKEN[name].target).decode() == text(f"{name}.fixed")


@pytest.mark.parametrize("name", UNTOUCHED)
def test_leaves_what_is_right(name: str) -> None:
    result = run(name, Settings())
    assert not result.files
    assert not [
        found
        for outcome in result.models
        for found in outcome.findings
        if found.finding.severity == "error"
    ]
    assert kfix(name, UNTOUCHED[name].target).decode() == text(name)


SILENT = {
    "convolutions_into_lstm",  # rows as steps are one way of several
    "decoder_upsamples_too_much",  # nothing in the program says its size
    "dense_before_and_after",  # a hint
    "generator_too_small",
    "pooling_as_head",
    "reshape_of_feature_map",
    "large_map_functional",  # a hint
    "pretrained_base_into_dense",
}
"""What is left alone without its comment: the program does not say enough."""


@pytest.mark.parametrize("name", BROKEN)
def test_without_its_comment_it_gives_the_same_repair_or_none(name: str) -> None:
    suffix = file(name).suffix
    data = without_target(name).encode()
    result = run_file(Project({f"program{suffix}": data}), f"program{suffix}", Settings())
    assert result.error is None
    after = result.files.get(result.path, data).decode()
    assert after == (without_target(name) if name in SILENT else without_target(f"{name}.fixed"))


@pytest.mark.parametrize("name", [*UNTOUCHED, *(f"{name}.fixed" for name in BROKEN)])
def test_what_is_right_is_right_without_its_comment(name: str) -> None:
    path = f"program{file(name).suffix}"
    result = run_file(Project({path: without_target(name).encode()}), path, Settings())
    assert not result.files
    assert not [
        found
        for outcome in result.models
        for found in outcome.findings
        if found.finding.severity == "error"
    ]


def test_several_outputs() -> None:
    before, after = (FOLDER / "several" / f"two_outputs{end}.py" for end in ("", ".fixed"))
    result = run_file(Project(), str(before), Settings())
    assert result.files[str(before)] == after.read_bytes()
    assert not run_file(Project(), str(after), Settings()).files
