"""Lengths of time steps that a model leaves open, and its data does not."""

from __future__ import annotations

from kfix.checks.labels import Head
from kfix.checks.lengths import one_a_sample, opened
from kfix.model.graph import Array
from kfix.model.target import ANY

STEPS = Array((64, 59, 93))
HEAD = Head((None, 93), 93, "softmax")


def test_the_length_of_the_data_is_not_wanted_of_an_open_input() -> None:
    assert opened((59, 93), [(None, None, 93)], STEPS) == (ANY, 93)
    assert opened((59, 93), [(None, 59, 93)], STEPS) == (59, 93)


def test_several_inputs_have_lengths_of_their_own() -> None:
    assert opened((7, 3), [(None, None, 2), (None, None, 5)], [Array((8, 7, 2)), STEPS]) == (ANY, 3)
    assert opened((7, 3), [(None, None, 2)], [Array((8, 7, 2)), STEPS]) == (7, 3)


def test_a_column_beside_time_steps_is_one_label_for_each_sample() -> None:
    labels = Array((64, 1), "int64", 5)
    assert one_a_sample(labels, HEAD, [(None, None, 93)], STEPS).shape == (64,)
    assert one_a_sample(labels, HEAD, [(None, 59, 93)], STEPS) is labels
