"""Functional models, against the same ones in real Keras."""

from __future__ import annotations

from typing import Any

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.findings.dim_mismatch import DimMismatch
from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import Model
from kfix.shapes import Tracer
from tests.shapes.build import Graph, layer, nested, site
from tests.shapes.judge import keras, no_weights


def test_a_residual_block_and_two_outputs() -> None:
    graph = Graph()
    x = graph.input((16, 16, 3))
    y = graph(layer("Conv2D", 8, 3, padding="same"), x)
    z = graph(layer("Add"), [y, graph(layer("Conv2D", 8, 1), x)])
    a = graph(layer("Dense", 10), graph(layer("Flatten"), z))
    trace = Tracer().trace(graph.model([x], [z, a]))
    with no_weights():
        real: Any = keras().layers
        rx = keras().Input((16, 16, 3))
        rz = real.Add()([real.Conv2D(8, 3, padding="same")(rx), real.Conv2D(8, 1)(rx)])
        truth = keras().Model(rx, [rz, real.Dense(10)(real.Flatten()(rz))])
        assert trace.outputs == truth.output_shape
        assert trace.params == truth.count_params()


def test_a_shared_layer_is_counted_once_and_keeps_its_weights() -> None:
    graph = Graph()
    shared = layer("Dense", 3)
    a, b = graph.input((4,)), graph.input((4,))
    trace = Tracer().trace(graph.model([a, b], [graph(shared, a), graph(shared, b)]))
    assert (trace.outputs, trace.params) == ([(None, 3), (None, 3)], 15)
    graph = Graph()
    a, b = graph.input((4,)), graph.input((5,))
    trace = Tracer().trace(graph.model([a, b], [graph(shared, a), graph(shared, b)]))
    assert isinstance(trace.refusal, DimMismatch)


def test_inputs_that_do_not_match_are_refused_where_they_meet() -> None:
    graph = Graph()
    x = graph.input((16, 16, 3))
    y = graph(layer("MaxPooling2D"), x)
    z = graph(layer("Concatenate"), [x, y])
    trace = Tracer().trace(graph.model([x], [z]))
    assert isinstance(trace.refusal, InputsDoNotMatch)


def convolution(shape: tuple[int | None, ...]) -> Model:
    graph = Graph()
    x = graph.input(shape)
    return graph.model([x], [graph(layer("Conv2D", 3, 3), x)])


@pytest.mark.parametrize(
    ("own", "called"),
    [
        ((28, 28, 1), (28, 28, 1)),
        ((28, 28, 1), (32, 32, 1)),
        ((None, None, 1), (32, 32, 1)),
        ((None, None, 1), (2, 2, 1)),
        ((28, 28, 3), (28, 28, 4)),
    ],
)
def test_a_model_called_on_another_shape(
    own: tuple[int | None, ...], called: tuple[int | None, ...]
) -> None:
    traced = Tracer().use(nested(convolution(own)), ((None, (None, *called)),))
    with no_weights():
        x = keras().Input(own)
        model = keras().Model(x, keras().layers.Conv2D(3, 3)(x))
        try:
            truth = model(keras().KerasTensor((None, *called))).shape
        except ValueError:
            assert traced.status == "refused"
        else:
            assert traced.outputs == truth
            assert traced.params == model.count_params()


def test_what_the_symbolic_call_lets_pass_is_a_warning() -> None:
    traced = Tracer().use(nested(convolution((28, 28, 1))), ((None, (None, 28, 28, 3)),))
    assert traced.outputs == (None, 26, 26, 3)
    assert [type(warning) for warning in traced.warnings] == [RefusedWhenRun]


def test_inputs_by_name_and_in_the_wrong_number() -> None:
    graph = Graph()
    a, b = graph.input((4,), name="a"), graph.input((5,), name="b")
    model = graph.model([a, b], [graph(layer("Concatenate"), [a, b])])
    traced = Tracer().use(nested(model), ((None, {"b": (None, 5), "a": (None, 4)}),))
    assert traced.outputs == (None, 9)
    traced = Tracer().use(nested(model), ((None, (None, 5)),))
    assert isinstance(traced.finding, WrongInputs)


def test_findings_have_the_place_of_their_layer() -> None:
    graph = Graph()
    x = graph.input((4,))
    wrong = layer("Conv1D", 3, 3)
    trace = Tracer().trace(graph.model([x], [graph(wrong, x)]))
    assert trace.refusal is not None
    assert trace.refusal.site == wrong.site != site()


def test_a_model_that_leaves_an_input_of_its_outputs_out() -> None:
    graph = Graph()
    x, skip = graph.input((8, 3)), graph.input((8, 4))
    added = graph(layer("Add"), [graph(layer("Conv1D", 4, 1), x), skip])
    trace = Tracer().trace(graph.model([x], [added]))
    assert isinstance(trace.refusal, WrongInputs)
    with no_weights():
        rx, rskip = keras().Input((8, 3)), keras().Input((8, 4))
        end = keras().layers.Add()([keras().layers.Conv1D(4, 1)(rx), rskip])
        with pytest.raises(ValueError, match="not connected"):
            keras().Model(rx, end)


def test_inputs_that_are_not_all_known_are_not_too_few() -> None:
    text = (
        "import keras\nfrom keras import layers\nfrom elsewhere import more\n"
        "a, b = keras.Input((8, 3)), keras.Input((8, 4))\n"
        "model = keras.Model([a] + more(), layers.Concatenate()([a, b]))\n"
    )
    (outcome,) = run_file(Project({"m.py": text.encode()}), "m.py", Settings(search=False)).models
    assert outcome.trace.refusal is None
    assert outcome.trace.outputs == [(None, 8, 7)]
