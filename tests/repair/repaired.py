"""Programs that Keras refuses, repaired, and run by Keras as they are then."""

from __future__ import annotations

import textwrap

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project
from tests.verdicts import HEAD, keras_refuses, text_of

TRAINED = """
def data(shapes):
    shapes = shapes if isinstance(shapes, list) else [shapes]
    arrays = [np.zeros((4, *shape[1:])) for shape in shapes]
    return arrays if len(arrays) > 1 else arrays[0]

model.compile("adam", "mse")
model.fit(data(model.input_shape), data(model.output_shape), verbose=0)
"""
"""Code behind a program that trains its model for one step."""


def repaired(program: str) -> tuple[list[str], str]:
    """Return the kinds of the edits that are made, and the program after them."""
    project = Project({"m.py": text_of(program).encode()})
    result = run_file(project, "m.py", Settings(unsafe=True))
    assert result.error is None, result.error
    kinds = [
        spelled.edit.kind
        for model in result.models
        if model.applied is not None
        for spelled in model.applied.edits
    ]
    return kinds, result.files.get("m.py", b"").decode()[len(HEAD) :]


def check(program: str, *kinds: str) -> str:
    """Assert that Keras refuses the program, and trains its model after edits of these kinds."""
    program = textwrap.dedent(program)
    assert keras_refuses(program + TRAINED) is not None
    found, text = repaired(program)
    assert sorted(set(found)) == sorted(kinds), text
    assert keras_refuses(text + TRAINED) is None, text
    return text
