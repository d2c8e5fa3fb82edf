from __future__ import annotations

import subprocess
import sys
import time

import pytest

from kfix.project.project import Project
from kfix.source.syntax.document import Document
from kfix.source.syntax.errors import SourceError
from kfix.source.syntax.guard import MAX_BYTES, check, imported, mentions_keras, uses_a_model

DEEP = {
    "parentheses": lambda n: "(" * n + "1" + ")" * n,
    "calls": lambda n: "f(" * n + "1" + ")" * n,
    "lists": lambda n: "[" * n + "]" * n,
    "dicts": lambda n: "{1:" * n + "1" + "}" * n,
    "sums": lambda n: "1" + "+1" * n,
    "attributes": lambda n: "a" + ".b" * n,
    "call chain": lambda n: "a" + "()" * n,
    "method chain": lambda n: "a" + ".b()" * n,
    "subscripts": lambda n: "a" + "[0]" * n,
    "not": lambda n: "not " * n + "1",
    "minus": lambda n: "-" * n + "1",
    "and": lambda n: "a" + " and a" * n,
    "ternary": lambda n: "a" + " if b else a" * n,
    "lambda": lambda n: "lambda:" * n + "1",
    "strings": lambda n: "'a' " * n,
    "elif": lambda n: "if a: pass\n" + "elif a: pass\n" * n,
    "power": lambda n: "1" + "**1" * n,
    "f-string": lambda n: "x = f'{" + "-" * n + "1}'",
    "raw f-string": lambda n: 'x = Rf"""{{ {a} {f(' + "(" * n + "1" + ")" * n + ')} """',
    "for": lambda n: "[x" + " for a in b" * n + "]",
    "quotes within a field": lambda n: 'x = f"{"a" + ' + "(" * n + "1" + ")" * n + '}"',
    "f-string within an f-string": lambda n: 'x = f"{f"{' + "(" * n + "1" + ")" * n + '}"}"',
    "t-string": lambda n: "x = t'{" + "(" * n + "1" + ")" * n + "}'",
    "field behind a backslash": lambda n: "x = rf'\\{" + "(" * n + "1" + ")" * n + "}'",
    "format of a field": lambda n: "x = f'{a:{" + "(" * n + "1" + ")" * n + "}}'",
    "named character": lambda n: "x = f'\\N{DASH}{" + "(" * n + "1" + ")" * n + "}'",
    "lone carriage returns": lambda n: "x = 1" + "\\\r+ 1" * n,
    "string over two lines": lambda n: "x = 'a\\\r\nb', " + "(" * n + "1" + ")" * n,
}


@pytest.mark.parametrize("kind", DEEP)
@pytest.mark.parametrize("depth", [300, 5000])
def test_deep_text_is_refused(kind: str, depth: int) -> None:
    with pytest.raises(SourceError, match="too deeply nested"):
        check(DEEP[kind](depth).encode())


@pytest.mark.parametrize("kind", DEEP)
def test_what_passes_can_be_parsed_and_laid_out(kind: str) -> None:
    depth = 240
    while True:
        try:
            check(DEEP[kind](depth).encode())
            break
        except SourceError:
            depth -= 4
    unit = Document.load("m.py", DEEP[kind](depth).encode()).units[0]
    assert unit.span(unit.site(unit.module.body[0]))[0] == 0  # type: ignore[arg-type]


def test_strings_and_comments_do_not_count() -> None:
    check(
        b"x = '" + b"(" * 1000 + b"'\n# " + b"(" * 1000 + b"\ny = '''\n" + b"([{" * 500 + b"\n'''\n"
    )
    check(b"x = f'{a:>{w}}{{" + b"-" * 1000 + b"}}{b}" + b"(" * 1000 + b"'\n")
    check(b"x = [\n" + b"1 + 1 + 1,\n" * 1000 + b"]\n")


def test_size() -> None:
    with pytest.raises(SourceError, match="too large"):
        check(b"a = 1\n" * (MAX_BYTES // 6 + 1))


def test_words() -> None:
    with pytest.raises(SourceError, match="too large: 800,000 words and signs"):
        check(b"x=1;" * 200_000)
    check(b"# " + b"a word or two " * 50_000 + b"\n'''" + b"a word or two " * 20_000 + b"'''")


def test_mentions_keras() -> None:
    assert mentions_keras(b"from tensorflow import keras")
    assert not mentions_keras(b"import torch")


def test_what_is_imported() -> None:
    text = (
        b"import os, a.b as c\nfrom . import nets\nfrom ..lib.parts import (one, two as three,\n"
        b" four)\n"
    )
    text += b"from x import *\n"
    assert list(imported(text)) == [
        *(("os", 0), ("a.b", 0), ("", 1), ("nets", 1)),
        *(("lib.parts", 2), ("lib.parts.one", 2), ("lib.parts.two", 2), ("x", 0)),
    ]
    assert uses_a_model(b"model.fit_generator(x)")
    assert not uses_a_model(b"fit(x)\nmodel.fitted")


def test_the_guard_does_not_import_libcst() -> None:
    code = (
        "import sys, kfix.source.syntax.guard, kfix.source.syntax.errors; print('libcst' in "
        "sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip()
        == "False"
    )


def test_what_stands_in_a_string_does_not_count() -> None:
    deep = "(" * 1000
    for text in (
        f"x = f'{{a}}{deep}'",
        f"x = f'{{{{{deep}'",
        f"x = f'\\N{{DASH}}{deep}'",
        f'x = f"{{a["{deep}"]}}"',
    ):
        check(text.encode())
    check(f"x = f'{{a:{deep}}}'\ny = 1\n".encode())


def test_imports_of_many_dots_take_no_longer() -> None:
    start = time.perf_counter()
    assert list(imported(b"from " + b"." * 300_000 + b"\nfrom " + b" " * 300_000 + b"\n")) == []
    name, level = list(imported(b"from " + b"." * 300_000 + b" import a\n"))[-1]
    assert (name, level) == ("a", 300_000)
    assert Project().locate("m.py", name, level) is None
    assert time.perf_counter() - start < 1
