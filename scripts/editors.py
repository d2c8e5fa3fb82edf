"""Drives real editors: `python scripts/editors.py [--pictures FOLDER]`, which is `make editors`.

VS Code (code-server) and JupyterLab run headless in Chromium, with what a person would do. What
they need is installed into build/editors first: Node 24 and code-server from npm, JupyterLab from
the index. Chromium and Node with npm must be there; what is missing is named, and the step that
needs it is skipped with exit status 0. The pictures of docs/ are made here.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "editors"
TESTS = ROOT / "editors" / "test"
EXTENSION = ROOT / "editors" / "vscode"
NODE = "24.21.0"
JUPYTERLAB = "4.6.6"
PATIENCE = 1_800
"""Seconds that an installation may take."""
COMPILING = {"CFLAGS": "-O0", "CXXFLAGS": "-O0", "JOBS": "max"}
"""How code-server compiles its parts: with optimization that takes ten times as long."""
COMMENT = "# kfix: target=10\n"
NET = """from keras import Sequential, layers

# kfix: target=10
model = Sequential([
    layers.Input((28, 28, 1)),
    layers.Conv2D(32, 3, activation="relu"),
    layers.MaxPooling2D(),
    layers.Dropout(0.25),
    layers.Dense(10, activation="softmax"),
])
model.summary()
"""
SETTINGS = {
    "chat.disableAIFeatures": True,
    "editor.fontSize": 14,
    "editor.minimap.enabled": False,
    "extensions.autoUpdate": False,
    "extensions.ignoreRecommendations": True,
    "files.autoSave": "off",
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "workbench.activityBar.location": "hidden",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
    "workbench.colorTheme": "Default Light Modern",
}


class Skipped(Exception):
    """What is missing for a step."""


def chromium() -> str:
    """Return Chromium's path; raise `Skipped`."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if (found := shutil.which(name)) is not None:
            return found
    raise Skipped("no Chromium: apt-get install chromium")


def installed(command: Sequence[str], folder: Path, what: str) -> None:
    """Run an installation; raise `Skipped` where it fails."""
    log = BUILD / f"{what}.log"
    with log.open("w") as file:
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env={**environment(), **COMPILING},
                stdout=file,
                stderr=file,
                timeout=PATIENCE,
            )
        except subprocess.TimeoutExpired:
            raise Skipped(f"{what} is not installed after {PATIENCE} s: {log}") from None
    if done.returncode != 0:
        raise Skipped(f"{what} cannot be installed: {log}")


def environment() -> dict[str, str]:
    """Return the environment with Node 24 and the `kfix` of this folder first on the PATH."""
    folders = [BUILD / "bin", BUILD / "node" / "node_modules" / ".bin"]
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


def prepare() -> None:
    """Install Node 24 and put a command `kfix` of this folder into build/editors/bin."""
    if shutil.which("npm") is None:
        raise Skipped("no npm")
    for name in ("bin", "node", "pictures"):
        (BUILD / name).mkdir(parents=True, exist_ok=True)
    script(BUILD / "bin" / "kfix", f'exec "{sys.executable}" -P -m kfix "$@"')
    if not (BUILD / "node" / "node_modules" / ".bin" / "node").exists():
        installed(["npm", "install", "--prefix", ".", f"node@{NODE}"], BUILD / "node", "node")


def script(path: Path, line: str) -> None:
    """Write a command of one line, which imports kfix from this folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\nexport PYTHONPATH="{ROOT}"\n{line}\n')
    path.chmod(0o755)


# --- VS Code ----------------------------------------------------------------------------------


def extension() -> Path:
    """Check, build and package the extension; return the .vsix."""
    if not (EXTENSION / "node_modules").exists():
        installed(["npm", "ci", "--no-audit", "--no-fund"], EXTENSION, "extension")
    for script in ("lint", "types", "package"):
        subprocess.run(["npm", "run", "--silent", script], cwd=EXTENSION, check=True)
    return EXTENSION / "dist" / "kfix.vsix"


def code_server() -> Path:
    """Install code-server and the browser's driver; return the folder."""
    folder = BUILD / "code-server"
    entry = folder / "node_modules" / "code-server" / "out" / "node" / "entry.js"
    if not entry.exists():
        folder.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(TESTS / name, folder)
        command = ["npm", "ci", "--no-audit", "--no-fund"]
        installed(command, folder, "code-server")
    for script in TESTS.glob("*.mjs"):
        shutil.copy(script, folder)
    return folder


def vscode(pictures: Path) -> None:
    """Drive the extension in VS Code."""
    browser = chromium()
    prepare()
    vsix = extension()
    folder = code_server()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name) / "project"
        (Path(name) / "data" / "User").mkdir(parents=True)
        work.mkdir()
        (work / "net.py").write_text(NET)
        script(work / ".venv" / "bin" / "python", f'exec "{sys.executable}" "$@"')
        (Path(name) / "data" / "User" / "settings.json").write_text(json.dumps(SETTINGS))
        port = free_port()
        config = Path(name) / "config.yaml"
        config.write_text(f"bind-addr: 127.0.0.1:{port}\nauth: none\ncert: false\n")
        server = ["node", "node_modules/code-server/out/node/entry.js", "--config", str(config)]
        server += ["--user-data-dir", f"{name}/data", "--extensions-dir", f"{name}/extensions"]
        run([*server, "--install-extension", str(vsix)], folder)
        server += ["--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"]
        with serving(server, folder, f"http://127.0.0.1:{port}/healthz"):
            url = f"http://127.0.0.1:{port}"
            run(["node", "vscode.mjs", url, str(work), browser, str(pictures)], folder)


# --- JupyterLab -------------------------------------------------------------------------------


def jupyterlab() -> Path:
    """Install JupyterLab and what kfix needs; return the folder of its commands."""
    folder = BUILD / "jupyter"
    if not (folder / "bin" / "jupyter-lab").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", f"jupyterlab=={JUPYTERLAB}"]
        installed([*pip, "-r", str(ROOT / "requirements.lock")], folder, "jupyterlab")
    return folder / "bin"


def jupyter(pictures: Path) -> None:
    """Drive the magics in JupyterLab."""
    browser = chromium()
    prepare()
    commands, folder = jupyterlab(), code_server()
    with tempfile.TemporaryDirectory() as name:
        sources = ["%load_ext kfix", "%%kfix --target 10 --fix\n" + NET.replace(COMMENT, "")]
        cells = [
            {
                "cell_type": "code",
                "source": source.rstrip(),
                "metadata": {},
                "outputs": [],
                "execution_count": None,
            }
            for source in sources
        ]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        work = Path(name) / "project"
        work.mkdir()
        (work / "net.ipynb").write_text(
            json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 4})
        )
        news = (
            Path(name) / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
        )
        news.parent.mkdir(parents=True)
        news.write_text('{"fetchNews": "false"}')
        port = free_port()
        server = [str(commands / "jupyter-lab"), "--no-browser", "--allow-root", f"--port={port}"]
        server += ["--IdentityProvider.token=", "--ServerApp.password=", f"--notebook-dir={work}"]
        server += [f"--LabApp.user_settings_dir={name}"]
        url = f"http://127.0.0.1:{port}"
        with serving(server, Path(name), f"{url}/api"):
            run(["node", "jupyter.mjs", url, browser, str(pictures)], folder)


# --- all of them ------------------------------------------------------------------------------


def run(command: Sequence[str], folder: Path) -> None:
    """Run a command that must succeed."""
    subprocess.run(command, cwd=folder, env=environment(), check=True, timeout=600)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(command: Sequence[str], folder: Path, url: str) -> Iterator[None]:
    """Run a server while the body runs, which begins when it answers."""
    log = (BUILD / "server.log").open("w")
    process = subprocess.Popen(command, cwd=folder, env=environment(), stdout=log, stderr=log)
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(url, timeout=5).close()
                break
            except OSError:
                time.sleep(0.25)
        yield
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def shrink(pictures: Path) -> None:
    """Make the pictures smaller: few colours are enough for an editor."""
    from PIL import Image

    for path in (*pictures.glob("vscode-*.png"), *pictures.glob("jupyter-*.png")):
        with Image.open(path) as picture:
            picture.convert("RGB").quantize(128).save(path, optimize=True)


def main() -> int:
    """Run all editors; exit with 1 where one of them fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, help="where the pictures go")
    given = parser.parse_args()
    failed = False
    BUILD.mkdir(parents=True, exist_ok=True)
    pictures = (given.pictures or BUILD / "pictures").resolve()
    pictures.mkdir(parents=True, exist_ok=True)
    for drive in (vscode, jupyter):
        try:
            print(f"== {drive.__name__}", flush=True)
            drive(pictures)
        except Skipped as missing:
            print(f"skipped: {missing}")
        except (subprocess.SubprocessError, OSError) as error:
            print(f"failed: {error}")
            failed = True
    shrink(pictures)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
