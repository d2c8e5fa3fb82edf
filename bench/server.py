"""Measures the language server: `python bench/server.py [--runs N] [--check]`.

CPU seconds are those of the server's process as the kernel counts them, user and system, over many
changes; a change is a letter typed at some place of the program, and its cost all until the
diagnostics have come. The start is measured next to `import libcst` in a process each.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.growth import ordinary  # noqa: E402
from bench.run import program  # noqa: E402
from kfix.lsp.texts import Text  # noqa: E402
from scripts.server_client import ServerClient  # noqa: E402

BOUNDS = {"start": 3.0, "150 lines": 0.060, "1,500 lines": 0.400, "memory": 10.0}


def start(folder: Path, runs: int) -> float:
    """Return how many times as long as `import libcst` the server takes to its first answer."""
    ratios = []
    for _ in range(runs):
        before = _children()
        subprocess.run([sys.executable, "-c", "import libcst"], check=True)
        imported = _children() - before
        client = ServerClient(folder)
        ratios.append(client.cpu() / imported)
        client.end()
    return statistics.median(ratios)


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def keystrokes(folder: Path, text: str, count: int) -> tuple[float, float]:
    """Return the CPU seconds of one change, and by how many megabytes the server has grown.

    It is warm before it is measured: a tenth of the changes comes before.
    """
    client = ServerClient(folder, delay=0)
    uri = (folder / "net.py").as_uri()
    client.open(uri, text)
    rng = random.Random(0)
    cpu = memory = 0.0
    for number in range(count + count // 10):
        if number == count // 10:
            cpu, memory = client.cpu(), client.memory()
        text = _typed(client, uri, text, rng)
    grown, spent = client.memory() - memory, client.cpu() - cpu
    client.end()
    return spent / count, grown


def _typed(client: ServerClient, uri: str, text: str, rng: random.Random) -> str:
    """Type a letter into a comment, a name, or the digit of a number; return the text."""
    places = [place for place, letter in enumerate(text) if letter in "#0123456789"]
    place = rng.choice(places)
    new = "#" if text[place] == "#" else rng.choice("123456789")
    known = Text("", text, 1)
    line = text.count("\n", 0, place) + 1
    column = place - text.rfind("\n", 0, place)
    first, last = known.position(line, column), known.position(line, column + 1)
    range_ = {
        "start": {"line": first.line, "character": first.character},
        "end": {"line": last.line, "character": last.character},
    }
    client.change(uri, {"range": range_, "text": new})
    client.diagnostics(uri)
    return text[:place] + new + text[place + 1 :]


def main() -> int:
    """Print what it costs beside what it may; with --check exit with 1 where it is more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, grown = keystrokes(folder, program(), 1_000)
        large, _ = keystrokes(folder, ordinary(1_500), 40)
        costs = {
            "start": start(folder, given.runs),
            "150 lines": small,
            "1,500 lines": large,
            "memory": grown,
        }
    print(f"start: {costs['start']:.2f} times import libcst (at most {BOUNDS['start']:.0f})")
    for lines in ("150 lines", "1,500 lines"):
        cost, bound = 1e3 * costs[lines], 1e3 * BOUNDS[lines]
        print(f"a change, {lines}: {cost:.0f} ms CPU (at most {bound:.0f})")
    print(f"memory after 1,000 changes: {grown:+.1f} MB (at most ±{BOUNDS['memory']:.0f})")
    return int(given.check and any(abs(costs[key]) > bound for key, bound in BOUNDS.items()))


if __name__ == "__main__":
    sys.exit(main())
