"""Ask kfix the same in different ways and compare the answers: `python scripts/determinism.py
[FOLDER…] [--files N] [--seeds N] [--mode=--check]`.

The fixtures and N programs of the folders that mention Keras are copied into one folder. The report
of that folder must be the same for each hash seed, from another working directory, by relative and
absolute paths, for files named one by one in another order, for any number of processes, and from
the cache. Prints each difference; exit 1 if there is any.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

SUFFIXES = (".py", ".ipynb")

_MOST_BYTES = 100_000
"""Of a program of the sample."""

Way = tuple[Path, list[str]]
"""The working directory and the arguments of a run."""


def outcome(
    where: Path, arguments: list[str], seed: str = "0", mode: str = "--dry-run"
) -> dict[str, str]:
    """Return what the JSON says of each file, by the file's own name."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "kfix", mode, "--output-format", "json", *arguments],
        cwd=where,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1, 2) or not done.stdout.startswith("{"):
        raise RuntimeError(f"exit {done.returncode}: {done.stderr[-500:]}")
    found = {}
    for file in json.loads(done.stdout)["files"]:
        folder, name = os.path.split(file["path"])
        text = json.dumps(file)
        # A diff says `a/tmp/programs/m.py`, everything else `/tmp/programs/m.py` or `./m.py`.
        text = text.replace(f"/{folder.lstrip('/')}/{name}", f"/{name}")
        for written in (f"./{name}", f"/{name}", f"{folder}/{name}"):
            text = text.replace(f'"{written}', f'"{name}').replace(f"{written}:", f"{name}:")
        found[name] = text
    return found


def ways(folder: Path) -> list[Way]:
    """Return the working directories and arguments that ask for all files of a folder."""
    names = sorted((path.name for path in folder.glob("[!.]*")), reverse=True)
    here, parent = folder, folder.parent
    jobs = ["--no-cache", "--jobs"]
    return [
        (here, [".", *jobs, "1"]),
        (here, [".", *jobs, "2"]),
        (here, [".", *jobs, "5"]),
        (parent, [folder.name, *jobs, "2"]),
        (parent, [str(folder), *jobs, "3"]),
        (here, [*jobs, "2", "--", *names]),
        (parent, [*jobs, "1", "--", *(str(folder / name) for name in names)]),
        (here, ["."]),
        (here, ["."]),  # from the cache of the way before
    ]


def differences(
    folder: Path, expected: dict[str, str], seeds: Iterable[str], mode: str
) -> Iterator[str]:
    """Yield a sentence for each file of which something else is said; a way for each seed."""
    known = ways(folder)
    for number, seed in enumerate(seeds):
        where, arguments = known[number % len(known)]
        found = outcome(where, arguments, seed, mode)
        for name in sorted(expected.keys() | found.keys()):
            if expected.get(name) != found.get(name):
                yield f"{name}: another answer for hash seed {seed} and {arguments[:4]}"


def programs(folders: Iterable[str], count: int) -> list[Path]:
    """Return a sample of the programs that mention Keras."""
    found = []
    for folder in folders:
        for path in Path(folder).rglob("*"):
            if path.suffix in SUFFIXES and path.is_file() and path.stat().st_size < _MOST_BYTES:
                found.append(path)
    random.Random(14).shuffle(found)
    with_keras = (path for path in found if b"keras" in path.read_bytes().lower())
    return [path for path, _ in zip(with_keras, range(count), strict=False)]


def main() -> int:
    """Compare; return 1 where answers differ."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    arguments.add_argument("folders", nargs="*")
    arguments.add_argument("--files", type=int, default=500)
    arguments.add_argument("--seeds", type=int, default=20)
    arguments.add_argument("--mode", default="--dry-run")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "programs"
        folder.mkdir()
        fixtures = (path for path in (ROOT / "fixtures").rglob("*.*") if path.suffix in SUFFIXES)
        for number, path in enumerate(sorted(fixtures)):
            shutil.copy(path, folder / f"fixture_{number}{path.suffix}")
        for number, path in enumerate(programs(options.folders, options.files)):
            shutil.copy(path, folder / f"public_{number}{path.suffix}")
        expected = outcome(folder, [".", "--no-cache", "--jobs", "1"], "0", options.mode)
        seeds = map(str, range(1, options.seeds + 1))
        found = list(differences(folder, expected, seeds, options.mode))
    for sentence in found:
        print(sentence)
    print(f"{len(expected):,} files, {options.seeds} hash seeds: {len(found)} differences")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
