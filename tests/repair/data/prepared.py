"""Programs with data that is prepared otherwise than the model takes it, and what their repair changes."""

from __future__ import annotations

from typing import NamedTuple

from kfix.engine.pipeline import Settings, run_file
from kfix.engine.results import FileResult
from kfix.project.project import Project
from tests.verdicts import keras_refuses, text_of

FOLDERS = """\
for part in ("train", "test"):
    for name in ("cat", "dog"):
        for number in range(2):
            path = f"{part}/{name}/{number}.png"
            tf.io.gfile.makedirs(f"{part}/{name}")
            keras.utils.save_img(path, np.random.rand(20, 20, 3))
load = keras.utils.image_dataset_from_directory
"""


class Row(NamedTuple):
    """A program, what its first repair changes, and whether that is safe."""

    program: str
    changes: list[tuple[str, str]]
    is_safe: bool

    @property
    def repaired(self) -> str:
        """The program with the changes."""
        text = self.program
        for old, new in self.changes:
            assert old in text
            text = text.replace(old, new)
        return text


def result_of(program: str) -> FileResult:
    project = Project({"m.py": text_of(program).encode()})
    return run_file(project, "m.py", Settings(unsafe=True))


def assert_repaired(row: Row) -> None:
    """Assert that the first repair makes the changes, and is safe where it should be."""
    result = result_of(row.program)
    assert result.files["m.py"].decode() == text_of(row.repaired)
    [outcome] = result.models
    assert (outcome.repairs[0].repair.safety == "safe") == row.is_safe


def assert_trained(row: Row) -> None:
    """Assert that real Keras refuses the program, and runs the repaired one."""
    assert keras_refuses(row.program) is not None
    assert keras_refuses(row.repaired) is None
