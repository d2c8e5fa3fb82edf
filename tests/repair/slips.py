"""Programs that are repaired by lines that go and lines that come; real Keras builds the result."""

from __future__ import annotations

from typing import NamedTuple

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.engine.results import FileResult
from kfix.model.target import parse_target
from tests import real_keras


class Slip(NamedTuple):
    """A program, what is wanted of it, and the lines that go and come."""

    target: str | None
    gone: tuple[str, ...]
    come: tuple[str, ...]
    program: str


def repaired(slip: Slip) -> FileResult:
    project = Project({"p.py": slip.program.lstrip("\n").encode()})
    return run_file(project, "p.py", Settings(target=slip.target))


def check_lines(slip: Slip) -> None:
    """Check that these lines go, those come, and no others."""
    result = repaired(slip)
    assert result.error is None
    lines = [line for line in result.diff.splitlines() if line[:3] not in ("---", "+++")]
    assert tuple(line[1:].strip() for line in lines if line[:1] == "-") == slip.gone
    assert tuple(line[1:].strip() for line in lines if line[:1] == "+") == slip.come


def check_built(slip: Slip) -> None:
    """Keras builds the result, and it gives the target."""
    built = real_keras.build(repaired(slip).files["p.py"].decode())
    assert built.refusal is None, built
    if slip.target is not None:
        assert parse_target(slip.target).met_by(built.shape)
