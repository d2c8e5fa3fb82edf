"""A function that is told class by class serves subclasses too, the nearest first."""

from __future__ import annotations

from collections.abc import Callable

from kfix.source.interpreter.dispatch import ByClass


class Base:
    pass


class Inner(Base):
    pass


class Innermost(Inner):
    pass


def test_the_nearest_base_decides() -> None:
    names: ByClass[Callable[[object], str]] = ByClass(lambda thing: "default")
    names.register(Base)(lambda thing: "base")
    names.register(Inner, int)(lambda thing: "inner")
    things: list[object] = [Base(), Inner(), Innermost(), 3, True, "text"]
    assert [names.of(thing)(thing) for thing in things] == [
        "base",
        "inner",
        "inner",
        "inner",
        "inner",
        "default",
    ]


def test_what_is_registered_later_counts_for_classes_that_were_asked_for() -> None:
    names: ByClass[Callable[[object], str]] = ByClass(lambda thing: "default")
    assert names.of(Inner())(Inner()) == "default"
    names.register(Base)(lambda thing: "base")
    assert names.of(Inner())(Inner()) == "base"
