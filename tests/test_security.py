"""What docs/security.md promises, held by canaries: files that exist only if something of the
checked tree was run.

Every test lays out a hostile tree and runs the real command on it, as a
process of its own that stands in that tree.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kfix.verify.verifier import Verifier

ROOT = Path(__file__).parent.parent
BROKEN = """\
from keras import Input, Sequential, layers

model = Sequential([
    Input(shape=(10, 8)),
    layers.LSTM(32),
    layers.LSTM(16),
])
"""
MODES = (
    ["--check"],
    ["--summary"],
    ["--dry-run"],
    ["--unsafe"],
    ["--check", "--output-format", "json"],
)


class Tree:
    """A hostile tree. `canary` is the text of a program that leaves the file `mark`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "tree"
        self.folder.mkdir()
        self.mark = folder / "mark"
        self.canary = f"open({str(self.mark)!r}, 'w').close()\n"

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def program(self, name: str) -> Path:
        """Return a program that leaves the mark, for any Python, a shell included."""
        path = self.write(name, f"#!{sys.executable}\n{self.canary}")
        path.chmod(0o755)
        return path

    def run(self, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def kfix(self, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-P", "-m", "kfix", *args, **env)


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    tree = Tree(tmp_path)
    yield tree
    assert not tree.mark.exists(), "something of the tree was run"


def hooks() -> list[str]:
    """Return the entries of the hooks.

    The file is simple enough to be read without a reader of YAML.
    """
    return re.findall(
        r"^  entry: (.+)$", (ROOT / ".pre-commit-hooks.yaml").read_text(), re.MULTILINE
    )


def test_the_canary_sings(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    assert tree.run(str(tree.program("evil.py"))).returncode == 0
    assert tree.mark.exists()


# --- file names -----------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", hooks())
@pytest.mark.parametrize("place", ["x", "absolute"])
def test_a_file_name_is_no_option_in_a_hook(tree: Tree, entry: str, place: str) -> None:
    evil = tree.program("x/evil.py")
    # A folder called `--verify-python=` makes the name of the file in it look like an absolute
    # path.
    python = "x/evil.py" if place == "x" else str(evil)
    names = ["--verify", f"--verify-python={python}", "--unsafe", "-q", "--target=10", "model.py"]
    for name in names:
        tree.write(name, BROKEN)
    command, *options = shlex.split(entry)
    assert command == "kfix"
    result = tree.kfix(*options, *names)
    assert result.returncode == ("--check" in options)
    assert "6 files, 6 models" in result.stderr


@pytest.mark.parametrize("entry", hooks())
def test_every_hook_ends_its_options(entry: str) -> None:
    assert shlex.split(entry)[-1] == "--"


@pytest.mark.parametrize("how", ["relative", "absolute", "link", "name", "venv"])
def test_no_interpreter_of_the_tree_is_started(tree: Tree, tmp_path: Path, how: str) -> None:
    evil = tree.program("bin/evil")
    tree.write("model.py", BROKEN)
    outside = tmp_path / "outside"
    outside.symlink_to(evil)
    given = {
        "relative": "bin/evil",
        "absolute": str(evil),
        "link": str(outside),
        "name": "evil",
        "venv": str(evil),
    }[how]
    if how == "venv":
        evil.unlink()
        evil.symlink_to(sys.executable)
    for named in ("model.py", ".", "bin/../model.py"):
        result = tree.kfix(
            named, "--verify", "--verify-python", given, PATH=f"{evil.parent}{os.pathsep}bin"
        )
        assert result.returncode == 2
        assert "--verify-python" in result.stderr


def test_names_are_taken_as_they_stand(tree: Tree) -> None:
    for name in ("$HOME.py", "%USERPROFILE%.py", "~.py", "@args.py", "*.py"):
        tree.write(name, BROKEN)
        assert tree.kfix("--check", "--", name).stdout.startswith(f"{name}:6:5: error KFX201")


# --- texts ----------------------------------------------------------------------------------------


def test_no_text_of_a_program_is_run(tree: Tree) -> None:
    tree.write("settings.py", f"{tree.canary}N = 10\n")
    tree.write("data.npy", tree.canary)
    tree.write("sub/__init__.py", tree.canary)
    text = f"""\
import keras, numpy as np, settings, os, subprocess, importlib, pickle
from keras import layers
from settings import N
from sub import *
{tree.canary}
exec({tree.canary!r}); eval({tree.canary.strip()!r}); os.system("touch {tree.mark}")
subprocess.run(["touch", {str(tree.mark)!r}])
importlib.import_module("settings"); __import__("settings")
data = np.load("data.npy", allow_pickle=True); pickle.load(open("data.npy", "rb"))
def mark(value={tree.canary.strip()}):
    {tree.canary}
    return value
class Meta(type):
    def __new__(cls, *a): {tree.canary}
@mark
class Own(layers.Layer, metaclass=Meta):
    {tree.canary}
    def call(self, x):
        {tree.canary}
        return x
model = keras.Sequential([keras.Input((28, 28, N)),
    layers.Lambda(lambda x: eval({tree.canary.strip()!r})), Own()])
model.add(layers.Dense(eval("{"1" * 3}"), kernel_initializer=mark))
f"{{{tree.canary.strip()}}}"
""".replace("    " + tree.canary, "    " + tree.canary.strip())
    tree.write("model.py", text)
    notebook = {
        "cells": [
            {
                "cell_type": "code",
                "metadata": {},
                "outputs": [],
                "execution_count": None,
                "source": source,
            }
            for source in (
                f"!touch {tree.mark}\n%run model.py",
                f"%%bash\ntouch {tree.mark}",
                BROKEN,
            )
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    tree.write("book.ipynb", json.dumps(notebook))
    for mode in MODES:
        result = tree.kfix(".", *mode, KFIX_DEBUG="1")
        assert "Traceback" not in result.stderr
        assert result.returncode in (0, 1), result.stderr


SHADOWS = (
    "typing",
    "kfix",
    "click",
    "libcst",
    "keras",
    "tensorflow",
    "numpy",
    "json",
    "sitecustomize",
    "site",
    "ast",
)


@pytest.mark.parametrize(
    "command", [[sys.executable, "-P", "-m", "kfix"], [str(Path(sys.executable).parent / "kfix")]]
)
def test_modules_beside_the_program_are_not_imported(tree: Tree, command: list[str]) -> None:
    for name in SHADOWS:
        tree.write(f"{name}.py", tree.canary)
        tree.write(f"{name}/__init__.py", tree.canary)
    tree.write("encodings/own.py", tree.canary)
    tree.write("model.py", "# coding: own\n" + BROKEN)
    tree.write("other.py", BROKEN)
    result = tree.run(*command, ".", "--check")
    assert "other.py:6:5: error KFX201" in result.stdout


# --- configuration --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["verify", "verify-python", "verify_python", "python", "unsafe", "plugins", "pick"]
)
def test_the_configuration_names_no_program(tree: Tree, key: str) -> None:
    tree.program("evil.py")
    tree.write("pyproject.toml", f"[tool.kfix]\n{key} = './evil.py'\n")
    tree.write("model.py", BROKEN)
    result = tree.kfix("model.py")
    assert result.returncode == 2
    assert "no key" in result.stderr


# --- what is written ------------------------------------------------------------------------------

HELPER = """\
from keras import layers

def second():
    return layers.LSTM(32)
"""
USES = """\
from keras import Input, Sequential, layers
from {module} import second

model = Sequential([Input(shape=(10, 8)), second(), layers.LSTM(16)])
"""
OUTSIDE = ("...outside.helper", "..link.helper", "..lone")


@pytest.mark.parametrize("module", OUTSIDE)
@pytest.mark.parametrize("options", [[], ["--unsafe"], ["--pick", "1"]])
def test_nothing_outside_the_tree_is_written(
    tree: Tree, tmp_path: Path, module: str, options: list[str]
) -> None:
    outside = tmp_path / "outside" / "helper.py"
    outside.parent.mkdir()
    outside.write_text(HELPER)
    tree.write("setup.cfg", "")
    (tree.folder / "link").symlink_to(outside.parent)
    (tree.folder / "lone.py").symlink_to(outside)
    program = tree.write("net/model.py", USES.format(module=module))
    for named in ("net/model.py", "net", "."):
        result = tree.kfix(named, *options)
        assert result.returncode == 1
        assert "outside the project" in result.stdout
        assert "return_sequences" in result.stdout
        assert outside.read_text() == HELPER
        assert program.read_text() == USES.format(module=module)


def test_a_file_outside_is_written_where_it_is_named(tree: Tree, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text(HELPER)
    tree.write("model.py", USES.format(module="..outside"))
    assert tree.kfix("model.py", str(outside)).returncode == 0
    assert outside.read_text() == HELPER.replace("LSTM(32)", "LSTM(32, return_sequences=True)")


def test_a_link_in_the_tree_leads_nowhere(tree: Tree, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text(BROKEN)
    tree.write("pyproject.toml", "[tool.kfix.targets]\n'*.py' = 10\n")
    (tree.folder / "model.py").symlink_to(outside)
    assert "outside the project" in tree.kfix(".").stdout
    assert outside.read_text() == BROKEN


# --- real Keras -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def keras(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Verifier]:
    """Return the process with real Keras, started in an environment that would have it run
    canaries.
    """
    folder = tmp_path_factory.mktemp("environment")
    tree = Tree(folder)
    for name in SHADOWS:
        tree.write(f"{name}.py", tree.canary)
    here = os.getcwd()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PYTHONPATH", "PYTHONUSERBASE", "PYTHONHOME"):
            patch.setenv(name, str(tree.folder))
        patch.setenv("PYTHONSTARTUP", str(tree.folder / "site.py"))
        os.chdir(tree.folder)
        try:
            verifier = Verifier()
            verifier.ask({"sequential": True, "inputs": [], "nodes": []})
        finally:
            os.chdir(here)
    yield verifier
    verifier.close()
    assert not tree.mark.exists(), (
        "the interpreter with Keras imported something of the environment"
    )


def layer(cls: str, *args: object, library: str = "keras", **kwargs: object) -> dict[str, Any]:
    return {"library": library, "cls": cls, "args": list(args), "kwargs": kwargs}


def asked(keras: Verifier, spec: dict[str, Any]) -> str:
    node = {"id": 0, "uid": 1, "layer": spec, "args": [{"tensor": [-1, 0]}], "kwargs": {}}
    answer = keras.ask(
        {
            "sequential": True,
            "inputs": [[None, 4]],
            "nodes": [node],
            "input_nodes": [],
            "outputs": [],
        }
    )
    return str(answer.get("error", "built"))


@pytest.mark.skipif(os.name == "nt", reason="the user's folder has another variable there")
def test_a_cache_of_the_tree_has_no_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An attacker's kfix has kept results for the very files; it was told to see no finding."""
    tree = Tree(tmp_path)
    tree.write("setup.cfg", "")
    for name in ("m.py", "n.py"):
        tree.write(name, BROKEN)

    def run(user: str) -> str:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / user))
        done = subprocess.run(
            [sys.executable, "-P", "-m", "kfix", "--check", "."],
            cwd=tree.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    expected = run("attacker")
    assert expected.count("KFX201") >= 2
    key = bytes.fromhex("00" * 32)
    for path in (tree.folder / ".kfix_cache").glob("*/*"):
        entry = path.read_bytes().partition(b"\n")[2].replace(b"rank_mismatch:RankMismatch", b"x")
        sealed = b"\n".join([path.parent.name.encode(), path.name.encode(), entry])
        seal = hmac.new(key, sealed, hashlib.sha256).hexdigest().encode()
        path.write_bytes(seal + b"\n" + entry)
    assert run("victim") == expected


FUNCTION = {
    "class_name": "function",
    "module": "os",
    "config": "system",
    "registered_name": "function",
}


def test_keras_answers_what_is_its_own(keras: Verifier) -> None:
    assert asked(keras, layer("Dense", 3, activation="relu")) == "built"
    assert asked(keras, {"operation": "keras.ops.relu"}) == "built"
    assert asked(keras, {"operation": "operator.neg"}) == "built"


@pytest.mark.parametrize(
    "spec",
    [
        layer("Dense", 3, kernel_initializer={"dict": FUNCTION}),
        layer("Dense", {"dict": FUNCTION}),
        layer(
            "StackedRNNCells",
            [{"dict": {"class_name": "LSTMCell", "config": {"dict": {"units": 3}}}}],
        ),
        layer("deserialize", "x"),
        layer("Lambda", "os.system"),
        layer("TFSMLayer", "/somewhere"),
        layer("__builtins__"),
        layer("VGG16", library="applications", weights={"dict": {}}),
        layer("keras_applications", library="applications"),
    ],
)
def test_the_process_with_keras_makes_nothing_else(keras: Verifier, spec: dict[str, Any]) -> None:
    assert asked(keras, spec) != "built"


@pytest.mark.parametrize(
    "path",
    ["keras.layers.deserialize", "keras.models.load_model", "operator.methodcaller",
     "operator.call", "operator.attrgetter",
     "keras.ops.numpy.np.load", "keras.ops.add.__globals__", "keras.ops.__builtins__",
     "keras.ops", "os.system"],
)  # fmt: skip
def test_the_process_with_keras_calls_nothing_else(keras: Verifier, path: str) -> None:
    assert "not an operation" in asked(keras, {"operation": path})
