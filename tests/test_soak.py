"""What `scripts/soak.py` counts on real files, on the fixtures: none of it happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.soak import applied, compiles, wrong_of, wrong_with

FIXTURES = sorted((Path(__file__).parent.parent / "fixtures").glob("*.*"))[1::4]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_nothing_that_must_never_happen_happens(path: Path) -> None:
    assert [kind for kind in wrong_of(wrong_with(str(path))) if kind != "slow"] == []


def test_it_sees_what_it_looks_for() -> None:
    assert not compiles("m.py", b"x = (")
    assert not compiles("m.ipynb", b"{")
    assert compiles("m.py", b"x = 1\n")
    diff = "--- a/m.py\n+++ b/m.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n"
    assert applied(diff, b"x = 1\n", "m.py") == b"x = 2\n"
    assert applied(diff, b"y = 1\n", "m.py") is None
