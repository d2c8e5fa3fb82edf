"""Layers called on tensors."""

from __future__ import annotations

import libcst as cst
import pytest

from kfix.edits.insert_layer import InsertLayer
from kfix.edits.move_layer import MoveLayer
from kfix.edits.remove_layer import RemoveLayer
from kfix.edits.set_argument import SetArgument
from kfix.model.code import NewLayer, Slot
from kfix.rewrite.apply import CannotWrite
from tests.rewrite.helpers import block, call, element, load, site, words, written

F = NewLayer("Flatten")
HEAD = "from keras.layers import *\n"
D = "Dense(10)(x)"

BEFORE = {
    "x = Dense(10)(x)\n": block("""
        x = Flatten()(x)
        x = Dense(10)(x)
        """),
    block("""
        if a:
            # head
            x = Dense(10)(x)
        """): block("""
        if a:
            x = Flatten()(x)
            # head
            x = Dense(10)(x)
        """),
    "y = Dense(10)(x)\n": block("""
        x = Flatten()(x)
        y = Dense(10)(x)
        """),
    block("""
        y = Dense(10)(x)
        z = Add()([x, y])
        """): block("""
        y = Dense(10)(Flatten()(x))
        z = Add()([x, y])
        """),
    block("""
        for i in r:
            f(x)
            y = Dense(10)(x)
        """): block("""
        for i in r:
            f(x)
            y = Dense(10)(Flatten()(x))
        """),
    block("""
        def f(x):
            return Dense(10)(x)
        """): block("""
        def f(x):
            x = Flatten()(x)
            return Dense(10)(x)
        """),
    "m = Model(i, Dense(10)(x))\n": "m = Model(i, Dense(10)(Flatten()(x)))\n",
    "x = Dense(10)(x); y = 1\n": "x = Flatten()(x); x = Dense(10)(x); y = 1\n",
    "y = Softmax()(Dense(10)(x))\n": "y = Softmax()(Dense(10)(Flatten()(x)))\n",
    block("""
        y = Dense(10)(x)
        x = 1
        f(x)
        """): block("""
        x = Flatten()(x)
        y = Dense(10)(x)
        x = 1
        f(x)
        """),
    block("""
        y = Dense(10)(x)
        x = g(x)
        """): block("""
        y = Dense(10)(Flatten()(x))
        x = g(x)
        """),
    block("""
        y = Dense(10)(x)
        if a:
            x = 1
        f(x)
        """): block("""
        y = Dense(10)(Flatten()(x))
        if a:
            x = 1
        f(x)
        """),
    block("""
        y = Dense(10)(x)
        m.fit(x=1)
        y.x
        """): block("""
        x = Flatten()(x)
        y = Dense(10)(x)
        m.fit(x=1)
        y.x
        """),
    block("""
        y = Dense(10)(x)
        def f(x):
            g(x)
        """): block("""
        x = Flatten()(x)
        y = Dense(10)(x)
        def f(x):
            g(x)
        """),
    block("""
        y = Dense(10)(x)
        def f(z=x):
            g(z)
        """): block("""
        y = Dense(10)(Flatten()(x))
        def f(z=x):
            g(z)
        """),
    block("""
        y = Dense(10)(x)
        def f():
            g(x)
        """): block("""
        y = Dense(10)(Flatten()(x))
        def f():
            g(x)
        """),
    "f = lambda x: Dense(10)(x)\n": "f = lambda x: Dense(10)(Flatten()(x))\n",
}


@pytest.mark.parametrize("before", BEFORE)
def test_insert_before(before: str) -> None:
    document = load(HEAD + before)
    assert written(document, InsertLayer(call(document, D), "before", F)) == HEAD + BEFORE[before]


AFTER = {
    block("""
        x = Dense(10)(x)
        y = x
        """): block("""
        x = Dense(10)(x)
        x = Flatten()(x)
        y = x
        """),
    "y = Dense(10)(x)": "y = Dense(10)(x)\ny = Flatten()(y)",
    "y: T = Dense(10)(x)\n": block("""
        y: T = Dense(10)(x)
        y = Flatten()(y)
        """),
    block("""
        def f(x):
            return Dense(10)(x)
        """): block("""
        def f(x):
            return Flatten()(Dense(10)(x))
        """),
    "y = Softmax()(Dense(10)(x))\n": "y = Softmax()(Flatten()(Dense(10)(x)))\n",
    "self.y = Dense(10)(x)\n": "self.y = Flatten()(Dense(10)(x))\n",
    "a = b = Dense(10)(x)\n": "a = b = Flatten()(Dense(10)(x))\n",
}


@pytest.mark.parametrize("before", AFTER)
def test_insert_after(before: str) -> None:
    document = load(HEAD + before)
    assert written(document, InsertLayer(call(document, D), "after", F)) == HEAD + AFTER[before]


REMOVE = {
    block("""
        x = Dense(10)(x)
        y = x
        """): "y = x\n",
    "y = Dense(10)(x)\n": "y = x\n",
    "y = Softmax()(Dense(10)(x))\n": "y = Softmax()(x)\n",
    "y = Dense(10)(x) + 1\n": "y = x + 1\n",
    block("""
        def f(x):
            return Dense(10)(x)
        """): block("""
        def f(x):
            return x
        """),
}


@pytest.mark.parametrize("before", REMOVE)
def test_remove(before: str) -> None:
    document = load(HEAD + before)
    assert written(document, RemoveLayer(call(document, D))) == HEAD + REMOVE[before]


def test_a_removed_layer_leaves_its_input_in_parentheses() -> None:
    document = load(HEAD + "y = Dense(10)(a + b) * 2\n")
    assert (
        written(document, RemoveLayer(call(document, "Dense(10)(a + b)")))
        == HEAD + "y = (a + b) * 2\n"
    )


def test_a_layer_made_earlier() -> None:
    document = load(
        HEAD
        + block("""
        d = Dense(10)
        x = d(x)
        """)
    )
    assert written(document, InsertLayer(call(document, "d(x)"), "before", F)) == (
        HEAD
        + block("""
            d = Dense(10)
            x = Flatten()(x)
            x = d(x)
            """)
    )


def test_move() -> None:
    document = load(
        HEAD
        + block("""
        x = ReLU()(x)
        x = Conv2D(3, 3)(x)
        y = Dense(10)(x)
        """)
    )
    edit = MoveLayer(call(document, "ReLU()(x)"), call(document, "Conv2D(3, 3)(x)"), "after")
    assert written(document, edit) == HEAD + block("""
            x = Conv2D(3, 3)(x)
            x = ReLU()(x)
            y = Dense(10)(x)
            """)
    assert words(document, edit) == ("move ReLU() after Conv2D(3, 3)",)


def test_one_of_several_inputs() -> None:
    document = load(
        HEAD
        + block("""
        y = Add()([x, skip])
        z = x + skip
        """)
    )
    new = NewLayer("Conv2D", ((None, 64), (None, 1), ("strides", 2)))
    edit = InsertLayer(call(document, "Add()([x, skip])"), "before", new, input=1)
    assert written(document, edit) == HEAD + block("""
            y = Add()([x, Conv2D(64, 1, strides=2)(skip)])
            z = x + skip
            """)
    assert words(document, edit) == ("insert Conv2D(64, 1, strides=2) on skip before Add()",)
    plus = site(document, "x + skip", cst.BinaryOperation)
    assert written(document, InsertLayer(plus, "before", new, input=1)) == (
        HEAD
        + block("""
            y = Add()([x, skip])
            skip = Conv2D(64, 1, strides=2)(skip)
            z = x + skip
            """)
    )
    with pytest.raises(CannotWrite):
        written(document, InsertLayer(call(document, "Add()([x, skip])"), "before", new))


def test_an_element_of_tensors_is_wrapped() -> None:
    document = load(HEAD + "y = concatenate([x, skip])\n")
    assert written(document, InsertLayer(element(document, "skip"), "before", F)) == (
        HEAD
        + block("""
            skip = Flatten()(skip)
            y = concatenate([x, skip])
            """)
    )


def test_after_the_input_is_no_place() -> None:
    document = load(
        HEAD
        + block("""
        i = Input((3,))
        m = Model(i, Dense(10)(i))
        """)
    )
    with pytest.raises(CannotWrite):
        written(document, InsertLayer(call(document, "Input((3,))"), "after", F))


def test_edits_that_meet_at_one_call() -> None:
    document = load(HEAD + "m = Model(i, Dense(10)(x))\n")
    place = call(document, D)
    assert (
        written(
            document,
            InsertLayer(place, "before", F),
            InsertLayer(place, "before", NewLayer("ReLU")),
            InsertLayer(place, "after", NewLayer("Softmax")),
            SetArgument((Slot(call(document, "Dense(10)")),), "activation", None),
        )
        == HEAD + "m = Model(i, Softmax()(Dense(10, activation=None)(ReLU()(Flatten()(x)))))\n"
    )
    assert (
        written(
            document,
            RemoveLayer(place),
            InsertLayer(place, "before", F),
            InsertLayer(place, "after", NewLayer("ReLU")),
        )
        == HEAD + "m = Model(i, ReLU()(Flatten()(x)))\n"
    )


MODEL = """\
from tensorflow.keras import layers
class Net(Model):
    def __init__(self):
        super().__init__()
        self.conv = layers.Conv2D(3, 3)  # conv
        self.dense = layers.Dense(10)

    def call(self, x):
        x = self.conv(x)
        return self.dense(x)
"""


def test_subclassed_model() -> None:
    document = load(MODEL)
    edit = InsertLayer(
        call(document, "self.dense(x)"), "before", NewLayer("GlobalAveragePooling2D")
    )
    made = "        self.dense = layers.Dense(10)\n"
    used = "        return self.dense(x)\n"
    name = "global_average_pooling2d"
    assert written(document, edit) == MODEL.replace(
        made, f"        self.{name} = layers.GlobalAveragePooling2D()\n{made}"
    ).replace(used, f"        x = self.{name}(x)\n{used}")
    assert words(document, edit) == ("insert layers.GlobalAveragePooling2D() before self.dense",)


def test_subclassed_model_that_gets_its_layer_from_elsewhere() -> None:
    document = load(
        block("""
            from keras.layers import *
            class A(Base):
                def call(self, x):
                    return self.d(x)
            """)
    )
    with pytest.raises(CannotWrite, match="not made"):
        written(document, InsertLayer(call(document, "self.d(x)"), "before", F))


def test_a_removed_layer_whose_input_spans_lines() -> None:
    document = load(
        HEAD
        + block("""
        y = Dense(10)(
            a
            + b
        )
        """)
    )
    assert written(document, RemoveLayer(call(document, "Dense(10)(\n    a\n    + b\n)"))) == (
        HEAD
        + block("""
            y = (a
                + b)
            """)
    )


def test_nothing_is_edited_in_an_f_string() -> None:
    document = load(HEAD + "y = f'{Dense(10)(x)}'\n")
    with pytest.raises(CannotWrite, match="f-string"):
        written(document, InsertLayer(call(document, "Dense(10)(x)"), "before", F))


HANDED = """\
def net(start, width=8):
    {body}
    return Model({inputs}, x)
a = Input((3,))
m = net({given})
"""


@pytest.mark.parametrize("given", ["a", "a, 4", "width=4, start=a"])
def test_an_input_that_is_handed_to_the_function_of_the_model(given: str) -> None:
    before = HEAD + HANDED.format(body="x = block(start)", inputs="[start]", given=given)
    document = load(before)
    after = before.replace("block(start)", "block(Flatten()(start))")
    assert written(document, InsertLayer(call(document, "Input((3,))"), "after", F)) == after


def test_an_input_that_goes_two_ways_inside() -> None:
    document = load(
        HEAD + HANDED.format(body="x = Add()([start, Dense(3)(start)])", inputs="start", given="a")
    )
    with pytest.raises(CannotWrite):
        written(document, InsertLayer(call(document, "Input((3,))"), "after", F))


AHEAD = {
    block("""
        for _ in r:
            x = Dense(10)(x)
        """): block("""
        x = Flatten()(x)
        for _ in r:
            x = Dense(10)(x)
        """),
    block("""
        for i in r:
          n = i
          x = Dense(10)(x)
        """): block("""
        x = Flatten()(x)
        for i in r:
          n = i
          x = Dense(10)(x)
        """),
    block("""
        for _ in r:
          f(x)
          x = Dense(10)(x)
        """): block("""
        for _ in r:
          f(x)
          x = Flatten()(x)
          x = Dense(10)(x)
        """),
    block("""
        for _ in r:
          y = Dense(10)(x)
        """): block("""
        for _ in r:
          x = Flatten()(x)
          y = Dense(10)(x)
        """),
    block("""
        for _ in r:
            if a:
                x = Dense(10)(x)
        """): (
        block("""
            for _ in r:
                if a:
                    x = Flatten()(x)
                    x = Dense(10)(x)
            """)
    ),
    "x = Dense(10)(x)\n": block("""
        x = Flatten()(x)
        x = Dense(10)(x)
        """),
    block("""
        def f(x):
            for _ in r:
                x = Dense(10)(x)
        """): (
        block("""
            def f(x):
                x = Flatten()(x)
                for _ in r:
                    x = Dense(10)(x)
            """)
    ),
}


@pytest.mark.parametrize("before", AHEAD)
def test_insert_ahead(before: str) -> None:
    document = load(HEAD + before)
    assert written(document, InsertLayer(call(document, D), "ahead", F)) == HEAD + AHEAD[before]
