"""Sizes walked back along the layers that scale them, against what each rule gives."""

from __future__ import annotations

import pytest

from kfix.repair.conflict import Conflict
from kfix.repair.options import Options
from kfix.repair.trail import Size, Want, sizes_for, trail, verdict
from kfix.repair.uses import Uses
from kfix.shapes import Tracer
from kfix.shapes.view import View
from tests.repair.building import Builder

WINDOWS = (
    "Conv2D(4, 3)",
    "Conv2D(4, 3, strides=2, padding='same')",
    "Conv2D(4, (3, 5), dilation_rate=2)",
    "Conv2DTranspose(4, 3, strides=2)",
    "Conv2DTranspose(4, 4, strides=2, padding='same')",
    "MaxPooling2D(2)",
    "AveragePooling2D(3, strides=2, padding='same')",
    "UpSampling2D(3)",
    "ZeroPadding2D(2)",
    "Cropping2D(1)",
    "Dropout(0.5)",
)


def conflict_of(*layers: str) -> Conflict:
    builder, tracer = Builder(), Tracer()
    model = builder.chain(*layers)
    return Conflict(View(model, tracer.trace(model)), None, Options(), Uses([model]), {}, tracer)


@pytest.mark.parametrize("first", WINDOWS)
@pytest.mark.parametrize("second", WINDOWS)
def test_what_is_wanted_of_the_input_is_what_gives_the_output(first: str, second: str) -> None:
    """Exactly the sizes between the least and the most at the first layer come out as wanted."""
    conflict = conflict_of("Input((37, 41, 2))", first, second)
    shape = conflict.view.output
    assert shape is not None
    want = {axis: Size(1, dim + 4, dim + 6) for axis, dim in enumerate(shape[1:3], 1) if dim}
    stages = list(trail(conflict, conflict.view.last, want))
    assert [stage.step.cls for stage in stages[-1:]] == ["Input"]
    tracer = Tracer()
    inner = Builder().chain(first, second)
    for axis, size in stages[-1].want.items():
        for dim in range(size.least - 3, size.most + 4):
            given = (None, *((dim if place == axis else 40) for place in (1, 2)), 2)
            output = tracer.trace(inner, given).outputs[0]
            assert isinstance(output, tuple)
            got = output[axis]
            assert isinstance(got, int)
            meets = want[axis].least <= got <= want[axis].most
            assert meets == (size.least <= dim <= size.most), (axis, dim, got)


def test_the_walk_ends_where_an_axis_is_decided() -> None:
    conflict = conflict_of("Input((8,))", "Dense(48)", "Reshape((4, 4, 3))", "UpSampling2D(2)")
    want: Want = {1: Size(1, 10, 10), 2: Size(1, 10, 10)}
    assert [one.step.cls for one in trail(conflict, conflict.view.last, want)] == [
        "UpSampling2D",
        "Reshape",
    ]


def test_a_merge_is_passed_to_where_its_inputs_part() -> None:
    builder, tracer = Builder(), Tracer()
    model = builder.graph(
        "end",
        x=("Input((16, 16, 4))", ""),
        a=("Conv2D(4, 3)", "x"),
        b=("Conv2D(4, 3, padding='same')", "a"),
        c=("Add()", ["a", "b"]),
        end=("MaxPooling2D(2)", "c"),
    )
    conflict = Conflict(
        View(model, tracer.trace(model)), None, Options(), Uses([model]), {}, tracer
    )
    want = sizes_for((7, 7), (8, 8))
    passed = {one.step.cls: one.want for one in trail(conflict, conflict.view.last, want)}
    assert list(passed) == ["MaxPooling2D", "Add", "Conv2D", "Input"]
    assert passed["Input"][1] == Size(1, 18, 19)


def test_verdict() -> None:
    want = {1: Size(1, 10, 12), 2: Size(0, 8, 8)}
    assert verdict(want, (None, 6, 8, 3), (None, 10, 8, 3)) is True
    assert verdict(want, (None, 6, 8, 3), (None, 9, 8, 3)) is False
    assert verdict(want, (None, 6, 8, 3), (None, 10, 9, 3)) is None
    assert verdict(want, (None, 6, 8, 3), (None, 5, 8, 3)) is None
    assert verdict(want, (None, 6, 8, 3), (None, 6, 8, 3)) is None
    assert verdict({1: Size(1, known=False)}, (None, 6), (None, 30)) is True
