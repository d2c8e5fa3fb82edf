"""Random edits through the server; `scripts/fuzz_server.py` makes as many as one likes."""

from __future__ import annotations

from pathlib import Path

from scripts import fuzz_server


def test_the_server_says_what_a_fresh_start_says(tmp_path: Path) -> None:
    said: list[str] = []
    assert fuzz_server.run(tmp_path, 120, seed=7, tell=said.append) == 0, said
