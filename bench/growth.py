"""Measures how time and memory grow with a program: `python bench/growth.py [--runs N]`.

Ordinary code around one broken model, of more and more lines, and files of many broken models. CPU
time is user plus system of the whole process (the least of the runs), memory its peak resident
size, both as the kernel counts them. libcst's parse alone stands beside it: no reading is cheaper.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = [
    "import numpy as np",
    "from tensorflow import keras",
    "from tensorflow.keras import layers",
    "",
]
PARSE = "import libcst, sys; libcst.parse_module(open(sys.argv[1]).read())"
KFIX = [sys.executable, "-P", "-m", "kfix", "-q"]
COMMANDS = {
    "libcst": [sys.executable, "-c", PARSE],
    "kfix --check": [*KFIX, "--check"],
    "kfix --dry-run": [*KFIX, "--dry-run"],
}


def model(number: int) -> list[str]:
    """Return the lines of a model that lacks its Flatten."""
    return [
        "# kfix: target=10",
        f"model_{number} = keras.Sequential([",
        "    keras.Input((28, 28, 1)),",
        "    layers.Conv2D(32, 3),",
        "    layers.MaxPooling2D(),",
        "    layers.Dense(10),",
        "])",
    ]


def ordinary(count: int) -> str:
    """Return a program of so many lines around one broken model."""
    lines = [*HEAD]
    while len(lines) < count - 7:
        number = len(lines)
        lines += [
            f"def prepare_{number}(images, scale={number}.0, offset=0.5):",
            f'    """Step {number} of the preparation."""',
            f"    images = images.astype('float32') / (255.0 * scale) - offset  # step {number}",
            "    if images.ndim == 3:",
            "        images = np.expand_dims(images, -1)",
            "    return np.clip(images, -1.0, 1.0)",
            "",
            "",
        ]
    return "\n".join([*lines, *model(0), ""])


def broken(count: int) -> str:
    """Return a program of so many broken models."""
    lines = [line for number in range(count) for line in model(number)]
    return "\n".join([*HEAD, *lines, ""])


def cost(command: list[str], path: Path) -> tuple[float, float]:
    """Return the CPU seconds and the peak memory (MB) of a command on a file."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [*command, str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Print a row for each program and command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    programs = {f"{count:,} lines": ordinary(count) for count in (2_500, 5_000, 10_000, 20_000)}
    programs |= {f"{count} broken models": broken(count) for count in (10, 25, 50, 100)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        for name, text in programs.items():
            path.write_text(text, encoding="utf-8")
            for label, command in COMMANDS.items():
                costs = [cost(command, path) for _ in range(runs)]
                seconds, memory = min(costs)
                print(f"{name:18}  {label:15} {seconds:6.2f} s {memory:5.0f} MB", flush=True)


if __name__ == "__main__":
    main()
