"""Functions around data, and names exchanged: how they are spelled, and the imports they need."""

from __future__ import annotations

import libcst as cst
import pytest

from kfix.edits.exchange_name import ExchangeName
from kfix.edits.wrap_argument import WrapArgument
from kfix.rewrite.apply import CannotWrite
from tests.rewrite.helpers import arg, call, element, load, site, words, written

LAST = ((None, -1),)


def wrapped(
    text: str, what: str = "x", function: str = "numpy.expand_dims", arguments: object = LAST
) -> str:
    document = load(text)
    return written(document, WrapArgument((arg(document, what),), function, arguments))  # type: ignore[arg-type]


NUMPY = {
    "import numpy as np\nmodel.fit(x, y)\n": "import numpy as np\nmodel.fit(np.expand_dims(x, -1), y)\n",
    "import numpy\nmodel.fit(x)\n": "import numpy\nmodel.fit(numpy.expand_dims(x, -1))\n",
    "from numpy import expand_dims as more\nmodel.fit(x)\n": (
        "from numpy import expand_dims as more\nmodel.fit(more(x, -1))\n"
    ),
    # A new import, behind those that are there.
    "import keras\n\nmodel.fit(x)\n": "import keras\nimport numpy as np\n\nmodel.fit(np.expand_dims(x, -1))\n",
    '"""A net."""\nimport os\nos.environ["KERAS_BACKEND"] = "jax"\nimport keras\n\nmodel.fit(x)\nimport this\n': (
        '"""A net."""\nimport os\nos.environ["KERAS_BACKEND"] = "jax"\nimport keras\nimport numpy as np\n\n'
        "model.fit(np.expand_dims(x, -1))\nimport this\n"
    ),
    "try:\n    import keras\nexcept ImportError:\n    from tensorflow import keras\n\nmodel.fit(x)\n": (
        "try:\n    import keras\nexcept ImportError:\n    from tensorflow import keras\nimport numpy as np\n\n"
        "model.fit(np.expand_dims(x, -1))\n"
    ),
    "import keras\n\n\ndef train(x):\n    import os\n    return keras.Model().fit(x)\n": (
        "import keras\nimport numpy as np\n\n\ndef train(x):\n    import os\n"
        "    return keras.Model().fit(np.expand_dims(x, -1))\n"
    ),
    "def train(x):\n    import keras\n    return keras.Model().fit(x)\n": (
        "def train(x):\n    import keras\n    import numpy as np\n    return keras.Model().fit(np.expand_dims(x, -1))\n"
    ),
    "import keras\nsize = 3\nimport os\nmodel.fit(x)\n": (
        "import keras\nimport numpy as np\nsize = 3\nimport os\nmodel.fit(np.expand_dims(x, -1))\n"
    ),
    "import keras\nnp = 3\nmodel.fit(x)\n": "import keras\nimport numpy\nnp = 3\nmodel.fit(numpy.expand_dims(x, -1))\n",
    'import keras\nif __name__ == "__main__":\n    import os\n    model.fit(x)\n': (
        'import keras\nimport numpy as np\nif __name__ == "__main__":\n    import os\n'
        "    model.fit(np.expand_dims(x, -1))\n"
    ),
}


@pytest.mark.parametrize("before", NUMPY)
def test_numpy_by_the_name_it_has(before: str) -> None:
    assert wrapped(before) == NUMPY[before]


CATEGORICAL = {
    "import keras\nmodel.fit(x, y)\n": "keras.utils.to_categorical(y, 10)",
    "import tensorflow as tf\nmodel.fit(x, y)\n": "tf.keras.utils.to_categorical(y, 10)",
    "from tensorflow import keras as K\nmodel.fit(x, y)\n": "K.utils.to_categorical(y, 10)",
    "from keras import utils\nmodel.fit(x, y)\n": "utils.to_categorical(y, 10)",
    "from keras.utils import np_utils\nmodel.fit(x, y)\n": "np_utils.to_categorical(y, 10)",
    "from tensorflow.keras.utils import to_categorical as one_hot\nmodel.fit(x, y)\n": "one_hot(y, 10)",
}


@pytest.mark.parametrize("before", CATEGORICAL)
def test_to_categorical_by_the_name_it_has(before: str) -> None:
    after = wrapped(before, "y", "keras.utils.to_categorical", ((None, 10),))
    assert after == before.replace("(x, y)", f"(x, {CATEGORICAL[before]})")


@pytest.mark.parametrize("root", ["keras", "tensorflow.keras"])
def test_to_categorical_is_imported_where_the_file_imports_single_names(root: str) -> None:
    head = f"from {root}.models import Sequential\nfrom {root}.layers import Dense\n"
    after = wrapped(
        f"{head}import os\n\nmodel.fit(x, y)\n", "y", "keras.utils.to_categorical", ((None, 10),)
    )
    assert after == (
        f"{head}from {root}.utils import to_categorical\nimport os\n\nmodel.fit(x, to_categorical(y, 10))\n"
    )


def test_to_categorical_that_means_something_else() -> None:
    with pytest.raises(CannotWrite):
        wrapped(
            "from keras.layers import Dense\ndef to_categorical(y): ...\nmodel.fit(x, y)\n",
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
    after = wrapped(f"import keras\nmodel.predict({value})\n", value, arguments=((None, 0),))
    assert after.endswith(f"model.predict({wanted})\n")
    assert ("import numpy" in after) == ("np." in wanted)


def test_several_places_with_one_import() -> None:
    document = load(
        "import keras\nmodel.fit(x=a, validation_data=(b, c))  # fit\nmodel.fit({'x': d})\n"
    )
    places = (
        arg(document, "x=a"),
        element(document, "b"),
        site(document, "'x': d", cst.DictElement),
    )
    edit = WrapArgument(places, "numpy.expand_dims", LAST)
    assert words(document, edit) == (
        "write np.expand_dims(a, -1) for a, np.expand_dims(b, -1) for b, np.expand_dims(d, -1) for d (lines 2, 3)",
    )
    assert written(document, edit) == (
        "import keras\nimport numpy as np\n"
        "model.fit(x=np.expand_dims(a, -1), validation_data=(np.expand_dims(b, -1), c))  # fit\n"
        "model.fit({'x': np.expand_dims(d, -1)})\n"
    )


def test_starred_data_is_left() -> None:
    with pytest.raises(CannotWrite):
        wrapped("import numpy as np\nmodel.fit(*x)\n", "*x")


EXCHANGED = {
    "import keras\nm.compile(loss=keras.losses.Old(from_logits=True))\n": (
        "import keras\nm.compile(loss=keras.losses.New(from_logits=True))\n"
    ),
    "from keras.losses import Old\nm.compile(loss=Old())\n": "from keras.losses import New\nm.compile(loss=New())\n",
    "from keras.losses import Old\nm.compile(loss=Old())\nprint(Old)\n": (
        "from keras.losses import Old, New\nm.compile(loss=New())\nprint(Old)\n"
    ),
    "from keras.losses import Old as Loss\nm.compile(loss=Loss())\n": (
        "from keras.losses import Old as Loss, New\nm.compile(loss=New())\n"
    ),
    "from keras.losses import New, Old\nm.compile(loss=Old())\n": (
        "from keras.losses import New, Old\nm.compile(loss=New())\n"
    ),
    "from keras.losses import *\nm.compile(loss=Old())\n": "from keras.losses import *\nm.compile(loss=New())\n",
}


@pytest.mark.parametrize("before", EXCHANGED)
def test_a_class_by_its_siblings_name(before: str) -> None:
    document = load(before)
    name = next(
        part for part in ("keras.losses.Old(from_logits=True)", "Loss()", "Old()") if part in before
    )
    assert written(document, ExchangeName(call(document, name), "New")) == EXCHANGED[before]


def test_a_name_that_was_not_imported_is_not_exchanged() -> None:
    document = load("Old = make()\nm.compile(loss=Old())\n")
    with pytest.raises(CannotWrite):
        written(document, ExchangeName(call(document, "Old()"), "New"))
