"""`kfix server` and `kfix mcp` are commands; files of these names are checked as paths."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import kfix
from tests.cli.test_main import WRONG

KFIX = [sys.executable, "-m", "kfix"]


@pytest.mark.parametrize("name", ["server", "mcp"])
def test_a_file_of_that_name_is_checked_as_a_path(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(WRONG)
    command = [*KFIX, f"./{name}", "--target", "10", "--check"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, "KFX101" in done.stdout) == (1, True)


@pytest.mark.parametrize("name", ["server", "mcp"])
def test_the_help_is_printed_and_other_arguments_are_refused(name: str) -> None:
    done = subprocess.run([*KFIX, name, "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: kfix {name}")
    done = subprocess.run([*KFIX, name, "model.py"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")


def test_an_editor_can_see_whether_the_server_would_start() -> None:
    done = subprocess.run([*KFIX, "server", "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"kfix server {kfix.__version__}\n")
    program = (
        "import sys; sys.modules['pygls'] = None; sys.argv = ['kfix', 'server', '--version']\n"
        "from kfix.cli.main import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize(
    ("name", "module", "extra"), [("server", "pygls", "lsp"), ("mcp", "mcp", "mcp")]
)
def test_a_missing_extra_is_named(name: str, module: str, extra: str) -> None:
    program = (
        f"import sys; sys.modules[{module!r}] = None; sys.argv = ['kfix', {name!r}]\n"
        "from kfix.cli.main import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 2
    assert f"pip install 'kfix-keras[{extra}]'" in done.stderr


def test_a_plain_run_imports_no_server() -> None:
    program = (
        "import atexit, os, sys; sys.argv = ['kfix', '--version']; import kfix.cli.main as m\n"
        "leave = os._exit\n"
        "def end(status):\n"
        "    known = {'pygls', 'lsprotocol', 'mcp', 'asyncio', 'IPython', 'kfix.api', 'kfix.lsp'}\n"
        "    print(sorted(known & sys.modules.keys()), flush=True); leave(status)\n"
        "os._exit = end; m.main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"
