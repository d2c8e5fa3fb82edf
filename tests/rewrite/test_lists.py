"""Layers in a list or tuple, in every layout."""

from __future__ import annotations

import pytest

from kfix.edits.insert_layer import InsertLayer
from kfix.edits.move_layer import MoveLayer
from kfix.edits.remove_layer import RemoveLayer
from kfix.edits.set_argument import SetArgument
from kfix.model.code import NewLayer, Slot
from kfix.rewrite.apply import CannotWrite
from tests.rewrite.helpers import arg, block, call, element, load, site, words, written

F = NewLayer("Flatten")
D = "layers.Dense(10)"
C = "layers.Conv2D(32, 3)"
HEAD = "from keras import Sequential, layers\n"

INSERTS = {
    "one line": (
        f"m = Sequential([{C}, {D}])\n",
        f"m = Sequential([{C}, layers.Flatten(), {D}])\n",
    ),
    "one line, no spaces": (
        f"m = Sequential([{C},{D},{C}])\n",
        f"m = Sequential([{C},layers.Flatten(),{D},{C}])\n",
    ),
    "a line each": (
        block("""
            m = Sequential([
                layers.Conv2D(32, 3),
                layers.Dense(10),
            ])
            """),
        block("""
            m = Sequential([
                layers.Conv2D(32, 3),
                layers.Flatten(),
                layers.Dense(10),
            ])
            """),
    ),
    "no trailing comma, tabs": (
        block("""
            m = Sequential([
            \tlayers.Conv2D(32, 3),
            \tlayers.Dense(10)
            ])
            """),
        block("""
            m = Sequential([
            \tlayers.Conv2D(32, 3),
            \tlayers.Flatten(),
            \tlayers.Dense(10)
            ])
            """),
    ),
    "under the bracket": (
        block("""
            m = Sequential([layers.Conv2D(32, 3),
                            layers.Dense(10)])
            """),
        block("""
            m = Sequential([layers.Conv2D(32, 3),
                            layers.Flatten(),
                            layers.Dense(10)])
            """),
    ),
    "first of all, under the bracket": (
        block("""
            m = Sequential([layers.Dense(10),
                            layers.Conv2D(32, 3)])
            """),
        block("""
            m = Sequential([layers.Flatten(),
                            layers.Dense(10),
                            layers.Conv2D(32, 3)])
            """),
    ),
    "first of all, a line each": (
        block("""
            m = Sequential([  # the model
                # head
                layers.Dense(10),
            ])
            """),
        block("""
            m = Sequential([  # the model
                layers.Flatten(),
                # head
                layers.Dense(10),
            ])
            """),
    ),
    "comments": (
        block("""
            m = Sequential([
                layers.Conv2D(32, 3),  # conv

                # head
                # of it
                layers.Dense(10),  # out
            ])
            """),
        block("""
            m = Sequential([
                layers.Conv2D(32, 3),  # conv

                layers.Flatten(),
                # head
                # of it
                layers.Dense(10),  # out
            ])
            """),
    ),
    "leading commas": (
        block("""
            m = Sequential([
                layers.Conv2D(32, 3)
              , layers.Dense(10)
            ])
            """),
        block("""
            m = Sequential([
                layers.Conv2D(32, 3)
              , layers.Flatten()
              , layers.Dense(10)
            ])
            """),
    ),
    "two on a line": (
        block("""
            m = Sequential([
                layers.Conv2D(32, 3), layers.Conv2D(32, 3),
                layers.Dense(10), layers.Conv2D(32, 3),
            ])
            """),
        block("""
            m = Sequential([
                layers.Conv2D(32, 3), layers.Conv2D(32, 3),
                layers.Flatten(),
                layers.Dense(10), layers.Conv2D(32, 3),
            ])
            """),
    ),
    "tuple": (f"m = Sequential(({D},))\n", f"m = Sequential((layers.Flatten(), {D},))\n"),
    "bare tuple": (f"m = {C}, {D}\n", f"m = {C}, layers.Flatten(), {D}\n"),
    "carriage returns": (
        f"m = Sequential([\r\n    {C},\r\n    {D},\r\n])\r\n",
        f"m = Sequential([\r\n    {C},\r\n    layers.Flatten(),\r\n    {D},\r\n])\r\n",
    ),
    "in a method": (
        block("""
            class A:
                def f(self):
                    m = Sequential([
                        layers.Conv2D(32, 3),
            layers.Dense(10)
                    ])
            """),
        block("""
            class A:
                def f(self):
                    m = Sequential([
                        layers.Conv2D(32, 3),
            layers.Flatten(),
            layers.Dense(10)
                    ])
            """),
    ),
    "a list put together": (
        f"m = Sequential(a + [{D}] + [*c])\n",
        f"m = Sequential(a + [layers.Flatten(), {D}] + [*c])\n",
    ),
}


@pytest.mark.parametrize("name", INSERTS)
def test_insert_before(name: str) -> None:
    before, after = INSERTS[name]
    document = load(HEAD + before)
    assert written(document, InsertLayer(element(document, D), "before", F)) == HEAD + after


APPENDS = {
    "one line": (f"m = [{C}, {D}]\n", f"m = [{C}, {D}, layers.Flatten()]\n"),
    "one": (f"m = [{D}]\n", f"m = [{D}, layers.Flatten()]\n"),
    "trailing comma": (f"m = [{D},]\n", f"m = [{D}, layers.Flatten(),]\n"),
    "a line each": (
        block("""
            m = [
                layers.Conv2D(32, 3),
                layers.Dense(10),  # out
                # end
            ]
            """),
        block("""
            m = [
                layers.Conv2D(32, 3),
                layers.Dense(10),  # out
                layers.Flatten(),
                # end
            ]
            """),
    ),
    "no trailing comma": (
        block("""
            m = [
                layers.Conv2D(32, 3),
                layers.Dense(10)  # out
            ]
            """),
        block("""
            m = [
                layers.Conv2D(32, 3),
                layers.Dense(10),  # out
                layers.Flatten()
            ]
            """),
    ),
    "bracket on the last line": (
        block("""
            m = [layers.Conv2D(32, 3),
                 layers.Dense(10)]
            """),
        block("""
            m = [layers.Conv2D(32, 3),
                 layers.Dense(10),
                 layers.Flatten()]
            """),
    ),
    "only one, on its line": (
        block("""
            m = [
                layers.Dense(10)
            ]
            """),
        block("""
            m = [
                layers.Dense(10),
                layers.Flatten()
            ]
            """),
    ),
    "all on an inner line": (
        block("""
            m = [
                layers.Conv2D(32, 3), layers.Dense(10)
            ]
            """),
        block("""
            m = [
                layers.Conv2D(32, 3), layers.Dense(10), layers.Flatten()
            ]
            """),
    ),
    "in the middle": (
        block("""
            m = [
                layers.Dense(10),  # out
                # next
                layers.Conv2D(32, 3),
            ]
            """),
        block("""
            m = [
                layers.Dense(10),  # out
                layers.Flatten(),
                # next
                layers.Conv2D(32, 3),
            ]
            """),
    ),
}


@pytest.mark.parametrize("name", APPENDS)
def test_insert_after(name: str) -> None:
    before, after = APPENDS[name]
    document = load(HEAD + before)
    assert written(document, InsertLayer(element(document, D), "after", F)) == HEAD + after


EMPTY = {
    "m = Sequential([])\n": "m = Sequential([layers.Flatten()])\n",
    block("""
        m = Sequential([
        ])
        """): block("""
        m = Sequential([
            layers.Flatten()
        ])
        """),
    block("""
        m = Sequential([
            # todo
        ])
        """): block("""
        m = Sequential([
            # todo
            layers.Flatten()
        ])
        """),
}


@pytest.mark.parametrize("before", EMPTY)
def test_insert_into_an_empty_list(before: str) -> None:
    import libcst as cst

    document = load(HEAD + before)
    pending = [document.units[0].module]
    while not isinstance(pending[-1], cst.List):
        pending += reversed(pending.pop().children)
    place = document.units[0].site(pending[-1])
    assert written(document, InsertLayer(place, "after", F)) == HEAD + EMPTY[before]


def test_insert_into_an_empty_sequential() -> None:
    document = load(HEAD + "m = Sequential(name='m')\n")
    place = call(document, "Sequential(name='m')")
    assert written(
        document, InsertLayer(place, "after", F), InsertLayer(place, "after", NewLayer("ReLU"))
    ) == (HEAD + "m = Sequential([layers.Flatten(), layers.ReLU()], name='m')\n")


REMOVES = {
    "one line": (f"m = [{C}, {D}, {C}]\n", f"m = [{C}, {C}]\n"),
    "last on one line": (f"m = [{C}, {D}]\n", f"m = [{C}]\n"),
    "first on one line": (f"m = [ {D}, {C} ]\n", f"m = [ {C} ]\n"),
    "the only one": (f"m = [{D}]\n", "m = []\n"),
    "the only one, on its line": (
        block("""
        m = [
            layers.Dense(10),
        ]
        """),
        "m = []\n",
    ),
    "with its comment": (
        block("""
            m = [
                layers.Conv2D(32, 3),  # one
                layers.Dense(10),  # two
                layers.Conv2D(32, 3),  # three
            ]
            """),
        block("""
            m = [
                layers.Conv2D(32, 3),  # one
                layers.Conv2D(32, 3),  # three
            ]
            """),
    ),
    "not the comment of the stack": (
        block("""
            m = [
                # head
                layers.Dense(10),
                layers.Conv2D(32, 3),
            ]
            """),
        block("""
            m = [
                # head
                layers.Conv2D(32, 3),
            ]
            """),
    ),
    "its own comment line": (
        block("""
            m = [
                # ten
                layers.Dense(10),
                # conv
                layers.Conv2D(32, 3),
            ]
            """),
        block("""
            m = [
                # conv
                layers.Conv2D(32, 3),
            ]
            """),
    ),
    "not code that was switched off": (
        block("""
            m = [
                layers.Conv2D(32, 3),
                # layers.Dropout(0.5),
                layers.Dense(10),
            ]
            """),
        block("""
            m = [
                layers.Conv2D(32, 3),
                # layers.Dropout(0.5),
            ]
            """),
    ),
    "last without a comma": (
        block("""
            m = [
                layers.Conv2D(32, 3),  # one
                layers.Dense(10)
            ]
            """),
        block("""
            m = [
                layers.Conv2D(32, 3)  # one
            ]
            """),
    ),
    "under the bracket, first": (
        block("""
        m = [layers.Dense(10),
             layers.Conv2D(32, 3)]
        """),
        f"m = [{C}]\n",
    ),
    "under the bracket, last": (
        block("""
        m = [layers.Conv2D(32, 3),
             layers.Dense(10)]
        """),
        f"m = [{C}]\n",
    ),
    "under the bracket, comment": (
        block("""
        m = [layers.Conv2D(32, 3),  # one
             layers.Dense(10)]
        """),
        block("""
        m = [layers.Conv2D(32, 3)  # one
             ]
        """),
    ),
    "beside another, whose comment stays": (
        block("""
            m = [
                layers.Conv2D(32, 3), layers.Dense(10),  # both
                layers.Conv2D(32, 3),
            ]
            """),
        block("""
            m = [
                layers.Conv2D(32, 3),  # both
                layers.Conv2D(32, 3),
            ]
            """),
    ),
    "tuple of two": (f"m = ({C}, {D})\n", f"m = ({C},)\n"),
    "leading commas": (
        block("""
        m = [
            layers.Conv2D(32, 3)
          , layers.Dense(10)
        ]
        """),
        block("""
        m = [
            layers.Conv2D(32, 3)
        ]
        """),
    ),
    "blank lines": (
        block("""
            m = [
                layers.Conv2D(32, 3),

                layers.Dense(10),

                layers.Conv2D(32, 3),
            ]
            """),
        block("""
            m = [
                layers.Conv2D(32, 3),

                layers.Conv2D(32, 3),
            ]
            """),
    ),
}


@pytest.mark.parametrize("name", REMOVES)
def test_remove(name: str) -> None:
    before, after = REMOVES[name]
    document = load(HEAD + before)
    assert written(document, RemoveLayer(element(document, D))) == HEAD + after


def test_move_with_the_comment_beside_it() -> None:
    document = load(
        HEAD
        + block("""
        m = [
            layers.Conv2D(32, 3),
            layers.ReLU(),  # act
            layers.Dense(10),  # out
        ]
        """)
    )
    edit = MoveLayer(element(document, D), element(document, C), "after")
    assert written(document, edit) == HEAD + block("""
            m = [
                layers.Conv2D(32, 3),
                layers.Dense(10),  # out
                layers.ReLU(),  # act
            ]
            """)
    assert words(document, edit) == (f"move {D} after {C}",)


def test_move_on_one_line() -> None:
    document = load(HEAD + f"m = [{C}, layers.ReLU(), {D}]\n")
    edit = MoveLayer(element(document, C), element(document, D), "after")
    assert written(document, edit) == HEAD + f"m = [layers.ReLU(), {D}, {C}]\n"


def test_several_edits_at_one_place() -> None:
    document = load(
        HEAD
        + block("""
        m = [
            layers.Conv2D(32, 3),
            layers.Dense(10),  # out
        ]
        """)
    )
    place, made = element(document, D), call(document, D)
    assert written(
        document,
        InsertLayer(place, "before", F),
        SetArgument((Slot(made, arg(document, "10")),), "units", 3),
        InsertLayer(place, "before", NewLayer("ReLU")),
        InsertLayer(place, "after", NewLayer("Dropout", ((None, 0.5),))),
        InsertLayer(place, "after", NewLayer("Softmax")),
    ) == HEAD + (
        block("""
            m = [
                layers.Conv2D(32, 3),
                layers.Flatten(),
                layers.ReLU(),
                layers.Dense(3),  # out
                layers.Dropout(0.5),
                layers.Softmax(),
            ]
            """)
    )


def test_remove_and_insert_before_the_same() -> None:
    document = load(
        HEAD
        + block("""
        m = [
            layers.Conv2D(32, 3),
            layers.Dense(10),  # out
        ]
        """)
    )
    place = element(document, D)
    result = written(document, RemoveLayer(place), InsertLayer(place, "before", F))
    assert result == HEAD + block("""
        m = [
            layers.Conv2D(32, 3),
            layers.Flatten(),
        ]
        """)


def test_move_what_another_edit_changes() -> None:
    document = load(HEAD + f"m = [{C}, {D}]\n")
    edit = MoveLayer(element(document, C), element(document, D), "after")
    padded = SetArgument((Slot(call(document, C)),), "padding", "same")
    assert (
        written(document, edit, padded)
        == HEAD + f"m = [{D}, layers.Conv2D(32, 3, padding='same')]\n"
    )


def test_words_shorten_long_layers() -> None:
    long = "layers.Dense(10, activation='softmax', kernel_initializer='he_normal')"
    document = load(HEAD + f"m = [{C}, {long}]\n")
    assert words(document, InsertLayer(element(document, long), "before", F)) == (
        "insert layers.Flatten() before layers.Dense(…)",
    )
    assert words(document, RemoveLayer(element(document, C))) == (f"remove {C} (line 2)",)


def test_no_layer_of_a_comprehension() -> None:
    document = load(HEAD + f"m = Sequential([{D} for _ in range(3)])\n")
    with pytest.raises(CannotWrite, match="comprehension"):
        written(document, InsertLayer(call(document, D), "before", F))


def test_a_starred_element_is_not_moved() -> None:
    document = load(HEAD + f"m = [*base, {D}]\n")
    with pytest.raises(CannotWrite, match="starred"):
        written(document, MoveLayer(element(document, "*base"), element(document, D), "after"))


def test_sequential_argument_by_keyword() -> None:
    document = load(HEAD + f"m = Sequential(layers=[{D}], name='m')\n")
    assert written(document, InsertLayer(element(document, D), "before", F)) == (
        HEAD + f"m = Sequential(layers=[layers.Flatten(), {D}], name='m')\n"
    )


def test_an_untouched_document_has_no_new_file() -> None:
    import libcst as cst

    from kfix.edits.set_literal import SetLiteral
    from kfix.rewrite.apply import rewrite

    document = load("n = 10\n")
    place = site(document, "10", cst.Integer)
    assert rewrite({"m.py": document}, [SetLiteral((place,), 10, "units")]).files == {}
