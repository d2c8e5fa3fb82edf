"""Where a Sequential finds its input, and what it refuses; each case was built in real Keras."""

from __future__ import annotations

import pytest

from kfix.findings.bad_input_shape import BadInputShape
from kfix.findings.dim_mismatch import DimMismatch
from kfix.findings.not_in_sequential import NotInSequential
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Layer
from kfix.model.unknown import Unknown
from kfix.shapes import Trace, Tracer
from kfix.shapes.trace_result import NO_INPUT
from tests.shapes.build import layer, nested, sequential


def shapes(trace: Trace) -> list[object]:
    return [trace.nodes[node.id].outputs for node in trace.model.nodes]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (layer("Input", (4,)), (None, 4)),
        (layer("Input", shape=[4]), (None, 4)),
        (layer("Input", (4,), batch_size=2), (2, 4)),
        (layer("Input", batch_shape=(2, 4)), (2, 4)),
        (layer("InputLayer", input_shape=(4,)), (None, 4)),
        (layer("InputLayer", batch_input_shape=(None, 4)), (None, 4)),
        (layer("Identity", input_shape=(4,)), (None, 4)),
        (layer("Identity", input_dim=4), (None, 4)),
    ],
)
def test_the_input_is_given_by_the_first_layer(first: Layer, expected: object) -> None:
    trace = Tracer().trace(sequential(first, layer("Dense", 3)))
    assert trace.inputs == [expected]
    assert trace.outputs == [(*expected[:1], 3)]  # type: ignore[index]
    assert trace.params == 15


def test_the_input_is_given_by_build() -> None:
    assert Tracer().trace(sequential(layer("Dense", 3), given=(None, 4))).outputs == [(None, 3)]


def test_an_input_shape_of_a_later_layer_means_nothing() -> None:
    trace = Tracer().trace(sequential(layer("Input", (4,)), layer("Dense", 3, input_shape=(9,))))
    assert (trace.outputs, trace.findings) == ([(None, 3)], [])


def test_no_input_leaves_everything_unknown() -> None:
    trace = Tracer().trace(sequential(layer("Dense", 3), layer("Dense", 4)))
    assert all(isinstance(shape, Unknown) for shape in shapes(trace))
    assert trace.inputs == [NO_INPUT]
    assert trace.findings == []


def test_an_unknown_rank_is_fixed_by_a_layer_that_takes_one_rank() -> None:
    trace = Tracer().trace(
        sequential(layer("Dense", 3), layer("GlobalAveragePooling2D"), layer("RepeatVector", 5))
    )
    after = trace.outputs[0]
    assert isinstance(after, tuple)
    assert len(after) == 3
    assert after[1] == 5


def test_an_input_behind_a_layer_is_not_looked_at() -> None:
    model = sequential(layer("Dense", 3), layer("Input", (4,)), layer("Dense", 2))
    trace = Tracer().trace(model)
    assert trace.inputs == [NO_INPUT]
    assert trace.findings == []


def test_two_inputs_are_refused() -> None:
    model = sequential(
        layer("Input", (4,)), layer("Dense", 3), layer("Input", (3,)), layer("Dense", 2)
    )
    trace = Tracer().trace(model)
    assert isinstance(trace.refusal, NotInSequential)
    assert trace.nodes[3].status == "after-refusal"


def test_two_layers_of_one_name_are_refused_but_not_one_layer_twice() -> None:
    twice = layer("Dense", 4, name="a")
    assert Tracer().trace(sequential(layer("Input", (4,)), twice, twice)).params == 20
    model = sequential(
        layer("Input", (4,)), layer("Dense", 4, name="a"), layer("SpatialDropout1D", 0.5, None, "a")
    )
    assert isinstance(Tracer().trace(model).refusal, NotInSequential)


def test_one_layer_twice_on_other_shapes_is_refused() -> None:
    twice = layer("Dense", 3)
    trace = Tracer().trace(sequential(layer("Input", (4,)), twice, twice))
    assert isinstance(trace.refusal, DimMismatch)


def test_the_first_layer_with_a_bad_input_shape_is_the_refused_one() -> None:
    trace = Tracer().trace(sequential(layer("Dense", 3, input_shape=4), layer("Dense", 2)))
    assert isinstance(trace.refusal, BadInputShape)
    assert trace.refusal.expected == "(4,)"
    assert [trace.nodes[i].status for i in (0, 1)] == ["refused", "after-refusal"]


def test_a_refusal_hides_what_follows() -> None:
    trace = Tracer().trace(
        sequential(layer("Input", (4,)), layer("Conv2D", 3, 3), layer("Dense", 2))
    )
    assert isinstance(trace.refusal, RankMismatch)
    assert [trace.nodes[i].status for i in (0, 1, 2)] == ["known", "refused", "after-refusal"]
    assert len(trace.findings) == 1


def test_a_nested_model_tells_its_input() -> None:
    inner = sequential(layer("Input", (4,)), layer("Dense", 3))
    trace = Tracer().trace(sequential(nested(inner), layer("Dense", 2)))
    assert (trace.outputs, trace.params) == ([(None, 2)], 23)


def test_a_nested_model_of_an_input_alone_tells_nothing() -> None:
    inner = nested(sequential(layer("Input", shape=(20,))))
    assert Tracer().trace(sequential(inner, layer("Dense", 3))).inputs == [NO_INPUT]


def test_a_nested_model_without_input_is_built_by_the_one_around_it() -> None:
    inner = sequential(layer("Dense", 3), layer("Dense", 5))
    trace = Tracer().trace(sequential(layer("Input", (4,)), nested(inner), layer("Dense", 2)))
    assert trace.outputs == [(None, 2)]
    assert trace.params == 15 + 20 + 12


def test_a_nested_model_refuses_another_shape() -> None:
    inner = sequential(layer("Input", (4,)), layer("Dense", 3))
    trace = Tracer().trace(sequential(layer("Input", (5,)), nested(inner)))
    assert isinstance(trace.refusal, DimMismatch)


def test_several_outputs_go_on_as_a_list() -> None:
    model = sequential(
        layer("Input", (4, 3)), layer("LSTM", 5, return_state=True), layer("Dropout", 0.5)
    )
    assert Tracer().trace(model).outputs == [[(None, 5)] * 3]
    model = sequential(
        layer("Input", (4, 3)), layer("LSTM", 5, return_state=True), layer("Dense", 5)
    )
    assert Tracer().trace(model).refusal is not None


def test_an_empty_model_has_nothing() -> None:
    trace = Tracer().trace(sequential())
    assert (trace.outputs, trace.params) == ([NO_INPUT], 0)
