from __future__ import annotations

import pytest

from kfix.model.target import ANY, Target, parse_target
from kfix.model.unknown import Unknown


@pytest.mark.parametrize(
    ("text", "dims", "batch"),
    [
        ("10", (10,), None),
        ("28,28,1", (28, 28, 1), None),
        (" 28, 28 ,1 ", (28, 28, 1), None),
        ("none,10", (10,), None),
        ("(10,)", (10,), None),
        ("none,none,10", (None, 10), None),
        ("None", (None,), None),
        ("(None, 10)", (10,), None),
        ("(None, 10,)", (10,), None),
        ("[None, 4, 4]", (4, 4), None),
        ("(32, 10)", (10,), 32),
        ("?", (ANY,), None),
        ("?,10", (ANY, 10), None),
        ("(?, 10)", (10,), None),
    ],
)
def test_shapes_as_people_write_them(
    text: str, dims: tuple[object, ...], batch: int | None
) -> None:
    target = parse_target(text)
    assert target.dims == dims
    assert target.batch == batch
    assert not target.same_as_input


@pytest.mark.parametrize(
    "text", ["", "  ", "ten", "10,,3", "1.5", "-1", "0", "(None, 10", "10)", "()", "(10)", "१०"]
)
def test_bad_shapes_give_one_line_with_an_example(text: str) -> None:
    with pytest.raises(ValueError) as outcome:
        parse_target(text)
    assert "\n" not in str(outcome.value)
    assert "28,28,1" in str(outcome.value)


def test_met_by() -> None:
    target = parse_target("28,?,none")
    assert target.met_by((None, 28, 5, None))
    assert target.met_by((8, 28, Unknown("?"), None))
    assert not target.met_by((None, 28, 5, 1))
    assert not target.met_by((None, 28, 5))
    assert not target.met_by((None, Unknown("why"), 5, None))
    assert not target.met_by(Unknown("why"))
    assert not target.met_by([(None, 28, 5, None)])
    assert not parse_target("(32, 10)").met_by((None, 10))


def test_may_be() -> None:
    target = parse_target("28,10")
    assert target.may_be(Unknown("why"))
    assert target.may_be((None, Unknown("why"), 10))
    assert target.may_be((None, 28, 10))
    assert not target.may_be((None, Unknown("why"), 9))
    assert not target.may_be((None, Unknown("why")))


def test_input_is_resolved_from_the_models_own_shape() -> None:
    target = parse_target("input")
    assert not target.met_by((None, 8))
    assert target.resolve((None, 28, 28, 1)) == Target((28, 28, 1))
    assert target.resolve((None, None, 3)) == Target((None, 3))
    assert target.resolve(Unknown("why")) is None
    assert target.resolve((None, Unknown("why"))) is None
    assert parse_target("10").resolve((None, 3)) == parse_target("10")


def test_words() -> None:
    assert str(parse_target("28,?,none")) == "(None, 28, ?, None)"
    assert str(parse_target("(4, 10)")) == "(4, 10)"
    assert str(parse_target("input")) == "input"


def test_where_stated_leaves_open_what_nobody_can_tell() -> None:
    target = parse_target("28,28,3")
    assert target.where_stated((None, Unknown("?"), 14, 1)) == parse_target("?,28,3")
    assert target.where_stated((None, Unknown("?"))) == target
    assert target.where_stated(Unknown("?")) == target


def test_a_squeezed_target_is_met_with_a_last_axis_of_one() -> None:
    plain, squeezed = Target((7,)), Target((7,), squeezed=True)
    assert [plain.met_by((None, 7)), squeezed.met_by((None, 7))] == [True, True]
    assert [plain.met_by((None, 7, 1)), squeezed.met_by((None, 7, 1))] == [False, True]
    assert not squeezed.met_by((None, 7, 2))
    assert squeezed.may_be((None, Unknown("a size"), 1))


@pytest.mark.parametrize(
    ("text", "meant"), [("28x28x1", "28,28,1"), ("28x0", ""), ("12345678901", "")]
)
def test_what_may_be_meant_is_a_shape_itself(text: str, meant: str) -> None:
    with pytest.raises(ValueError, match="is not a shape") as refused:
        parse_target(text)
    assert (f"did you mean `{meant}`?" in str(refused.value)) == bool(meant)
    assert ("did you mean" in str(refused.value)) == bool(meant)
