"""How a new layer is called, and the imports that have to follow."""

from __future__ import annotations

import pytest

from kfix.edits.insert_layer import InsertLayer
from kfix.edits.replace_layer import ReplaceLayer
from kfix.model.code import Existing, NewLayer
from kfix.rewrite.apply import CannotWrite
from tests.rewrite.helpers import block, call, element, load, words, written

F = NewLayer("Flatten")

SPELLINGS = {
    "module": (
        block("""
        from keras import layers
        m = [layers.Dense(10)]
        """),
        "layers.Flatten()",
        "",
    ),
    "tf.keras": (
        block("""
            import tensorflow as tf
            m = [tf.keras.layers.Dense(10)]
            """),
        "tf.keras.layers.Flatten()",
        "",
    ),
    "keras": (
        block("""
            from tensorflow import keras
            m = [keras.layers.Dense(10)]
            """),
        "keras.layers.Flatten()",
        "",
    ),
    "alias of a module": (
        block("""
        import keras.layers as L
        m = [L.Dense(10)]
        """),
        "L.Flatten()",
        "",
    ),
    "alias by assignment": (
        block("""
            import tensorflow as tf
            layers = tf.keras.layers
            L = layers
            m = [L.Dense(10)]
            """),
        "L.Flatten()",
        "",
    ),
    "tf_keras": (
        block("""
            import tf_keras
            m = [tf_keras.layers.Dense(10)]
            """),
        "tf_keras.layers.Flatten()",
        "",
    ),
    "star": (
        block("""
        from keras.layers import *
        m = [Dense(10)]
        """),
        "Flatten()",
        "",
    ),
    "imported": (
        block("""
        from keras.layers import Dense, Flatten
        m = [Dense(10)]
        """),
        "Flatten()",
        "",
    ),
    "imported as": (
        block("""
        from keras.layers import Dense, Flatten as Fl
        m = [Dense(10)]
        """),
        "Fl()",
        "",
    ),
    "extended": (
        block("""
            from keras.layers import Dense
            m = [Dense(10)]
            """),
        "Flatten()",
        "from keras.layers import Dense, Flatten",
    ),
    "extended, an alias": (
        block("""
            from tensorflow.keras.layers import Dense as D, Conv2D as C
            m = [D(10)]
            """),
        "Flatten()",
        "from tensorflow.keras.layers import Dense as D, Conv2D as C, Flatten",
    ),
    "extended, sorted": (
        block("""
            from keras.layers import Conv2D, Dense, MaxPool2D
            m = [Dense(10)]
            """),
        "Flatten()",
        "from keras.layers import Conv2D, Dense, Flatten, MaxPool2D",
    ),
    "extended, in parentheses": (
        block("""
            from keras.layers import (Dense, Conv2D)
            m = [Dense(10)]
            """),
        "Flatten()",
        "from keras.layers import (Dense, Conv2D, Flatten)",
    ),
    "extended, a line each": (
        block("""
            from keras.layers import (
                Dense,  # d
                Conv2D,
            )
            m = [Dense(10)]
            """),
        "Flatten()",
        "from keras.layers import (\n    Dense,  # d\n    Conv2D,\n    Flatten,\n)",
    ),
    "extended, a line each, no comma": (
        block("""
            from keras.layers import (
                Conv2D,
                Dense
            )
            m = [Dense(10)]
            """),
        "Flatten()",
        "from keras.layers import (\n    Conv2D,\n    Dense,\n    Flatten\n)",
    ),
    "extended, broken by a backslash": (
        "from keras.layers import Dense, \\\n    Conv2D\nm = [Dense(10)]\n",
        "Flatten()",
        "from keras.layers import Dense, \\\n    Conv2D, \\\n    Flatten",
    ),
    "an import each": (
        block("""
            from keras.layers import Dense
            from keras.layers import Conv2D
            m = [Dense(10)]
            """),
        "Flatten()",
        "from keras.layers import Dense\nfrom keras.layers import Flatten\n"
        "from keras.layers import Conv2D",
    ),
    "a module of the layers": (
        block("""
            from keras.layers.core import Dense
            m = [Dense(10)]
            """),
        "Flatten()",
        "from keras.layers.core import Dense\nfrom keras.layers import Flatten",
    ),
    "the neighbour's own import": (
        block("""
            from keras import models
            from keras.layers import Dense, ReLU
            from torch.nn import A
            m = [Dense(10)]
            """),
        "Flatten()",
        "from keras import models\nfrom keras.layers import Dense, Flatten, ReLU\n"
        "from torch.nn import A",
    ),
    "a name that means something else": (
        block("""
            import keras
            from keras.layers import Dense
            from torch.nn import Flatten
            m = [Dense(10)]
            """),
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
    text = block("""
            try:
                from keras.layers import Dense
            except ImportError:
                from tensorflow.keras.layers import Dense
            m = [Dense(10)]
            """)
    document = load(text)
    assert written(
        document, InsertLayer(element(document, "Dense(10)"), "before", F)
    ) == text.replace("import Dense", "import Dense, Flatten").replace("[", "[Flatten(), ")


def test_an_import_inside_a_function() -> None:
    text = block("""
        from keras.layers import Conv2D
        def f():
            from keras.layers import Dense
            return [Dense(10)]
        """)
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
    document = load(
        block("""
        from keras.layers import Dense
        m = [Dense(10), Dense(3)]
        """)
    )
    edits = [
        InsertLayer(element(document, "Dense(10)"), "before", F),
        InsertLayer(element(document, "Dense(3)"), "before", F),
        InsertLayer(element(document, "Dense(3)"), "before", NewLayer("ReLU")),
    ]
    assert written(document, *edits) == (
        block("""
            from keras.layers import Dense, Flatten, ReLU
            m = [Flatten(), Dense(10), Flatten(), ReLU(), Dense(3)]
            """)
    )


def test_a_neighbour_that_is_no_layer_of_keras() -> None:
    text = block("""
            import keras
            from keras import layers
            m = [keras.Input((3,)), Mine(), layers.Dense(3)]
            """)
    document = load(text)
    assert written(document, InsertLayer(element(document, "Mine()"), "before", F)) == text.replace(
        "Mine()", "layers.Flatten(), Mine()"
    )


def test_no_way_to_the_class() -> None:
    document = load("m = [Mine()]\n")
    with pytest.raises(CannotWrite, match="Flatten"):
        written(document, InsertLayer(element(document, "Mine()"), "before", F))
    document = load(
        block("""
        from keras.layers import Dense
        class Flatten: pass
        m = [Dense(10)]
        """)
    )
    with pytest.raises(CannotWrite):
        written(document, InsertLayer(element(document, "Dense(10)"), "before", F))


def test_replace() -> None:
    document = load(
        block("""
            from keras.layers import Dense, Flatten
            m = [
                Flatten(),  # flat
                Dense(10),
            ]
            """)
    )
    edit = ReplaceLayer(call(document, "Flatten()"), NewLayer("GlobalAveragePooling2D"))
    assert written(document, edit) == (
        block("""
            from keras.layers import Dense, Flatten, GlobalAveragePooling2D
            m = [
                GlobalAveragePooling2D(),  # flat
                Dense(10),
            ]
            """)
    )
    assert words(document, edit) == ("replace Flatten() by GlobalAveragePooling2D()",)


def test_replace_by_a_wrapper_of_what_stood_there() -> None:
    from kfix.edits.set_argument import SetArgument
    from kfix.model.code import Slot

    document = load(
        block("""
        from keras import layers
        m = [layers.Dense( 10,  activation = 'relu' )]
        """)
    )
    place = call(document, "layers.Dense( 10,  activation = 'relu' )")
    edit = ReplaceLayer(place, NewLayer("TimeDistributed", ((None, Existing(place)),)))
    assert written(document, edit) == (
        block("""
            from keras import layers
            m = [layers.TimeDistributed(layers.Dense( 10,  activation = 'relu' ))]
            """)
    )
    named = SetArgument((Slot(place),), "name", "d")
    wrapped = "layers.TimeDistributed(layers.Dense( 10,  activation = 'relu',  name = 'd' ))"
    assert written(document, edit, named) == block(f"""
        from keras import layers
        m = [{wrapped}]
        """)


def test_a_wrapper_gives_way_to_its_child() -> None:
    document = load(
        block("""
            from keras import layers
            m = [layers.TimeDistributed(layers.Dense(10), name='t')]
            """)
    )
    place = call(document, "layers.TimeDistributed(layers.Dense(10), name='t')")
    edit = ReplaceLayer(place, Existing(call(document, "layers.Dense(10)")))
    assert written(document, edit) == block("""
        from keras import layers
        m = [layers.Dense(10)]
        """)


def test_nested_new_layers() -> None:
    document = load(
        block("""
        from keras.layers import Dense
        m = [Dense(10)]
        """)
    )
    new = NewLayer(
        "TimeDistributed", ((None, NewLayer("Dense", ((None, 3), ("activation", "relu")))),)
    )
    edit = InsertLayer(element(document, "Dense(10)"), "after", new)
    assert written(document, edit) == (
        block("""
            from keras.layers import Dense, TimeDistributed
            m = [Dense(10), TimeDistributed(Dense(3, activation='relu'))]
            """)
    )


def test_a_program_that_imports_no_layer() -> None:
    document = load(
        block("""
        from tensorflow.keras.models import Sequential
        m = Sequential()
        """)
    )
    assert written(document, InsertLayer(call(document, "Sequential()"), "after", F)) == (
        block("""
            from tensorflow.keras.models import Sequential
            from tensorflow.keras.layers import Flatten
            m = Sequential([Flatten()])
            """)
    )


def test_what_a_class_binds_is_not_seen_in_its_methods() -> None:
    text = (
        "import keras\nclass A:\n    Flatten = 1\n    from keras.layers import Dense as D\n"
        "    def f(self):\n        "
    )
    document = load(text + "return [keras.layers.Dense(10), Mine()]\n")
    assert written(document, InsertLayer(element(document, "Mine()"), "before", F)) == (
        text + "return [keras.layers.Dense(10), keras.layers.Flatten(), Mine()]\n"
    )
