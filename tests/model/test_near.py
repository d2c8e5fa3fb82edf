"""Which known name somebody may have meant."""

from __future__ import annotations

from kfix.model.near import did_you_mean, with_hint


def test_the_nearest_known_word_is_named() -> None:
    assert "`units`" in did_you_mean("unit", ["filters", "units", "activation"])
    assert did_you_mean("padding", ["filters", "units"]) == ""


def test_a_sentence_goes_without_a_hint_where_nothing_is_near() -> None:
    assert with_hint("no file 'a.py'", "a.py", ["models/resnet.py"]) == "no file 'a.py'"
    assert with_hint("no file 'nt.py'", "nt.py", ["net.py"]).endswith(": did you mean `net.py`?")
