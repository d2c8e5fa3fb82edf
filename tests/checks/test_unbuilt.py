"""`summary` before anything has built a Sequential."""

from __future__ import annotations

import pytest

from kfix.checks.unbuilt import unbuilt
from tests.checks.subjects import subject

NET = """
    net = Sequential([{first}layers.Dense(2)])
    net.compile("sgd", "mse")
    {calls}
"""
FIT = "net.fit(np.zeros((8, 4)), np.zeros((8, 2)))"


@pytest.mark.parametrize(
    ("first", "calls", "found"),
    [
        ("", f"net.summary()\n    {FIT}", [(None, 4)]),
        ("", f"{FIT}\n    net.summary()", []),
        ("Input((4,)), ", f"net.summary()\n    {FIT}", []),
        ("", "net.summary()", []),
    ],
)
def test_data_tells_the_input_shape_afterwards(
    first: str, calls: str, found: list[tuple[int | None, ...]]
) -> None:
    faults = list(unbuilt(subject(NET.format(first=first, calls=calls))))
    assert [(None, *fault.given[1:]) for fault in faults] == found
    assert all(fault.finding.severity == "warning" for fault in faults)
