"""Do the drawn cases ask for everything: every argument, and every reason to refuse?"""

from __future__ import annotations

import pytest

from kfix.findings.bad_argument import BadArgument
from kfix.shapes import signatures
from scripts.conformance import Seeded, wanted
from tests.shapes.cases import draw_case, pool_of, sweep
from tests.shapes.judge import ask_kfix
from tests.shapes.reasons import Watch, reasons


@pytest.mark.parametrize("cls", wanted([]))
def test_every_argument_has_three_values_or_more(cls: str) -> None:
    signature = signatures.signature(cls)
    assert signature is not None
    pools = {
        name: {repr(value) for values in pool_of(cls, name) for value in values}
        for name in signature.names
    }
    assert [name for name, values in pools.items() if len(values) < 3] == []


def test_every_reason_to_refuse_is_reached() -> None:
    with Watch() as watch:
        for cls in wanted([]):
            draw = Seeded(f"reasons {cls}")
            for case in sweep(draw, cls):
                ask_kfix(case)
            for _ in range(100):
                ask_kfix(draw_case(draw, cls))
    assert len(reasons()) > 150
    assert [str(reason) for reason in watch.missed()] == []


def test_a_reason_is_reached_where_its_statement_made_the_finding() -> None:
    with Watch() as watch:
        before = len(watch.missed())
        BadArgument("Dense")
        assert len(watch.missed()) == before == len(reasons())
        case = next(
            case for case in sweep(Seeded(""), "Dense") if ask_kfix(case).verdict == "refused"
        )
    assert ask_kfix(case).verdict == "refused"
    assert len(watch.missed()) == before - 1
