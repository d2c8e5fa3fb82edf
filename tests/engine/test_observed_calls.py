"""Data of calls that an error states."""

from __future__ import annotations

from kfix.engine.observed_calls import CALL, calls_of, with_observed_calls
from kfix.model.graph import Array
from kfix.model.observed import Observed
from kfix.model.program import Fit, Program
from kfix.model.site import Site

FIRST, SECOND = Site("net.py", None, 1), Site("net.py", None, 2)
PROGRAM = Program(
    "net.py",
    fits=(
        Fit(1, "fit", None, None, FIRST),
        Fit(2, "fit", None, None, FIRST),
        Fit(1, "evaluate", None, None, SECOND),
    ),
)


def test_calls_are_counted_by_their_places() -> None:
    assert calls_of(PROGRAM) == [FIRST, SECOND]


def test_labels_are_entered_for_all_models_of_a_call() -> None:
    observed = Observed("net.py", None, CALL, 0, "y", (None, 10), one_hot=True)
    first, second, other = with_observed_calls(PROGRAM, (observed,)).fits
    assert first.y == second.y == (None, 10)
    assert isinstance(first.y_data, Array)
    assert first.y_data.one_hot
    assert other.y is first.x is None


def test_what_is_reported_other_things_changes_no_call() -> None:
    observed = Observed("net.py", None, "load()", 0, None, (None, 10))
    assert with_observed_calls(PROGRAM, (observed,)) is PROGRAM
    assert (
        with_observed_calls(PROGRAM, (Observed("net.py", None, CALL, 7, "x", (1,)),)).fits
        == PROGRAM.fits
    )
