"""Real Keras as the judge: builds the model of a program without allocating its weights.

Only for programs that we wrote ourselves (fixtures, generated mutants): they
are executed here, with the data sets, training and printing taken out.
"""

from __future__ import annotations

import ast
import json
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

# What costs time or needs weights, and has no part in a model's shape.
NOT_RUN = frozenset({"compile", "fit", "evaluate", "predict", "summary", "print", "save"})

# Loaders of folders that are not there, and what is made of them.
NO_DATA = frozenset({"flow_from_directory", "image_dataset_from_directory", "ImageDataGenerator"})

DATA_SETS = {
    "mnist": ((100, 28, 28), (100,)),
    "fashion_mnist": ((100, 28, 28), (100,)),
    "cifar10": ((100, 32, 32, 3), (100, 1)),
    "cifar100": ((100, 32, 32, 3), (100, 1)),
}

Shape = tuple[int | None, ...]


class Built:
    """What became of a model in real Keras: its output shape and parameter count, or Keras's
    refusal.
    """

    def __init__(self, shape: Shape | None, params: int | None, refusal: str | None) -> None:
        self.shape = shape
        self.params = params
        self.refusal = refusal

    def __repr__(self) -> str:
        return (
            f"refused: {self.refusal}"
            if self.refusal is not None
            else f"{self.shape}, {self.params} parameters"
        )


@contextmanager
def weightless() -> Iterator[None]:
    """Return a scope in which Keras builds models without allocating their weights.

    Keras keeps a list of the variables it still has to make, and makes them
    when the scope is left: the list is emptied before that.
    """
    import keras
    from keras.src.backend.common import global_state
    from keras.src.random.seed_generator import global_seed_generator

    # made in the scope it would have no value, and later programs would stumble over it
    global_seed_generator()
    waiting = global_state.get_global_attribute("uninitialized_variables")
    with keras.StatelessScope(initialize_variables=False):
        global_state.set_global_attribute("uninitialized_variables", [])
        try:
            yield
        finally:
            global_state.set_global_attribute("uninitialized_variables", waiting or [])


def program(path: Path, data: bytes | None = None) -> str:
    """Return what is to be run of a file (or of other contents of it): of a notebook the code
    without magics.
    """
    text = (path.read_bytes() if data is None else data).decode()
    if path.suffix == ".py":
        return text
    cells = [
        "".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"
    ]
    return "\n".join(
        line for cell in cells for line in cell.splitlines() if not line.startswith(("%", "!"))
    )


def build(source: str, name: str = "model", given: Shape | None = None) -> Built:
    """Run the model-building part of `source` and looks at the model called `name`.

    `given` is the input shape that the data gives a model which does not say it.
    """
    space: dict[str, Any] = {"__name__": "program"}
    with _scope(source), _small_data(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(_quick(ast.parse(source)), "<program>", "exec", dont_inherit=True), space)
            model = space[name]
            if given is not None and not model.built:
                model.build(given)
            return Built(tuple(model.output_shape), model.count_params(), None)
        except (ValueError, TypeError, AttributeError, IndexError, ZeroDivisionError) as error:
            return Built(None, None, _first_line(error))


def _scope(source: str) -> AbstractContextManager[None]:
    """Stateful layers make variables at once, which no scope takes: their (small) models get their
    weights.
    """
    return nullcontext() if "stateful=True" in source else weightless()


def _quick(module: ast.Module) -> ast.Module:
    """Return the module without what takes time, and with no weights to download."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "weights" and isinstance(keyword.value, ast.Constant):
                    keyword.value.value = None
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [statement for statement in body if not _is_left_out(statement)]
            node.body = kept or [ast.Pass()]  # type: ignore[attr-defined]
    return ast.fix_missing_locations(module)


def _is_left_out(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.ImportFrom) and any(
        alias.name in NO_DATA for alias in statement.names
    ):
        return True
    if not isinstance(statement, ast.Expr | ast.Assign):
        return False
    for node in ast.walk(statement):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in NOT_RUN or name in NO_DATA:
                return True
    return False


@contextmanager
def _small_data() -> Iterator[None]:
    """Make the data sets of Keras give a hundred zeros in place of a download."""
    import keras
    import numpy as np
    import tensorflow as tf

    def loader(x: tuple[int, ...], y: tuple[int, ...]) -> Any:
        pair = (np.broadcast_to(np.uint8(0), x), np.broadcast_to(np.uint8(0), y))
        return lambda *_, **__: (pair, pair)

    places = [module.datasets for module in (keras, tf.keras)]
    saved = [
        (getattr(place, name), getattr(place, name).load_data)
        for place in places
        for name in DATA_SETS
    ]
    try:
        for place in places:
            for name, (x, y) in DATA_SETS.items():
                getattr(place, name).load_data = loader(x, y)
        yield
    finally:
        for module, function in saved:
            module.load_data = function


def _first_line(error: Exception) -> str:
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
    return text.splitlines()[0] if text else type(error).__name__
