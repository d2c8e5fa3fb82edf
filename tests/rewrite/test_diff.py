"""The unified diff, and the splice where libcst does not give a text back."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kfix.edits.insert_layer import InsertLayer
from kfix.edits.set_argument import SetArgument
from kfix.model.code import NewLayer, Slot
from kfix.rewrite.apply import CannotWrite
from kfix.rewrite.diff import unified_diff
from kfix.rewrite.splice import splice
from tests.rewrite.helpers import call, element, load, written

PAIRS = [
    (b"a\nb\nc\n", b"a\nB\nc\n"),
    (b"a\nb", b"a\nb\n"),
    (b"a\nb\n", b"a\nb"),
    (b"a\nb", b"a\nc"),
    (b"a\r\nb\r\nc\r\n", b"a\r\nx\r\nb\r\nc\r\n"),
    (b"a\rb\r", b"a\rc\r"),
    (b"a\x0c\nb\xff\n", b"a\x0c\nc\xff\n"),
    (b"", b"a\n"),
]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_git_applies_the_diff(old: bytes, new: bytes, tmp_path: Path) -> None:
    (tmp_path / "m.py").write_bytes(old)
    diff = unified_diff("./m.py", old, new)
    assert diff.startswith("--- a/m.py\n+++ b/m.py\n@@ ")
    (tmp_path / "d").write_bytes(diff.encode("utf-8", "surrogateescape"))
    subprocess.run(["git", "apply", "--unidiff-zero", "d"], cwd=tmp_path, check=True)
    assert (tmp_path / "m.py").read_bytes() == new


def test_no_newline_at_the_end() -> None:
    assert unified_diff("m.py", b"a", b"b") == (
        "--- a/m.py\n+++ b/m.py\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n"
        "\\ No newline at end of file\n"
    )
    assert unified_diff("m.py", b"a\n", b"a\n") == ""


def test_splice() -> None:
    assert splice("\x0ca\n b\n \n", "a\n b\n", "a\n c\n") == "\x0ca\n c\n \n"
    assert splice("\x0ca\nb\n", "a\nb\n", "a\nx\nb\n") == "\x0ca\nx\nb\n"
    assert splice("\x0ca\nb\n", "a\nb\n", "c\nb\n") == "\x0cc\nb\n"
    with pytest.raises(CannotWrite):
        splice("a \nb\n", "a\nb\n", "c\nb\n")


ODD = [
    "\x0cfrom keras.layers import *\nm = [\n    ReLU(),\n    Dense(10),\n]\n",
    "from keras.layers import *\nm = [\n    ReLU(),\n    Dense(10),\n]\n\n\n  \n\t",
    "from keras.layers import *\r\nm = [\n    ReLU(),\r    Dense(10),\r\n]\n# \x0c end",
    "from keras.layers import *\nm = [\n\tReLU(),\x0c\n\tDense(10),\n]\n\x0c\n\n  # x\n   ",
    "from keras.layers import *\nif a:\n \tif b:\n         c()\n \tm = [\n \t\tReLU(),\n"
    " \t\tDense(10),\n \t]\n",
]


@pytest.mark.parametrize("text", ODD)
def test_every_other_byte_stays(text: str) -> None:
    document = load(text)
    edit = SetArgument((Slot(call(document, "Dense(10)")),), "name", "d")
    assert written(document, edit) == text.replace("Dense(10)", "Dense(10, name='d')")
    result = written(
        document, InsertLayer(element(document, "Dense(10)"), "before", NewLayer("Flatten"))
    )
    at = result.index("Flatten()")
    end = result.index("Dense(10)")
    assert result[:at] + result[end:] == text


def test_lines_between_tabs_and_spaces_are_indented_as_those_around() -> None:
    text = "def f():\n \tfor a in x:\n         y = a\n \tz = 1\n"
    code = text.expandtabs(8)
    assert splice(text, code, code.replace("y = a", "y = b")) == text.replace("y = a", "y = b")
    longer = code.replace("z = 1\n", "z = 2\n        w = 3\n")
    assert splice(text, code, longer) == text.replace("z = 1\n", "z = 2\n \tw = 3\n")


def test_byte_order_mark_and_cookie() -> None:
    from kfix.rewrite.apply import rewrite

    data = b"\xef\xbb\xbf# h\xc3\xa9\r\nx = Dense(1)"
    document = load(data)
    edit = SetArgument((Slot(call(document, "Dense(1)")),), "name", "d")
    assert rewrite({"m.py": document}, [edit]).files == {
        "m.py": data.replace(b"(1)", b"(1, name='d')")
    }
    data = b"# -*- coding: latin-1 -*-\n# \xe9\nx = Dense(1)\n"
    document = load(data)
    edit = SetArgument((Slot(call(document, "Dense(1)")),), "name", "d")
    assert rewrite({"m.py": document}, [edit]).files == {
        "m.py": data.replace(b"(1)", b"(1, name='d')")
    }
