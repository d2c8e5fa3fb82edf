"""Which model a target is for."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.results import FileResult
from kfix.engine.settings import ConfiguredTarget, Settings
from kfix.model.record import replace
from kfix.project.project import Project

TWO = b"""\
from keras import Sequential, layers

def make():
    inner = Sequential([layers.Input((9, 9, 1)), layers.Dense(4)])
    return inner

first = Sequential([layers.Input((9, 9, 1)), layers.Dense(4)])

other = make()
other.compile(loss="mse")
"""


def run(text: bytes, **settings: object) -> FileResult:
    given = replace(Settings(search=False), **settings)
    return run_file(Project({"net.py": text}), "net.py", given)


def declared(result: FileResult) -> list[str]:
    assert result.error is None
    return [model.model.qualified for model in result.models if model.weight == "declared"]


@pytest.mark.parametrize("name", ["make.inner", "inner", "other"])
def test_a_model_has_several_names(name: str) -> None:
    assert declared(run(TWO, target="4", model=name)) == ["make.inner"]


@pytest.mark.parametrize(
    ("line", "name"), [(7, "first"), (4, "make.inner"), (6, "make.inner"), (9, "first")]
)
def test_a_line_chooses_the_model_there_or_before_it(line: int, name: str) -> None:
    assert declared(run(TWO, target="4", line=line)) == [name]


def test_the_model_that_is_used_is_meant() -> None:
    result = run(TWO, target="4")
    assert declared(result) == ["make.inner"]
    assert result.notes


def test_of_two_models_that_are_not_used_one_must_be_chosen() -> None:
    text = TWO.replace(b'other.compile(loss="mse")', b"")
    assert "--model NAME" in (run(text, target="4").error or "")


def test_an_unknown_name_is_misuse_and_the_nearest_is_named() -> None:
    assert "`first`" in (run(TWO, target="4", model="frist").error or "")
    assert run(TWO, target="4", model="frist", named=False).error is None


def test_a_configured_target_is_for_its_model() -> None:
    configured = (ConfiguredTarget("first", "4"),)
    [model] = [one for one in run(TWO, configured=configured).models if one.wanted]
    assert model.model.name == "first"


@pytest.mark.parametrize("comment", [b"# kfix: taget=4", b"# kfix: target=", b"# kfix: input=many"])
def test_a_comment_that_kfix_cannot_read_is_misuse(comment: bytes) -> None:
    result = run(TWO.replace(b"first =", comment + b"\nfirst ="))
    assert "line 7" in (result.error or "")


def test_a_comment_declares_the_target_of_its_model() -> None:
    assert declared(run(TWO.replace(b"first =", b"# kfix: target=4\nfirst ="))) == ["first"]


GAN = b"""\
import keras
from keras import Sequential, layers

generator = Sequential([layers.Input((20,)), layers.Dense(2 * 6 * 6), layers.Reshape((6, 6, 2))])
judge = Sequential([layers.Input((6, 6, 2)), layers.Flatten(), layers.Dense(1)])
noise = keras.Input((20,))
gan = keras.Model(noise, judge(generator(noise)))
gan.compile("adam", "mse")
"""


@pytest.mark.parametrize(
    ("target", "name"), [("6,6,1", "generator"), ("1", "gan"), ("4,4", "gan"), ("input", "gan")]
)
def test_a_target_of_pictures_is_for_the_part_that_makes_them(target: str, name: str) -> None:
    assert declared(run(GAN, target=target)) == [name]


def test_a_map_where_a_vector_is_wanted_is_that_of_the_whole_model() -> None:
    text = b"""\
from keras import Sequential, layers

encoder = Sequential([layers.Input((9, 9, 1)), layers.Flatten(), layers.Dense(4)])
whole = Sequential([encoder, layers.Dense(81), layers.Reshape((9, 9, 1))])
"""
    assert declared(run(text, target="4")) == ["whole"]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [("layers.Input((9,))", (None, 20, 1)), ("layers.Input(batch_shape=(20, 9))", (20, 1))],
)
def test_a_number_in_the_place_of_a_variable_batch_is_a_dim(
    entry: str, expected: tuple[int | None, ...]
) -> None:
    text = (
        "from keras import Sequential, layers\n"
        f"net = Sequential([{entry}, layers.Dense(1)])  # kfix: target=(20, 1)\n"
    )
    by_option = run(text.partition("  #")[0].encode(), target="(20, 1)")
    for result in (run(text.encode()), by_option):
        (model_result,) = result.models
        assert model_result.target is not None
        assert model_result.target.shape == expected
        assert len(result.notes) == (expected[0] is None)
