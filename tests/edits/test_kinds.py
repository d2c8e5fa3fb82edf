"""What holds for every kind of edit, and for one that nothing but its own module knows."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from textwrap import dedent

import pytest

import kfix.edits
from kfix.edits import all_kinds, kinds
from kfix.edits.base import Edit, Repair
from kfix.model.code import NewLayer
from kfix.model.site import Site
from kfix.repair import prices
from kfix.repair.alternatives import differs
from kfix.repair.apply import apply
from kfix.repair.candidate import single
from kfix.repair.options import Options
from kfix.rewrite.apply import rewrite
from tests.repair.building import Builder
from tests.rewrite.helpers import element, load

SITE = Site("m.py", None, 1)
RELU = NewLayer("ReLU")

MADE_UP = '''
    """A layer that is put in several times."""

    from __future__ import annotations

    from typing import ClassVar

    from kfix.edits.base import Price, SiteEdit
    from kfix.model.code import NewLayer


    class RepeatLayer(SiteEdit):
        """`times` new layers behind the one that is put in at `site`."""

        kind: ClassVar[str] = "repeat-layer"
        price_key: ClassVar[str] = "repeat-layer"
        prices: ClassVar[tuple[Price, ...]] = (
            Price("repeat-layer", 1.7, "Nobody repeats a layer without a reason."),
        )
        layer: NewLayer
        times: int

        def change(self, graph):
            for _ in range(self.times):
                graph.insert(self.site, "after", self.layer)

        def write(self, plan):
            from kfix.rewrite.kind_of_spot import spot

            place = spot(plan, self.site)
            layer, put = place.spelled(self.layer, "after")
            for _ in range(self.times):
                place.insert("after", put)
            return f"repeat {layer.text} {self.times} times after {place.text()}"

        def meaning(self):
            return "repeat", self.layer.cls
'''


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Edit]]:
    """Return the class of a kind of edit that stands in a file of its own, and nowhere else."""
    (tmp_path / "repeat_layer.py").write_text(dedent(MADE_UP))
    monkeypatch.setattr(kfix.edits, "__path__", [*kfix.edits.__path__, str(tmp_path)])
    yield import_module("kfix.edits.repeat_layer").RepeatLayer
    sys.modules.pop("kfix.edits.repeat_layer")


def test_every_kind_is_named_as_its_module() -> None:
    found = list(all_kinds())
    assert tuple(cls.kind for cls in found) == kinds()
    assert all(cls.__module__ == f"kfix.edits.{cls.kind.replace('-', '_')}" for cls in found)


def test_every_kind_has_a_price() -> None:
    assert all(prices.price(cls.price_key) > 0 for cls in all_kinds())


def test_a_new_kind_is_found(made_up: Callable[..., Edit]) -> None:
    assert "repeat-layer" in kinds()
    assert made_up in all_kinds()


def test_a_new_kind_is_priced(made_up: Callable[..., Edit]) -> None:
    assert single(made_up(SITE, RELU, 2), "it may").cost == 1.7
    assert "repeat-layer" in [row.key for row in prices.rows_of_kinds()]


def test_a_new_kind_can_be_ruled_out(made_up: Callable[..., Edit]) -> None:
    edit = made_up(SITE, RELU, 2)
    assert Options().allows(edit)
    assert not Options(never=frozenset({"repeat-layer"})).allows(edit)


def test_a_new_kind_changes_a_graph(made_up: Callable[..., Edit]) -> None:
    model = Builder().chain("Input((4,))", "Dense(3)", "Dense(2)")
    edit = made_up(model.nodes[1].site, RELU, 2)
    after = apply(model, (edit,))
    assert [node.layer.cls for node in after.nodes] == ["Input", "Dense", "ReLU", "ReLU", "Dense"]


def test_a_new_kind_is_written_and_said(made_up: Callable[..., Edit]) -> None:
    before = """
        from keras import Sequential, layers
        model = Sequential([
            layers.Dense(3),
            layers.Dense(2),
        ])
        """
    after = """
        from keras import Sequential, layers
        model = Sequential([
            layers.Dense(3),
            layers.ReLU(),
            layers.ReLU(),
            layers.Dense(2),
        ])
        """
    document = load(dedent(before))
    edit = made_up(element(document, "layers.Dense(3)"), RELU, 2)
    result = rewrite({document.path: document}, (edit,))
    assert result.files[document.path].decode() == dedent(after)
    assert result.texts == ("repeat layers.ReLU() 2 times after layers.Dense(3)",)


def test_a_new_kind_has_a_meaning_of_its_own(made_up: Callable[..., Edit]) -> None:
    one, other = made_up(SITE, RELU, 2), made_up(SITE._replace(key=2), RELU, 3)
    first, second = (Repair((edit,), ((None, 3),), 0, 1.7, "safe") for edit in (one, other))
    assert not differs(first, second)
