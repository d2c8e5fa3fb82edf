"""Interrupt kfix while it writes: `python scripts/interruptions.py [--runs N] [--seed S]`.

In each run a project of several broken files is fixed while one thing happens to it, drawn from the
seed: the process is killed (SIGKILL) at a random moment; somebody saves a file at a random moment;
two processes fix the same files at once; the disk is full; a file is locked or becomes read-only;
Ctrl-C is pressed.
Afterwards each file must be the old one, the fixed one, or what was saved, the exit status must say
whether it was done, and the next run must leave no temporary file. Exit 1 otherwise.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
KFIX = [sys.executable, "-P", "-m", "kfix", ".", "-q"]

MAIN = """\
from keras import Input, Sequential, layers
from part import second

model = Sequential([Input(shape=(10, 8)), second(), layers.LSTM(16)])
other = Sequential([Input(shape=(10, 8)), layers.LSTM(4), layers.LSTM(16)])
"""
PART = """\
from keras import layers

def second():
    return layers.LSTM(32)
"""
SAVED = "# somebody saved this\n"
OLD = {
    "main.py": MAIN,
    "part.py": PART,
    "alone.py": MAIN.replace("from part import second\n", PART),
}
NEW = {
    "main.py": MAIN.replace("LSTM(4)", "LSTM(4, return_sequences=True)"),
    "part.py": PART.replace("LSTM(32)", "LSTM(32, return_sequences=True)"),
    "alone.py": OLD["alone.py"]
    .replace("LSTM(4)", "LSTM(4, return_sequences=True)")
    .replace("LSTM(32)", "LSTM(32, return_sequences=True)"),
}


def lay_out(folder: Path) -> None:
    for name, text in OLD.items():
        (folder / name).write_text(text)
    (folder / "setup.cfg").write_text("")


def _take_interrupts() -> None:
    """Undo what a shell does to a process in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def started(folder: Path, command: list[str] | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command or KFIX,
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_take_interrupts,
    )


def killed(folder: Path, draw: random.Random, usual: float) -> list[str]:
    process = started(folder)
    # Most of the moments are those in which it writes, at its end.
    time.sleep(usual * draw.choice([draw.random(), 0.8 + 0.3 * draw.random()]))
    process.kill()
    process.wait()
    return []


def saved(folder: Path, draw: random.Random, usual: float) -> list[str]:
    name = draw.choice(list(OLD))
    process = started(folder)
    time.sleep(usual * draw.choice([draw.random(), 0.7 + 0.4 * draw.random()]))
    before = (folder / name).read_text()
    (folder / "new").write_text(
        before + SAVED
    )  # as an editor saves: a new file in place of the old one
    (folder / "new").replace(folder / name)
    status = process.wait()
    text = (folder / name).read_text()
    if SAVED not in text:
        return [f"what was saved in {name} is lost, exit {status}"]
    return [f"{name} is neither"] if text.replace(SAVED, "") not in (OLD[name], NEW[name]) else []


def two(folder: Path, draw: random.Random, usual: float) -> list[str]:
    one = started(folder)
    time.sleep(usual * draw.random() * 0.3)
    other = started(folder)
    statuses = one.wait(), other.wait()
    return [] if set(statuses) <= {0, 2} and 0 in statuses else [f"two at once end with {statuses}"]


def full(folder: Path, draw: random.Random, usual: float) -> list[str]:
    """Simulate a full disk by a limit on the size of a file: every write beyond it fails."""
    limit = draw.randrange(0, 300)
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); sys.argv[1:] = "
        "['.', '-q']; "
        "from kfix.cli.main import main; main()"
    )
    status = started(folder, [sys.executable, "-P", "-c", code]).wait()
    fixed = all((folder / name).read_text() == NEW[name] for name in OLD)
    return [] if fixed == (status == 0) else [f"a full disk ends with {status}, fixed: {fixed}"]


def read_only(folder: Path, draw: random.Random, usual: float) -> list[str]:
    name = draw.choice(list(OLD))
    (folder / name).chmod(0o444)
    status = started(folder).wait()
    (folder / name).chmod(0o644)
    if status != 2 or (folder / name).read_text() != OLD[name]:
        return [f"read-only {name} ends with {status}"]
    # The repair of main.py needs part.py: both are written, or none.
    states = {(folder / one).read_text() == NEW[one] for one in ("main.py", "part.py")}
    return [] if states == {False} or name == "alone.py" else ["half of a repair is written"]


def interrupted(folder: Path, draw: random.Random, usual: float) -> list[str]:
    """Ctrl-C, which the terminal sends to the workers as well."""
    process = started(folder)
    time.sleep(usual * draw.choice([0.3 + 0.7 * draw.random(), 0.8 + 0.3 * draw.random()]))
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
    status = process.wait()
    wrong = []
    if status not in (0, 130, -signal.SIGINT):  # the last one before kfix itself has begun
        wrong.append(f"Ctrl-C ends with {status}")
    fixed = [(folder / name).read_text() == NEW[name] for name in OLD]
    if fixed[0] != fixed[1] or (status == 0 and not all(fixed)):
        wrong.append(f"Ctrl-C, exit {status}, leaves the files fixed: {fixed}")
    return wrong


KINDS = (killed, killed, killed, interrupted, saved, saved, two, full, read_only)


def after(folder: Path) -> list[str]:
    """Return what is wrong with the files now, and after one more run."""
    wrong = []
    for name in OLD:
        text = (folder / name).read_text().replace(SAVED, "")
        if text not in (OLD[name], NEW[name]):
            wrong.append(f"{name} is neither the old nor the new one")
    started(folder).wait()
    for name in OLD:
        if (folder / name).read_text().replace(SAVED, "") != NEW[name]:
            wrong.append(f"{name} is not fixed by the next run")
    if set(os.listdir(folder)) - {*OLD, "setup.cfg", ".kfix_cache"}:
        wrong.append(f"left behind: {sorted(os.listdir(folder))}")
    return wrong


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    arguments.add_argument("--runs", type=int, default=200)
    arguments.add_argument("--seed", default="14")
    options = arguments.parse_args()
    counts: Counter[str] = Counter()
    wrong = 0
    usual = 1.0
    for number in range(options.runs):
        draw = random.Random(f"{options.seed} {number}")
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            lay_out(folder)
            if number % 25 == 0:  # the machine may be busy with other things now
                start = time.perf_counter()
                started(folder).wait()
                usual = time.perf_counter() - start
                lay_out(folder)
            kind = draw.choice(KINDS)
            outcome = [*kind(folder, draw, usual), *after(folder)]
            counts[kind.__name__] += 1
            for one in outcome:
                wrong += 1
                print(f"run {number}, {kind.__name__}: {one}", flush=True)
    print(
        ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) + f": {wrong} wrong"
    )
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
