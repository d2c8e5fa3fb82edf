"""The data of drawn programs, and the calls that it is given to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tests.calls.around import callbacks, saved, steps, weights_files
from tests.calls.classes import KINDS, draw_special
from tests.calls.compiling import compiled, dictionary, label_form, names
from tests.calls.drawing import Draw, Input, Output, Program
from tests.calls.graphs import KINDS as GRAPHS
from tests.calls.graphs import draw_graph
from tests.calls.models import Drawn, draw_masked, draw_model
from tests.calls.results import used
from tests.calls.sources import array_kind, as_frame, dataset, generator

HEAD = """\
import numpy as np
import pandas as pd
import tensorflow as tf
import keras
from keras import Input, Model, Sequential, layers
"""


class Wrong(NamedTuple):
    """What is wrong with a set of data: faults of `drawing`, by the end they concern."""

    x: str = ""
    y: str = ""
    samples: bool = False


def draw_program(seed: str) -> Program:
    """Draw a program."""
    draw = Draw(seed)
    drawn = _model(draw)
    forms = [label_form(draw, output) for output in drawn.outputs]
    lines = [HEAD, drawn.text, compiled(draw, drawn, forms)]
    calls = Calls(draw, drawn, forms)
    lines.extend(calls.lines())
    kinds = (f"model: {drawn.kind}", *draw.kinds)
    return Program("\n".join(line for line in lines if line) + "\n", draw.fault, kinds)


def _model(draw: Draw) -> Drawn:
    """Draw a model of the kind that a fault needs, else one of any kind."""
    if draw.fault == "own class":
        return draw_special(draw, draw.choice(("subclassed", "own step", "own loss")))
    if draw.fault in KINDS:
        return draw_special(draw, draw.fault)
    if draw.fault in GRAPHS or draw.chance(8):
        return draw_graph(draw, draw.fault if draw.fault in GRAPHS else draw.choice(GRAPHS))
    if draw.has("masks") or draw.chance(4):
        return draw_masked(draw)
    if not draw.has("batch size") and draw.chance(15):
        return draw_special(draw, draw.choice(KINDS))
    return draw_model(draw)


class Calls:
    """Writes the calls of one program."""

    def __init__(self, draw: Draw, drawn: Drawn, forms: Sequence[str]) -> None:
        self.draw = draw
        self.drawn = drawn
        self.forms = forms
        self.count = draw.choice((4, 6, 8))
        self.one_dim = draw.chance(60)
        self.before = ""
        """What stands before the next call."""
        fault = draw.fault
        self.wrong = Wrong(
            fault if fault.startswith("input") else "",
            fault if fault.startswith("label") else "",
            fault == "samples",
        )

    def lines(self) -> list[str]:
        """Write the calls."""
        methods = ["fit", "fit", "fit", "evaluate", "predict", "train_on_batch"]
        methods += ["test_on_batch", "predict_on_batch"]
        method = self.draw.choice(methods)
        of_fit = ("validation", "class", "sample", "batch size", "callbacks", "steps")
        if self.draw.fault.startswith(of_fit):
            method = "fit"
        if self.draw.has("batch method"):
            method = self.draw.choice(methods[-3:])
        if self.draw.has("evaluate weight"):
            method = "evaluate"
        if self.draw.has("test step"):
            method = self.draw.choice(("fit", "evaluate", "evaluate", "test_on_batch"))
        if self.draw.has("results"):
            method = self.draw.choice(("fit", "evaluate", "evaluate", "predict"))
        if self.wrong.y and method.startswith("predict"):
            method = "evaluate"
        found = []
        if self.draw.chance(15):
            found.append(self._call(self.draw.choice(("fit", "predict")), Wrong()))
        found.append(self._call(method, self.wrong))
        self.draw.kinds.append(f"call: {method}")
        if self.draw.has("save") or self.draw.chance(6):
            found.append(saved(self.draw))
            self.draw.kinds.append("with: files and other methods")
        if self.draw.has("weights files") or self.draw.chance(3):
            found.append(weights_files(self.draw))
            self.draw.kinds.append("with: weights of another model")
        return found

    # --- one call -------------------------------------------------------------------------

    def _call(self, method: str, wrong: Wrong) -> str:
        draw = self.draw
        labels = not method.startswith("predict")
        arguments: list[str] = []
        lines = ""
        source = "arrays"
        if "batch" not in method and (
            draw.chance(20) or draw.has("data set") or draw.has("generator")
        ):
            source = "generator" if draw.has("generator") or draw.chance(25) else "data set"
        if not draw.kinds:
            draw.kinds.append(f"data: {source}")
        if source == "data set":
            arguments = [dataset(draw, self._arrays(wrong, labels))]
        elif source == "generator":
            lines = generator(draw, self._arrays(wrong, labels))
            arguments = ["batches()"]
            if method != "fit" or draw.chance(90):
                steps = "steps_per_epoch=2" if method == "fit" else "steps=2"
                arguments.append(steps)
        else:
            arguments = self._arrays(wrong, labels)
        arguments.extend(self._of_method(method, source, wrong))
        if draw.has("argument") and draw.chance(60):
            arguments.append(self._odd_argument())
        if not any(one.startswith("steps") for one in arguments):  # nothing else would end it
            lines = lines.replace("while True", "for _ in range(4)")
        if "batch" not in method:
            arguments.append("verbose=0")
        if draw.chance(5) and source == "arrays" and labels and len(arguments) > 1:
            arguments[:2] = [f"x={arguments[0]}", f"y={arguments[1]}"]
        call = f"model.{method}({', '.join(arguments)})"
        lines, self.before = self.before + lines, ""
        return lines + used(draw, method, call)

    def _of_method(self, method: str, source: str, wrong: Wrong) -> list[str]:
        """Write the arguments that not all methods have."""
        draw, found = self.draw, []
        if method == "evaluate" and (draw.has("evaluate weight") or draw.chance(4)):
            found.append(f"sample_weight={self._sample_weight()}")
            draw.kinds.append("with: sample_weight")
        if method == "fit":
            found.extend(self._of_fit(source, wrong))
        elif "batch" not in method and draw.chance(20):
            found.append(f"batch_size={draw.choice((1, 2, 2, 3))}")
        elif "batch" in method and (draw.has("batch method") or draw.chance(10)):
            found.append(self._of_batch(method))
        if draw.has("stateful calls") and "batch" not in method and draw.chance(30):
            found.append("steps_per_epoch=1" if method == "fit" else "steps=1")
        return [one for one in found if one]

    def _of_batch(self, method: str) -> str:
        """Write an argument of `train_on_batch` or its like, or one that only `fit` has."""
        draw, count = self.draw, self.count
        right = {
            "train_on_batch": ("return_dict=True", f"sample_weight=np.ones({count})"),
            "test_on_batch": ("return_dict=True", f"sample_weight=np.ones({count})"),
        }.get(method, ("",))
        if not draw.has("batch method"):
            return draw.choice(right)
        odd = ("batch_size=2", "verbose=0", "epochs=1", f"sample_weight=np.ones({count + 1})")
        odd += ("class_weight={0: 1.0, 1: 2.0, 2: 1.0, 3: 1.0}", "return_dict=False", "steps=1")
        return draw.choice((*odd, f"sample_weight=[1.0] * {count}", "class_weight={0: 1.0}"))

    def _odd_argument(self) -> str:
        return self.draw.choice(
            (
                *("nb_epoch=1", "epoch=1", "validation=0.1", "batchsize=2", "show_accuracy=True"),
                *("shuffle=False", "callbacks=[]", "samples=4", "class_weights={0: 1}", "steps=1"),
                *(
                    "validation_split=0.5",
                    "workers=1",
                    "use_multiprocessing=False",
                    "return_dict=True",
                ),
            )
        )

    def _of_fit(self, source: str, wrong: Wrong) -> list[str]:
        draw = self.draw
        found = []
        if (source == "arrays" and draw.chance(40)) or draw.has("batch size"):
            found.append(f"batch_size={draw.choice((1, 2, 2, 2, 3, 4))}")
        if draw.chance(20):
            found.append("epochs=1")
        if draw.fault.startswith("validation") or draw.chance(8):
            found.extend(self._validated())
        if draw.has("sample weight") or (source == "arrays" and draw.chance(4)):
            found.append(f"sample_weight={self._sample_weight()}")
        if draw.has("class weight") or (source == "arrays" and draw.chance(3)):
            found.append(f"class_weight={self._class_weight()}")
        if draw.has("callbacks") or draw.chance(6):
            found.append(callbacks(draw))
            draw.kinds.append("with: callbacks")
        if draw.has("steps") or (source == "arrays" and draw.chance(4)):
            one = steps(draw)
            if not any(other.startswith(one.partition("=")[0] + "=") for other in found):
                found.append(one)
            draw.kinds.append("with: steps")
        for name in ("validation_data", "sample_weight", "class_weight"):
            if any(one.startswith(name) for one in found):
                draw.kinds.append(f"with: {name}")
        return found

    # --- arrays ---------------------------------------------------------------------------

    def _arrays(self, wrong: Wrong, labels: bool) -> list[str]:
        found = [self._x(wrong, self.count)]
        if labels:
            count = self.count + (self.draw.choice((-1, 1, 3)) if wrong.samples else 0)
            found.append(self._y(wrong, count))
        return found

    def _x(self, wrong: Wrong, count: int) -> str:
        draw = self.draw
        inputs = list(self.drawn.inputs)
        number = draw.number(0, len(inputs) - 1)
        if wrong.x in ("input size", "input rank"):
            inputs[number] = self._other(inputs[number], wrong.x)
        rows = [self._data(one, count) for one in inputs]
        if self._odd("x"):
            rows[number] = array_kind(draw, rows[number], odd=True)
        if wrong.samples and len(rows) > 1 and draw.chance(50):
            rows[number] = self._array((count + 1, *inputs[number].shape))
        if wrong.x == "input count":
            rows = [*rows, rows[0]] if draw.chance(50) or len(rows) == 1 else rows[:-1]
        keys = [one.name or "in" for one in inputs]
        if self.drawn.keyed and not wrong.x:
            return dictionary(draw, keys, rows, wrong=False)
        return self._held(rows, keys, wrong.x in ("input keys", "input container"), wrong.x)

    def _odd(self, role: str) -> bool:
        """Choose whether the data of a role is of an odd kind."""
        return self.draw.has("data kind") and self.draw.choice(("x", "y")) == role

    def _data(self, one: Input, count: int) -> str:
        """Write the data of an input."""
        shape = (count, *one.shape)
        if one.most:
            return f"np.random.randint(0, {one.most}, size={shape})"
        array = self._array(shape)
        if self.draw.chance(3):
            return as_frame(self.draw, shape, array)
        return array_kind(self.draw, array, odd=False)

    def _other(self, one: Input, fault: str) -> Input:
        """Return an input of another size or rank."""
        draw, shape = self.draw, one.shape
        if fault == "input size":
            number = draw.number(0, len(shape) - 1)
            return one._replace(
                shape=tuple(
                    dim + draw.choice((-1, 1, 2)) * (n == number) for n, dim in enumerate(shape)
                )
            )
        return one._replace(shape=draw.choice((shape[:-1], (*shape, 1), (1, *shape), (*shape, 2))))

    def _array(self, shape: tuple[int, ...]) -> str:
        make = self.draw.choice(
            (
                *("np.zeros({})", "np.zeros({})", "np.ones({}, dtype='float32')", "tf.zeros({})"),
                *("np.random.rand(*{})", "np.random.normal(size={})", "keras.ops.ones({})"),
            )
        )
        return make.format(shape)

    def _held(self, rows: list[str], keys: list[str], wrong: bool, fault: str) -> str:
        """Write arrays alone, in a list, a tuple or a dictionary."""
        draw = self.draw
        if len(keys) != len(rows):
            keys = [*keys, "more"][: len(rows)]
        joined = ", ".join(rows)
        if fault.endswith("keys"):
            return dictionary(draw, keys, rows, wrong)
        if fault.endswith("container"):
            return draw.choice(
                (f"[{joined}]", f"({joined},)", dictionary(draw, keys, rows, wrong=False), rows[0])
            )
        if len(rows) == 1 and draw.chance(90):
            return rows[0]
        if draw.chance(20) and self.drawn.named:
            return dictionary(draw, keys, rows, wrong=False)
        if len(rows) > 1 and draw.chance(8):
            return f"({joined})"
        return f"[{joined}]"

    # --- labels ---------------------------------------------------------------------------

    def _y(self, wrong: Wrong, count: int) -> str:
        draw = self.draw
        number = draw.number(0, len(self.forms) - 1)
        rows = [
            self._labels(output, form, count, wrong.y if n == number else "")
            for n, (output, form) in enumerate(zip(self.drawn.outputs, self.forms, strict=True))
        ]
        if self._odd("y"):
            rows[number] = array_kind(draw, rows[number], odd=True)
        if wrong.y == "label count":
            rows = [*rows, rows[0]] if draw.chance(50) or len(rows) == 1 else rows[:-1]
        return self._held(rows, names(draw, self.drawn), wrong.y == "label keys", wrong.y)

    def _labels(self, output: Output, form: str, count: int, fault: str) -> str:
        draw = self.draw
        if fault == "label form":
            form = draw.choice([one for one in ("sparse", "onehot", "values") if one != form])
        shape: tuple[int, ...] = (count, *output.shape)
        if fault == "label size":
            at = draw.number(1, len(shape) - 1)
            shape = tuple(dim + draw.choice((1, 2)) * (n == at) for n, dim in enumerate(shape))
        if fault == "label rank":
            shape = draw.choice((shape[:-1], (*shape, 1), (*shape, 2), (count, 1, *shape[1:])))
        if form == "sparse":
            return self._classes(output, shape, fault)
        if form == "onehot" and len(shape) == 2 and fault != "label rank" and draw.chance(60):
            listed = [draw.number(0, shape[-1] - 1) for _ in range(count)]
            if fault == "label values":
                return f"keras.utils.to_categorical({[one + 1 for one in listed]})"
            if draw.chance(50):
                return f"keras.utils.to_categorical({listed}, {shape[-1]})"
            return f"np.eye({shape[-1]})[{listed}]"
        if shape[-1] == 1 and len(shape) > 1 and draw.chance(50):
            shape = shape[:-1]
        return self._array(shape)

    def _classes(self, output: Output, shape: tuple[int, ...], fault: str) -> str:
        """Write numbers of classes."""
        draw = self.draw
        most = output.shape[-1] + (draw.choice((1, 2)) if fault == "label values" else 0)
        if fault != "label rank":
            shape = shape[:-1] if draw.chance(60) else (*shape[:-1], 1)
        if len(shape) == 1 and draw.chance(60):
            listed = [draw.number(0, most - 1) for _ in range(shape[0])]
            if fault == "label values":
                listed[0] = most - 1
            return f"np.array({listed})"
        return f"np.random.randint(0, {most if fault != 'label values' else 1}, size={shape})"

    # --- validation and weights -------------------------------------------------------------

    def _validated(self) -> list[str]:
        """Write the validation data, from a generator in some programs, perhaps with its steps."""
        draw = self.draw
        if not (draw.has("validation source") or draw.chance(15)):
            return [f"validation_data={self._validation()}"]
        draw.kinds.append("with: a generator for validation")
        parts = self._arrays(self._wrong_validation("validation source"), labels=True)
        if draw.has("validation source") and draw.chance(30):
            parts.append(f"np.ones({self.count})")
        made = generator(draw, parts, "held_out")
        if draw.chance(50):
            self.before = made
            return ["validation_data=held_out()", "validation_steps=2"]
        self.before = made.replace("while True", "for _ in range(2)")
        return ["validation_data=held_out()"]

    def _wrong_validation(self, fault: str) -> Wrong:
        draw = self.draw
        wrong = Wrong()
        if draw.has(fault):
            wrong = draw.choice(
                (
                    *(Wrong("input size"), Wrong("input rank"), Wrong("input count")),
                    *(Wrong(y="label size"), Wrong(y="label rank"), Wrong(y="label form")),
                    *(Wrong(samples=True), Wrong(y="label count"), Wrong(y="label values")),
                )
            )
        return wrong

    def _validation(self) -> str:
        draw = self.draw
        wrong = self._wrong_validation("validation data")
        x, y = self._arrays(wrong, labels=True)
        if draw.has("validation form"):
            return draw.choice(
                (
                    *(
                        f"[{x}, {y}]",
                        x,
                        f"({x}, {y}, np.ones({self.count}))",
                        f"({x},)",
                        f"({y}, {x})",
                    ),
                    dataset(draw, self._arrays(wrong, labels=True)),
                )
            )
        if draw.chance(20):
            return dataset(draw, self._arrays(wrong, labels=True))
        if draw.chance(15):
            return f"({x}, {y}, np.ones({self.count}))"
        return f"({x}, {y})"

    def _sample_weight(self) -> str:
        draw, count = self.draw, self.count
        ones = f"np.ones({count})"
        if not (draw.has("sample weight") or draw.has("evaluate weight")):
            return ones
        many = ", ".join([ones] * len(self.forms))
        return draw.choice(
            (
                *(
                    ones,
                    f"np.ones(({count}, 1))",
                    f"np.ones({count + 1})",
                    f"np.ones(({count}, 2))",
                ),
                *(
                    f"[{many}]",
                    f"[{ones}]",
                    dictionary(
                        draw, names(draw, self.drawn), [ones] * len(self.forms), draw.chance(50)
                    ),
                ),
                *(f"[1.0] * {count}", "2.0", f"np.ones(({count}, 5))"),
            )
        )

    def _class_weight(self) -> str:
        last = self.drawn.outputs[0].shape[-1]
        full = "{" + ", ".join(f"{n}: 1.0" for n in range(max(2, last))) + "}"
        if not self.draw.has("class weight"):
            return full
        return self.draw.choice(
            (full, "{0: 1.0}", "[1.0, 2.0]", "'balanced'", "np.ones(3)", "{'a': 1.0, 'b': 2.0}")
        )
