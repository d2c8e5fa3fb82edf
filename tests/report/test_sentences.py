"""Every finding has a sentence, made of its data alone."""

from __future__ import annotations

import pytest

from kfix.findings import Finding, all_findings
from kfix.findings.bad_argument import BadArgument
from kfix.findings.data import Rank
from kfix.findings.dim_mismatch import DimMismatch
from kfix.findings.old_import import OldImport
from kfix.findings.old_training import OldTraining
from kfix.findings.output_shape import OutputShape
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.size_not_positive import SizeNotPositive
from kfix.findings.total_size_changed import TotalSizeChanged
from kfix.findings.unknown_argument import UnknownArgument
from kfix.model.site import Place
from kfix.model.unknown import Unknown
from kfix.report.sentences import hint, keras_says, message, sentence

FEED = Place("net.py", 2, 9, 1, 9, 20)


@pytest.mark.parametrize("cls", all_findings().values(), ids=lambda cls: cls.__name__)
def test_every_finding_has_a_sentence_of_its_data(cls: type[Finding]) -> None:
    finding = cls("subject", expected=(None, 31), actual=(None, 47))
    said = sentence(finding)
    assert "subject" in said or cls.code == "KFX405"
    assert not set("{}") & set(said)
    assert "'" not in keras_says(cls("subject")) or cls.keras
    shown = [value for value in ("31", "47") if value in said]
    wanted = [name for name in ("{expected", "{actual") if name in finding.template]
    assert len(shown) == len(wanted)


@pytest.mark.parametrize("cls", all_findings().values(), ids=lambda cls: cls.__name__)
def test_a_model_without_a_name_is_called_one(cls: type[Finding]) -> None:
    said = sentence(cls(expected="a", actual="b"))
    assert "``" not in said
    assert "`the model`" not in said


def test_shapes_ranks_and_unknown_dims_are_written_as_keras_does() -> None:
    found = RankMismatch("Conv2D", expected=Rank(4), actual=(None, Unknown("a file")))
    assert "rank 4" in sentence(found)
    assert "(None, ?)" in sentence(found)
    assert "expected ndim=4, found ndim=2" in keras_says(found)
    assert "min_ndim=3" in keras_says(RankMismatch("GRU", expected=Rank(3, None), actual=(None,)))


def test_elements_are_counted_without_the_batch() -> None:
    said = sentence(TotalSizeChanged("Reshape", expected=(None, 7, 7), actual=(None, 100)))
    assert "100 elements" in said
    assert "49 elements" in said


def test_a_class_chooses_its_sentence_by_its_fields() -> None:
    assert "`units`" in sentence(BadArgument("Dense", "a positive integer", -1, argument="units"))
    assert "``" not in sentence(BadArgument("Dense", "a positive integer", -1))
    assert "twice" in sentence(UnknownArgument("Dense", actual="units", reason="repeated"))
    least = SizeNotPositive("VGG16", "at least 32 x 32", (None, 8, 8, 3), least=True)
    assert "at least 32 x 32" in sentence(least)
    assert "`a` and `b`" in sentence(OldImport("keras.layers", names=("a", "b")))


def test_hints_say_who_expects_what_and_where() -> None:
    found = OutputShape("model", expected=(None, 10), actual=(None, 5))
    assert hint(found) == ""
    found.source, found.asked = "the labels of fit", FEED
    assert "the labels of fit" in message(found)
    assert "cell 3, line 9" in message(found)
    assert "first call" in hint(DimMismatch("Dense", (None, 4), (None, 5), first_call=True))


def test_near_names_and_successors_are_named() -> None:
    unknown = UnknownArgument("Dense", actual="unit", expected=["units", "activation"])
    assert "`units`" in hint(unknown)
    assert "learning_rate" in hint(
        OldTraining("training", actual=["lr"], renames=(("lr", "learning_rate"),))
    )
    moved = OldImport("keras.utils.np_utils", moved=(("keras.utils", ("to_categorical",)),))
    assert "keras.utils" in hint(moved)


def test_two_findings_with_the_same_data_have_the_same_facts() -> None:
    one, two = (RankMismatch("GRU", Rank(3), (None, Unknown("x"))) for _ in range(2))
    assert one.facts == two.facts
    assert one.facts != RankMismatch("GRU", Rank(3), (None, 4)).facts
