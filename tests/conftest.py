"""The marker `keras`: tests that ask real Keras, told apart from those that run without TensorFlow.

A module of tests has the marker if it, or a helper of the tests that it imports, imports Keras or
TensorFlow anywhere, in a function too, or executes the text of a program with `exec`.
`pytest -m "not keras"` does not even import such a module, so that a run without
TensorFlow pays nothing for it, and refuses the import to every other.
"""

from __future__ import annotations

import ast
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

# A deadline in seconds fails on a machine that is busy with something else.
settings.register_profile("kfix", deadline=None)
settings.load_profile("kfix")

# The commands that tests run keep the key of their caches apart from the user's.
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="kfix-tests-")

# Without oneDNN, which TensorFlow leaves off on older processors, a convolution of
# channels_first has no gradient.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

ROOT = Path(__file__).parents[1]
WITHOUT = "not keras"
REAL = ("keras", "tensorflow", "keras_tuner", "tensorflow_hub")


def _imported(path: Path) -> set[str]:
    """Return the dotted names of all that a module imports, in its functions and by name too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called == "exec":  # of a program, which imports Keras
                names.add("keras")
            elif called in ("pytest.importorskip", "importlib.import_module", "import_module"):
                names.update(str(ast.literal_eval(arg)) for arg in node.args[:1] if _literal(arg))
    return names


def _literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


@cache
def asks_keras(path: Path) -> bool:
    """Return whether a module of the tests imports Keras, itself or through another module here."""
    for name in _imported(path):
        if name.partition(".")[0] in REAL or name == "kfix.verify.verifier.Verifier":
            return True
        helper = ROOT.joinpath(*name.split(".")).with_suffix(".py")
        own = name.partition(".")[0] in ("tests", "scripts") and helper.is_file()
        if own and helper != path and asks_keras(helper):
            return True
    return False


class Refusal:
    """A finder of modules that refuses Keras where the tests are to run without it."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Raise for Keras and TensorFlow; leave every other module to the next finder."""
        if name in REAL:
            raise AssertionError(
                f"this test imports {name}: mark its module with pytest.mark.keras"
            )
        return None


def pytest_configure(config: pytest.Config) -> None:
    """Refuse Keras to the tests that are not marked, where only those run."""
    if config.getoption("markexpr") == WITHOUT:
        sys.meta_path.insert(0, Refusal)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave modules that ask Keras out of `-m "not keras"` before they are imported."""
    without = config.getoption("markexpr") == WITHOUT
    if without and collection_path.suffix == ".py" and asks_keras(collection_path):
        return True
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of a module that asks Keras."""
    for item in items:
        if asks_keras(item.path):
            item.add_marker(pytest.mark.keras)


@pytest.fixture(autouse=True)
def _without_graphs(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run TensorFlow's functions eagerly in the tests that ask Keras.

    A graph costs more than the few steps of training that it is made for, and Keras refuses the
    same without one. The marker `graphs` is for tests of what only a graph does, as its errors.
    """
    asks = request.node.get_closest_marker("keras") is not None
    if not asks or request.node.get_closest_marker("graphs") is not None:
        yield
        return
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)
