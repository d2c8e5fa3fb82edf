"""The same program gets the same repair, whatever the process, its hash seed, its folder and the
way the file is named.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FIXTURES = sorted((ROOT / "fixtures").glob("*.py"))[::2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs")
    for path in FIXTURES:
        shutil.copy(path, folder / path.name)
    return folder


def told(where: Path, arguments: list[str], seed: str = "0") -> dict[str, str]:
    """Return what the JSON says of each file, by the file's own name."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "kfix", *arguments, "--dry-run", "--output-format", "json"],
        cwd=where,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    found = {}
    for file in json.loads(done.stdout)["files"]:
        folder, name = os.path.split(file["path"])
        text = json.dumps(file)
        # A diff says `a/tmp/programs/m.py`, everything else `/tmp/programs/m.py` or `./m.py`.
        text = text.replace(f"/{folder.lstrip('/')}/{name}", f"/{name}")
        for written in (f"./{name}", f"/{name}", f"{folder}/{name}"):
            text = text.replace(f'"{written}', f'"{name}')
        found[name] = text
    return found


@pytest.fixture(scope="module")
def expected(folder: Path) -> dict[str, str]:
    found = told(folder, ["."])
    assert len(found) == len(FIXTURES)
    return found


@pytest.mark.parametrize("seed", ["1", "2", "4294967295"])
def test_the_hash_seed_makes_no_difference(
    folder: Path, expected: dict[str, str], seed: str
) -> None:
    assert told(folder, ["."], seed) == expected


def test_the_folder_and_the_names_make_no_difference(
    folder: Path, expected: dict[str, str]
) -> None:
    assert told(folder.parent, [str(folder)]) == expected
    assert told(folder.parent, [folder.name]) == expected


def test_one_file_is_told_as_it_is_in_its_folder(folder: Path, expected: dict[str, str]) -> None:
    for path in FIXTURES[::6]:
        assert told(folder, [path.name])[path.name] == expected[path.name]


def test_the_order_of_files_makes_no_difference(folder: Path, expected: dict[str, str]) -> None:
    assert told(folder, [path.name for path in reversed(FIXTURES)]) == expected
