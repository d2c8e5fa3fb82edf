"""Writes what Keras knows by name when it trains: losses, metrics, optimizers, arguments.

Run it with the Keras that kfix is to know: `.venv/bin/python scripts/dump_training.py`.
"""

from __future__ import annotations

import inspect
import json
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras
import numpy as np
from keras.src import losses, metrics, optimizers

PATH = Path(__file__).parents[1] / "kfix/shapes/data/training.json"
CALLS = (
    *("compile", "fit", "evaluate", "predict", "train_on_batch", "test_on_batch"),
    "predict_on_batch",
)


def parameters(function: object) -> list[str]:
    """Return the names of the parameters of a function, without `self` and `**kwargs`."""
    assert callable(function)
    found = inspect.signature(function).parameters
    return [name for name in found if name not in ("self", "args", "kwargs")]


def required(function: object) -> list[str]:
    """Return the names of the parameters of a function that have no default."""
    assert callable(function)
    found = inspect.signature(function).parameters
    return [name for name in parameters(function) if found[name].default is inspect.Parameter.empty]


def is_open(function: object) -> bool:
    """Return whether a function takes keywords of any name."""
    assert callable(function)
    found = inspect.signature(function).parameters
    return any(one.kind is inspect.Parameter.VAR_KEYWORD for one in found.values())


def attributes() -> list[str]:
    """Return the public names that a compiled and trained model has, of whatever kind."""
    tensor = keras.Input((1,))
    models = [
        keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]),
        keras.Model(tensor, keras.layers.Dense(1)(tensor)),
    ]
    for model in models:
        model.compile("sgd", "mse", metrics=["mae"])
        model.fit(np.zeros((2, 1)), np.zeros((2, 1)), verbose=0)
    return sorted({name for one in models for name in dir(one) if not name.startswith("_")})


def classes_of(module: object, base: type) -> dict[str, object]:
    """Return the classes of a module that derive from one, with their parameters."""
    return {
        name: {"parameters": parameters(found.__init__), "required": required(found.__init__)}
        for name in dir(module)
        if inspect.isclass(found := getattr(module, name)) and issubclass(found, base)
    }


def functions_of(module: object) -> list[str]:
    """Return the functions of a module."""
    return [name for name in dir(module) if inspect.isfunction(getattr(module, name))]


def made() -> dict[str, object]:
    """Return the table of the installed Keras."""
    model = keras.Sequential()
    classes = {
        name: found
        for name in dir(keras.optimizers)
        if inspect.isclass(found := getattr(keras.optimizers, name))
        and issubclass(found, keras.optimizers.Optimizer)
        and name != "Optimizer"
    }
    return {
        "keras": keras.__version__,
        "losses": sorted(losses.ALL_OBJECTS_DICT),
        "metrics": sorted(metrics.ALL_OBJECTS_DICT),
        "optimizers": sorted(optimizers.ALL_OBJECTS_DICT),
        "attributes": attributes(),
        "public": {
            "losses": {
                "classes": classes_of(keras.losses, keras.losses.Loss),
                "functions": functions_of(keras.losses),
            },
            "metrics": {
                "classes": classes_of(keras.metrics, keras.metrics.Metric),
                "functions": functions_of(keras.metrics),
            },
        },
        "calls": {name: parameters(getattr(model, name)) for name in CALLS},
        "constructors": {name: parameters(found.__init__) for name, found in classes.items()},
        "callbacks": {
            name: {
                "parameters": parameters(found.__init__),
                "required": required(found.__init__),
                "open": is_open(found.__init__),
            }
            for name in dir(keras.callbacks)
            if inspect.isclass(found := getattr(keras.callbacks, name))
        },
    }


def main() -> None:
    """Write the table."""
    PATH.write_text(json.dumps(made(), indent=1) + "\n")


if __name__ == "__main__":
    main()
