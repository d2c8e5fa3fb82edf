"""Arguments of Keras 1 and 2: bound as what they are now, and refused under Keras 3."""

from __future__ import annotations

import pytest

from kfix.findings.old_argument import OldArgument
from kfix.findings.old_layer import OldLayer
from kfix.findings.unknown_argument import UnknownArgument
from kfix.model.graph import Layer
from kfix.shapes import Tracer, signatures
from tests.shapes.build import layer, sequential


@pytest.mark.parametrize(
    ("old", "new", "shape"),
    [
        (layer("Dense", output_dim=3, init="he_normal"), layer("Dense", 3), (None, 4)),
        (
            layer("Convolution2D", 8, nb_row=3, nb_col=5, border_mode="same", dim_ordering="tf"),
            layer("Conv2D", 8, (3, 5), padding="same"),
            (None, 9, 9, 3),
        ),
        (
            layer("Conv2D", nb_filter=8, kernel_size=3, subsample=(2, 2), bias=False),
            None,
            (None, 9, 9, 3),
        ),
        (layer("Dropout", p=0.5), layer("Dropout", 0.5), (None, 4)),
        (
            layer("LSTM", output_dim=5, inner_init="orthogonal", dropout_W=0.1),
            layer("LSTM", 5),
            (None, 3, 4),
        ),
        (layer("MaxPooling1D", pool_length=2), layer("MaxPooling1D", 2), (None, 8, 4)),
        (layer("Embedding", 10, 4, init="uniform"), layer("Embedding", 10, 4), (None, 3)),
        (layer("GaussianNoise", sigma=0.1), layer("GaussianNoise", 0.1), (None, 3)),
    ],
)
def test_the_layer_has_the_shape_of_its_new_spelling(
    old: Layer, new: Layer | None, shape: tuple[int | None, ...]
) -> None:
    new = new if new is not None else layer("Conv2D", 8, 3, strides=2, use_bias=False)
    args = ((None, shape),)
    wanted = Tracer().use(new, args)
    under_2, under_3 = Tracer(2).use(old, args), Tracer(3).use(old, args)
    assert (under_2.status, under_2.outputs, under_2.params) == (
        "known",
        wanted.outputs,
        wanted.params,
    )
    assert under_3.status == "refused"
    assert isinstance(under_3.finding, OldArgument)
    assert (under_3.would_be, under_3.params) == (wanted.outputs, wanted.params)


def test_the_finding_says_what_each_became() -> None:
    old = layer(
        "Conv2D", 8, nb_row=3, nb_col=5, border_mode="same", dim_ordering="th", input_length=3
    )
    finding = Tracer().use(old, ((None, (None, 3, 9, 9)),)).finding
    assert isinstance(finding, OldArgument)
    assert set(finding.renames) == {
        ("nb_row", "kernel_size", (3, 5)),
        ("nb_col", "", ...),
        ("border_mode", "padding", ...),
        ("dim_ordering", "data_format", "channels_first"),
        ("input_length", "", ...),
    }


def test_layers_behind_it_are_traced_all_the_same() -> None:
    model = sequential(
        layer("Conv2D", 8, 3, border_mode="same", input_shape=(9, 9, 3)),
        layer("Flatten"),
        layer("Dense", 2),
    )
    trace = Tracer().trace(model)
    assert [trace.nodes[i].status for i in range(3)] == [
        "refused",
        "after-refusal",
        "after-refusal",
    ]
    assert [trace.nodes[i].would_be for i in range(3)] == [(None, 9, 9, 8), (None, 648), (None, 2)]
    assert trace.would_be == [(None, 2)]
    assert trace.params == 224 + 1298
    assert len(trace.findings) == 1


def test_batch_input_shape_is_an_input_now() -> None:
    model = sequential(layer("LSTM", 4, batch_input_shape=(2, 5, 3)), layer("Dense", 1))
    assert Tracer(2).trace(model).outputs == [(2, 1)]
    trace = Tracer(3).trace(model)
    assert isinstance(trace.refusal, OldArgument)
    assert trace.would_be == [(2, 1)]


def test_hidden_arguments_are_still_taken() -> None:
    assert Tracer().use(layer("LeakyReLU", alpha=0.1), ((None, (None, 3)),)).status == "known"
    assert (
        Tracer().use(layer("Embedding", 10, 4, input_length=3), ((None, (None, 3)),)).status
        == "known"
    )


def test_what_never_was_an_argument_is_unknown() -> None:
    finding = Tracer(2).use(layer("Dense", 3, no_such=1), ((None, (None, 3)),)).finding
    assert isinstance(finding, UnknownArgument)


@pytest.mark.parametrize("name", signatures.WITH_TENSORFLOW)
def test_layers_that_tf_keras_alone_still_has(name: str) -> None:
    with_tensorflow = pytest.importorskip("tensorflow").keras.layers
    assert hasattr(with_tensorflow, name)
    assert not hasattr(pytest.importorskip("keras").layers, name)
    factor = 0.2
    wanted = getattr(with_tensorflow, name)(factor)(with_tensorflow.Input((8, 8, 3))).shape
    assert Tracer().use(layer(name, factor), ((None, (None, 8, 8, 3)),)).outputs == tuple(wanted)
    assert not Tracer().is_old_layer(name)
    assert Tracer(alone=True).is_old_layer(name)


@pytest.mark.parametrize(
    ("old", "shape", "expected"),
    [
        (layer("CuDNNLSTM", 5, return_sequences=True), (None, 3, 4), (None, 3, 5)),
        (layer("ThresholdedReLU", 0.5), (None, 3), (None, 3)),
        (layer("RandomHeight", 0.2), (None, 32, 30, 3), (None, None, 30, 3)),
        (layer("RandomWidth", 0.2), (None, 32, 30, 3), (None, 32, None, 3)),
        (layer("AtrousConvolution2D", 8, 3, atrous_rate=2), (None, 9, 9, 3), (None, 5, 5, 8)),
    ],
)
def test_layers_that_keras_3_has_not(
    old: Layer, shape: tuple[int, ...], expected: tuple[int | None, ...]
) -> None:
    assert Tracer().is_layer(old.cls)
    assert Tracer(2).use(old, ((None, shape),)).outputs == expected
    traced = Tracer(3, alone=True).use(old, ((None, shape),))
    assert isinstance(traced.finding, OldLayer)
    assert traced.would_be == expected
