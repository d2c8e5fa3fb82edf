"""What is edited beside the repair of a model."""

from __future__ import annotations

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project

SHOWN_UNBUILT = """\
import numpy as np
from keras import Sequential, layers

model = Sequential([layers.Flatten(), layers.Dense(6, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.summary()
model.fit(np.zeros((12, 4, 3)), np.zeros((12,), dtype=int))
"""


def edits(text: str, target: str | None) -> tuple[str, list[str]]:
    settings = Settings(target=target, unsafe=True)
    result = run_file(Project({"m.py": text.encode()}), "m.py", settings)
    applied = result.models[0].applied
    kinds = [] if applied is None else [spelled.edit.kind for spelled in applied.edits]
    return result.files.get("m.py", text.encode()).decode(), kinds


def test_a_proposal_comes_along_so_that_a_second_run_changes_nothing() -> None:
    text, kinds = edits(SHOWN_UNBUILT, "10")
    assert sorted(kinds) == ["insert-layer", "set-argument"]
    assert edits(text, "10") == (text, [])


def test_a_proposal_alone_is_made_too() -> None:
    text, kinds = edits(SHOWN_UNBUILT, None)
    assert kinds == ["insert-layer"]
    assert edits(text, None) == (text, [])
