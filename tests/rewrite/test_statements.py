"""Layers put in by `model.add(…)` and `layers.append(…)`."""

from __future__ import annotations

import pytest

from kfix.edits.insert_layer import InsertLayer
from kfix.edits.move_layer import MoveLayer
from kfix.edits.remove_layer import RemoveLayer
from kfix.model.code import NewLayer
from kfix.rewrite.apply import CannotWrite
from tests.rewrite.helpers import arg, load, words, written

F = NewLayer("Flatten")
D = "Dense(10)"
HEAD = "from keras.layers import *\nm = Sequential()\n"

BEFORE = {
    "a line each": (
        "m.add(ReLU())\nm.add(Dense(10))\n",
        "m.add(ReLU())\nm.add(Flatten())\nm.add(Dense(10))\n",
    ),
    "its comments stay with it": (
        "m.add(ReLU())  # act\n\n# head\nm.add(Dense(10))  # out\n",
        "m.add(ReLU())  # act\n\nm.add(Flatten())\n# head\nm.add(Dense(10))  # out\n",
    ),
    "in a loop": (
        "for i in range(3):\n\tm.add(Dense(10))\n",
        "for i in range(3):\n\tm.add(Flatten())\n\tm.add(Dense(10))\n",
    ),
    "in a branch": (
        "if deep:\n  x = 1\n  m.add(Dense(10))\nelse:\n  pass\n",
        "if deep:\n  x = 1\n  m.add(Flatten())\n  m.add(Dense(10))\nelse:\n  pass\n",
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
        "self.m.add(Flatten())\nself.m.add( Dense(10) )\n",
    ),
    "append": (
        "layers.append(Dense(10))\n",
        "layers.append(Flatten())\nlayers.append(Dense(10))\n",
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
        "m.add(Dense(10))  # out\n\n\nm.fit()\n",
        "m.add(Dense(10))  # out\nm.add(Flatten())\n\n\nm.fit()\n",
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
    "a line": ("m.add(ReLU())\nm.add(Dense(10))  # out\nm.fit()\n", "m.add(ReLU())\nm.fit()\n"),
    "sharing a line": ("x = 1; m.add(Dense(10)); y = 2  # z\n", "x = 1; y = 2  # z\n"),
    "last of a shared line": ("x = 1; m.add(Dense(10))\n", "x = 1\n"),
    "the only one of a block": (
        "if deep:\n    m.add(Dense(10))\ny = 1\n",
        "if deep:\n    pass\ny = 1\n",
    ),
    "on the line of an if": ("if deep: m.add(Dense(10))\n", "if deep: pass\n"),
    "a comment that is its own": (
        "# ten\nm.add(Dense(10))\n# act\nm.add(ReLU())\n",
        "# act\nm.add(ReLU())\n",
    ),
    "a comment for what follows": (
        "x = 1\n# head\nm.add(Dense(10))\nm.add(ReLU())\n",
        "x = 1\n# head\nm.add(ReLU())\n",
    ),
    "switched-off code at the end": (
        "x = 1\n# m.add(ReLU())\nm.add(Dense(10))\n",
        "x = 1\n# m.add(ReLU())\n",
    ),
}


@pytest.mark.parametrize("name", REMOVES)
def test_remove(name: str) -> None:
    before, after = REMOVES[name]
    document = load(HEAD + before)
    assert written(document, RemoveLayer(arg(document, D))) == HEAD + after


def test_move_with_its_comment() -> None:
    document = load(HEAD + "m.add(ReLU())  # act\nm.add(Dropout(0.5))\nm.add(Dense(10))\n")
    edit = MoveLayer(arg(document, "ReLU()"), arg(document, D), "after")
    assert (
        written(document, edit)
        == HEAD + "m.add(Dropout(0.5))\nm.add(Dense(10))\nm.add(ReLU())  # act\n"
    )
    assert words(document, edit) == ("move ReLU() after Dense(10)",)


def test_two_inserts_keep_their_order_and_the_place_may_go() -> None:
    document = load(HEAD + "m.add(Dense(10))\nm.fit()\n")
    place = arg(document, D)
    edits = [
        InsertLayer(place, "before", F),
        InsertLayer(place, "before", NewLayer("ReLU")),
        InsertLayer(place, "after", NewLayer("Softmax")),
        InsertLayer(place, "after", NewLayer("Dropout", ((None, 0.1),))),
    ]
    added = "m.add(Flatten())\nm.add(ReLU())\n{}m.add(Softmax())\nm.add(Dropout(0.1))\nm.fit()\n"
    assert written(document, *edits) == HEAD + added.format("m.add(Dense(10))\n")
    assert written(document, *edits, RemoveLayer(place)) == HEAD + added.format("")


def test_a_removed_line_of_two() -> None:
    document = load(HEAD + "m.add(Dense(10)); m.add(ReLU())\ny = 1\n")
    edits = [RemoveLayer(arg(document, D)), RemoveLayer(arg(document, "ReLU()"))]
    assert written(document, *edits) == HEAD + "pass\ny = 1\n"


def test_an_argument_that_is_no_statement() -> None:
    document = load(HEAD + "m = build(Dense(10))\n")
    with pytest.raises(CannotWrite):
        written(document, RemoveLayer(arg(document, D)))


def test_a_list_made_elsewhere() -> None:
    document = load(HEAD + "m = Sequential(build())\n")
    with pytest.raises(CannotWrite, match="elsewhere"):
        written(document, InsertLayer(arg(document, "build()"), "before", F))
