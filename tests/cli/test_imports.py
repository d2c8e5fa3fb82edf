"""What the command line imports."""

import subprocess
import sys
from pathlib import Path

import pytest

RUN = """
import sys
from click.testing import CliRunner
from kfix.cli.main import command
assert CliRunner().invoke(command, ["--check", sys.argv[1]]).exit_code == 0
print(*sorted(sys.modules))
"""


@pytest.mark.parametrize(
    ("program", "expected"), [("import os\n", False), ("import keras\n", True)]
)
def test_libcst_is_imported_for_keras_only(tmp_path: Path, program: str, expected: bool) -> None:
    path = tmp_path / "program.py"
    path.write_text(program)
    run = subprocess.run(
        [sys.executable, "-c", RUN, str(path)], capture_output=True, text=True, check=True
    )
    modules = run.stdout.split()
    for heavy in ("libcst", "kfix.engine.file_run", "kfix.shapes.trace"):
        assert (heavy in modules) is expected
