"""Binding arguments, and what is unknown in them."""

from __future__ import annotations

import pytest

from kfix.findings.missing_argument import MissingArgument
from kfix.findings.unknown_argument import UnknownArgument
from kfix.model.graph import Argument, Layer
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes import Tracer
from kfix.shapes.binding import Bound, bind
from kfix.shapes.signatures import signature
from tests.shapes.build import layer, site

UNKNOWN = Unknown("`n` is a parameter")


def bound(made: Layer) -> Bound:
    found = signature(made.cls)
    assert found is not None
    return bind(made, found)


def test_places_keywords_and_defaults() -> None:
    conv = bound(layer("Conv2D", 8, 3, padding="same"))
    assert (conv["filters"], conv["kernel_size"], conv["padding"], conv["strides"]) == (
        8,
        3,
        "same",
        (1, 1),
    )
    assert "strides" not in conv
    assert "padding" in conv


@pytest.mark.parametrize(
    ("made", "finding"),
    [
        (layer("Dense"), MissingArgument),
        (layer("Dense", 3, units=4), UnknownArgument),
        (layer("Dense", 3, no_such=4), UnknownArgument),
        (layer("Flatten", None, 3), UnknownArgument),
        (layer("Dense", 3, input_dim=4, input_shape=(4,)), UnknownArgument),
        (layer("SpatialDropout1D", 0.5, input_shape=(4,)), UnknownArgument),
    ],
)
def test_what_the_call_refuses(made: Layer, finding: type[Exception]) -> None:
    with pytest.raises(finding):
        bound(made)


def test_an_unknown_argument_is_unknown_only_where_it_is_asked() -> None:
    dense = bound(layer("Dense", UNKNOWN))
    assert dense.dim("units") is UNKNOWN
    with pytest.raises(UnknownUsed):
        dense["units"]


def test_arguments_passed_on_leave_defaults_open() -> None:
    passed = Layer("Dense", (Argument(None, 3), Argument("**", UNKNOWN)), site(), 1)
    assert bound(passed).dim("use_bias") is UNKNOWN
    assert bound(passed)["units"] == 3
    assert Tracer().use(passed, ((None, (None, 4)),)).outputs == (None, 3)


@pytest.mark.parametrize(
    ("made", "shape", "expected"),
    [
        (layer("Dense", UNKNOWN), (None, 4), (None, UNKNOWN)),
        (layer("Conv2D", 8, UNKNOWN), (None, 9, 9, 3), (None, UNKNOWN, UNKNOWN, 8)),
        (layer("Conv2D", 8, UNKNOWN, padding="same"), (None, 9, 9, 3), (None, 9, 9, 8)),
        (layer("Conv2D", 8, 3), (None, UNKNOWN, 9, 3), (None, UNKNOWN, 7, 8)),
        (layer("Conv2D", 8, 3), (None, 9, 9, UNKNOWN), (None, 7, 7, 8)),
        (layer("MaxPooling2D", (2, UNKNOWN)), (None, 8, 8, 3), (None, 4, UNKNOWN, 3)),
        (layer("Flatten"), (None, UNKNOWN, 3), (None, UNKNOWN)),
        (layer("Reshape", (UNKNOWN, 3)), (None, 6), (None, UNKNOWN, 3)),
        (
            layer("Conv2DTranspose", 8, 3, strides=UNKNOWN),
            (None, 4, None, 3),
            (None, UNKNOWN, None, 8),
        ),
        (layer("UpSampling2D", (UNKNOWN, 2)), (None, 4, 4, 3), (None, UNKNOWN, 8, 3)),
        (layer("Cropping2D", ((1, UNKNOWN), (1, 1))), (None, 4, 4, 3), (None, UNKNOWN, 2, 3)),
        (layer("Embedding", UNKNOWN, 8), (None, 4), (None, 4, 8)),
        (layer("RepeatVector", UNKNOWN), (None, 4), (None, UNKNOWN, 4)),
        (layer("GlobalAveragePooling2D"), UNKNOWN, (UNKNOWN, UNKNOWN)),
        (layer("Dropout", UNKNOWN), (None, 4), (None, 4)),
    ],
)
def test_one_unknown_does_not_lose_the_rest(made: Layer, shape: object, expected: object) -> None:
    traced = Tracer().use(made, ((None, shape),))
    assert traced.finding is None
    assert traced.outputs == expected
