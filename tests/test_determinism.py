"""The same program gets the same repair, whatever the process, its hash seed, its folder and the
way the file is named.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scripts.determinism import told, ways

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
    found = told(folder, ["."])
    assert len(found) == len(FIXTURES)
    return found


@pytest.mark.parametrize("seed", ["10", "4294967295"])
def test_the_hash_seed_makes_no_difference(
    folder: Path, expected: dict[str, str], seed: str
) -> None:
    assert told(folder, ["."], seed) == expected


@pytest.mark.parametrize("way", range(9))
def test_every_way_of_asking_has_the_same_answer(
    folder: Path, expected: dict[str, str], way: int
) -> None:
    where, arguments = ways(folder)[way]
    assert told(where, arguments, str(way)) == expected


def test_one_file_is_told_as_it_is_in_its_folder(folder: Path, expected: dict[str, str]) -> None:
    for path in FIXTURES[::6]:
        assert told(folder, [path.name])[path.name] == expected[path.name]
