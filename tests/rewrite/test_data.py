"""Functions around data, and names exchanged: how they are spelled, and the imports they need."""

from __future__ import annotations

import libcst as cst
import pytest

from kfix.edits.exchange_name import ExchangeName
from kfix.edits.wrap_argument import WrapArgument
from kfix.rewrite.apply import CannotWrite
from tests.rewrite.helpers import arg, block, call, element, load, site, words, written

LAST = ((None, -1),)


def wrapped(
    text: str, what: str = "x", function: str = "numpy.expand_dims", arguments: object = LAST
) -> str:
    document = load(text)
    return written(document, WrapArgument((arg(document, what),), function, arguments))  # type: ignore[arg-type]


NUMPY = {
    block("""
        import numpy as np
        model.fit(x, y)
        """): block("""
        import numpy as np
        model.fit(np.expand_dims(x, -1), y)
        """),
    block("""
        import numpy
        model.fit(x)
        """): block("""
        import numpy
        model.fit(numpy.expand_dims(x, -1))
        """),
    block("""
        from numpy import expand_dims as more
        model.fit(x)
        """): (
        block("""
            from numpy import expand_dims as more
            model.fit(more(x, -1))
            """)
    ),
    # A new import, behind those that are there.
    block("""
        import keras

        model.fit(x)
        """): block("""
        import keras
        import numpy as np

        model.fit(np.expand_dims(x, -1))
        """),
    '"""A net."""\nimport os\nos.environ["KERAS_BACKEND"] = "jax"\nimport keras\n\n'
    "model.fit(x)\nimport this\n": (
        '"""A net."""\nimport os\nos.environ["KERAS_BACKEND"] = "jax"\nimport keras\n'
        "import numpy as np\n\n"
        "model.fit(np.expand_dims(x, -1))\nimport this\n"
    ),
    block("""
        try:
            import keras
        except ImportError:
            from tensorflow import keras

        model.fit(x)
        """): (
        block("""
            try:
                import keras
            except ImportError:
                from tensorflow import keras
            import numpy as np

            model.fit(np.expand_dims(x, -1))
            """)
    ),
    block("""
        import keras


        def train(x):
            import os
            return keras.Model().fit(x)
        """): (
        block("""
            import keras
            import numpy as np


            def train(x):
                import os
                return keras.Model().fit(np.expand_dims(x, -1))
            """)
    ),
    block("""
        def train(x):
            import keras
            return keras.Model().fit(x)
        """): (
        block("""
            def train(x):
                import keras
                import numpy as np
                return keras.Model().fit(np.expand_dims(x, -1))
            """)
    ),
    block("""
        import keras
        size = 3
        import os
        model.fit(x)
        """): (
        block("""
            import keras
            import numpy as np
            size = 3
            import os
            model.fit(np.expand_dims(x, -1))
            """)
    ),
    block("""
        import keras
        np = 3
        model.fit(x)
        """): block("""
        import keras
        import numpy
        np = 3
        model.fit(numpy.expand_dims(x, -1))
        """),
    block("""
        import keras
        if __name__ == "__main__":
            import os
            model.fit(x)
        """): (
        block("""
            import keras
            import numpy as np
            if __name__ == "__main__":
                import os
                model.fit(np.expand_dims(x, -1))
            """)
    ),
}


@pytest.mark.parametrize("before", NUMPY)
def test_numpy_by_the_name_it_has(before: str) -> None:
    assert wrapped(before) == NUMPY[before]


CATEGORICAL = {
    block("""
        import keras
        model.fit(x, y)
        """): "keras.utils.to_categorical(y, 10)",
    block("""
        import tensorflow as tf
        model.fit(x, y)
        """): "tf.keras.utils.to_categorical(y, 10)",
    block("""
        from tensorflow import keras as K
        model.fit(x, y)
        """): "K.utils.to_categorical(y, 10)",
    block("""
        from keras import utils
        model.fit(x, y)
        """): "utils.to_categorical(y, 10)",
    block("""
        from keras.utils import np_utils
        model.fit(x, y)
        """): "np_utils.to_categorical(y, 10)",
    block("""
        from tensorflow.keras.utils import to_categorical as one_hot
        model.fit(x, y)
        """): "one_hot(y, 10)",
}


@pytest.mark.parametrize("before", CATEGORICAL)
def test_to_categorical_by_the_name_it_has(before: str) -> None:
    after = wrapped(before, "y", "keras.utils.to_categorical", ((None, 10),))
    assert after == before.replace("(x, y)", f"(x, {CATEGORICAL[before]})")


@pytest.mark.parametrize("root", ["keras", "tensorflow.keras"])
def test_to_categorical_is_imported_where_the_file_imports_single_names(root: str) -> None:
    before = block(f"""
        from {root}.models import Sequential
        from {root}.layers import Dense
        import os

        model.fit(x, y)
        """)
    after = wrapped(before, "y", "keras.utils.to_categorical", ((None, 10),))
    assert after == block(f"""
        from {root}.models import Sequential
        from {root}.layers import Dense
        from {root}.utils import to_categorical
        import os

        model.fit(x, to_categorical(y, 10))
        """)


def test_to_categorical_that_means_something_else() -> None:
    with pytest.raises(CannotWrite):
        wrapped(
            block("""
                from keras.layers import Dense
                def to_categorical(y): ...
                model.fit(x, y)
                """),
            "y",
            "keras.utils.to_categorical",
        )


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("x", "x[None]"),
        ("x[0]", "x[0][None]"),
        ("f(x)", "f(x)[None]"),
        ("a + b", "np.expand_dims(a + b, 0)"),
    ],
)
def test_a_batch_of_one_without_numpy(value: str, wanted: str) -> None:
    after = wrapped(
        block(f"""
        import keras
        model.predict({value})
        """),
        value,
        arguments=((None, 0),),
    )
    assert after.endswith(f"model.predict({wanted})\n")
    assert ("import numpy" in after) == ("np." in wanted)


def test_several_places_with_one_import() -> None:
    document = load(
        block("""
            import keras
            model.fit(x=a, validation_data=(b, c))  # fit
            model.fit({'x': d})
            """)
    )
    places = (
        arg(document, "x=a"),
        element(document, "b"),
        site(document, "'x': d", cst.DictElement),
    )
    edit = WrapArgument(places, "numpy.expand_dims", LAST)
    assert words(document, edit) == (
        "write np.expand_dims(a, -1) for a, np.expand_dims(b, -1) for b, np.expand_dims(d, "
        "-1) for d (lines 2, 3)",
    )
    assert written(document, edit) == (
        block("""
            import keras
            import numpy as np
            model.fit(x=np.expand_dims(a, -1), validation_data=(np.expand_dims(b, -1), c))  # fit
            model.fit({'x': np.expand_dims(d, -1)})
            """)
    )


def test_starred_data_is_left() -> None:
    with pytest.raises(CannotWrite):
        wrapped(
            block("""
            import numpy as np
            model.fit(*x)
            """),
            "*x",
        )


EXCHANGED = {
    block("""
        import keras
        m.compile(loss=keras.losses.Old(from_logits=True))
        """): (
        block("""
            import keras
            m.compile(loss=keras.losses.New(from_logits=True))
            """)
    ),
    block("""
        from keras.losses import Old
        m.compile(loss=Old())
        """): block("""
        from keras.losses import New
        m.compile(loss=New())
        """),
    block("""
        from keras.losses import Old
        m.compile(loss=Old())
        print(Old)
        """): (
        block("""
            from keras.losses import Old, New
            m.compile(loss=New())
            print(Old)
            """)
    ),
    block("""
        from keras.losses import Old as Loss
        m.compile(loss=Loss())
        """): (
        block("""
            from keras.losses import Old as Loss, New
            m.compile(loss=New())
            """)
    ),
    block("""
        from keras.losses import New, Old
        m.compile(loss=Old())
        """): (
        block("""
            from keras.losses import New, Old
            m.compile(loss=New())
            """)
    ),
    block("""
        from keras.losses import *
        m.compile(loss=Old())
        """): block("""
        from keras.losses import *
        m.compile(loss=New())
        """),
}


@pytest.mark.parametrize("before", EXCHANGED)
def test_a_class_by_its_siblings_name(before: str) -> None:
    document = load(before)
    name = next(
        part for part in ("keras.losses.Old(from_logits=True)", "Loss()", "Old()") if part in before
    )
    assert written(document, ExchangeName(call(document, name), "New")) == EXCHANGED[before]


def test_a_name_that_was_not_imported_is_not_exchanged() -> None:
    document = load(
        block("""
        Old = make()
        m.compile(loss=Old())
        """)
    )
    with pytest.raises(CannotWrite):
        written(document, ExchangeName(call(document, "Old()"), "New"))
