"""How a new layer is called, and the imports that have to follow."""

from __future__ import annotations

import pytest

from kfix.edits.insert_layer import InsertLayer
from kfix.edits.replace_layer import ReplaceLayer
from kfix.model.code import Existing, NewLayer
from kfix.rewrite.apply import CannotWrite
from tests.rewrite.helpers import call, element, load, words, written

F = NewLayer("Flatten")

SPELLINGS = {
    "module": ("from keras import layers\nm = [layers.Dense(10)]\n", "layers.Flatten()", ""),
    "tf.keras": (
        "import tensorflow as tf\nm = [tf.keras.layers.Dense(10)]\n",
        "tf.keras.layers.Flatten()",
        "",
    ),
    "keras": (
        "from tensorflow import keras\nm = [keras.layers.Dense(10)]\n",
        "keras.layers.Flatten()",
        "",
    ),
    "alias of a module": ("import keras.layers as L\nm = [L.Dense(10)]\n", "L.Flatten()", ""),
    "alias by assignment": (
        "import tensorflow as tf\nlayers = tf.keras.layers\nL = layers\nm = [L.Dense(10)]\n",
        "L.Flatten()",
        "",
    ),
    "tf_keras": (
        "import tf_keras\nm = [tf_keras.layers.Dense(10)]\n",
        "tf_keras.layers.Flatten()",
        "",
    ),
    "star": ("from keras.layers import *\nm = [Dense(10)]\n", "Flatten()", ""),
    "imported": ("from keras.layers import Dense, Flatten\nm = [Dense(10)]\n", "Flatten()", ""),
    "imported as": ("from keras.layers import Dense, Flatten as Fl\nm = [Dense(10)]\n", "Fl()", ""),
    "extended": (
        "from keras.layers import Dense\nm = [Dense(10)]\n",
        "Flatten()",
        "from keras.layers import Dense, Flatten",
    ),
    "extended, an alias": (
        "from tensorflow.keras.layers import Dense as D, Conv2D as C\nm = [D(10)]\n",
        "Flatten()",
        "from tensorflow.keras.layers import Dense as D, Conv2D as C, Flatten",
    ),
    "extended, sorted": (
        "from keras.layers import Conv2D, Dense, MaxPool2D\nm = [Dense(10)]\n",
        "Flatten()",
        "from keras.layers import Conv2D, Dense, Flatten, MaxPool2D",
    ),
    "extended, in parentheses": (
        "from keras.layers import (Dense, Conv2D)\nm = [Dense(10)]\n",
        "Flatten()",
        "from keras.layers import (Dense, Conv2D, Flatten)",
    ),
    "extended, a line each": (
        "from keras.layers import (\n    Dense,  # d\n    Conv2D,\n)\nm = [Dense(10)]\n",
        "Flatten()",
        "from keras.layers import (\n    Dense,  # d\n    Conv2D,\n    Flatten,\n)",
    ),
    "extended, a line each, no comma": (
        "from keras.layers import (\n    Conv2D,\n    Dense\n)\nm = [Dense(10)]\n",
        "Flatten()",
        "from keras.layers import (\n    Conv2D,\n    Dense,\n    Flatten\n)",
    ),
    "extended, broken by a backslash": (
        "from keras.layers import Dense, \\\n    Conv2D\nm = [Dense(10)]\n",
        "Flatten()",
        "from keras.layers import Dense, \\\n    Conv2D, \\\n    Flatten",
    ),
    "an import each": (
        "from keras.layers import Dense\nfrom keras.layers import Conv2D\nm = [Dense(10)]\n",
        "Flatten()",
        "from keras.layers import Dense\nfrom keras.layers import Flatten\nfrom keras.layers import Conv2D",
    ),
    "a module of the layers": (
        "from keras.layers.core import Dense\nm = [Dense(10)]\n",
        "Flatten()",
        "from keras.layers.core import Dense\nfrom keras.layers import Flatten",
    ),
    "the neighbour's own import": (
        "from keras import models\nfrom keras.layers import Dense, ReLU\nfrom torch.nn import A\nm = [Dense(10)]\n",
        "Flatten()",
        "from keras import models\nfrom keras.layers import Dense, Flatten, ReLU\nfrom torch.nn import A",
    ),
    "a name that means something else": (
        "import keras\nfrom keras.layers import Dense\nfrom torch.nn import Flatten\nm = [Dense(10)]\n",
        "keras.layers.Flatten()",
        "",
    ),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_spelling(name: str) -> None:
    before, new, imports = SPELLINGS[name]
    head, _, tail = before.rpartition("m = [")
    document = load(before)
    place = element(document, tail.strip()[:-1])
    after = (imports + "\n" if imports else head) + f"m = [{new}, {tail}"
    assert written(document, InsertLayer(place, "before", F)) == after


def test_both_branches_of_a_try() -> None:
    text = (
        "try:\n    from keras.layers import Dense\nexcept ImportError:\n    from tensorflow.keras.layers import Dense\n"
        "m = [Dense(10)]\n"
    )
    document = load(text)
    assert written(
        document, InsertLayer(element(document, "Dense(10)"), "before", F)
    ) == text.replace("import Dense", "import Dense, Flatten").replace("[", "[Flatten(), ")


def test_an_import_inside_a_function() -> None:
    text = "from keras.layers import Conv2D\ndef f():\n    from keras.layers import Dense\n    return [Dense(10)]\n"
    document = load(text)
    assert written(
        document, InsertLayer(element(document, "Dense(10)"), "before", F)
    ) == text.replace("import Dense", "import Dense, Flatten").replace("[", "[Flatten(), ")


def test_an_import_of_another_function_is_no_help() -> None:
    text = "def f():\n    from keras.layers import Flatten\ndef g():\n    import keras\n    "
    text += "return [keras.layers.Dense(10)]\n"
    document = load(text)
    assert written(
        document, InsertLayer(element(document, "keras.layers.Dense(10)"), "before", F)
    ) == text.replace("[", "[keras.layers.Flatten(), ")


def test_two_edits_extend_an_import_once_each() -> None:
    document = load("from keras.layers import Dense\nm = [Dense(10), Dense(3)]\n")
    edits = [
        InsertLayer(element(document, "Dense(10)"), "before", F),
        InsertLayer(element(document, "Dense(3)"), "before", F),
        InsertLayer(element(document, "Dense(3)"), "before", NewLayer("ReLU")),
    ]
    assert written(document, *edits) == (
        "from keras.layers import Dense, Flatten, ReLU\nm = [Flatten(), Dense(10), Flatten(), ReLU(), Dense(3)]\n"
    )


def test_a_neighbour_that_is_no_layer_of_keras() -> None:
    text = (
        "import keras\nfrom keras import layers\nm = [keras.Input((3,)), Mine(), layers.Dense(3)]\n"
    )
    document = load(text)
    assert written(document, InsertLayer(element(document, "Mine()"), "before", F)) == text.replace(
        "Mine()", "layers.Flatten(), Mine()"
    )


def test_no_way_to_the_class() -> None:
    document = load("m = [Mine()]\n")
    with pytest.raises(CannotWrite, match="Flatten"):
        written(document, InsertLayer(element(document, "Mine()"), "before", F))
    document = load("from keras.layers import Dense\nclass Flatten: pass\nm = [Dense(10)]\n")
    with pytest.raises(CannotWrite):
        written(document, InsertLayer(element(document, "Dense(10)"), "before", F))


def test_replace() -> None:
    document = load(
        "from keras.layers import Dense, Flatten\nm = [\n    Flatten(),  # flat\n    Dense(10),\n]\n"
    )
    edit = ReplaceLayer(call(document, "Flatten()"), NewLayer("GlobalAveragePooling2D"))
    assert written(document, edit) == (
        "from keras.layers import Dense, Flatten, GlobalAveragePooling2D\n"
        "m = [\n    GlobalAveragePooling2D(),  # flat\n    Dense(10),\n]\n"
    )
    assert words(document, edit) == ("replace Flatten() by GlobalAveragePooling2D()",)


def test_replace_by_a_wrapper_of_what_stood_there() -> None:
    from kfix.edits.set_argument import SetArgument
    from kfix.model.code import Slot

    document = load("from keras import layers\nm = [layers.Dense( 10,  activation = 'relu' )]\n")
    place = call(document, "layers.Dense( 10,  activation = 'relu' )")
    edit = ReplaceLayer(place, NewLayer("TimeDistributed", ((None, Existing(place)),)))
    assert written(document, edit) == (
        "from keras import layers\nm = [layers.TimeDistributed(layers.Dense( 10,  activation = 'relu' ))]\n"
    )
    named = SetArgument((Slot(place),), "name", "d")
    wrapped = "layers.TimeDistributed(layers.Dense( 10,  activation = 'relu',  name = 'd' ))"
    assert written(document, edit, named) == f"from keras import layers\nm = [{wrapped}]\n"


def test_a_wrapper_gives_way_to_its_child() -> None:
    document = load(
        "from keras import layers\nm = [layers.TimeDistributed(layers.Dense(10), name='t')]\n"
    )
    place = call(document, "layers.TimeDistributed(layers.Dense(10), name='t')")
    edit = ReplaceLayer(place, Existing(call(document, "layers.Dense(10)")))
    assert written(document, edit) == "from keras import layers\nm = [layers.Dense(10)]\n"


def test_nested_new_layers() -> None:
    document = load("from keras.layers import Dense\nm = [Dense(10)]\n")
    new = NewLayer(
        "TimeDistributed", ((None, NewLayer("Dense", ((None, 3), ("activation", "relu")))),)
    )
    edit = InsertLayer(element(document, "Dense(10)"), "after", new)
    assert written(document, edit) == (
        "from keras.layers import Dense, TimeDistributed\n"
        "m = [Dense(10), TimeDistributed(Dense(3, activation='relu'))]\n"
    )


def test_a_program_that_imports_no_layer() -> None:
    document = load("from tensorflow.keras.models import Sequential\nm = Sequential()\n")
    assert written(document, InsertLayer(call(document, "Sequential()"), "after", F)) == (
        "from tensorflow.keras.models import Sequential\nfrom tensorflow.keras.layers import Flatten\n"
        "m = Sequential([Flatten()])\n"
    )


def test_what_a_class_binds_is_not_seen_in_its_methods() -> None:
    text = "import keras\nclass A:\n    Flatten = 1\n    from keras.layers import Dense as D\n    def f(self):\n        "
    document = load(text + "return [keras.layers.Dense(10), Mine()]\n")
    assert written(document, InsertLayer(element(document, "Mine()"), "before", F)) == (
        text + "return [keras.layers.Dense(10), keras.layers.Flatten(), Mine()]\n"
    )
