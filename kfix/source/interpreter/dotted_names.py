"""The dotted names of libraries, normalised: one name for one thing, however it is imported."""

from __future__ import annotations

from functools import lru_cache

_KERAS = (
    "tensorflow.python.keras",
    "tensorflow.compat.v1.keras",
    "tensorflow.compat.v2.keras",
    "tensorflow.contrib.keras",
    "tensorflow.keras",
    "tf.python.keras",
    "tf.compat.v1.keras",
    "tf.compat.v2.keras",
    "tf.contrib.keras",
    "tf.keras",
    "tf_keras",
    "keras.api._v2.keras",
    "keras.api._v1.keras",
    "keras.api",
    "keras.src",
    "keras.engine",
    "keras.legacy",
)
_TENSORFLOW = (
    "tensorflow.compat.v1",
    "tensorflow.compat.v2",
    "tensorflow",
    "tf.compat.v1",
    "tf.compat.v2",
)
_TOP = {
    "Sequential": "keras.Sequential",
    "Model": "keras.Model",
    "Functional": "keras.Functional",
    "Input": "keras.Input",
}
_MODULES = {"models", "layers", "sequential", "training", "input_layer", "functional"}
"""Modules of Keras that its classes of models, and `Input`, are or were imported from."""


@lru_cache(maxsize=4096)
def normalise(path: str) -> str:
    """Return the one name of a thing of a library.

    `tensorflow.keras.layers.Dense` and `keras.src.layers.core.dense.Dense` are
    `keras.layers.Dense`.
    """
    path = _with_short_library(path)
    head, _, rest = path.partition(".")
    if head == "kerastuner":  # as it was called before 2021
        return path.replace(head, "keras_tuner", 1)
    if head == "keras" and rest:
        return _without_submodules(path, rest.split("."))
    return path


def _with_short_library(path: str) -> str:
    """Return the name with `keras` for every package that Keras was in, `tf` for TensorFlow."""
    behind = _behind(path, _KERAS)
    while behind is not None:
        path = f"keras{behind}"
        behind = _behind(path, _KERAS)
    behind = _behind(path, _TENSORFLOW)
    if behind is None:
        return path
    return f"tf{behind}"


def _behind(path: str, packages: tuple[str, ...]) -> str | None:
    """Return what follows the first package that a name is in, with its dot; `None` without one."""
    for package in packages:
        if path == package or path.startswith(f"{package}."):
            return path[len(package) :]
    return None


def _without_submodules(path: str, parts: list[str]) -> str:
    """Return a name of Keras (its `parts` behind `keras`) without the modules it is written in."""
    first, last = parts[0], parts[-1]
    if last in _TOP and (first in _MODULES or first == last):
        return _TOP[last]
    if len(parts) < 3:
        return path
    is_class = first in ("layers", "applications") and last[:1].isupper()
    if is_class or first == "utils" or parts[1] == "merge":
        return f"keras.{first}.{last}"
    return path
