"""The findings of what a program expects."""

from __future__ import annotations

from kfix.checks.expectations import Expectations
from kfix.checks.inputs import UndeclaredInput
from kfix.checks.unbuilt import Unbuilt
from kfix.findings.no_input_shape import NoInputShape
from tests.checks.subjects import subject


def test_findings_are_those_of_the_faults_that_have_one() -> None:
    found = Expectations(subject("net = Sequential([Input((4,)), layers.Dense(2)])"))
    finding = NoInputShape("net")
    found.faults += [UndeclaredInput(None, (4,)), Unbuilt(finding, (None, 4))]
    assert found.findings == [finding]


def test_nothing_is_expected_at_first() -> None:
    found = Expectations(subject("net = Sequential([Input((4,)), layers.Dense(2)])"), silent=True)
    assert (found.wanted, found.faults, found.refused, found.silent) == ({}, [], False, True)
