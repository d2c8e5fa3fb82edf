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
    "Functional": "keras.Model",
    "Input": "keras.Input",
}


@lru_cache(maxsize=4096)
def normalise(path: str) -> str:
    """`tensorflow.keras.layers.Dense` and `keras.src.layers.core.dense.Dense` are
    `keras.layers.Dense`.
    """
    changed = True
    while changed:
        changed = False
        for prefix in _KERAS:
            if path == prefix or path.startswith(prefix + "."):
                path = "keras" + path[len(prefix) :]
                changed = True
    for prefix in _TENSORFLOW:
        if path == prefix or path.startswith(prefix + "."):
            path = "tf" + path[len(prefix) :]
            break
    head, _, rest = path.partition(".")
    if head == "kerastuner":  # as it was called before 2021
        if rest:
            return f"keras_tuner.{rest}"
        return "keras_tuner"
    if head != "keras" or not rest:
        return path
    parts = rest.split(".")
    last = parts[-1]
    if last in _TOP and parts[0] in (
        last,
        "models",
        "layers",
        "sequential",
        "training",
        "input_layer",
        "functional",
    ):
        return _TOP[last]
    if len(parts) > 2 and (
        (parts[0] in ("layers", "applications") and last[:1].isupper()) or parts[1] == "merge"
    ):
        return f"keras.{parts[0]}.{last}"
    if parts[0] == "utils" and len(parts) > 2:
        return f"keras.utils.{last}"
    return path
