"""Writes random programs, breaks them, and counts what kfix makes of them: `python
scripts/random_graphs.py [--count N] [--seed S]`.

Each program has one to three inputs, 3 to 80 layers of the blocks in `graph_blocks.py`, and one to
three faults; it is a module, a function, a class of its own, a Sequential, or has its numbers in
constants or a configuration. Every third has data, labels and a loss, which can be the fault, too.
kfix runs with `--unsafe`; real Keras judges the new text, and trains what is called safe one step.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from kfix.engine.pipeline import Settings, run_file
from kfix.engine.results import FileResult
from kfix.project.project import Project
from scripts.graph_blocks import Line, Statement, Tensor, Writer, arm

HEAD = "import keras\nimport numpy as np\nfrom keras import layers\n\n"
LAYOUTS = ("module", "function", "one-line", "class", "constants", "config")
CLASSES = 3
LOSSES = {
    "categorical_crossentropy": f"keras.utils.to_categorical(np.zeros(4), {CLASSES})",
    "sparse_categorical_crossentropy": "np.zeros((4,))",
    "mse": f"np.zeros((4, {CLASSES}))",
}


class Graph(NamedTuple):
    """A program with faults, what it was before, and which were planted."""

    right: str
    broken: str
    kinds: tuple[str, ...]
    layers: int
    trained: bool

    @property
    def faults(self) -> int:
        """How many were planted."""
        return len(self.kinds)

    @property
    def settings(self) -> Settings:
        """How kfix is asked: what trains says itself what is wanted."""
        return Settings(target=None if self.trained else str(CLASSES), unsafe=True)


class Program(NamedTuple):
    """The statements of a program in the order of its parts."""

    head: list[Statement]
    inputs: list[Statement]
    body: list[Statement]
    tail: list[Statement]


def graph(seed: int) -> Graph:
    """Return the random program of a seed."""
    chance = random.Random(seed)
    chain = chance.random() < 0.15
    w = Writer(chance, chain)
    names = [f"in{number}" for number in range(1 if chain else chance.choice((1, 1, 2, 3)))]
    arms = [arm(w, name, chance.randrange(1, 25 if len(names) > 1 else 40)) for name in names]
    loss = chance.choice((None, None, *LOSSES))
    head(w, [x for _, x in arms], loss)
    tail = [] if loss is None else training(loss, [shape for shape, _ in arms])
    layout = "sequential" if chain else chance.choice(LAYOUTS)
    every = [*w.head, *w.lines, *tail]
    spots = [(line, kind) for line in every for kind in line.faults if loss or kind != "input"]
    planted: dict[int, tuple[Line, str]] = {}
    for line, kind in chance.sample(spots, min(chance.choice((1, 1, 2, 3)), len(spots))):
        planted.setdefault(id(line), (line, kind))

    def program(broken: bool) -> str:
        def written(lines: list[Line]) -> list[Statement]:
            return [
                line.faults[planted[id(line)][1]] if broken and id(line) in planted else line.right
                for line in lines
            ]

        body = written(w.lines)
        inputs = [one for one in body if one.layer.startswith("Input(")]
        rest = [one for one in body if not one.layer.startswith("Input(")]
        return write(Program(written(w.head), inputs, rest, written(tail)), layout)

    kinds = tuple(kind for _, kind in planted.values())
    return Graph(program(False), program(True), kinds, w.layers, loss is not None)


def head(w: Writer, ends: list[Tensor], loss: str | None) -> None:
    """Write what joins the arms and ends in the classes."""
    x = ends[0]
    if len(ends) > 1:
        listed = ", ".join(end.name for end in ends)
        w.layer("x", "Concatenate()", f"[{listed}]", axis="Concatenate(axis=2)")
        x = Tensor("x", (sum(end.width for end in ends),))
    w.layer("x", "Dense(8)", x.name)
    last = (
        f"Dense({CLASSES})" if loss in (None, "mse") else f'Dense({CLASSES}, activation="softmax")'
    )
    w.layer("x", last, "x", classes=last.replace(str(CLASSES), str(CLASSES + w.size(-1, 1, 4))))


def training(loss: str, inputs: list[tuple[int, ...]]) -> list[Line]:
    """Return what compiles and fits, with its faults: another loss, other labels."""

    def raw(text: str) -> Statement:
        return Statement("", "", text)

    def compiled(loss: str) -> Statement:
        return raw(f'model.compile(optimizer="adam", loss="{loss}")')

    data = [f"x{number} = np.zeros((4, {str(shape)[1:]})" for number, shape in enumerate(inputs)]
    given = ", ".join(f"x{number}" for number in range(len(inputs)))
    labels = LOSSES[loss]
    faults, labelled = {}, {}
    if loss == "categorical_crossentropy":
        faults["loss"] = compiled("sparse_categorical_crossentropy")
        labelled["labels"] = raw("y = np.zeros((4,))")
        labelled["classes"] = raw(f"y = {labels.replace(str(CLASSES) + ')', '5)')}")
    elif loss == "sparse_categorical_crossentropy":
        faults["loss"] = compiled("categorical_crossentropy")
        labelled["labels"] = raw(f"y = {LOSSES['categorical_crossentropy']}")
    else:
        labelled["labels"] = raw("y = np.zeros((4, 5))")
    listed = f"[{given}]" if len(inputs) > 1 else given
    return [
        *(Line(raw(text)) for text in data),
        Line(raw(f"y = {labels}"), labelled),
        Line(compiled(loss), faults),
        Line(raw(f"model.fit({listed}, y, batch_size=4, epochs=1, verbose=0)")),
    ]


def write(program: Program, layout: str) -> str:
    """Return a program in a layout."""
    names = [one.target for one in program.inputs]
    inputs = f"[{', '.join(names)}]" if len(names) > 1 else names[0]
    tail = "".join(f"{one}\n" for one in program.tail)
    above = HEAD + "".join(f"{one}\n\n" for one in program.head)
    body = [*program.inputs, *program.body]
    if layout == "class":
        return above + _class(program, inputs) + tail
    if layout == "sequential":
        kept = [one.layer for one in body if one.layer]
        listed = "".join(f"    layers.{layer},\n" for layer in kept)
        return f"{above}model = keras.Sequential([\n{listed}])\n{tail}"
    if layout in ("constants", "config"):
        numbers: list[str] = []
        body = [_named(one, layout, numbers) for one in body]
        settings = (
            "".join(f"UNITS_{i} = {number}\n" for i, number in enumerate(numbers))
            if layout == "constants"
            else "CONFIG = {"
            + "".join(f'"units_{i}": {number}, ' for i, number in enumerate(numbers))
            + "}\n"
        )
        above += settings + "\n"
    made = f"keras.Model({inputs}, x)"
    lines = "\n".join(map(str, body)).split("\n")
    if layout == "function":
        within = "".join(f"    {line}\n" for line in lines)
        return f"{above}def build():\n{within}    return {made}\n\n\nmodel = build()\n{tail}"
    if layout == "one-line":
        lines = [f"{lines[0]}; {lines[1]}", *lines[2:]]
    return above + "\n".join(lines) + f"\nmodel = {made}\n{tail}"


def _named(one: Statement, layout: str, numbers: list[str]) -> Statement:
    """Return a layer whose first number stands in a constant or in a dictionary."""
    found = re.match(r"(\w+\()(\d+)(?=[,)])", one.layer)
    if found is None:
        return one
    name = f"UNITS_{len(numbers)}" if layout == "constants" else f'CONFIG["units_{len(numbers)}"]'
    numbers.append(found[2])
    return one._replace(layer=found[1] + name + one.layer[found.end() :])


def _class(program: Program, inputs: str) -> str:
    """Return a model that is a class: its layers are made in `__init__`, and called in `call`."""
    made, called = [], []
    for one in program.body:
        if one.layer:
            name = f"self.layer_{len(made)}"
            made.append(f"        {name} = layers.{one.layer}\n")
            called.append(f"        {one.target} = {name}({one.source})\n")
        else:
            called += [f"        {line}\n" for line in str(one).split("\n")]
    names = ", ".join(one.target for one in program.inputs)
    unpacked = "" if len(program.inputs) == 1 else f"        {names} = inputs\n"
    parameter = names if len(program.inputs) == 1 else "inputs"
    return (
        "class Network(keras.Model):\n    def __init__(self):\n        super().__init__()\n"
        f"{''.join(made)}\n    def call(self, {parameter}):\n{unpacked}{''.join(called)}"
        "        return x\n\n\n"
        + "".join(f"{one}\n" for one in program.inputs)
        + f"model = keras.Model({inputs}, Network()({inputs}))\n"
    )


def refused(text: str, trained: bool = False) -> str | None:
    """Return what real Keras says against a program; `None` where it builds, runs and ends right.

    What has no data of its own must give the classes, and trains one step if `trained`.
    """
    import keras
    import numpy as np
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    keras.backend.clear_session()
    names: dict[str, object] = {}
    try:
        exec(compile(text, "graph.py", "exec"), names)
        model = names["model"]
        assert isinstance(model, keras.Model)
        if "model.fit(" in text:
            return None
        if model.output_shape != (None, CLASSES):
            return f"the output is {model.output_shape}"
        if trained:
            data = [np.zeros((2, *one.shape[1:])) for one in model.inputs]
            model.compile(optimizer="sgd", loss="mse")
            model.train_on_batch(data if len(data) > 1 else data[0], np.zeros((2, CLASSES)))
    except Exception as error:
        return f"{type(error).__name__}: {error}".splitlines()[0][:160]
    return None


def repaired(program: Graph) -> tuple[str, FileResult, float]:
    """Return the text after kfix, what it says, and the CPU seconds that it took."""
    data = program.broken.encode()
    start = time.process_time()
    result = run_file(Project({"graph.py": data}), "graph.py", program.settings)
    seconds = time.process_time() - start
    return result.files.get("graph.py", data).decode(), result, seconds


def inputs_of(text: str) -> list[str]:
    """Return the statements that make an Input."""
    return [part for line in text.splitlines() for part in line.split("; ") if "Input(" in part]


class Count:
    """What came of the programs."""

    def __init__(self) -> None:
        self.tried = self.valid = self.asked = self.untouched = self.safe = self.safe_valid = 0
        self.more: list[int] = []
        self.seconds: list[float] = []
        self.invalid: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()

    def add(self, seed: int, program: Graph, shown: Iterable[str]) -> None:
        """Let kfix fix a program, and Keras judge."""
        text, result, took = repaired(program)
        applied = [outcome.applied for outcome in result.models if outcome.applied is not None]
        # called safe without --unsafe is what is edited without being asked
        safe = bool(applied) and all(one.repair.safety == "safe" for one in applied)
        said = refused(text, safe)
        kept = inputs_of(text) == inputs_of(program.broken)
        edits = sum(len(one.edits) for one in applied)
        self.tried += 1
        self.seconds.append(took)
        self.valid += said is None
        self.kinds.update(program.kinds)
        if said is not None:
            self.invalid.update(program.kinds)
        if "input" not in program.kinds:
            self.asked += 1
            self.untouched += kept
        self.more.append(edits - program.faults)
        self.safe += safe
        self.safe_valid += safe and said is None
        reasons = {
            "invalid": said is not None,
            "unsafe": safe and said is not None,
            "inputs": not kept and "input" not in program.kinds,
            "edits": edits > program.faults + 1,
            "slow": took > 1,
        }
        why = [name for name, holds in reasons.items() if holds and name in shown]
        if why:
            print(
                f"=== seed {seed}: {', '.join(why)}; {', '.join(program.kinds)}; "
                f"{program.layers} layers, {edits} edits, {took:.2f} s, safe {safe}: {said}"
            )
            for one in applied:
                print(*(f"  {edit.text}" for edit in one.edits), sep="\n")
            for outcome in result.models:
                print(*(f"  remark: {remark}" for remark in outcome.remarks), sep="\n")
            if result.error is not None:
                print(f"  kfix: {result.error}")

    def show(self) -> bool:
        """Print the figures; true where they are reached."""
        valid, kept = self.valid / self.tried, self.untouched / max(1, self.asked)
        more = statistics.mean(self.more)
        median, worst = statistics.median(self.seconds), max(self.seconds)
        print(f"valid in Keras: {self.valid} of {self.tried} ({valid:.1%})")
        print(f"inputs untouched: {self.untouched} of {self.asked} ({kept:.1%})")
        print(f"edits beyond the faults planted: {more:.2f} on average")
        print(f"safe: {self.safe_valid} of {self.safe} build and train")
        print(f"CPU seconds: median {median:.3f}, worst {worst:.3f}")
        for kind, number in self.invalid.most_common():
            print(f"invalid with {kind}: {number} of {self.kinds[kind]}")
        enough = valid >= 0.98 and kept >= 0.95 and more <= 1 and self.safe_valid == self.safe
        return enough and median <= 0.1 and worst <= 2


def main() -> int:
    """Print the figures; exit 1 where they are not reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="broken programs")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument(
        "--show", default="", help="what is shown, with commas: invalid,unsafe,inputs,edits,slow"
    )
    parser.add_argument("--check", action="store_true", help="ask Keras about the unbroken ones")
    parser.add_argument("--only", type=int, help="print the program of this seed, and its repair")
    options = parser.parse_args()
    count = Count()
    if options.only is not None:
        program = graph(options.only)
        text = repaired(program)[0]
        print(
            program.broken,
            "=" * 40,
            refused(program.right),
            refused(program.broken),
            text,
            sep="\n",
        )
        count.add(options.only, program, ("invalid", "unsafe", "inputs", "edits", "slow"))
        return 0
    seed = options.seed
    wrong = 0
    while count.tried < options.count:
        program = graph(seed)
        said = refused(program.right) if options.check else None
        if said is not None:
            wrong += 1
            print(f"=== seed {seed}: the program is wrong from the start: {said}")
        elif refused(program.broken) is not None:  # else a fault that Keras takes
            count.add(seed, program, options.show.split(","))
        seed += 1
    return 0 if count.show() and not wrong else 1


if __name__ == "__main__":
    raise SystemExit(main())
