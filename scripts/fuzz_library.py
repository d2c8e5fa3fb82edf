"""Call every function and method of kfix/source/library with values of every kind.

Whatever it is given, a rule returns a value, with a reason where the value is unknown; it never
raises an exception. Each failure is printed with the seed that repeats it:

    python -m scripts.fuzz_library [--calls 200] [--seed 0] [NAME …]
"""

from __future__ import annotations

import argparse
import random
import sys
import traceback
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.attributes import LISTS
from kfix.model.graph import Array, Symbol
from kfix.model.unknown import Unknown
from kfix.shapes import Tracer
from kfix.source import library
from kfix.source import reader as _reader  # noqa: F401  (registers what expressions are worth)
from kfix.source.interpreter.bounds import MAX_LENGTH
from kfix.source.interpreter.calls import Call, Given
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV, OpenV, RangeV
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.conversion import from_plain
from kfix.source.interpreter.interpreter import Frame, Interpreter
from kfix.source.interpreter.partial_values import CountV, FrameV, IntegerV, RowsV
from kfix.source.interpreter.state import Scope
from kfix.source.interpreter.values import SliceV
from kfix.source.library import lookup
from kfix.source.library.signatures import Signature
from kfix.source.syntax.document import Document

WHY = Unknown("the fuzz test does not know it")

SETUP = """
import keras
def function(*args, **kwargs):
    return args[0] if args else None
class Class:
    def method(self):
        return 1
model = keras.Sequential([keras.Input((4, 3)), keras.layers.Dense(2)])
inputs = keras.Input((8,))
functional = keras.Model(inputs, keras.layers.Dense(3)(inputs))
layer = keras.layers.Dense(4)
tensor = keras.Input((5, 6))
base = keras.applications.MobileNet()
thing = Class()
import numpy as np, pandas as pd, argparse
from sklearn import preprocessing, decomposition, feature_extraction, pipeline
import tensorflow as tf
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from tensorflow.keras.preprocessing.text import Tokenizer
import gym, gymnasium, cv2
from PIL import Image
frame = pd.DataFrame({"a": [1, 2, 3], "b": [4, 5, 6]})
objects = [
    np.random.default_rng(0), np.c_, np.r_, argparse.ArgumentParser(), frame.groupby("a"),
    frame.rolling(2), frame.iloc, frame.loc, frame["a"].str, preprocessing.StandardScaler(),
    preprocessing.LabelEncoder(), preprocessing.LabelBinarizer(), preprocessing.OneHotEncoder(),
    preprocessing.PolynomialFeatures(2), preprocessing.PolynomialFeatures((1, 'x')),
    preprocessing.MultiLabelBinarizer(), decomposition.PCA(2), decomposition.PCA(),
    tf.data.Dataset.from_tensor_slices((np.zeros((4, 3)), np.zeros(4))),
    tf.data.Dataset.from_tensors(unknown), tf.data.Dataset.range(3), zip(unknown, np.zeros(3)),
    ImageDataGenerator(), Tokenizer(num_words=10), Tokenizer(), gym.make("CartPole-v1"),
    gymnasium.make("Taxi-v3"), gym.make("Pendulum-v1"), Image.open("a.png"),
    Image.new("L", (3, 4)), cv2.VideoCapture(0), frame["a"], frame["b"].astype("category"),
]
"""
"""A program whose names are values of the kinds that a program makes."""

SCALARS: tuple[Any, ...] = (
    0, 1, 2, 3, 7, -1, -2, 10**6, 2**31, 2**63, -(2**63), 10**30, True, False, None, ..., 0.0, 0.5,
    1.0, -1.5, 1e300, float("nan"), float("inf"), 1j, "", "a", "b", "columns", "float32", "rgb",
    "categorical", "both", "loc", "columns", b"", b"ab", "{:1000000}", "a" * 200,
)  # fmt: skip

SHAPES: tuple[Any, ...] = (
    (), (0,), (1,), (5,), (3, 2), (4, 1), (2, 3, 4), (4, 4, 3), (None, 3), (7, WHY), (WHY, 2),
    (WHY,), (None,), (10**9, 10**9), WHY, RowsV("rows"),
)  # fmt: skip

DTYPES = ("float64", "int64", "bool", "object", "uint8", None, LISTS)


class Values:
    """Random values of every kind, the same for the same seed."""

    def __init__(self, seed: object) -> None:
        self.source = random.Random(str(seed))
        self.interpreter = Interpreter(Tracer())
        document = Document.load("fuzz.py", (SETUP + "nothing()\n").encode())
        self.frame = Frame(document.units[0], Scope())
        body = document.units[0].module.body
        self.frame.scope.names["unknown"] = WHY
        self.interpreter.run(body[:-1], self.frame)
        self.node = body[-1].body[0].value  # type: ignore[attr-defined, union-attr]
        names = self.frame.scope.names
        self.objects: list[AbstractValue] = names["objects"].items
        named = ("function", "Class", "model", "functional", "layer", "tensor", "base", "thing")
        self.named = [names[name] for name in (*named, "frame")]

    def value(self, depth: int = 0) -> AbstractValue:
        """Return a value of any kind."""
        kinds: list[Callable[[int], AbstractValue]] = [
            self._scalar, self._scalar, self._array, self._frame, self._list, self._list,
            self._dict, self._object, self._unknown, self._span,
        ]  # fmt: skip
        return self.source.choice(kinds[:1] if depth > 2 else kinds)(depth)

    def _scalar(self, depth: int) -> AbstractValue:
        return Const(self.source.choice(SCALARS))

    def _array(self, depth: int) -> AbstractValue:
        pick = self.source.choice
        return Array(pick(SHAPES), pick(DTYPES), pick((None, 2, 0)), pick((False, True)))

    def _frame(self, depth: int) -> AbstractValue:
        pick = self.source.choice
        columns = pick((None, ("a", "b"), ("a", 0)))
        if columns is None:
            return FrameV(pick(SHAPES[1:5] + SHAPES[9:]), pick(DTYPES), pick((None, 2)))
        return FrameV((pick((3, WHY)), 2), columns=columns, counts=pick((None, {"a": 2})))

    def _list(self, depth: int) -> AbstractValue:
        items = [self.value(depth + 1) for _ in range(self.source.randint(0, 3))]
        if self.source.random() < 0.5:
            items = [Const(self.source.randint(-1, 5)) for _ in items]
        unknown = self.source.choice((None, None, WHY))
        kind = self.source.choice(("list", "tuple", "set"))
        if kind == "set" and not all(isinstance(item, Const) for item in items):
            kind = "list"  # nothing else may be in a set
        return ListV(items, kind, unknown=unknown)

    def _dict(self, depth: int) -> AbstractValue:
        made = DictV({key: self.value(depth + 1) for key in self.source.sample(("a", "b", 1), 2)})
        made.unknown = self.source.choice((None, None, WHY))
        return made

    def _object(self, depth: int) -> AbstractValue:
        return self.source.choice([*self.objects, *self.named, Symbol("tf.float32"), OpenV()])

    def _unknown(self, depth: int) -> AbstractValue:
        return self.source.choice((WHY, IntegerV(WHY), CountV("a count"), NONE))

    def _span(self, depth: int) -> AbstractValue:
        part = self.source.choice((range(0), range(3), range(10**30), range(5, 0, -1), None))
        if part is None:
            return SliceV([self.source.choice((None, self.value(3))) for _ in range(3)])
        made = from_plain(part)
        assert isinstance(made, RangeV)
        return made

    def receiver(self, table: str) -> AbstractValue | None:
        """Return a value that has the methods of a table, `None` where none was found."""
        for _ in range(400):
            value = self.value() if self.source.random() < 0.5 else self._object(0)
            if lookup.table_of(value) == table:
                return value
        return None

    def given(self, signature: object) -> list[Given]:
        """Return arguments, mostly by the names of the signature."""
        names = signature.parameters.names if isinstance(signature, Signature) else []
        keywords = [*names, "inplace", "columns", "key", "*", "**", "other"]
        count = self.source.choice((0, 1, 1, 2, 2, 3, 4, 6))
        split = self.source.randint(0, count)
        positional = [Given(None, self.value()) for _ in range(split)]
        chosen = self.source.sample(keywords, min(count - split, len(keywords)))
        by_name = ((name, WHY if name in ("*", "**") else self.value()) for name in chosen)
        return [*positional, *(Given(name, value) for name, value in by_name)]


def functions() -> Iterator[tuple[str, str]]:
    """Return the names of all functions and methods, and of the table each is in."""
    for path in sorted(Path(library.__path__[0]).glob("*.py")):
        if path.stem != "__init__":
            import_module(f"{library.__name__}.{path.stem}")
    yield from (("FUNCTIONS", name) for name in sorted(lookup.FUNCTIONS))
    yield from (("METHODS", name) for name in sorted(lookup.METHODS))
    yield from (("ATTRIBUTES", name) for name in sorted(lookup.ATTRIBUTES))


def failure(table: str, name: str, calls: int, seed: int) -> str | None:
    """Call a function with random arguments; return its first failure, `None` for none."""
    values = Values(f"{name} {seed}")
    rule = getattr(lookup, table)[name]
    for number in range(calls):
        try:
            _call(values, table, name, rule)
        except Exception:
            return f"call {number} of seed {seed}\n{traceback.format_exc(limit=-4)}"
    return None


def _call(values: Values, table: str, name: str, rule: Any) -> None:
    receiver, path = None, name
    if table != "FUNCTIONS":
        kind, _, path = name.rpartition(".")
        receiver = values.receiver(kind)
        if receiver is None:
            return
    if table == "ATTRIBUTES":
        assert_sound(rule(Context(values.interpreter, values.node, values.frame), receiver))
        return
    given = values.given(rule)
    call = Call(Context(values.interpreter, values.node, values.frame), given, receiver, path)
    assert_sound(rule(call))


def assert_sound(value: AbstractValue) -> None:
    """Assert that no array in a value has a dim that none can have, or a dtype that is no name."""
    waiting, room = [value], MAX_LENGTH
    while waiting and room:
        room -= 1
        thing = waiting.pop()
        if isinstance(thing, Array):
            dims = () if isinstance(thing.shape, Unknown) else thing.shape
            assert all(dim is None or isinstance(dim, Unknown) or _is_dim(dim) for dim in dims), (
                dims
            )
            assert thing.dtype is None or isinstance(thing.dtype, str), thing.dtype
        elif isinstance(thing, ListV):
            waiting.extend(thing.items)


def _is_dim(dim: object) -> bool:
    return isinstance(dim, int) and 0 <= dim < 2**63


def main(arguments: list[str]) -> int:
    """Fuzz the functions named (all without names); return how many fail."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200, help="calls of each function")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args(arguments)
    failed = 0
    for table, name in functions():
        if options.names and name not in options.names:
            continue
        found = failure(table, name, options.calls, options.seed)
        if found is not None:
            failed += 1
            print(f"{name}: {found}", flush=True)
    print(f"{failed} functions fail")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
