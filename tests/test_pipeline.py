"""What the corridor decides before anything is searched for."""

from __future__ import annotations

from kfix.pipeline import Settings, run_file
from kfix.project import Project

ACTIVATION = """\
from keras import Sequential, layers
from keras.utils import get_custom_objects

{teach}
model = Sequential([layers.Input((4,)), layers.Dense(3, activation="swoosh")])
"""


def codes(code: str) -> list[str]:
    result = run_file(Project({"m.py": code.encode()}), "m.py", Settings(search=False))
    return [found.finding.code for told in result.models for found in told.findings]


def test_a_name_that_the_program_teaches_keras_is_no_fault() -> None:
    assert codes(ACTIVATION.format(teach='get_custom_objects().update({"swoosh": lambda x: x})')) == []
    unknown = ACTIVATION.replace("from keras.utils import get_custom_objects\n", "").format(teach="")
    assert codes(unknown) == ["KFX303"]
