"""Arguments set, dropped, renamed; input shapes; literals."""

from __future__ import annotations

import libcst as cst
import pytest

from kfix.edits.drop_argument import DropArgument
from kfix.edits.rename_argument import RenameArgument
from kfix.edits.set_argument import SetArgument
from kfix.edits.set_input_shape import SetInputShape
from kfix.edits.set_literal import SetLiteral
from kfix.model.code import NewLayer, Slot
from kfix.rewrite.apply import CannotWrite
from kfix.source.syntax.document import Document
from tests.rewrite.helpers import arg, block, call, load, site, words, written

MADE = "Conv2D"


def made(document: Document, number: int = 0) -> Slot:
    """Return the number-th call of a layer class."""
    from tests.rewrite.helpers import nodes

    names = [node for node, _ in nodes(document, MADE, cst.Name)]
    calls = [
        (node, place)
        for unit in document.units
        for node, place in _calls(document)
        if isinstance(node, cst.Call) and node.func in names
    ]
    return Slot(calls[number][1])


def _calls(document: Document) -> list[tuple[cst.CSTNode, object]]:
    found = []
    for unit in document.units:
        pending: list[cst.CSTNode] = [unit.module]
        while pending:
            node = pending.pop()
            if isinstance(node, cst.Call):
                found.append((node, unit.site(node)))
            pending += reversed(node.children)
    return found


ABSENT = {
    "x = Conv2D(32, 3)\n": "x = Conv2D(32, 3, padding='same')\n",
    "x = Conv2D()\n": "x = Conv2D(padding='same')\n",
    'x = Conv2D(32, activation="relu")\n': 'x = Conv2D(32, activation="relu", padding="same")\n',
    block("""
        x = Conv2D(32, 3)
        y = "a", "b"
        """): block("""
        x = Conv2D(32, 3, padding="same")
        y = "a", "b"
        """),
    "x = Conv2D(32, name = 'c')\n": "x = Conv2D(32, name = 'c', padding = 'same')\n",
    "x = Conv2D(32, **kw)\n": "x = Conv2D(32, padding='same', **kw)\n",
    "x = Conv2D(*a)\n": "x = Conv2D(*a, padding='same')\n",
    block("""
        x = Conv2D(
            32,  # filters
            3,
        )
        """): block("""
        x = Conv2D(
            32,  # filters
            3,
            padding='same',
        )
        """),
    block("""
        x = Conv2D(
            32,
            3  # kernel
        )
        """): block("""
        x = Conv2D(
            32,
            3,  # kernel
            padding='same'
        )
        """),
    block("""
        x = Conv2D(32,
                   3)
        """): block("""
        x = Conv2D(32,
                   3,
                   padding='same')
        """),
    "x = Conv2D(32, 3,)\n": "x = Conv2D(32, 3, padding='same',)\n",
    block("""
        x = Conv2D(
            32, 3
        )
        """): block("""
        x = Conv2D(
            32, 3, padding='same'
        )
        """),
    "x = Conv2D(32, padding='valid')\n": "x = Conv2D(32, padding='same')\n",
}


@pytest.mark.parametrize("before", ABSENT)
def test_set_absent(before: str) -> None:
    document = load(before)
    assert written(document, SetArgument((made(document),), "padding", "same")) == ABSENT[before]


PRESENT = [
    ("padding", "padding='valid'", "same", "padding='same'"),
    ("padding", 'padding = "valid"', "same", 'padding = "same"'),
    ("padding", "padding=('valid')", "same", "padding=('same')"),
    ("padding", "padding=PAD", "same", "padding='same'"),
    ("strides", "strides=(2, 2)", (1, 1), "strides=(1, 1)"),
    ("strides", "strides=(2,2)", (1, 1), "strides=(1,1)"),
    ("strides", "strides=(2, 2)", 1, "strides=(1, 1)"),
    ("strides", "strides=[2, 2]", (1, 1), "strides=[1, 1]"),
    ("strides", "strides=2", (1, 1), "strides=1"),
    ("strides", "strides=2", (1, 2), "strides=(1, 2)"),
    ("strides", "strides=S", (1, 2), "strides=(1, 2)"),
    ("axis", "axis=[1, 2]", -1, "axis=-1"),
    ("axis", "axis=-1", 1, "axis=1"),
    ("use_bias", "use_bias=False", True, "use_bias=True"),
    ("target_shape", "target_shape=(7, 7, 128)", (8, 8, 128), "target_shape=(8, 8, 128)"),
    ("target_shape", "target_shape=(7, 7 , 128)", (-1, 128), "target_shape=(-1, 128)"),
    ("target_shape", "target_shape=(7,)", (7, 1), "target_shape=(7, 1)"),
    ("target_shape", "target_shape=(7, 1)", (7,), "target_shape=(7,)"),
    ("rate", "rate=0.5", 0.25, "rate=0.25"),
    ("activation", "activation=None", "it's", 'activation="it\'s"'),
    ("cropping", "cropping=1", ((0, 1), (0, 1)), "cropping=((0, 1), (0, 1))"),
]


@pytest.mark.parametrize(("name", "before", "value", "after"), PRESENT)
def test_set_present(name: str, before: str, value: object, after: str) -> None:
    document = load(f"x = Conv2D(32, {before}, name=n)\n")
    slot = Slot(made(document).call, arg(document, before))
    result = written(document, SetArgument((slot,), name, value))
    if name == "activation":
        assert result == "x = Conv2D(32, activation='it\\'s', name=n)\n"
    else:
        assert result == f"x = Conv2D(32, {after}, name=n)\n"


def test_set_positional() -> None:
    document = load("x = Conv2D(32, (3,3), 2)\n")
    slot = Slot(made(document).call, arg(document, "(3,3)"))
    assert written(document, SetArgument((slot,), "kernel_size", 5)) == "x = Conv2D(32, (5,5), 2)\n"


def test_set_on_several_calls_is_one_edit() -> None:
    document = load(
        block("""
        a = Conv2D(32, 3)
        b = Conv2D(32, 3, padding='valid')
        c = Conv2D(1)
        """)
    )
    slots = (
        made(document, 0),
        Slot(made(document, 1).call, arg(document, "padding='valid'")),
        made(document, 2),
    )
    edit = SetArgument(slots, "padding", "same")
    assert written(document, edit) == (
        block("""
            a = Conv2D(32, 3, padding='same')
            b = Conv2D(32, 3, padding='same')
            c = Conv2D(1, padding='same')
            """)
    )
    assert words(document, edit) == ("set padding='same' on Conv2D (lines 1, 2, 3)",)


def test_two_arguments_of_one_call_and_one_dropped() -> None:
    document = load("x = Conv2D(32, 3, strides=2, name='c')\n")
    slot = made(document)
    edits = [
        SetArgument((slot,), "padding", "same"),
        DropArgument((Slot(slot.call, arg(document, "strides=2")),), "strides"),
        SetArgument((slot,), "activation", "relu"),
    ]
    assert (
        written(document, *edits)
        == "x = Conv2D(32, 3, name='c', padding='same', activation='relu')\n"
    )


def test_set_in_a_dict() -> None:
    document = load(
        block("""
        kw = {"padding": "valid", "strides": (2,2)}
        x = Conv2D(32, 3, **kw)
        """)
    )
    entry = site(document, '"padding": "valid"', cst.DictElement)
    slot = Slot(made(document).call, entry)
    assert written(document, SetArgument((slot,), "padding", "same")) == (
        block("""
            kw = {"padding": "same", "strides": (2,2)}
            x = Conv2D(32, 3, **kw)
            """)
    )
    assert written(document, DropArgument((slot,), "padding")) == block("""
            kw = {"strides": (2,2)}
            x = Conv2D(32, 3, **kw)
            """)
    assert written(document, RenameArgument(slot, "padding", "pad", 1)) == (
        block("""
            kw = {"pad": 1, "strides": (2,2)}
            x = Conv2D(32, 3, **kw)
            """)
    )


DROPS = {
    "x = Conv2D(32, strides=2)\n": "x = Conv2D(32)\n",
    "x = Conv2D(strides=2)\n": "x = Conv2D()\n",
    "x = Conv2D(32, strides=2, name='c',)\n": "x = Conv2D(32, name='c',)\n",
    block("""
        x = Conv2D(
            32,  # n
            strides=2,  # two
            name='c',
        )
        """):  # its comment goes too
    block("""
        x = Conv2D(
            32,  # n
            name='c',
        )
        """),
    block("""
        x = Conv2D(32,
                   strides=2)
        """): "x = Conv2D(32)\n",
}


@pytest.mark.parametrize("before", DROPS)
def test_drop(before: str) -> None:
    document = load(before)
    edit = DropArgument((Slot(made(document).call, arg(document, "strides=2")),), "strides")
    assert written(document, edit) == DROPS[before]
    assert words(document, edit) == ("drop strides from Conv2D (line 1)",)


def test_a_positional_argument_before_others_is_not_dropped() -> None:
    document = load("x = Conv2D(32, 3, 2)\n")
    with pytest.raises(CannotWrite, match="positional"):
        written(
            document, DropArgument((Slot(made(document).call, arg(document, "3")),), "kernel_size")
        )
    assert written(
        document, DropArgument((Slot(made(document).call, arg(document, "2")),), "strides")
    ) == ("x = Conv2D(32, 3)\n")


SHAPES = [
    ("input_shape=(28,28)", "input_shape", (28, 28, 1), "input_shape=(28,28,1)"),
    ("input_shape=(28, 28)", "input_shape", (28, 28, 1), "input_shape=(28, 28, 1)"),
    ("input_shape=(784)", "input_shape", (784,), "input_shape=(784,)"),
    ("input_shape=[28, 28]", "input_shape", (28, 28, 1), "input_shape=[28, 28, 1]"),
    ("input_shape=(IMG, IMG)", "input_shape", (28, 28, 1), "input_shape=(IMG, IMG, 1)"),
    ("input_shape=(IMG, OTHER)", "input_shape", (28, 28, 1), "input_shape=(IMG, 28, 1)"),
    ("input_shape=X.shape", "input_shape", (28, 28, 1), "input_shape=(28, 28, 1)"),
    ("input_dim=784", "input_shape", (28, 28), "input_shape=(28, 28)"),
    ("input_shape=(3, 28, None)", "input_shape", (28, None, 3), "input_shape=(28, None, 3)"),
    ("shape=(28,)", "batch_shape", (None, 28), "batch_shape=(None, 28)"),
]


@pytest.mark.parametrize(("before", "name", "value", "after"), SHAPES)
def test_set_input_shape(before: str, name: str, value: object, after: str) -> None:
    document = load(
        block(f"""
        IMG = 28
        x = Conv2D(32, {before})
        """)
    )
    edit = SetInputShape(Slot(made(document).call, arg(document, before)), name, value)
    assert written(document, edit) == block(f"""
        IMG = 28
        x = Conv2D(32, {after})
        """)
    assert words(document, edit) == (f"set {after} on Conv2D (line 2)",)


def test_set_input_shape_where_there_is_none() -> None:
    document = load("x = Conv2D(32)\n")
    assert written(document, SetInputShape(made(document), "input_shape", (8, 8, 1))) == (
        "x = Conv2D(32, input_shape=(8, 8, 1))\n"
    )


def test_set_the_positional_shape_of_build() -> None:
    document = load("m.build((None, 28, 28))\n")
    place = call(document, "m.build((None, 28, 28))")
    edit = SetInputShape(
        Slot(place, arg(document, "(None, 28, 28)")), "input_shape", (None, 28, 28, 1)
    )
    assert written(document, edit) == "m.build((None, 28, 28, 1))\n"


LITERALS = [
    ("N = 10\n", "10", cst.Integer, 3, "N = 3\n", "change N = 10 to 3 (line 1)"),
    ("x = -1\n", "-1", cst.UnaryOperation, 4, "x = 4\n", "change x = -1 to 4 (line 1)"),
    ("f((1))\n", "(1)", cst.Integer, -1, "f((-1))\n", "change units 1 to -1 (line 1)"),
    ("x = 2 ** n\n", "2", cst.Integer, -2, "x = (-2) ** n\n", "change 2 to -2 (line 1)"),
    ("x = y - 2\n", "2", cst.Integer, -2, "x = y - -2\n", "change 2 to -2 (line 1)"),
    (
        "x = \"valid\", 'a'\n",
        '"valid"',
        cst.SimpleString,
        "same",
        "x = \"same\", 'a'\n",
        'change "valid" to "same" (line 1)',
    ),
    (
        "x = f(True)\n",
        "True",
        cst.Name,
        False,
        "x = f(False)\n",
        "change units True to False (line 1)",
    ),
    ("f(1, n=2)\n", "2", cst.Integer, 3, "f(1, n=3)\n", "change n=2 to 3 (line 1)"),
    ("def f(n=2): pass\n", "2", cst.Integer, 3, "def f(n=3): pass\n", "change n=2 to 3 (line 1)"),
    ("x = 7*7*128\n", "128", cst.Integer, 64, "x = 7*7*64\n", "change 128 to 64 (line 1)"),
]


@pytest.mark.parametrize("case", LITERALS)
def test_set_literal(case: tuple[str, str, type[cst.CSTNode], object, str, str]) -> None:
    before, text, kind, value, after, said = case
    document = load(before)
    edit = SetLiteral((site(document, text, kind),), value, "units")
    assert written(document, edit) == after
    assert words(document, edit) == (said,)


def test_set_several_literals() -> None:
    document = load(
        block("""
        a = Dense(7*7*128)
        b = Reshape((7, 7, 128))
        """)
    )
    places = tuple(site(document, "7", cst.Integer, number) for number in range(4))
    edit = SetLiteral(places, 8, "units")
    assert written(document, edit) == block("""
        a = Dense(8*8*128)
        b = Reshape((8, 8, 128))
        """)
    assert words(document, edit) == ("change 7 to 8 (lines 1, 2)",)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("n = latent + 1\n", "n = latent\n", "latent + 1 to latent"),
        ("n = 1 + latent * 2\n", "n = latent * 2\n", "1 + latent * 2 to latent * 2"),
        ("n = 3 * (a * b - 1)\n", "n = 3 * (a * b)\n", "a * b - 1 to a * b"),
        ("n = f(a + 1 + b)\n", "n = f(a + b)\n", "a + 1 to a"),
        ("n = 1 - latent\n", "n = 0 - latent\n", "1 to 0"),
        ("n = latent * 1\n", "n = latent * 0\n", "1 to 0"),
    ],
)
def test_nothing_is_added(before: str, after: str, said: str) -> None:
    document = load(before)
    edit = SetLiteral((site(document, "1", cst.Integer),), 0, "")
    assert written(document, edit) == after
    assert words(document, edit) == (f"change {said} (line 1)",)


def test_rename() -> None:
    document = load("x = Conv2D(32, border_mode = 'same', n=1)\n")
    slot = Slot(made(document).call, arg(document, "border_mode = 'same'"))
    assert (
        written(document, RenameArgument(slot, "border_mode", "padding"))
        == "x = Conv2D(32, padding = 'same', n=1)\n"
    )
    assert words(document, RenameArgument(slot, "border_mode", "padding")) == (
        "rename border_mode to padding on Conv2D (line 1)",
    )
    both = RenameArgument(slot, "border_mode", "strides", (1, 1))
    assert written(document, both) == "x = Conv2D(32, strides = (1, 1), n=1)\n"
    assert words(document, both) == ("rename border_mode to strides=(1, 1) on Conv2D (line 1)",)
    with pytest.raises(CannotWrite, match="already"):
        written(document, RenameArgument(slot, "border_mode", "n"))


def test_what_has_no_literal_cannot_be_written() -> None:
    document = load("x = Conv2D(32)\n")
    for value in (object(), float("nan"), NewLayer("ReLU")):
        with pytest.raises(CannotWrite):
            written(document, SetArgument((made(document),), "padding", value))


def test_a_notebook() -> None:
    import json

    cells = [
        {
            "cell_type": "code",
            "metadata": {},
            "source": ["from keras.layers import Dense\n"],
            "outputs": [],
        },
        {"cell_type": "markdown", "metadata": {}, "source": ["# hi"]},
        {
            "cell_type": "code",
            "metadata": {},
            "source": ["x = Dense(3)\n", "m = [Dense(10)]"],
            "outputs": [],
        },
    ]
    data = json.dumps({"cells": cells, "nbformat": 4}, indent=1).encode()
    from kfix.edits.insert_layer import InsertLayer
    from kfix.rewrite.apply import rewrite
    from tests.rewrite.helpers import element

    document = load(data, "n.ipynb")
    edit = InsertLayer(element(document, "Dense(10)"), "before", NewLayer("Flatten"))
    change = SetArgument((Slot(call(document, "Dense(3)")),), "units", 4)
    result = rewrite({"n.ipynb": document}, [edit, change])
    new = json.loads(result.files["n.ipynb"])
    assert new["cells"][0]["source"] == ["from keras.layers import Dense, Flatten\n"]
    assert "".join(new["cells"][2]["source"]) == "x = Dense(3, units=4)\nm = [Flatten(), Dense(10)]"
    assert result.texts[1] == "set units=4 on Dense (cell 3, line 1)"
