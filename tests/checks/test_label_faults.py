"""Faults of labels: what they know of the labels that are given."""

from __future__ import annotations

import pytest

from kfix.checks.label_faults import LabelForm, label_form
from kfix.checks.outputs import output_faults
from kfix.model.graph import Array
from kfix.model.record import replace
from tests.checks.subjects import subject

NET = """
    net = Sequential([Input((4,)), layers.Dense(3, activation="softmax")])
    net.compile(loss="categorical_crossentropy")
    net.fit(np.zeros((6, 4)), np.array({labels}))
"""


def form(labels: list[int]) -> LabelForm:
    faults = list(output_faults(subject(NET.format(labels=labels)), {}, {}))
    [found] = [fault for fault in faults if isinstance(fault, LabelForm)]
    return found


@pytest.mark.parametrize(("greatest", "from_one"), [(3, True), (2, False)])
def test_classes_may_be_counted_from_one(greatest: int, from_one: bool) -> None:
    found = form([0, 1, 2, 0, 1, 2])
    labels = Array((6,), "int64", 3, greatest=greatest)
    answer = found.answer._replace(labels=labels)
    assert replace(found, answer=answer).counts_from_one is from_one


def test_the_form_of_labels_is_what_the_loss_does_not_take() -> None:
    found = form([0, 1, 2, 0, 1, 2])
    loss, labels = found.output.loss, found.answer.labels
    assert "(6,)" in label_form(loss, labels, per_step=False)
    assert label_form(loss, labels, per_step=True) != label_form(loss, labels, per_step=False)
    assert [one.shape for one in found.given] == [(6,)]
