"""Layers put in by `model.add(…)` and `layers.append(…)`."""

from __future__ import annotations

import pytest

from kfix.edits.insert_layer import InsertLayer
from kfix.edits.move_layer import MoveLayer
from kfix.edits.remove_layer import RemoveLayer
from kfix.model.code import NewLayer
from kfix.rewrite.apply import CannotWrite
from tests.rewrite.helpers import arg, block, load, words, written

F = NewLayer("Flatten")
D = "Dense(10)"
HEAD = block("""
    from keras.layers import *
    m = Sequential()
    """)

BEFORE = {
    "a line each": (
        block("""
            m.add(ReLU())
            m.add(Dense(10))
            """),
        block("""
            m.add(ReLU())
            m.add(Flatten())
            m.add(Dense(10))
            """),
    ),
    "its comments stay with it": (
        block("""
            m.add(ReLU())  # act

            # head
            m.add(Dense(10))  # out
            """),
        block("""
            m.add(ReLU())  # act

            m.add(Flatten())
            # head
            m.add(Dense(10))  # out
            """),
    ),
    "in a loop": (
        block("""
            for i in range(3):
            \tm.add(Dense(10))
            """),
        block("""
            for i in range(3):
            \tm.add(Flatten())
            \tm.add(Dense(10))
            """),
    ),
    "in a branch": (
        block("""
            if deep:
              x = 1
              m.add(Dense(10))
            else:
              pass
            """),
        block("""
            if deep:
              x = 1
              m.add(Flatten())
              m.add(Dense(10))
            else:
              pass
            """),
    ),
    "sharing a line": (
        "m.add(ReLU()); m.add(Dense(10))\n",
        "m.add(ReLU()); m.add(Flatten()); m.add(Dense(10))\n",
    ),
    "sharing a line, first": (
        "m.add(Dense(10));m.add(ReLU());\n",
        "m.add(Flatten());m.add(Dense(10));m.add(ReLU());\n",
    ),
    "on the line of an if": (
        "if deep: m.add(Dense(10))\n",
        "if deep: m.add(Flatten()); m.add(Dense(10))\n",
    ),
    "an attribute's": (
        "self.m.add( Dense(10) )\n",
        block("""
            self.m.add(Flatten())
            self.m.add( Dense(10) )
            """),
    ),
    "append": (
        "layers.append(Dense(10))\n",
        block("""
            layers.append(Flatten())
            layers.append(Dense(10))
            """),
    ),
    "no newline at the end": ("m.add(Dense(10))", "m.add(Flatten())\nm.add(Dense(10))"),
    "carriage returns": (
        "m.add(ReLU())\r\nm.add(Dense(10))\r\n",
        "m.add(ReLU())\r\nm.add(Flatten())\r\nm.add(Dense(10))\r\n",
    ),
}


@pytest.mark.parametrize("name", BEFORE)
def test_insert_before(name: str) -> None:
    before, after = BEFORE[name]
    head = HEAD.replace("\n", "\r\n") if "\r" in before else HEAD
    document = load(head + before)
    assert written(document, InsertLayer(arg(document, D), "before", F)) == head + after


AFTER = {
    "a line each": (
        block("""
            m.add(Dense(10))  # out


            m.fit()
            """),
        block("""
            m.add(Dense(10))  # out
            m.add(Flatten())


            m.fit()
            """),
    ),
    "no newline at the end": ("m.add(Dense(10))", "m.add(Dense(10))\nm.add(Flatten())"),
    "sharing a line": (
        "m.add(Dense(10)); y = 1  # z\n",
        "m.add(Dense(10)); m.add(Flatten()); y = 1  # z\n",
    ),
    "last of a shared line": (
        "y = 1; m.add(Dense(10))\n",
        "y = 1; m.add(Dense(10)); m.add(Flatten())\n",
    ),
}


@pytest.mark.parametrize("name", AFTER)
def test_insert_after(name: str) -> None:
    before, after = AFTER[name]
    document = load(HEAD + before)
    assert written(document, InsertLayer(arg(document, D), "after", F)) == HEAD + after


REMOVES = {
    "a line": (
        block("""
        m.add(ReLU())
        m.add(Dense(10))  # out
        m.fit()
        """),
        block("""
        m.add(ReLU())
        m.fit()
        """),
    ),
    "sharing a line": ("x = 1; m.add(Dense(10)); y = 2  # z\n", "x = 1; y = 2  # z\n"),
    "last of a shared line": ("x = 1; m.add(Dense(10))\n", "x = 1\n"),
    "the only one of a block": (
        block("""
            if deep:
                m.add(Dense(10))
            y = 1
            """),
        block("""
            if deep:
                pass
            y = 1
            """),
    ),
    "on the line of an if": ("if deep: m.add(Dense(10))\n", "if deep: pass\n"),
    "a comment that is its own": (
        block("""
            # ten
            m.add(Dense(10))
            # act
            m.add(ReLU())
            """),
        block("""
            # act
            m.add(ReLU())
            """),
    ),
    "a comment for what follows": (
        block("""
            x = 1
            # head
            m.add(Dense(10))
            m.add(ReLU())
            """),
        block("""
            x = 1
            # head
            m.add(ReLU())
            """),
    ),
    "switched-off code at the end": (
        block("""
            x = 1
            # m.add(ReLU())
            m.add(Dense(10))
            """),
        block("""
            x = 1
            # m.add(ReLU())
            """),
    ),
}


@pytest.mark.parametrize("name", REMOVES)
def test_remove(name: str) -> None:
    before, after = REMOVES[name]
    document = load(HEAD + before)
    assert written(document, RemoveLayer(arg(document, D))) == HEAD + after


def test_move_with_its_comment() -> None:
    document = load(
        HEAD
        + block("""
        m.add(ReLU())  # act
        m.add(Dropout(0.5))
        m.add(Dense(10))
        """)
    )
    edit = MoveLayer(arg(document, "ReLU()"), arg(document, D), "after")
    assert written(document, edit) == HEAD + block("""
            m.add(Dropout(0.5))
            m.add(Dense(10))
            m.add(ReLU())  # act
            """)
    assert words(document, edit) == ("move ReLU() after Dense(10)",)


def test_two_inserts_keep_their_order_and_the_place_may_go() -> None:
    document = load(
        HEAD
        + block("""
        m.add(Dense(10))
        m.fit()
        """)
    )
    place = arg(document, D)
    edits = [
        InsertLayer(place, "before", F),
        InsertLayer(place, "before", NewLayer("ReLU")),
        InsertLayer(place, "after", NewLayer("Softmax")),
        InsertLayer(place, "after", NewLayer("Dropout", ((None, 0.1),))),
    ]
    added = block("""
        m.add(Flatten())
        m.add(ReLU())
        {}m.add(Softmax())
        m.add(Dropout(0.1))
        m.fit()
        """)
    assert written(document, *edits) == HEAD + added.format("m.add(Dense(10))\n")
    assert written(document, *edits, RemoveLayer(place)) == HEAD + added.format("")


def test_a_removed_line_of_two() -> None:
    document = load(
        HEAD
        + block("""
        m.add(Dense(10)); m.add(ReLU())
        y = 1
        """)
    )
    edits = [RemoveLayer(arg(document, D)), RemoveLayer(arg(document, "ReLU()"))]
    assert written(document, *edits) == HEAD + block("""
        pass
        y = 1
        """)


def test_an_argument_that_is_no_statement() -> None:
    document = load(HEAD + "m = build(Dense(10))\n")
    with pytest.raises(CannotWrite):
        written(document, RemoveLayer(arg(document, D)))


def test_a_list_made_elsewhere() -> None:
    document = load(HEAD + "m = Sequential(build())\n")
    with pytest.raises(CannotWrite, match="elsewhere"):
        written(document, InsertLayer(arg(document, "build()"), "before", F))
