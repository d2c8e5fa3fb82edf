"""Writes random programs, breaks them, and counts what kfix makes of them: `python
scripts/random_graphs.py [--count N]`.

Each program has one to three inputs (images, sequences, vectors), 5 to 80 layers with residual and
dense blocks, and one to three faults. kfix runs with `--unsafe`; real Keras judges the new text.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

from kfix.engine.pipeline import Settings, run_file
from kfix.engine.results import FileResult
from kfix.project.project import Project

HEAD = "import keras\nfrom keras import layers\n\n"
LAYOUTS = ("module", "function", "one-line")


class Line(NamedTuple):
    """A statement, and the ways in which it can be broken: each the statement that stands in its
    place.
    """

    text: str
    faults: tuple[str, ...] = ()


class Writer:
    """A program in the making: what stands in `x` is followed by its size and its width."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.lines: list[Line] = []
        self.layers = 0

    def add(self, target: str, layer: str, source: str, *broken: str) -> None:
        """Write `target = layers.layer(source)`, or with one of the broken layers in its place."""

        def line(made: str) -> str:
            call = f"layers.{made}({source})" if made else source
            return f"{target} = {call}"

        self.layers += 1
        self.lines.append(Line(line(layer), tuple(map(line, broken))))


def image(w: Writer, name: str, layers: int) -> int:
    """Return an arm on images; it ends as a vector, whose width is returned."""
    size, width = w.chance.choice((16, 24, 32)), w.chance.choice((1, 3))
    w.add(name, f"Input(({size}, {size}, {width}))", "")
    w.lines[-1] = Line(f"{name} = layers.Input(({size}, {size}, {width}))")
    x, end = f"{name}_x", w.layers + layers
    width = w.chance.choice((4, 8, 12))
    w.add(x, f'Conv2D({width}, 3, padding="same")', name)
    while w.layers < end:
        block = w.chance.choice(("plain", "plain", "pool", "residual", "dense"))
        if block == "pool" and size >= 8:
            w.add(x, "MaxPooling2D(2)", x, "")
            size //= 2
        elif block == "residual":
            short = f"{name}_s{w.layers}"
            w.lines.append(Line(f"{short} = {x}"))
            same = f'Conv2D({width}, 3, padding="same", activation="relu")'
            w.add(x, same, x, f'Conv2D({width}, 3, activation="relu")')
            other = f'Conv2D({width + 4}, 3, padding="same")'
            strided = f'Conv2D({width}, 3, strides=2, padding="same")'
            w.add(x, f'Conv2D({width}, 3, padding="same")', x, other, strided)
            w.add(x, "Add()", f"[{x}, {short}]")
        elif block == "dense":
            more = w.chance.choice((4, 8))
            side = f"{name}_d{w.layers}"
            w.add(side, f'Conv2D({more}, 3, padding="same")', x, f"Conv2D({more}, 3)")
            w.add(x, "Concatenate()", f"[{x}, {side}]", "Concatenate(axis=1)")
            width += more
        else:
            plain = ("BatchNormalization()", 'Activation("relu")', "Dropout(0.1)")
            w.add(x, w.chance.choice(plain), x)
    vector = w.chance.choice(("Flatten()", "GlobalAveragePooling2D()"))
    w.add(x, vector, x, "")
    return size * size * width if vector == "Flatten()" else width


def sequence(w: Writer, name: str, layers: int) -> int:
    """Return an arm on sequences; it ends as a vector."""
    steps, width = w.chance.choice((10, 16)), w.chance.choice((3, 6))
    w.lines.append(Line(f"{name} = layers.Input(({steps}, {width}))"))
    x, end = f"{name}_x", w.layers + layers
    width = w.chance.choice((4, 8))
    w.add(x, f"Dense({width})", name)
    while w.layers < end:
        block = w.chance.choice(("rnn", "conv", "residual", "plain", "attention"))
        if block == "rnn":
            w.add(x, f"LSTM({width}, return_sequences=True)", x, f"LSTM({width})")
        elif block == "conv":
            w.add(x, f'Conv1D({width}, 3, padding="same")', x)
        elif block == "residual":
            short = f"{name}_s{w.layers}"
            w.lines.append(Line(f"{short} = {x}"))
            wide = f'Conv1D({width + 3}, 3, padding="same")'
            w.add(x, f'Conv1D({width}, 3, padding="same")', x, wide, f"Conv1D({width}, 3)")
            w.add(x, "Add()", f"[{x}, {short}]")
        elif block == "attention":
            w.add(x, "MultiHeadAttention(2, 4)", f"{x}, {x}")
        else:
            w.add(x, w.chance.choice(("LayerNormalization()", "Dropout(0.1)")), x)
    last = w.chance.choice((f"LSTM({width})", f"GRU({width})"))
    w.add(x, last, x, last.replace(")", ", return_sequences=True)"))
    return width


def vector(w: Writer, name: str, layers: int) -> int:
    """Return an arm on vectors."""
    width = w.chance.choice((4, 10))
    w.lines.append(Line(f"{name} = layers.Input(({width},))"))
    x, end = f"{name}_x", w.layers + layers
    width = w.chance.choice((8, 16))
    misspelt = f"Dense(unit={width})"
    w.add(x, f"Dense({width})", name, misspelt)
    while w.layers < end:
        if w.chance.random() < 0.4:
            short = f"{name}_s{w.layers}"
            w.lines.append(Line(f"{short} = {x}"))
            w.add(x, f"Dense({width})", x, f"Dense({width + 5})", f"Dense(unit={width})")
            w.add(x, w.chance.choice(("Add()", "Multiply()")), f"[{x}, {short}]")
        else:
            w.add(x, w.chance.choice(('Activation("relu")', "Dropout(0.2)")), x)
    return width


ARMS: tuple[Callable[[Writer, str, int], int], ...] = (image, sequence, vector)


class Graph(NamedTuple):
    """A program with faults, what it was before, and how many were planted."""

    right: str
    broken: str
    faults: int
    layers: int


def graph(seed: int) -> Graph:
    """Return the random program of a seed."""
    chance = random.Random(seed)
    w = Writer(chance)
    names = [f"in{number}" for number in range(chance.choice((1, 1, 2, 3)))]
    for name in names:
        chance.choice(ARMS)(w, name, chance.randrange(3, 25))
    ends = [f"{name}_x" for name in names]
    if len(names) > 1:
        w.add("x", "Concatenate()", f"[{', '.join(ends)}]")
    w.add("x", "Dense(8)", "x" if len(names) > 1 else ends[0])
    w.add("x", "Dense(3)", "x")
    spots = [number for number, line in enumerate(w.lines) if line.faults]
    planted = chance.sample(spots, min(chance.choice((1, 1, 2, 3)), len(spots)))
    right = [line.text for line in w.lines]
    broken = list(right)
    for number in planted:
        broken[number] = chance.choice(w.lines[number].faults)
    inputs = f"[{', '.join(names)}]" if len(names) > 1 else names[0]
    layout = chance.choice(LAYOUTS)
    return Graph(
        _written(right, inputs, layout), _written(broken, inputs, layout), len(planted), w.layers
    )


def _written(lines: list[str], inputs: str, layout: str) -> str:
    made = f"keras.Model({inputs}, x)"
    if layout == "function":
        body = "".join(f"    {line}\n" for line in lines)
        return f"{HEAD}def build():\n{body}    return {made}\n\n\nmodel = build()\n"
    if layout == "one-line":
        return HEAD + "; ".join(lines[:2]) + "\n" + "\n".join(lines[2:]) + f"\nmodel = {made}\n"
    return HEAD + "\n".join(lines) + f"\nmodel = {made}\n"


def refused(text: str) -> str | None:
    """Return what real Keras says against a program; `None` where it builds and gives (None, 3)."""
    import keras

    keras.backend.clear_session()
    names: dict[str, object] = {}
    try:
        exec(compile(text, "graph.py", "exec"), names)
    except Exception as error:
        return f"{type(error).__name__}: {error}".splitlines()[0][:160]
    shape = names["model"].output_shape  # type: ignore[attr-defined]
    return None if shape == (None, 3) else f"the output is {shape}"


def mended(text: str) -> tuple[str, FileResult, float]:
    """Return the text after kfix, what it says, and the CPU seconds that it took."""
    start = time.process_time()
    result = run_file(
        Project({"graph.py": text.encode()}), "graph.py", Settings(target="3", unsafe=True)
    )
    seconds = time.process_time() - start
    return result.files.get("graph.py", text.encode()).decode(), result, seconds


def inputs_of(text: str) -> list[str]:
    """Return the statements that make an Input."""
    return [part for line in text.splitlines() for part in line.split("; ") if "Input(" in part]


def main() -> int:
    """Print the figures; exit 1 where they are not reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="broken programs")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument(
        "--show", action="store_true", help="print every program that stays invalid"
    )
    options = parser.parse_args()
    valid = untouched = tried = safe = safe_valid = 0
    more: list[int] = []
    seconds: list[float] = []
    seed = options.seed - 1
    while tried < options.count:
        seed += 1
        program = graph(seed)
        if refused(program.right) is not None or refused(program.broken) is None:
            continue  # a fault that Keras takes
        tried += 1
        text, result, took = mended(program.broken)
        seconds.append(took)
        applied = [told.applied for told in result.models if told.applied is not None]
        said = refused(text)
        valid += said is None
        untouched += inputs_of(text) == inputs_of(program.broken)
        more.append(sum(len(one.edits) for one in applied) - program.faults)
        if applied and applied[0].repair.safety == "safe":
            safe += 1
            safe_valid += said is None
        if said is not None and options.show:
            print(f"=== seed {seed}, {program.faults} faults, {program.layers} layers: {said}")
            print(program.broken if text == program.broken else text)
    share, kept = valid / tried, untouched / tried
    print(f"valid in Keras: {valid} of {tried} ({share:.1%})")
    print(f"inputs untouched: {untouched} of {tried} ({kept:.1%})")
    print(f"edits beyond the faults planted: {statistics.mean(more):.2f} on average")
    print(f"safe: {safe_valid} of {safe} valid")
    print(f"CPU seconds: median {statistics.median(seconds):.3f}, worst {max(seconds):.3f}")
    reached = share >= 0.98 and kept >= 0.95 and statistics.mean(more) <= 1 and safe_valid == safe
    return 0 if reached else 1


if __name__ == "__main__":
    raise SystemExit(main())
