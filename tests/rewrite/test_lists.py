"""Layers in a list or tuple, in every layout."""

from __future__ import annotations

import pytest

from kfix.edits.insert_layer import InsertLayer
from kfix.edits.move_layer import MoveLayer
from kfix.edits.remove_layer import RemoveLayer
from kfix.edits.set_argument import SetArgument
from kfix.model.code import NewLayer, Slot
from kfix.rewrite.apply import CannotWrite
from tests.rewrite.helpers import arg, call, element, load, site, words, written

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
        f"m = Sequential([\n    {C},\n    {D},\n])\n",
        f"m = Sequential([\n    {C},\n    layers.Flatten(),\n    {D},\n])\n",
    ),
    "no trailing comma, tabs": (
        f"m = Sequential([\n\t{C},\n\t{D}\n])\n",
        f"m = Sequential([\n\t{C},\n\tlayers.Flatten(),\n\t{D}\n])\n",
    ),
    "under the bracket": (
        f"m = Sequential([{C},\n                {D}])\n",
        f"m = Sequential([{C},\n                layers.Flatten(),\n                {D}])\n",
    ),
    "first of all, under the bracket": (
        f"m = Sequential([{D},\n                {C}])\n",
        f"m = Sequential([layers.Flatten(),\n                {D},\n                {C}])\n",
    ),
    "first of all, a line each": (
        f"m = Sequential([  # the model\n    # head\n    {D},\n])\n",
        f"m = Sequential([  # the model\n    layers.Flatten(),\n    # head\n    {D},\n])\n",
    ),
    "comments": (
        f"m = Sequential([\n    {C},  # conv\n\n    # head\n    # of it\n    {D},  # out\n])\n",
        f"m = Sequential([\n    {C},  # conv\n\n    layers.Flatten(),\n    # head\n    # of it\n    {D},  # out\n])\n",
    ),
    "leading commas": (
        f"m = Sequential([\n    {C}\n  , {D}\n])\n",
        f"m = Sequential([\n    {C}\n  , layers.Flatten()\n  , {D}\n])\n",
    ),
    "two on a line": (
        f"m = Sequential([\n    {C}, {C},\n    {D}, {C},\n])\n",
        f"m = Sequential([\n    {C}, {C},\n    layers.Flatten(),\n    {D}, {C},\n])\n",
    ),
    "tuple": (f"m = Sequential(({D},))\n", f"m = Sequential((layers.Flatten(), {D},))\n"),
    "bare tuple": (f"m = {C}, {D}\n", f"m = {C}, layers.Flatten(), {D}\n"),
    "carriage returns": (
        f"m = Sequential([\r\n    {C},\r\n    {D},\r\n])\r\n",
        f"m = Sequential([\r\n    {C},\r\n    layers.Flatten(),\r\n    {D},\r\n])\r\n",
    ),
    "in a method": (
        f"class A:\n    def f(self):\n        m = Sequential([\n            {C},\n{D}\n        ])\n",
        f"class A:\n    def f(self):\n        m = Sequential([\n            {C},\nlayers.Flatten(),\n{D}\n        ])\n",
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
        f"m = [\n    {C},\n    {D},  # out\n    # end\n]\n",
        f"m = [\n    {C},\n    {D},  # out\n    layers.Flatten(),\n    # end\n]\n",
    ),
    "no trailing comma": (
        f"m = [\n    {C},\n    {D}  # out\n]\n",
        f"m = [\n    {C},\n    {D},  # out\n    layers.Flatten()\n]\n",
    ),
    "bracket on the last line": (
        f"m = [{C},\n     {D}]\n",
        f"m = [{C},\n     {D},\n     layers.Flatten()]\n",
    ),
    "only one, on its line": (
        f"m = [\n    {D}\n]\n",
        f"m = [\n    {D},\n    layers.Flatten()\n]\n",
    ),
    "all on an inner line": (
        f"m = [\n    {C}, {D}\n]\n",
        f"m = [\n    {C}, {D}, layers.Flatten()\n]\n",
    ),
    "in the middle": (
        f"m = [\n    {D},  # out\n    # next\n    {C},\n]\n",
        f"m = [\n    {D},  # out\n    layers.Flatten(),\n    # next\n    {C},\n]\n",
    ),
}


@pytest.mark.parametrize("name", APPENDS)
def test_insert_after(name: str) -> None:
    before, after = APPENDS[name]
    document = load(HEAD + before)
    assert written(document, InsertLayer(element(document, D), "after", F)) == HEAD + after


EMPTY = {
    "m = Sequential([])\n": "m = Sequential([layers.Flatten()])\n",
    "m = Sequential([\n])\n": "m = Sequential([\n    layers.Flatten()\n])\n",
    "m = Sequential([\n    # todo\n])\n": "m = Sequential([\n    # todo\n    layers.Flatten()\n])\n",
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
    "the only one, on its line": (f"m = [\n    {D},\n]\n", "m = []\n"),
    "with its comment": (
        f"m = [\n    {C},  # one\n    {D},  # two\n    {C},  # three\n]\n",
        f"m = [\n    {C},  # one\n    {C},  # three\n]\n",
    ),
    "not the comment of the stack": (
        f"m = [\n    # head\n    {D},\n    {C},\n]\n",
        f"m = [\n    # head\n    {C},\n]\n",
    ),
    "its own comment line": (
        f"m = [\n    # ten\n    {D},\n    # conv\n    {C},\n]\n",
        f"m = [\n    # conv\n    {C},\n]\n",
    ),
    "not code that was switched off": (
        f"m = [\n    {C},\n    # layers.Dropout(0.5),\n    {D},\n]\n",
        f"m = [\n    {C},\n    # layers.Dropout(0.5),\n]\n",
    ),
    "last without a comma": (
        f"m = [\n    {C},  # one\n    {D}\n]\n",
        f"m = [\n    {C}  # one\n]\n",
    ),
    "under the bracket, first": (f"m = [{D},\n     {C}]\n", f"m = [{C}]\n"),
    "under the bracket, last": (f"m = [{C},\n     {D}]\n", f"m = [{C}]\n"),
    "under the bracket, comment": (f"m = [{C},  # one\n     {D}]\n", f"m = [{C}  # one\n     ]\n"),
    "beside another, whose comment stays": (
        f"m = [\n    {C}, {D},  # both\n    {C},\n]\n",
        f"m = [\n    {C},  # both\n    {C},\n]\n",
    ),
    "tuple of two": (f"m = ({C}, {D})\n", f"m = ({C},)\n"),
    "leading commas": (f"m = [\n    {C}\n  , {D}\n]\n", f"m = [\n    {C}\n]\n"),
    "blank lines": (
        f"m = [\n    {C},\n\n    {D},\n\n    {C},\n]\n",
        f"m = [\n    {C},\n\n    {C},\n]\n",
    ),
}


@pytest.mark.parametrize("name", REMOVES)
def test_remove(name: str) -> None:
    before, after = REMOVES[name]
    document = load(HEAD + before)
    assert written(document, RemoveLayer(element(document, D))) == HEAD + after


def test_move_with_the_comment_beside_it() -> None:
    document = load(HEAD + f"m = [\n    {C},\n    layers.ReLU(),  # act\n    {D},  # out\n]\n")
    edit = MoveLayer(element(document, D), element(document, C), "after")
    assert (
        written(document, edit)
        == HEAD + f"m = [\n    {C},\n    {D},  # out\n    layers.ReLU(),  # act\n]\n"
    )
    assert words(document, edit) == (f"move {D} after {C}",)


def test_move_on_one_line() -> None:
    document = load(HEAD + f"m = [{C}, layers.ReLU(), {D}]\n")
    edit = MoveLayer(element(document, C), element(document, D), "after")
    assert written(document, edit) == HEAD + f"m = [layers.ReLU(), {D}, {C}]\n"


def test_several_edits_at_one_place() -> None:
    document = load(HEAD + f"m = [\n    {C},\n    {D},  # out\n]\n")
    place, made = element(document, D), call(document, D)
    assert written(
        document,
        InsertLayer(place, "before", F),
        SetArgument((Slot(made, arg(document, "10")),), "units", 3),
        InsertLayer(place, "before", NewLayer("ReLU")),
        InsertLayer(place, "after", NewLayer("Dropout", ((None, 0.5),))),
        InsertLayer(place, "after", NewLayer("Softmax")),
    ) == HEAD + (
        f"m = [\n    {C},\n    layers.Flatten(),\n    layers.ReLU(),\n    layers.Dense(3),  # out\n"
        "    layers.Dropout(0.5),\n    layers.Softmax(),\n]\n"
    )


def test_remove_and_insert_before_the_same() -> None:
    document = load(HEAD + f"m = [\n    {C},\n    {D},  # out\n]\n")
    place = element(document, D)
    result = written(document, RemoveLayer(place), InsertLayer(place, "before", F))
    assert result == HEAD + f"m = [\n    {C},\n    layers.Flatten(),\n]\n"


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
