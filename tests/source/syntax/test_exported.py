"""Programs that were exported from a notebook with its magics and shell lines."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project
from kfix.source.syntax.errors import SourceError
from kfix.source.syntax.loading import load

EXPORTED = """\
import keras
!pip install -q datasets
%matplotlib inline
if True:
    !ls -l \\
      more
model = keras.Sequential([keras.Input((4, 4)), keras.layers.Dense(2)])
files = !ls
"""


def test_lines_for_ipython_are_passed_by_and_stay() -> None:
    result = run_file(Project({"m.py": EXPORTED.encode()}), "m.py", Settings(target="2"))
    assert result.error is None
    (outcome,) = result.models
    assert outcome.place.line == 7
    written = result.files["m.py"].decode()
    assert written == EXPORTED.replace(
        "keras.layers.Dense", "keras.layers.Flatten(), keras.layers.Dense"
    )


def test_what_is_no_program_either_way_is_reported_in_the_words_of_python() -> None:
    with pytest.raises(SourceError) as raised:
        load("m.py", b"x = 3\n!ls\ny = = 4\n")
    assert raised.value.line == 2


def test_a_percent_sign_in_a_program_is_none_of_ipython() -> None:
    document = load("m.py", b"x = (7\n% 3)\n")
    assert document.units[0].text == "x = (7\n% 3)\n"
