"""Programs as people write them, read and traced by the real rules."""

from __future__ import annotations

import json
import textwrap

import pytest

from kfix.model.graph import Array
from kfix.model.program import Program
from kfix.model.unknown import Unknown
from kfix.shapes import Tracer
from kfix.source.reader import read
from kfix.source.syntax.loading import load

HEAD = """
import keras
import numpy as np
import tensorflow as tf
from keras import layers, Sequential, Model, Input, ops
from keras.layers import Dense, Conv2D, Flatten, LSTM
"""


def code(text: str) -> str:
    """Return a program that is written as an indented block, without the lines of the quotes."""
    return textwrap.dedent(text).strip("\n")


def reading(text: str, path: str = "m.py") -> tuple[Program, Tracer]:
    tracer = Tracer()
    return read(load(path, text.encode()), tracer), tracer


def output(text: str) -> object:
    """Return the output shape of the last model."""
    program, tracer = reading(HEAD + text)
    outputs = tracer.trace(program.models[-1]).outputs
    return outputs[0] if len(outputs) == 1 else outputs


def units(value: str, before: str = "") -> object:
    """Return what `value` is worth as the units of a layer."""
    program, _ = reading(f"{HEAD}{before}\nm = Sequential([Dense({value})])")
    found = program.models[-1].nodes[0].layer.arguments[0].value
    return found.reasons() if isinstance(found, Unknown) else found


PYTHON = {
    "closure": (
        "add(3)(4)",
        code("""
            def add(a):
                def inner(b):
                    return a + b
                return inner
            """),
        7,
    ),
    "lambda": ("double(4)", "double = lambda n, k=2: n * k", 8),
    "keywords": ("f(1, c=5)", "def f(a, b=2, *, c=3):\n    return a + b + c", 8),
    "star": ("f(*[1, 2], **{'c': 3})", "def f(*a, **k):\n    return len(a) + k['c']", 5),
    "recursion": ("fact(4)", "def fact(n):\n    return 1 if n < 2 else n * fact(n - 1)", 24),
    "tuple": (
        "b",
        code("""
        def f():
            return 1, 2
        a, b = f()
        """),
        2,
    ),
    "star unpacking": ("b[1]", "a, *b = [1, 2, 3]", 3),
    "global": (
        "n",
        code("""
        n = 1
        def f():
            global n
            n = 9
        f()
        """),
        9,
    ),
    "generator": (
        "sum(g())",
        code("""
        def g():
            for i in range(4):
                yield i
        """),
        6,
    ),
    "zip": (
        "n",
        code("""
        n = 0
        for a, b in zip([1, 2], (3, 4)):
            n += a * b
        """),
        11,
    ),
    "enumerate": (
        "n",
        code("""
        n = 0
        for i, a in enumerate([5, 6], start=1):
            n += i * a
        """),
        17,
    ),
    "reversed": ("l[0]", "l = [a for a in reversed([1, 2, 3])]", 3),
    "dict items": (
        "n",
        code("""
        n = 0
        for k, v in {'a': 1, 'b': 2}.items():
            n += v
        """),
        3,
    ),
    "while": (
        "n",
        code("""
        n = 1
        while n < 100:
            n *= 2
        """),
        128,
    ),
    "break": (
        "n",
        code("""
        for n in range(10):
            if n == 4:
                break
        """),
        4,
    ),
    "continue": (
        "n",
        code("""
        n = 0
        for i in range(5):
            if i % 2:
                continue
            n += i
        """),
        6,
    ),
    "for else": (
        "n",
        code("""
        for i in range(3):
            pass
        else:
            n = 7
        """),
        7,
    ),
    "try": (
        "n",
        code("""
            try:
                n = 3
                raise ValueError
            except ValueError:
                n = 4
            finally:
                n += 1
            """),
        5,
    ),
    "with": ("n", "with tf.device('x'):\n    n = 3", 3),
    "match": (
        "n",
        code("""
            match 'b':
                case 'a' | 'c':
                    n = 1
                case 'b':
                    n = 2
                case _:
                    n = 3
            """),
        2,
    ),
    "walrus": ("(n := 4) + n", "", 8),
    "slices": ("l[1:][::-1][0]", "l = [1, 2, 3]", 3),
    "strings": ("int('a-12'.split('-')[1])", "", 12),
    "math": ("int(math.sqrt(16)) + math.ceil(1.5)", "import math", 6),
    "min max round": ("max(1, min(9, round(4.4)))", "", 4),
    "sorted": ("sorted([3, 1, 2], key=lambda a: -a)[0]", "", 3),
    "map": ("list(map(lambda a: a + 1, [1, 2]))[1]", "", 3),
    "partial": (
        "f(2)",
        code("""
            from functools import partial
            def g(a, b):
                return a * 10 + b
            f = partial(g, b=3)
            """),
        23,
    ),
    "environ": ("int(os.environ.get('N', '8'))", "import os", 8),
    "class attribute": (
        "Config.N + Config().M",
        code("""
            class Config:
                N = 2
                def __init__(self):
                    self.M = 3
            """),
        5,
    ),
    "inheritance": (
        "B().f()",
        code("""
            class A:
                n = 1
                def f(self):
                    return self.n
            class B(A):
                n = 6
            """),
        6,
    ),
    "super": (
        "B().n",
        code("""
            class A:
                def __init__(self):
                    self.n = 1
            class B(A):
                def __init__(self):
                    super().__init__()
                    self.n += 4
            """),
        5,
    ),
    "property": (
        "A().p",
        code("""
        class A:
            @property
            def p(self):
                return 3
        """),
        3,
    ),
    "static and class methods": (
        "A.s(1) + A.c()",
        code("""
            class A:
                n = 4
                @staticmethod
                def s(a):
                    return a
                @classmethod
                def c(cls):
                    return cls.n
            """),
        5,
    ),
    "dataclass": (
        "C(b=5).a * C(1).b",
        code("""
            from dataclasses import dataclass
            @dataclass
            class C:
                a: int = 2
                b: int = 3
            """),
        6,
    ),
    "named tuple": (
        "P(2, 3).b",
        "from collections import namedtuple\nP = namedtuple('P', 'a b')",
        3,
    ),
    "enum": (
        "E.A.value",
        code("""
        from enum import Enum
        class E(Enum):
            A = 5
        """),
        5,
    ),
    "argparse": (
        "args.hidden_units",
        code("""
            import argparse
            p = argparse.ArgumentParser()
            p.add_argument('-u', '--hidden-units', type=int, default=64)
            args = p.parse_args()
            """),
        64,
    ),
    "nested comprehension": ("len([a for b in [[1, 2], [3]] for a in b if a > 1])", "", 2),
    "shape": ("x.shape[1] * y.shape[-1]", "x = np.zeros((5, 6))\ny = np.ones((3, 2))", 12),
}


@pytest.mark.parametrize("case", PYTHON)
def test_python(case: str) -> None:
    value, before, expected = PYTHON[case]
    assert units(value, before) == expected


UNKNOWN = {
    "a layer within a model whose output was taken": (
        "whole.layers[2].units",
        "base = keras.applications.MobileNet(weights=None, alpha=0.3, include_top=False, "
        "input_shape=(64, 64, 3))\n"
        "whole = keras.Model(base.input, Flatten()(base.output))",
        "a model within it has layers of its own",
    ),
    "how many layers such a model has": (
        "len(whole.layers)",
        "base = keras.applications.MobileNet(weights=None, alpha=0.3, include_top=False, "
        "input_shape=(64, 64, 3))\n"
        "whole = keras.Model(base.input, Flatten()(base.output))",
        "`len(whole.layers)` is not known",
    ),
    "parameter": ("f(unheard_of)", "def f(n):\n    return n", "`unheard_of` is not defined here"),
    "library": ("foo.bar()", "import foo", "the result of `foo.bar` is not known"),
    "error": ("[1][3]", "", "IndexError"),
    "loop": (
        "n",
        code("""
        n = 1
        for i in stuff:
            n += i
        """),
        "what `stuff` holds is not known",
    ),
    "overwritten entry": ("d['n']", "d = {'n': 1}\nd.update(stuff)", "not known"),
    "overwritten by a key": (
        "d['n']",
        "d = {'n': 1}\nd[stuff] = 2",
        "a key that is not known was set",
    ),
    "written in a loop": (
        "d['n']",
        code("""
        d = {'n': 1}
        for i in stuff:
            d['n'] = i
        """),
        "not known",
    ),
    "huge": ("10 ** 10 ** 10", "", "too large"),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_unknowns_say_why(case: str) -> None:
    value, before, why = UNKNOWN[case]
    assert why in str(units(value, before))


KERAS = {
    "residual": (
        code("""
            def block(x, f, stride):
                s = Conv2D(f, 1, strides=stride)(x)
                x = Conv2D(f, 3, strides=stride, padding='same')(x)
                return layers.add([x, s])
            i = Input((16, 16, 3))
            x = i
            for f in (8, 16):
                x = block(x, f, 2)
            m = Model(i, Flatten()(x))
            """),
        (None, 256),
    ),
    "several outputs": (
        "i = Input((4,))\nm = Model(i, [Dense(2)(i), Dense(3)(i)])",
        [(None, 2), (None, 3)],
    ),
    "states": (
        code("""
            i = Input((None, 5))
            y, h, c = LSTM(7, return_state=True)(i)
            m = Model(i, LSTM(3)(i, initial_state=[Dense(3)(h), Dense(3)(c)]))
            """),
        (None, 3),
    ),
    "operators": ("i = Input((4, 6))\nm = Model(i, (2 * i + 1)[:, 0])", (None, 6)),
    "ops": ("i = Input((4, 6))\nm = Model(i, ops.mean(i, axis=1))", (None, 6)),
    "transfer": (
        "b = Sequential([Input((8,)), Dense(5), Dense(6)])\n"
        "m = Model(b.inputs, Dense(2)(b.layers[-2].output))",
        (None, 2),
    ),
    "get_layer": (
        code("""
            i = Input((8,))
            b = Model(i, Dense(3)(Dense(9, name='mid')(i)))
            m = Model(i, b.get_layer('mid').output)
            """),
        (None, 9),
    ),
    "nested": (
        code("""
            e = Sequential([Input((8,)), Dense(5)])
            i = Input((8,))
            m = Model(i, Dense(2)(e(i)))
            """),
        (None, 2),
    ),
    "clone": (
        "a = Sequential([Input((8,)), Dense(5)])\nm = keras.models.clone_model(a)",
        (None, 5),
    ),
    "lambda layer": (
        "m = Sequential([Input((4, 6)), layers.Lambda(lambda t: t[:, -1] / 2)])",
        (None, 6),
    ),
    "custom layer": (
        code("""
            class L(layers.Layer):
                def __init__(self, n, **k):
                    super().__init__(**k)
                    self.n = n
                def build(self, s):
                    self.d = Dense(self.n + s[-1])
                def call(self, x):
                    return self.d(x)
            m = Sequential([Input((4,)), L(3)])
            """),
        (None, 7),
    ),
    "custom layer with two inputs": (
        code("""
            class L(layers.Layer):
                def call(self, x, y, training=False):
                    return ops.concatenate([x, y], axis=-1)
            a, b = Input((2,)), Input((3,))
            m = Model([a, b], L()(a, b, training=True))
            """),
        (None, 5),
    ),
    "layer of a layer class": (
        code("""
            class D(Dense):
                pass
            class M(layers.Dropout):
                def call(self, x):
                    return super().call(x, training=True)
            m = Sequential([Input((4,)), D(3), M(0.5)])
            """),
        (None, 3),
    ),
    "activation by name": (
        code("""
            class L(layers.Layer):
                def __init__(self, a):
                    super().__init__()
                    self.a = keras.activations.get(a)
                def call(self, x):
                    return self.a(x[:, tf.newaxis])
            m = Sequential([Input((4,)), L('relu')])
            """),
        (None, 1, 4),
    ),
    "subclassed, shape by a call": (
        code("""
            class N(keras.Model):
                def __init__(self):
                    super().__init__()
                    self.d = Dense(4)
                def call(self, x):
                    return self.d(x)
            m = N()
            m(tf.zeros((1, 7)))
            """),
        (1, 4),
    ),
    "subclassed, shape by fit": (
        code("""
            class N(keras.Model):
                def __init__(self):
                    super().__init__()
                    self.d = Dense(4)
                def call(self, x):
                    return self.d(x)
            m = N()
            m.fit(np.zeros((9, 7)), y)
            """),
        (None, 4),
    ),
    "functional subclass": (
        code("""
            class N(keras.Model):
                def __init__(self, n):
                    i = Input((3,))
                    super().__init__(inputs=i, outputs=Dense(n)(i))
            m = N(6)
            """),
        (None, 6),
    ),
    "data": (
        code("""
            (x, y), _ = keras.datasets.mnist.load_data()
            x = x.reshape(-1, 784).astype('float32') / 255
            y = keras.utils.to_categorical(y)
            m = Sequential([Input(shape=x.shape[1:]), Dense(y.shape[1])])
            """),
        (None, 10),
    ),
    "input shape by data": (
        "m = Sequential([Dense(3)])\nm.fit(np.zeros((5, 4)), np.zeros(5))",
        (None, 3),
    ),
}


@pytest.mark.parametrize("case", KERAS)
def test_keras(case: str) -> None:
    text, expected = KERAS[case]
    assert output(text) == expected


DATA = {
    "arrays": ("m.fit(np.random.rand(10, 4), np.arange(10))", (10, 4), (10,)),
    "split": (
        code("""
            from sklearn.model_selection import train_test_split
            a, b, c, d = train_test_split(np.zeros((10, 4)), np.zeros(10), test_size=0.25)
            m.fit(a, c)
            """),
        (7, 4),
        (7,),
    ),
    "directory": (
        "m.fit(keras.utils.image_dataset_from_directory('d', image_size=(9, 8), "
        "label_mode='binary'))",
        (None, 9, 8, 3),
        (None, 1),
    ),
    "flow": (
        "from keras.preprocessing.image import ImageDataGenerator\ng = ImageDataGenerator()\n"
        "m.fit(g.flow_from_directory('d', target_size=(9, 8), color_mode='grayscale', "
        "class_mode='binary'))",
        (None, 9, 8, 1),
        (None,),
    ),
    "tf.data": (
        "d = tf.data.Dataset.from_tensor_slices((np.zeros((10, 4)), np.zeros((10, "
        "2)))).shuffle(3).batch(5)\n"
        "m.fit(d.map(lambda x, y: (x / 2, y)).prefetch(1))",
        (None, 4),
        (None, 2),
    ),
    "cifar": (
        "(x, y), t = keras.datasets.cifar10.load_data()\nm.fit(x, y)",
        (50000, 32, 32, 3),
        (50000, 1),
    ),
}


@pytest.mark.parametrize("case", DATA)
def test_data(case: str) -> None:
    text, x, y = DATA[case]
    program, _ = reading(f"{HEAD}m = Sequential([Dense(3)])\n{text}")
    assert (program.fits[0].x, program.fits[0].y) == (x, y)


def test_labels_know_their_classes() -> None:
    program, _ = reading(
        HEAD
        + code("""
            m = Sequential([Dense(3)])
            (x, y), t = keras.datasets.mnist.load_data()
            m.fit(x, y)
            """)
    )
    assert isinstance(program.fits[0].y_data, Array)
    assert program.fits[0].y_data.distinct == 10


def test_notebook_cells_are_one_program() -> None:
    cells = [
        code("""
            %matplotlib inline
            import keras
            from keras import layers
            N = 4
            """),
        "m = keras.Sequential()\nm.add(layers.Dense(N))",
    ]
    data = json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})
    program, _ = reading(data, "n.ipynb")
    (found,) = program.models
    assert found.nodes[0].layer.arguments[0].value == 4
    assert str(program.place(found.nodes[0].site)) == "n.ipynb:cell 2:2:7"


def test_layers_stand_in_the_order_of_keras() -> None:
    program, _ = reading(
        HEAD
        + code("""
            i = Input((8, 8, 3))
            s = Conv2D(4, 1)(i)
            x = Conv2D(4, 3, padding='same')(i)
            x = layers.ReLU()(x)
            m = Model(i, layers.Add()([x, s]))
            """)
    )
    assert [node.layer.cls for node in program.models[0].nodes] == [
        "Input",
        "Conv2D",
        "ReLU",
        "Conv2D",
        "Add",
    ]


def test_a_model_made_in_a_loop_of_unknown_turns_is_whole() -> None:
    assert output(
        code("""
            for fold in folds():
                m = Sequential([Input((8,))])
                m.add(Dense(4))
            """)
    ) == (None, 4)
    made = (
        "def make():\n    m = Sequential()\n    m.add(Dense(4, input_shape=(8,)))\n    return m\n"
    )
    assert output(f"{made}while more():\n    m = make()") == (None, 4)


def test_layers_added_by_a_loop_of_unknown_turns_are_not_known() -> None:
    before = "m = Sequential([Input((8,))])\n"
    assert isinstance(output(f"{before}for size in sizes():\n    m.add(Dense(4))"), Unknown)
    inner = code("""
            for fold in folds():
                m = Sequential([Input((8,))])
                for size in fold:
                    m.add(Dense(4))
            """)
    assert isinstance(output(inner), Unknown)
