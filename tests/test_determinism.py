"""The same program gets the same repair, whatever the process, its hash seed, its folder and the
way the file is named.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scripts.determinism import outcome, ways

ROOT = Path(__file__).parent.parent
FIXTURES = sorted((ROOT / "fixtures").glob("*.py"))[::2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs")
    for path in FIXTURES:
        shutil.copy(path, folder / path.name)
    return folder


@pytest.fixture(scope="module")
def expected(folder: Path) -> dict[str, str]:
    found = outcome(folder, ["."])
    assert len(found) == len(FIXTURES)
    return found


@pytest.mark.parametrize("seed", ["10", "4294967295"])
def test_the_hash_seed_makes_no_difference(
    folder: Path, expected: dict[str, str], seed: str
) -> None:
    assert outcome(folder, ["."], seed) == expected


@pytest.mark.parametrize("way", range(9))
def test_every_way_of_asking_has_the_same_answer(
    folder: Path, expected: dict[str, str], way: int
) -> None:
    where, arguments = ways(folder)[way]
    assert outcome(where, arguments, str(way)) == expected


def test_one_file_is_judged_as_in_its_folder(folder: Path, expected: dict[str, str]) -> None:
    for path in FIXTURES[::6]:
        assert outcome(folder, [path.name])[path.name] == expected[path.name]
