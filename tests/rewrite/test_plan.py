"""What every kind of edit can do with the plan of the new text."""

from __future__ import annotations

import libcst as cst
import pytest

from kfix.edits.base import SiteEdit
from kfix.rewrite.apply import CannotWrite, rewrite
from kfix.rewrite.plan import Plan
from tests.rewrite.helpers import arg, load, site


class Write(SiteEdit):
    """Other code at a place."""

    text: str

    def write(self, plan: Plan) -> str:
        return f"{plan.put_code(self.site, self.text)} to {self.text}"


def test_code_over_the_value_of_an_argument() -> None:
    document = load("f(1, key = (x), z=3)  # kept\n")
    result = rewrite({"m.py": document}, [Write(arg(document, "key = (x)"), "g(2)")])
    assert result.files["m.py"] == b"f(1, key = g(2), z=3)  # kept\n"
    assert result.texts == ("(x) to g(2)",)


def test_code_over_an_expression() -> None:
    document = load("y = a.b.c\n")
    result = rewrite({"m.py": document}, [Write(site(document, "a.b.c", cst.Attribute), "d")])
    assert result.files["m.py"] == b"y = d\n"


def test_no_code_over_a_starred_argument() -> None:
    document = load("f(*x)\n")
    with pytest.raises(CannotWrite):
        rewrite({"m.py": document}, [Write(arg(document, "*x"), "y")])
