"""What the client sets, and what it sets wrongly."""

from __future__ import annotations

import pytest

from kfix.lsp.options import Options, options_of


def test_settings_are_taken_with_and_without_their_section() -> None:
    given = {"select": "KFX1", "ignore": ["rank-mismatch"], "keras": "2", "hints": False}
    expected = Options(select=("KFX1",), ignore=("KFX201",), keras=2, hints=False)
    for settings in (given, {"kfix": given}):
        wrong: list[str] = []
        assert options_of(settings, wrong) == expected
        assert wrong == []


@pytest.mark.parametrize("given", [None, [], "kfix", {"kfix": None}, {}, {"path": "/x"}])
def test_no_settings_are_the_defaults(given: object) -> None:
    wrong: list[str] = []
    assert options_of(given, wrong) == Options()
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("select", ["KFX9"], "unknown code 'KFX9'"),
        ("ignore", 3, "kfix.ignore: "),
        ("keras", 4, "invalid value 4, expected 2 or 3"),
        ("hints", "yes", "invalid value 'yes', expected true or false"),
        ("delay", -1, "invalid value -1, expected milliseconds from 0 to 10,000"),
    ],
)
def test_what_is_wrong_is_said_and_left_out(name: str, value: object, said: str) -> None:
    wrong: list[str] = []
    assert options_of({name: value, "lenses": False}, wrong) == Options(lenses=False)
    (message,) = wrong
    assert said in message
