"""Every function of `keras.ops` and of NumPy that has a rule, with every kind of axis.

Random calls (`calls.py`) reach the functions that somebody thought of; these reach all of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from operator import attrgetter

import numpy as np

from kfix.shapes.operations.table import names
from tests.shapes.judge import keras
from tests.shapes.operations.calls import Drawn, T

X = T((3, 4))
IMAGES = T((2, 8, 8, 3))
AXES = (None, 0, -1, 5, -3, (0, 1), "0")

ARGUMENTS: dict[str, tuple[object, ...]] = {
    "percentile": (X, 50), "nanpercentile": (X, 50), "quantile": (X, [0.2, 0.5]),
    "nanquantile": (X, 0.5), "bincount": (T((5,)),), "moments": (X, 0), "top_k": (X, 2),
    "one_hot": (T((3,)), 5), "hsplit": (X, 2), "vsplit": (X, 3), "delete": (X, 1),
    "insert": (X, 1, 0.0), "cast": (X, "int32"), "astype": (X, "int32"),
    "saturate_cast": (X, "int32"), "identity": (3,), "ones": ((2, 3),), "empty": ((2, 3),),
    "convolve": (T((5,)), T((3,))), "correlate": (T((5,)), T((3,))), "linspace": (X, X),
    "threshold": (X, 1, 0), "fft": ((X, X),), "fft2": ((X, X),), "ifft2": ((X, X),),
    "in_top_k": (T((3,)), X, 2), "slice": (X, (0, 1), (2, 3)), "max_pool": (IMAGES, 2),
    "average_pool": (IMAGES, 2), "conv": (IMAGES, T((3, 3, 3, 5))), "logspace": (X, X),
    "depthwise_conv": (IMAGES, T((3, 3, 3, 2))), "image.resize": (IMAGES, (4, 5)),
    "image.rgb_to_grayscale": (IMAGES,), "image.rgb_to_hsv": (IMAGES,),
    "image.hsv_to_rgb": (IMAGES,), "image.extract_patches": (IMAGES, 3),
    "compress": ([True, False, True], X), "reshape": (X, (4, 3)), "geomspace": (1, 9),
    "batch_normalization": (X, T((4,)), T((4,))), "multi_hot": (X, 5), "norm": (X,),
    "rollaxis": (X,), "roll": (X, 1), "dstack": ([X, X],), "space_to_depth": (IMAGES, 2),
    "depth_to_space": (T((2, 8, 8, 4)), 2),
}  # fmt: skip
"""The arguments of the functions that take neither one tensor alone nor two of one shape."""

NOT_ASKED = {
    "keras": "where ndim shape select convert_to_numpy sparse_categorical_crossentropy",
    "numpy": "select shape size ndim",
}
"""Functions whose result on a KerasTensor is not the one that they give when they are run, which
is that of the rule; those that give no tensor; `select` of one condition, which is rarely written;
and a cross-entropy, whose axis no rule checks.
"""


def function(library: str, name: str) -> object:
    """Return the real function that a name of the table means in a library, `None` without one."""
    only, _, name = name.rpartition(":")
    if only not in ("", library) or (library == "numpy" and "random" in name):
        return None
    try:
        found: object = attrgetter(name)(keras().ops if library == "keras" else np)
    except AttributeError:
        return None
    return found if callable(found) else None


def swept(library: str) -> Iterator[list[Drawn]]:
    """Yield calls of each function of a library: without an axis, and with each if it takes one."""
    for name in names():
        real = function(library, name)
        name = name.rpartition(":")[2]
        if real is None or name in NOT_ASKED[library].split():
            continue
        axes = AXES if _takes_axis(real) else ()
        for args in [ARGUMENTS[name]] if name in ARGUMENTS else [(X,), (X, X)]:
            yield [Drawn(name, args, {}), *(Drawn(name, args, {"axis": axis}) for axis in axes)]


def _takes_axis(real: object) -> bool:
    try:
        return "axis" in inspect.signature(real).parameters  # type: ignore[arg-type]
    except (TypeError, ValueError):  # NumPy's ufuncs
        return False
