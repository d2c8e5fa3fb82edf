"""Signatures: how arguments are bound, and what the results of rows are."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import Const, ListV
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.lookup import FUNCTIONS, METHODS
from kfix.source.library.signatures import Row, function_row, method_row, within
from tests.source.library.evaluating import value_of


@pytest.fixture
def declared() -> Iterator[None]:
    """Declare functions of a library for one test."""
    function_row("math.pair", "n, k=3, *, dtype=float32, flag=False", "(dtype[n, k], int64[k])")
    function_row("math.spread", "shape=None, x=None", "any[*shape, *x.shape, len(x)]")
    function_row("math.either", "n=None, k=2", "any[n or k]")
    function_row("math.labels", "n, classes", "classes(int64[n], classes)")
    function_row("math.branch", "flag, mode='a'", "any[1 if mode == 'a' else 2] if flag else None")
    function_row("math.maker", "n, **_", 'object("made", count=n)')
    function_row("math.reason", "*rest", 'any["the number of things is not known", *"the rest"]')
    method_row("made.use", "x", "float64[len(x), self.count]")
    yield
    for name in within("math", "pair spread either labels branch maker reason").split():
        del FUNCTIONS[name]
    del METHODS["made.use"]


def shape(value: AbstractValue) -> object:
    """Return the shape of an array, "?" for what is not known of it."""
    assert isinstance(value, Array), value
    if isinstance(value.shape, Unknown):
        return "?"
    return tuple("?" if isinstance(dim, Unknown) else dim for dim in value.shape)


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize(
    ("expression", "shapes"),
    [
        ("math.pair(4)", [(4, 3), (3,)]),
        ("math.pair(4, 5)", [(4, 5), (5,)]),
        ("math.pair(k=5, n=4)", [(4, 5), (5,)]),
        ("math.pair(*[4, 5])", [(4, 5), (5,)]),
        ("math.pair(**{'n': 4})", [(4, 3), (3,)]),
        ("math.pair(4, k=unknown)", [(4, "?"), ("?",)]),
        ("math.pair(4, **unknown)", [(4, "?"), ("?",)]),
        ("math.pair(*unknown, k=5)", [("?", 5), (5,)]),
        ("math.pair()", [("?", 3), (3,)]),
        ("math.pair(-1, 2.0)", [("?", "?"), ("?",)]),
        ("math.pair(2**63, '5')", [("?", "?"), ("?",)]),
    ],
)
def test_arguments_are_bound_by_position_and_name(expression: str, shapes: list[object]) -> None:
    made = value_of(expression, "unknown = open('x')")
    assert isinstance(made, ListV)
    assert [shape(item) for item in made.items] == shapes


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize("expression", ["math.pair(1, 2, 3)", "math.pair(1, other=2)"])
def test_arguments_that_the_function_does_not_take_make_the_result_unknown(expression: str) -> None:
    assert isinstance(value_of(expression), Unknown)


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("math.spread((2, 3), [[1, 2]])", (2, 3, 1, 2, 1)),
        ("math.spread(2, numpy.zeros((4, 5)))", (2, 4, 5, 4)),
        ("math.spread(x=range(3))", (3, 3)),
        ("math.spread((2, -1), [1])", (2, "?", 1, 1)),
        ("math.spread(2.5, [1])", "?"),
        ("math.either()", (2,)),
        ("math.either(0)", (0,)),
        ("math.branch(True)", (1,)),
        ("math.branch(True, 'b')", (2,)),
        ("math.branch(True, unknown)", ("?",)),
        ("math.reason()", "?"),
        ("math.maker(4).use([1, 2, 3])", (3, 4)),
        ("math.maker(unknown).use(unknown)", ("?", "?")),
    ],
)
def test_shapes_of_results(expression: str, expected: object) -> None:
    assert shape(value_of(expression, "unknown = open('x')")) == expected


@pytest.mark.usefixtures("declared")
def test_a_dtype_is_written_or_an_argument() -> None:
    first, second = value_of("math.pair(4, dtype='int32')").items
    assert (first.dtype, second.dtype) == ("int32", "int64")
    assert value_of("math.pair(4)").items[0].dtype == "float32"


@pytest.mark.usefixtures("declared")
def test_other_results() -> None:
    assert value_of("math.labels(5, 3)").distinct == 3
    assert value_of("math.labels(5, 'x')").distinct is None
    assert isinstance(value_of("math.maker(1, 2, other=3)"), ObjectV)
    nothing = value_of("math.branch(False)")
    assert isinstance(nothing, Const)
    assert nothing.value is None
    assert isinstance(value_of("math.branch(unknown)", "unknown = open('x')"), Unknown)


def all_rows() -> dict[str, Row]:
    """Return all rows of the table."""
    from scripts.fuzz_library import functions

    list(functions())  # imports all
    return {k: v for k, v in {**FUNCTIONS, **METHODS}.items() if isinstance(v, Row)}


def test_each_row_can_be_read_and_names_only_its_parameters() -> None:
    made = {"any", "self", "object", "unknown", "like", "classes", "squeeze", "broadcast", "len"}
    found = all_rows()
    for name, row in found.items():
        known = {*row.parameters.names, row.parameters.rest, *made}
        dtypes = {
            node.value.id
            for node in ast.walk(row.expression)
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)
        }
        used = {node.id for node in ast.walk(row.expression) if isinstance(node, ast.Name)}
        assert used <= known | dtypes, name
    assert len(found) > 200
