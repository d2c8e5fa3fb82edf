"""Modules of a project that only an import finds or fills: packages in `src`, registries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kfix.engine.reading import read
from kfix.engine.settings import Settings
from kfix.project.project import Project

HEAD = "from keras import Input, Model, layers\n"
IN_SRC = {
    "pyproject.toml": "",
    "src/mylib/__init__.py": "from .blocks import Head\n",
    "src/mylib/blocks.py": (
        "from keras import layers\n"
        "class Head(layers.Layer):\n"
        "    def __init__(self, units):\n"
        "        super().__init__()\n"
        "        self.dense = layers.Dense(units)\n"
        "    def call(self, x):\n"
        "        return self.dense(x)\n"
    ),
    "examples/train.py": HEAD + "from mylib import Head\n"
    "start = Input((8,))\n"
    "model = Model(start, Head(3)(layers.Dense(4)(start)))\n"
    "print(model.output_shape)\n",
}
REGISTRY = {
    "setup.py": "",
    "lib/__init__.py": "from .registry import create\nfrom . import blocks, unused\n",
    "lib/registry.py": (
        "TABLE = {}\n"
        "def register(name):\n"
        "    def decorate(function):\n"
        "        TABLE[name] = function\n"
        "        return function\n"
        "    return decorate\n"
        "def create(name):\n"
        "    if name not in TABLE:\n"
        "        raise ValueError(name)\n"
        "    return TABLE[name]\n"
    ),
    "lib/blocks/__init__.py": "from . import plain\n",
    "lib/blocks/plain.py": (
        "from keras import layers\n"
        "from ..registry import register\n"
        "@register('plain')\n"
        "def plain(x):\n"
        "    return layers.Dense(8)(x)\n"
    ),
    "lib/unused.py": (
        "from .registry import register\n@register('other')\ndef other(x):\n    return x\n"
    ),
    "train.py": HEAD + "from lib import create\n"
    "start = Input((4,))\n"
    "model = Model(start, layers.Dense(2)(create('plain')(start)))\n"
    "print(model.output_shape)\n",
}


@pytest.mark.parametrize(
    ("files", "program"), [(IN_SRC, "examples/train.py"), (REGISTRY, "train.py")]
)
def test_what_python_imports_is_read(
    files: dict[str, str], program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    project = Project()
    reading = read(project, str(tmp_path / program), Settings())
    (trace,) = [group.traces[0] for group in reading.groups if group.models[0].name == "model"]
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'src'}")
    ran = subprocess.run(
        [sys.executable, str(tmp_path / program)], capture_output=True, text=True, check=True
    )
    assert str(trace.outputs[0]) == ran.stdout.strip()
    assert not any(path.endswith("unused.py") for path in project.loaded())


def test_folders_without_programs_lie_on_the_way_to_the_root(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "lib/__init__.py", "tests/deep/layers/test_one.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    program = tmp_path / "tests" / "deep" / "layers" / "test_one.py"
    found = Project().locate(str(program), "lib", 0)
    assert found is not None
    assert Path(found).resolve() == (tmp_path / "lib" / "__init__.py").resolve()
    (tmp_path / "pyproject.toml").unlink()
    assert Project().locate(str(program), "lib", 0) is None
