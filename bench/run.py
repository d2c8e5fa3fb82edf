"""Measures what kfix costs, next to what it is allowed to cost: `python bench/run.py [--runs N]`.

Every ratio is made of runs that took place next to each other (A B C, A B C,
…), and is the median over these pairs; CPU time is user plus system of the
whole process, memory its peak resident size, both as the kernel counts them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
sys.path.insert(0, str(ROOT))

LINES = 150
PARSE = "import libcst, sys; libcst.parse_module(open(sys.argv[1]).read())"
TENSORFLOW = "import tensorflow"


def program() -> str:
    """150 lines around one model of 20 layers that lacks its Flatten."""
    lines = [
        '"""Trains a classifier on small pictures."""',
        "import os",
        "",
        "import numpy as np",
        "from tensorflow import keras",
        "from tensorflow.keras import layers",
        "",
        "SIDE = 96",
        "CLASSES = 10",
        "EPOCHS = 5",
        "",
        "",
    ]
    count = 0
    while len(lines) < LINES - 40:
        count += 1
        lines += [
            f"def prepare_{count}(pictures, scale={count}.0, offset=0.5):",
            f'    """Step {count} of the preparation."""',
            f"    pictures = pictures.astype('float32') / (255.0 * scale) - offset  # step {count}",
            "    if pictures.ndim == 3:",
            "        pictures = np.expand_dims(pictures, -1)",
            "    return np.clip(pictures, -1.0, 1.0)",
            "",
            "",
        ]
    lines += [
        "x_train = np.random.rand(64, SIDE, SIDE, 3)",
        "y_train = np.random.randint(0, CLASSES, 64)",
        "",
    ]
    lines += ["model = keras.Sequential([", "    keras.Input(shape=(SIDE, SIDE, 3)),"]
    for filters in (16, 32, 64, 128):
        lines += [
            f'    layers.Conv2D({filters}, 3, padding="same", activation="relu"),',
            "    layers.BatchNormalization(),",
            "    layers.MaxPooling2D(2),",
            "    layers.Dropout(0.2),",
        ]
    lines += [
        '    layers.Dense(128, activation="relu"),',
        "    layers.Dropout(0.5),",
        '    layers.Dense(64, activation="relu"),',
        '    layers.Dense(CLASSES, activation="softmax"),',
        "])",
        "",
        'model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")',
        "model.fit(x_train, y_train, epochs=EPOCHS)",
    ]
    lines += [f"# line {number}" for number in range(len(lines), LINES)]
    assert len(lines) == LINES
    return "\n".join(lines) + "\n"


def run(command: Sequence[str], cwd: str) -> tuple[float, float, int]:
    """CPU seconds, peak memory in MB, exit status of one process."""
    with open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen(
            command, stdout=nowhere, stderr=nowhere, cwd=cwd, env=_environment()
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    # Linux counts the peak in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6, process.returncode


def _environment() -> dict[str, str]:
    # An installed program has its bytecode, so a checkout must be allowed to keep its own.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
    }


def searches(repeats: int = 5) -> list[tuple[str, float]]:
    """Return the milliseconds of CPU that the search for the first repairs takes, for every broken
    fixture.
    """
    from kfix.engine.pipeline import Project, Settings, run_file
    from kfix.engine.reading import read
    from kfix.repair.search import Options, search
    from tests.test_fixtures import BROKEN

    found = []
    for name, row in BROKEN.items():
        path = next(
            str(file) for end in ("py", "ipynb") if (file := FIXTURES / f"{name}.{end}").exists()
        )
        settings = Settings(target=row.target)
        outcome = next(
            model for model in run_file(Project(), path, settings).models if not model.nested
        )
        times = []
        for _ in range(repeats):
            reading = read(Project(), path, settings)
            group = next(group for group in reading.groups if not group.nested)
            start = time.process_time()
            search_of = search(group.models, reading.tracer, outcome.target, Options())
            for _, _ in zip(range(3), search_of, strict=False):
                pass
            times.append((time.process_time() - start) * 1000)
        found.append((name, statistics.median(times)))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--runs", type=int, default=9, help="triples of runs (TensorFlow is started in every third)"
    )
    runs = parser.parse_args().runs
    python = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "program.py").write_text(program())
        ours = [python, "-m", "kfix", "program.py", "--target", "10", "--dry-run"]
        parse = [python, "-c", PARSE, "program.py"]
        for command in (
            ours,
            parse,
            [python, "-c", TENSORFLOW],
        ):  # fills the disk cache and writes the .pyc files
            _, _, status = run(command, folder)
            assert status == (1 if command is ours else 0), f"{command} ended with {status}"
        cpu, floor, heavy, peaks, to_parse, to_heavy = [], [], [], [], [], []
        for number in range(runs):
            a, peak, _ = run(ours, folder)
            b, _, _ = run(parse, folder)
            cpu.append(a)
            floor.append(b)
            peaks.append(peak)
            to_parse.append(a / b)
            if number % 3 == 0:
                c, _, _ = run([python, "-c", TENSORFLOW], folder)
                heavy.append(c)
                to_heavy.append(a / c)
    slowest = sorted(searches(), key=lambda row: -row[1])
    median = statistics.median
    print(f"{runs} runs, {LINES} lines, 20 layers; medians\n")
    print(f"kfix program.py --target 10 --dry-run   {median(cpu):7.3f} CPU s")
    print(f"libcst.parse_module                     {median(floor):7.3f} CPU s")
    print(f"import tensorflow                       {median(heavy):7.3f} CPU s\n")
    rows = [
        ("CPU, kfix / libcst parse", median(to_parse), 1.5, ""),
        ("CPU, kfix / import tensorflow", median(to_heavy), 1 / 12, ""),
        ("peak memory", median(peaks), 60.0, "MB"),
        (f"slowest search ({slowest[0][0]})", slowest[0][1], 50.0, "ms"),
    ]
    print(f"{'':46} {'measured':>10} {'goal':>10}")
    for what, value, goal, unit in rows:
        sign = "ok" if value <= goal else "MISSED"
        print(f"{what:46} {value:10.3f} {goal:10.3f} {unit:3} {sign}")
    print("\nsearch, CPU ms: " + ", ".join(f"{name} {value:.1f}" for name, value in slowest))
    return 0


if __name__ == "__main__":
    sys.exit(main())
