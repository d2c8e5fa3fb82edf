"""Code of Keras 3 in the place of older code, and statements that go: the text before and after."""

from __future__ import annotations

import libcst as cst
import pytest

from kfix.edits.remove_statement import RemoveStatement
from kfix.edits.write_code import WriteCode
from kfix.rewrite.errors import CannotWrite
from tests.rewrite.helpers import block, call, load, site, written


def test_the_name_of_a_function_comes_with_its_import() -> None:
    document = load(
        block("""
        from keras import backend as K
        y = K.sum(K.abs(x))
        """)
    )
    names = [site(document, f"K.{name}", cst.Attribute) for name in ("sum", "abs")]
    edits = [
        WriteCode(place, "{0}", (f"keras.ops.{name}",))
        for place, name in zip(names, ("sum", "abs"), strict=True)
    ]
    assert written(document, *edits) == block("""
        from keras import backend as K
        from keras import ops
        y = ops.sum(ops.abs(x))
        """)


def test_a_name_that_the_file_has_is_taken() -> None:
    document = load("import keras\ny = keras.backend.int_shape(x)\n")
    place = call(document, "keras.backend.int_shape(x)")
    edit = WriteCode(place, "{0}(x)", ("keras.ops.shape",))
    assert written(document, edit) == "import keras\ny = keras.ops.shape(x)\n"


def test_code_that_needs_no_import() -> None:
    document = load("y = K.int_shape(x)[1]\n")
    edit = WriteCode(call(document, "K.int_shape(x)"), "x.shape")
    assert written(document, edit) == "y = x.shape[1]\n"


def test_a_statement_goes() -> None:
    document = load(
        block("""
        K.set_session(None)
        if x:
            K.set_session(x)
        """)
    )
    edits = [
        RemoveStatement(call(document, text), "set_session")
        for text in ("K.set_session(None)", "K.set_session(x)")
    ]
    assert written(document, *edits) == block("""
        if x:
            pass
        """)


def test_a_value_that_is_used_stays() -> None:
    document = load("y = K.set_session(None)\n")
    with pytest.raises(CannotWrite):
        written(document, RemoveStatement(call(document, "K.set_session(None)"), "set_session"))
