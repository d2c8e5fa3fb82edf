"""What must hold of a repair: the model is as promised, and nothing else is worse."""

from __future__ import annotations

from kfix.edits.base import Repair
from kfix.engine.claim import PROOFS, Claim, Later
from kfix.engine.reading import read
from kfix.engine.results import Reading
from kfix.engine.settings import Settings
from kfix.model.deciding import all_hold
from kfix.model.target import Target
from kfix.project.project import Project

HEAD = "from keras import Sequential, layers\n"
FLAT = "net = Sequential([layers.Input((4, 4)), layers.Flatten(), layers.Dense({units})])\n"
OTHER = "other = Sequential([layers.Input((4,)), layers.{layer}])\n"


def reading(units: int, layer: str = "Dense(2)", more: str = "") -> Reading:
    text = HEAD + FLAT.format(units=units) + OTHER.format(layer=layer) + more
    return read(Project({"net.py": text.encode()}), "net.py", Settings())


def holds(before: Reading, now: Reading) -> bool:
    repair = Repair((), ((None, 10),), 0, 1.0, "safe", "")
    return all_hold(PROOFS[False], Later(Claim(0, {0: Target((10,))}, repair), before, now))


def test_a_repair_keeps_its_promise() -> None:
    assert holds(reading(3), reading(10))
    assert not holds(reading(3), reading(9))


def test_no_other_model_may_be_worse() -> None:
    assert not holds(reading(3), reading(10, layer="Conv2D(2, 3)"))
    assert holds(reading(3, layer="Conv2D(2, 3)"), reading(10, layer="Conv2D(2, 3)"))


def test_no_model_may_be_gone_or_new() -> None:
    assert not holds(reading(3), reading(10, more=OTHER.format(layer="Dense(5)")))
