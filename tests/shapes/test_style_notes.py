"""What only looks wrong: said where something tells, and not on models as people write them."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.model.graph import Layer
from kfix.shapes import Tracer
from kfix.shapes.style_notes import notes
from tests.shapes.build import layer, sequential


def said(*layers: Layer) -> list[str]:
    found: list[Finding] = notes(Tracer().trace(sequential(*layers)))
    assert all(finding.severity != "error" and finding.site is not None for finding in found)
    return [finding.code for finding in found]


def stack() -> list[Layer]:
    return [
        layer("Input", (28, 28, 1)),
        layer("Conv2D", 8, 3),
        layer("MaxPooling2D"),
        layer("Dropout", 0.2),
    ]


def test_dense_on_a_feature_map() -> None:
    assert said(*stack(), layer("Dense", 64), layer("ReLU"), layer("Dense", 10)) == ["KFX402"]
    assert said(layer("Input", (98, 9)), layer("Conv1D", 8, 3), layer("Dense", 5)) == ["KFX402"]


def test_dense_that_may_well_be_meant() -> None:
    assert said(*stack(), layer("Flatten"), layer("Dense", 10)) == []
    assert (
        said(*stack(), layer("Dense", 64), layer("GlobalAveragePooling2D"), layer("Dense", 10))
        == []
    )
    assert (
        said(layer("Input", (9, 4)), layer("LSTM", 8, return_sequences=True), layer("Dense", 5))
        == []
    )
    assert said(layer("Input", (9,)), layer("Embedding", 100, 8), layer("Dense", 5)) == []
    assert (
        said(layer("Input", (28, 28, 3)), layer("Conv2D", 8, 3, padding="same"), layer("Dense", 2))
        == []
    )


def test_the_second_of_two_equal_numbers() -> None:
    entry = layer("Input", (28, 28, 1))
    assert said(entry, layer("Conv2D", 8, 3, 3)) == ["KFX403"]
    assert said(entry, layer("Conv2D", 8, 3, 2)) == []
    assert said(entry, layer("Conv2D", 8, 3, strides=3)) == []
    assert said(entry, layer("Conv2D", 8, (3, 3), 3)) == []


def test_no_input_shape() -> None:
    assert said(layer("Dense", 3)) == ["KFX401"]
    assert said(layer("Dense", 3), layer("Input", (3,))) == ["KFX401"]
    assert said(layer("Dense", 3, input_shape=(3,))) == []
    assert said() == []


def test_normalization_of_rows() -> None:
    entry, first = layer("Input", (28, 28, 3)), layer("Conv2D", 8, 3, data_format="channels_first")
    assert said(entry, layer("Conv2D", 8, 3), layer("BatchNormalization", axis=1)) == ["KFX405"]
    assert said(entry, layer("Conv2D", 8, 3), layer("ReLU"), layer("BatchNormalization", 1)) == [
        "KFX405"
    ]
    assert said(entry, layer("Conv2D", 8, 3), layer("BatchNormalization", axis=3)) == []
    assert said(entry, layer("Conv2D", 8, 3), layer("BatchNormalization")) == []
    assert said(entry, first, layer("BatchNormalization", axis=1)) == []
    assert (
        said(entry, layer("Flatten"), layer("Dense", 3), layer("BatchNormalization", axis=1)) == []
    )
    assert (
        said(
            layer("Input", (9, 4)),
            layer("LSTM", 8, return_sequences=True),
            layer("BatchNormalization", axis=1),
        )
        == []
    )
