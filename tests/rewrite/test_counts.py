"""A number of classes that a name of the program stands for."""

from __future__ import annotations

import pytest

from kfix.edits.insert_layer import InsertLayer
from kfix.edits.set_argument import SetArgument
from kfix.edits.wrap_argument import WrapArgument
from kfix.model.code import NewLayer, Number, OutputCount, Slot
from tests.rewrite.helpers import arg, block, call, element, load, written

COUNT = Number(10, OutputCount())
DENSE = "m = [Dense(3)]\n"


@pytest.mark.parametrize(
    "name",
    [
        "num_classes",
        "NUM_CLASSES",
        "n_classes",
        "nb_classes",
        "numClasses",
        "classes",
        "N_LABELS",
        "class_count",
    ],
)
def test_a_name_that_says_so(name: str) -> None:
    document = load(f"{name} = 10\n{DENSE}")
    edit = SetArgument((Slot(call(document, "Dense(3)"), arg(document, "3")),), "units", COUNT)
    assert written(document, edit) == f"{name} = 10\nm = [Dense({name})]\n"


LEFT = {
    "num_classes = 9\n": "another number",
    "batch = 10\n": "a name that says something else",
    "first_class = 10\n": "a name that says something else",
    block("""
            num_classes = 10
            num_classes = 10
            """): "bound twice",
    block("""
            num_classes = 10
            n_labels = 10
            """): "two names",
    block("""
            for num_classes in (10, 20):
                pass
            """): "bound by a loop",
    block("""
            if deep:
                num_classes = 10
            """): "bound under a condition",
    "def num_classes(): pass\n": "no number",
    "num_classes = len(names)\n": "no literal",
    block("""
            class Net:
                num_classes = 10
            """): "of a class",
}


@pytest.mark.parametrize("head", LEFT)
def test_a_number_where_that_is_not_certain(head: str) -> None:
    document = load(head + DENSE)
    edit = SetArgument((Slot(call(document, "Dense(3)"), arg(document, "3")),), "units", COUNT)
    assert written(document, edit) == head + DENSE.replace("3", "10")


def test_a_name_that_is_bound_below() -> None:
    document = load(f"{DENSE}num_classes = 10\n")
    edit = SetArgument((Slot(call(document, "Dense(3)"), arg(document, "3")),), "units", COUNT)
    assert written(document, edit) == block("""
            m = [Dense(10)]
            num_classes = 10
            """)


def test_a_parameter_of_that_name() -> None:
    text = f"num_classes = 10\ndef build(num_classes):\n    {DENSE}"
    document = load(text)
    edit = SetArgument((Slot(call(document, "Dense(3)"), arg(document, "3")),), "units", COUNT)
    assert written(document, edit) == text.replace("Dense(3)", "Dense(10)")


def test_from_a_function_and_in_a_new_layer() -> None:
    text = f"from keras.layers import Dense\nnum_classes = 10\ndef build():\n    {DENSE}"
    document = load(text)
    edit = InsertLayer(element(document, "Dense(3)"), "after", NewLayer("Dense", ((None, COUNT),)))
    assert written(document, edit) == text.replace("[Dense(3)]", "[Dense(3), Dense(num_classes)]")


def test_around_labels() -> None:
    document = load(
        block("""
            import keras
            num_classes = 10
            model.fit(x, y)
            """)
    )
    edit = WrapArgument((arg(document, "y"),), "keras.utils.to_categorical", ((None, COUNT),))
    assert written(document, edit).endswith(
        "model.fit(x, keras.utils.to_categorical(y, num_classes))\n"
    )


def test_other_numbers_stay_numbers() -> None:
    document = load(f"num_classes = 10\n{DENSE}")
    edit = SetArgument((Slot(call(document, "Dense(3)"), arg(document, "3")),), "units", 10)
    assert written(document, edit) == block("""
            num_classes = 10
            m = [Dense(10)]
            """)
