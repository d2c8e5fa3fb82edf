"""Results as JSON and back: the same reports, and nothing but data of kfix."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kfix.engine.encoding import CannotEncode, Row, decode, encode
from kfix.engine.pipeline import run_file
from kfix.engine.results import FileResult
from kfix.engine.settings import Settings
from kfix.model.deferred import Deferred
from kfix.model.graph import Layer
from kfix.project.project import Project
from kfix.report.formats import Run, render
from kfix.report.text import Look, Report
from kfix.report.why import reasons

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*.*"))[::3]


def checked(path: Path) -> FileResult:
    return run_file(Project(), str(path), Settings(search=False))


def again(result: FileResult, whole: bool) -> FileResult:
    return decode(json.loads(json.dumps(encode(result, whole))))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
def test_the_reports_are_the_same(path: Path) -> None:
    result = checked(path)
    look = Look(80, False, False, True)
    assert Report(look).file(again(result, False)) == Report(look).file(result)
    run = render("json", Run([result], False, None))
    assert render("json", Run([again(result, True)], False, None)) == run


def test_what_was_not_counted_is_not_made_up(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(
        "from keras import Input, Sequential, layers\n"
        "inner = Sequential([Input((8,)), layers.Dense(4)])\n"
        "model = Sequential([Input((8,)), inner, layers.Dense(4)])\n"
    )
    result = checked(tmp_path / "m.py")
    whole = render("json", Run([again(result, True)], False, None))
    assert whole == render("json", Run([checked(tmp_path / "m.py")], False, None))
    with pytest.raises(TypeError):
        render("json", Run([again(checked(tmp_path / "m.py"), False)], False, None))


def test_an_unknown_test_of_the_program_is_kept_as_unknown(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(
        "from keras import Input, Model, layers\n"
        "def build(shape):\n"
        "    size = (9, 9) if shape == (99, 99) else (8, 8)\n"
        "    x = Input((99, 99, 3))\n"
        "    return Model(x, layers.AveragePooling2D(size)(x))\n"
    )
    result = checked(tmp_path / "m.py")
    kept = again(result, True)
    assert reasons([kept]) == reasons([result])
    assert "`shape == (99, 99)`" in reasons([kept])


def test_no_edit_can_be_made_of_what_was_decoded() -> None:
    path = FIXTURES[0].with_name("no_flatten.py")
    result = again(checked(path), True)
    layers = [node.layer for model in result.models for node in model.model.nodes]
    assert any(isinstance(layer, Layer) and layer.arguments for layer in layers)
    assert {argument.origin for layer in layers for argument in layer.arguments} == {None}
    for unsafe in (False, True):
        repaired = run_file(Project(), str(path), Settings(target="10", unsafe=unsafe))
        assert repaired.files
        with pytest.raises(CannotEncode):
            encode(repaired, False)


def test_only_data_of_kfix_is_encoded() -> None:
    for value in (print, object(), lambda: None, Path("m.py"), Settings()):
        with pytest.raises(CannotEncode):
            encode(FileResult("m.py", notes=[value]), False)  # type: ignore[list-item]


@pytest.mark.parametrize(
    "row",
    [
        ["object", "os:system", "x", 1],
        ["object", "kfix.cli.main:command"],
        ["object", "kfix.model.site:os"],
        ["object", "kfix.model.graph:Record"],
        ["object", "kfix.model.graph:field.__class__"],
        ["named", "builtins:eval", "1"],
        ["enum", "kfix.model.graph:Library", "NO"],
        ["constant", "__import__"],
        ["object"],
        ["list", [9]],
        ["tuple", ["0"]],
        [],
        None,
    ],
    ids=str,
)
def test_what_is_no_data_of_kfix_is_not_decoded(row: Row) -> None:
    with pytest.raises(ValueError, match="no "):
        decode([["object", "kfix.engine.results:FileResult", "path", [1]], row])


def test_a_body_is_gone() -> None:
    body = Deferred([lambda shapes: pytest.fail("it is not kept")])
    decoded = again(FileResult("m.py", notes=[body]), False).notes[0]  # type: ignore[list-item]
    assert isinstance(decoded, Deferred)
    assert "let go" in decoded((None, 1)).why  # type: ignore[union-attr]
