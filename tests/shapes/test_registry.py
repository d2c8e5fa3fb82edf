"""Every class of `keras.layers` has a rule or a reason, and the page on the layers is what the
rules say.
"""

from __future__ import annotations

import os

import pytest

from kfix.shapes import signatures
from kfix.shapes.registry import rule, rule_of
from scripts import make_layer_docs
from tests.shapes.judge import keras


def test_every_class_has_a_rule_or_a_reason() -> None:
    real = keras().layers
    classes = {
        thing.__name__
        for thing in vars(real).values()
        if isinstance(thing, type) and issubclass(thing, real.Layer)
    }
    assert {cls for cls in classes if rule_of(cls) is None} == set()


def test_aliases_find_the_rule_of_their_class() -> None:
    for alias, cls in signatures.aliases().items():
        assert rule_of(alias) is rule_of(cls)
        assert getattr(keras().layers, alias).__name__ == cls


def test_every_rule_is_documented() -> None:
    for cls in signatures.layer_names():
        found = rule_of(cls)
        assert found is not None
        assert (found.output.__doc__ or "").strip(), cls


def test_knobs_are_arguments() -> None:
    for cls in signatures.layer_names():
        found, signature = rule_of(cls), signatures.signature(cls)
        assert found is not None
        assert signature is not None
        assert {knob.name for knob in found.knobs} <= set(signature.names), cls


def test_there_is_no_second_rule() -> None:
    rule_of("Dense")
    with pytest.raises(AssertionError):
        rule("Dense")(lambda layer, x: x)


def test_the_page_on_layers_is_current() -> None:
    with open(os.path.join(make_layer_docs.ROOT, "docs", "layers.md"), encoding="utf-8") as file:
        assert file.read() == make_layer_docs.render(), "run scripts/make_layer_docs.py"
