"""What Keras takes while it builds and refuses when it runs: a warning, with the shape all the same."""

from __future__ import annotations

import pytest

from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.shapes import Tracer
from tests.shapes.judge import Case, ask_keras, keras, keras_layer, kfix_layer


def case(cls: str, *args: object, on: tuple[int, ...], **kwargs: object) -> Case:
    return Case(cls, args, kwargs, ((None, on),))


@pytest.mark.parametrize(
    ("asked", "fails"),
    [
        (case("Softmax", 5, on=(2, 3)), True),
        (case("Softmax", -2, on=(2, 3)), False),
        (case("ZeroPadding2D", -1, on=(2, 5, 5, 3)), True),
        (case("ZeroPadding2D", 1, on=(2, 5, 5, 3)), False),
        (case("UpSampling2D", 2, interpolation="foo", on=(2, 3, 3, 1)), True),
        (case("UpSampling2D", 2, interpolation="bilinear", on=(2, 3, 3, 1)), False),
        (case("AdaptiveAveragePooling1D", 2, on=(2, 8, 3, 1)), True),
        (case("AdaptiveAveragePooling2D", 2, on=(2, 8, 8, 3, 1)), True),
        (case("AdaptiveMaxPooling2D", 2, on=(2, 8, 8, 3, 1)), True),
        (case("AdaptiveAveragePooling3D", 2, on=(2, 8, 8, 3)), True),
        (case("AdaptiveAveragePooling3D", 2, on=(2, 8, 8, 8, 3)), False),
    ],
    ids=str,
)
def test_the_warning_stands_where_the_eager_call_fails(asked: Case, fails: bool) -> None:
    truth = ask_keras(asked)
    traced = Tracer().use(kfix_layer(asked), asked.inputs)
    assert truth.verdict == "shape"
    assert traced.outputs == truth.shapes
    assert [type(warning) for warning in traced.warnings] == ([RefusedWhenRun] if fails else [])
    assert all(warning.severity == "warning" and warning.site is not None for warning in traced.warnings)
    zeros = keras().ops.zeros(asked.inputs[0][1])
    if fails:
        with pytest.raises(Exception):  # noqa: B017 - it is a different one each time
            keras_layer(asked)(zeros)
    else:
        keras_layer(asked)(zeros)


def test_channels_first_convolutions_depend_on_the_machine() -> None:
    asked = case("Conv2D", 4, 3, data_format="channels_first", on=(2, 3, 9, 9))
    assert len(Tracer().use(kfix_layer(asked), asked.inputs).warnings) == 1
