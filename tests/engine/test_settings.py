"""What a run is asked to do."""

from __future__ import annotations

from kfix.engine.settings import Settings


def test_codes_are_chosen_by_their_beginnings() -> None:
    settings = Settings(select=("KFX1", "KFX2"), ignore=("KFX203",))
    wanted = [code for code in ("KFX101", "KFX202", "KFX203", "KFX301") if settings.wants(code)]
    assert wanted == ["KFX101", "KFX202"]
    assert Settings().wants("KFX301")


def test_kinds_of_edits_are_allowed_together() -> None:
    assert Settings().allows({"insert-layer", "set-argument"})
    assert not Settings(never=frozenset({"insert-layer"})).allows({"insert-layer", "set-argument"})
    only = Settings(only=frozenset({"insert-layer"}))
    assert only.allows({"insert-layer"})
    assert not only.allows({"insert-layer", "set-argument"})


def test_a_model_is_chosen_by_name_or_place() -> None:
    assert Settings(model="net").narrows
    assert Settings(line=3).narrows
    assert Settings(cell=0).narrows
    assert not Settings(target="4").narrows
    assert Settings(target="4").chooses
    assert Settings(targets=(("a", "4"),)).declares
