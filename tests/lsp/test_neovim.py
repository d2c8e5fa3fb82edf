"""Neovim, headless, with the lines of docs/editors.md: errors, hints, a hover, a repair."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lsp.test_server import NET

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def nvim() -> str:
    """Return the binary beside the interpreter; skip where it cannot run."""
    beside = str(Path(sys.executable).parent)
    command = shutil.which("nvim", path=beside) or shutil.which("nvim")
    if command is None:
        pytest.skip("Neovim is not installed")
    try:
        done = subprocess.run([command, "--version"], capture_output=True, text=True)
    except OSError as error:
        pytest.skip(f"Neovim does not run here: {error}")
    if done.returncode != 0:
        pytest.skip(f"Neovim does not run here: {done.stderr}")
    return command


def test_neovim_shows_and_repairs(tmp_path: Path) -> None:
    net = tmp_path / "net.py"
    net.write_text(NET)
    kfix = tmp_path / "bin" / "kfix"
    kfix.parent.mkdir()
    kfix.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m kfix "$@"\n')
    kfix.chmod(0o755)
    [lines] = re.findall(r"```lua\n(.*?)```", (ROOT / "docs/editors.md").read_text(), re.DOTALL)
    (tmp_path / "init.lua").write_text(lines)
    command = [nvim(), "--headless", "-u", "init.lua", "-i", "NONE", "-n", "-l"]
    path = f"{kfix.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [*command, str(HERE / "nvim.lua"), str(net)],
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert net.read_text() == NET
