"""Names that a program looks up while it runs: kfix gives each model what Keras does."""

from __future__ import annotations

import pytest

from kfix.model.graph import Symbol
from kfix.model.unknown import Unknown
from tests.source.as_keras import check
from tests.source.library.evaluating import value_of

PROGRAMS = {
    "globals": """
def narrow(x):
    return Dense(8)(x)
inputs = Input((4,))
build = globals()["narrow"]
wide = globals().get("wide", None)
model = Model(inputs, Dense(2)(build(inputs) if wide is None else wide(inputs)))
""",
    "eval of a name": """
def block(x, units, kind="layers.ReLU"):
    return eval(kind)(name="act_%d" % units)(eval("Dense")(units)(x))
inputs = Input((4,))
model = Model(inputs, block(block(inputs, 4), 8, kind="layers.LeakyReLU"))
""",
    "this module": """
import sys
def narrow(x):
    return Dense(8)(x)
inputs = Input((4,))
model = Model(inputs, globals()["narrow"](inputs))
""",
    "locals": """
def make():
    from keras.layers import Dense as wide
    return locals()["wide"](8)
inputs = Input((4,))
model = Model(inputs, make()(inputs))
""",
    "a registry that a decorator fills": """
HEADS = {}
def register(function):
    HEADS[function.__name__] = function
    return function
@register
def wide(x):
    return Dense(64)(x)
def narrow(x):
    return Dense(8)(x)
inputs = Input((4,))
model = Model(inputs, HEADS["wide"](inputs) if "wide" in HEADS else narrow(inputs))
""",
    "a registry of classes": """
class Registry:
    def __init__(self):
        self.known = {}
    def register(self, name=None):
        def add(cls):
            self.known[name or cls.__name__] = cls
            return cls
        return add
    def build(self, name, *args):
        if name not in self.known:
            raise KeyError(name)
        return self.known[name](*args)
blocks = Registry()
@blocks.register()
class Twice(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.one, self.two = Dense(units), Dense(units)
    def call(self, x):
        return self.two(self.one(x))
inputs = Input((4,))
model = Model(inputs, blocks.build("Twice", 6)(inputs))
""",
    "numbers of tensors": """
inputs = x = Input((8,))
for _ in range(int(ops.ceil(3 * 0.5))):
    x = Dense(int(tf.math.sqrt(16.0)))(x)
model = Model(inputs, x)
""",
    "a cast to the dtype of a tensor": """
class Scaled(layers.Layer):
    def __init__(self, dims):
        super().__init__()
        self.dims, self.embedding = dims, Embedding(100, dims)
    def call(self, x):
        x = self.embedding(x)
        x *= tf.math.sqrt(tf.cast(self.dims, x.dtype))
        return x + ops.ones((7, 1), dtype=self.compute_dtype)
inputs = Input((7,))
model = Model(inputs, Dense(3)(Scaled(16)(inputs)))
""",
}


@pytest.mark.parametrize("case", PROGRAMS)
def test_as_keras(case: str) -> None:
    check(PROGRAMS[case])


@pytest.mark.parametrize("text", ["'1 + 1'", "'f(3)'", "'__import__(\"os\")'", "name + 'x'", "''"])
def test_no_text_is_evaluated(text: str) -> None:
    assert isinstance(value_of(f"eval({text})"), Unknown)


def test_a_module_that_is_asked_for_by_its_own_name() -> None:
    setup = "import sys\nfrom keras.layers import Dense\n__name__ = 'm'"
    found = value_of("getattr(sys.modules[__name__], 'Dense')", setup)
    assert found == Symbol("keras.layers.Dense")
    assert isinstance(value_of("sys.modules['other']", setup), Unknown)
