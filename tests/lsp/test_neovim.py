"""Neovim, headless: diagnostics, hints, a hover and the preferred repair in a real editor."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lsp.test_server import NET

HERE = Path(__file__).parent


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
    server = [sys.executable, "-P", "-m", "kfix", "server"]
    command = [nvim(), "--headless", "-u", "NONE", "-i", "NONE", "-n", "-l"]
    done = subprocess.run(
        [*command, str(HERE / "nvim.lua"), str(net), *server],
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert net.read_text() == NET
