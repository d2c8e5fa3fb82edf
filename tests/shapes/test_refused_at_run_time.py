"""What Keras takes while it builds and refuses when it runs: a warning, with the shape all the
same.
"""

from __future__ import annotations

import platform

import numpy as np
import pytest

from kfix.findings import Finding
from kfix.findings.channels_first import ChannelsFirst
from kfix.findings.halved_when_run import HalvedWhenRun
from kfix.findings.initial_states import InitialStates
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.model.graph import Symbol
from kfix.shapes import Tracer
from tests.shapes.build import layer
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
        (case("Reshape", (None, 5), on=(2, 12)), True),
        (case("Reshape", (None, 4), on=(2, 12)), False),
        (case("Reshape", (-1, None), on=(2, 12)), True),
        (case("AdaptiveAveragePooling1D", 2, on=(2, 8, 3, 1)), True),
        (case("AdaptiveAveragePooling2D", 2, on=(2, 8, 8, 3, 1)), True),
        (case("AdaptiveMaxPooling2D", 2, on=(2, 8, 8, 3, 1)), True),
        (case("AdaptiveAveragePooling3D", 2, on=(2, 8, 8, 3)), True),
        (case("AdaptiveAveragePooling3D", 2, on=(2, 8, 8, 8, 3)), False),
        (case("AdaptiveAveragePooling2D", 2, on=(2, 8, 3)), False),
        (case("AdaptiveMaxPooling2D", 2, on=(2, 8, 3)), False),
    ],
    ids=str,
)
def test_the_warning_stands_where_the_eager_call_fails(asked: Case, fails: bool) -> None:
    truth = ask_keras(asked)
    traced = Tracer().use(kfix_layer(asked), asked.inputs)
    assert truth.verdict == "shape"
    assert traced.outputs == truth.shapes
    assert [type(warning) for warning in traced.warnings] == ([RefusedWhenRun] if fails else [])
    assert all(
        warning.severity == "warning" and warning.site is not None for warning in traced.warnings
    )
    zeros = keras().ops.zeros(asked.inputs[0][1])
    if fails:
        with pytest.raises(Exception):  # noqa: B017 - it is a different one each time
            keras_layer(asked)(zeros)
    else:
        keras_layer(asked)(zeros)


@pytest.mark.parametrize(("axes", "fails"), [(0, True), ((0, 0), True), (1, False), (-1, False)])
def test_a_sum_over_the_batch(axes: object, fails: bool) -> None:
    """Keras takes the shapes for those of Dot, and refuses the tensors."""
    shapes = [(4, 4), (4, 4)]
    asked = Case("Dot", (), {"axes": axes}, ((None, shapes),))
    truth = ask_keras(asked)
    traced = Tracer().use(kfix_layer(asked), asked.inputs)
    assert (truth.verdict, traced.outputs) == ("shape", truth.shapes)
    assert [type(warning) for warning in traced.warnings] == ([RefusedWhenRun] if fails else [])
    tensors = [keras().ops.zeros(shape) for shape in shapes]
    if not fails:
        keras_layer(asked)(tensors)
        return
    with pytest.raises(ValueError, match="axis 0"):
        keras_layer(asked)(tensors)


@pytest.mark.parametrize(("cls", "states"), [("LSTM", 2), ("GRU", 1), ("SimpleRNN", 1)])
@pytest.mark.parametrize("size", [4, 8])
def test_initial_states_of_another_size(cls: str, states: int, size: int) -> None:
    asked = case(cls, 4, on=(2, 3, 5))
    traced = Tracer().use(
        kfix_layer(asked), ((None, (2, 3, 5)), ("initial_state", [(2, size)] * states))
    )
    assert traced.outputs == (2, 4)
    zeros = keras().ops.zeros
    given = [zeros((2, size))] * states
    symbols = [keras().KerasTensor((2, size))] * states
    assert keras_layer(asked)(keras().KerasTensor((2, 3, 5)), initial_state=symbols).shape == (2, 4)
    if size == 4:
        assert not traced.warnings
        keras_layer(asked)(zeros((2, 3, 5)), initial_state=given)
        return
    assert [type(warning) for warning in traced.warnings] == [InitialStates]
    with pytest.raises(Exception):  # noqa: B017 - it is a different one each time
        keras_layer(asked)(zeros((2, 3, 5)), initial_state=given)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (case("Dense", 4, "glu", on=(2, 3)), HalvedWhenRun),
        (case("Dense", 5, activation="glu", on=(2, 3)), RefusedWhenRun),
        (case("Dense", 4, activation=Symbol("keras.activations.glu"), on=(2, 3)), HalvedWhenRun),
        (case("Activation", "glu", on=(2, 3, 6)), HalvedWhenRun),
        (case("Conv2D", 4, 2, activation="glu", on=(2, 5, 5, 3)), HalvedWhenRun),
        (case("LSTM", 4, activation="glu", on=(2, 5, 3)), RefusedWhenRun),
        (case("GRU", 4, recurrent_activation="glu", on=(2, 5, 3)), RefusedWhenRun),
        (case("SimpleRNN", 4, activation="glu", on=(2, 5, 3)), RefusedWhenRun),
        (case("ConvLSTM1D", 4, 2, activation="glu", on=(2, 5, 9, 3)), RefusedWhenRun),
        (case("Dense", 4, activation="gelu", on=(2, 3)), None),
    ],
    ids=str,
)
def test_glu_halves_the_last_dim_when_it_runs(asked: Case, found: type[Finding] | None) -> None:
    traced = Tracer().use(kfix_layer(asked), asked.inputs)
    assert traced.outputs == ask_keras(asked).shapes
    assert [type(warning) for warning in traced.warnings] == ([] if found is None else [found])
    zeros = keras().ops.zeros(asked.inputs[0][1])
    if found is RefusedWhenRun:
        with pytest.raises(Exception):  # noqa: B017 - it is a different one each time
            keras_layer(asked)(zeros)
        return
    shape = tuple(keras_layer(asked)(zeros).shape)
    assert shape == (
        traced.outputs if found is None else (*traced.outputs[:-1], traced.outputs[-1] // 2)
    )  # type: ignore[index,operator]
    assert found is None or traced.warnings[0].actual == shape


@pytest.mark.parametrize(
    ("asked", "noted"),
    [
        (case("Conv1D", 4, 3, data_format="channels_first", on=(2, 3, 9)), True),
        (case("Conv2D", 4, 3, data_format="channels_first", on=(2, 3, 9, 9)), True),
        (case("Conv2D", 4, 3, data_format="channels_last", on=(2, 9, 9, 3)), False),
        (case("Conv2D", 4, 3, groups=2, data_format="channels_first", on=(2, 4, 9, 9)), False),
        (case("Conv3D", 4, 3, data_format="channels_first", on=(2, 3, 9, 9, 9)), False),
        (case("Conv2DTranspose", 4, 3, data_format="channels_first", on=(2, 3, 9, 9)), True),
        (case("DepthwiseConv2D", 3, data_format="channels_first", on=(2, 3, 9, 9)), False),
        (case("SeparableConv2D", 4, 3, data_format="channels_first", on=(2, 3, 9, 9)), False),
        (case("ConvLSTM1D", 4, 3, data_format="channels_first", on=(2, 2, 3, 9)), True),
        (case("ConvLSTM3D", 4, 3, data_format="channels_first", on=(2, 2, 3, 5, 5, 5)), False),
    ],
    ids=str,
)
def test_channels_first_is_a_note_where_it_depends_on_the_machine(asked: Case, noted: bool) -> None:
    traced = Tracer().use(kfix_layer(asked), asked.inputs)
    assert [type(found) for found in traced.warnings] == ([ChannelsFirst] if noted else [])
    assert all(found.severity == "note" for found in traced.warnings)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="TensorFlow has oneDNN on x86 only")
@pytest.mark.parametrize("cls", ["Conv2D", "Conv2DTranspose", "SeparableConv2D"])
def test_channels_first_runs_on_a_cpu_with_onednn(cls: str) -> None:
    asked = case(cls, 4, 3, data_format="channels_first", on=(2, 3, 9, 9))
    assert keras_layer(asked)(keras().ops.zeros((2, 3, 9, 9))).shape == ask_keras(asked).shapes


@pytest.mark.parametrize("cls", ["LSTM", "GRU", "SimpleRNN"])
@pytest.mark.parametrize("size", [4, 8, 1])
def test_states_of_another_size_than_the_units(cls: str, size: int) -> None:
    states = [(2, size)] * (2 if cls == "LSTM" else 1)
    made = layer(cls, 4, return_sequences=True)
    traced = Tracer().use(
        made, ((None, (2, 5, 3)), ("initial_state", states if len(states) > 1 else states[0]))
    )
    assert traced.outputs == (2, 5, 4)
    zeros = [keras().ops.zeros(shape) for shape in states]
    real = getattr(keras().layers, cls)(4, return_sequences=True)
    assert real(
        keras().Input((5, 3)), initial_state=[keras().Input((size,)) for _ in states]
    ).shape == (None, 5, 4)
    if size == 4:
        assert not traced.warnings
        real(keras().ops.zeros((2, 5, 3)), initial_state=zeros)
    else:
        assert [type(warning) for warning in traced.warnings] == [InitialStates]
        with pytest.raises(Exception):  # noqa: B017 - of the backend's choice
            real(keras().ops.zeros((2, 5, 3)), initial_state=zeros)


def test_an_unrolled_layer_runs_on_data_of_a_fixed_length() -> None:
    asked = case("LSTM", 3, unroll=True, on=(None, 4))
    traced = Tracer().use(kfix_layer(asked), ((None, (None, None, 4)),))
    assert not traced.warnings
    model = keras().Sequential([keras().Input((None, 4)), keras().layers.LSTM(3, unroll=True)])
    assert model.predict(np.zeros((2, 7, 4)), verbose=0).shape == (2, 3)
