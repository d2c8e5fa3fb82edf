"""The script that compares the table with an installed Keras, and the table with the one that is
pinned.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from scripts import coverage


def test_the_table_is_that_of_the_pinned_keras(capsys: pytest.CaptureFixture[str]) -> None:
    assert coverage.main() == 0
    assert "TFSMLayer" in capsys.readouterr().out


def test_it_says_what_is_new() -> None:
    ours: dict[str, Any] = {
        "aliases": {},
        "layers": {"Dense": {"parameters": [["units"], ["old", 1]]}, "Gone": {"parameters": []}},
        "functions": {},
        "applications": {},
    }
    theirs = json.loads(json.dumps(ours))
    theirs["layers"]["Dense"]["parameters"] = [["units", 3], ["new", None]]
    theirs["layers"]["Fresh"] = theirs["layers"].pop("Gone")
    theirs["aliases"]["Full"] = "Dense"
    assert coverage.differences(ours, theirs) == [
        "Full: another name of Dense",
        "Dense: no argument old any more",
        "Dense: a new argument new",
        "Dense: units has another default",
        "Fresh: new among layers",
        "Gone: no longer among layers",
    ]
