"""Build the models described on standard input, one per line, in the interpreter with Keras.

Nothing is allocated: inside a StatelessScope the variables are shapes alone.
What it is sent comes from a program that nobody may have looked at. So only
classes and functions of `LAYERS`, `APPLICATIONS` and `OPERATIONS` are called, no
dictionary reaches a constructor, and Keras is in safe mode.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import operator
import os
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)  # what Keras or TensorFlow print is not an answer

import keras  # noqa: E402


def say(answer: dict[str, Any]) -> None:
    """Write one answer as one line."""
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


@contextlib.contextmanager
def no_weights() -> Iterator[None]:
    """Give variables made in this context a shape and no memory.

    Keras's list of them is emptied before it would fill them.
    """
    with keras.StatelessScope():
        try:
            yield
        finally:
            with contextlib.suppress(ImportError):
                from keras.src.backend.common import global_state

                global_state.set_global_attribute("uninitialized_variables", [])


FOREIGN = {"Lambda", "TFSMLayer", "JaxLayer", "FlaxLayer", "TorchModuleWrapper"}
"""Layers that run code which is not Keras's own, or load it from a file."""


def is_layer(found: object) -> bool:
    """Return whether it is a class of layers whose code is Keras's own."""
    if not isinstance(found, type) or not issubclass(found, keras.layers.Layer):
        return False
    return found.__name__ not in FOREIGN


LAYERS = dict(inspect.getmembers(keras.layers, is_layer))
"""The layers by name; `Input` is a function and has its own place below."""

APPLICATIONS = dict(inspect.getmembers(keras.applications, inspect.isfunction))

MERGES = ("add", "average", "concatenate", "dot", "maximum", "minimum", "multiply", "subtract")
"""The functions among Keras's layers; `deserialize` is none of them."""

OPERATORS = (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"),
    *("and_", "or_", "xor", "lshift", "rshift", "neg", "pos", "invert", "not_"),
    *("lt", "le", "gt", "ge", "eq", "ne", "is_", "is_not", "contains", "getitem"),
)


def functions(module: types.ModuleType, name: str) -> dict[str, Callable[..., object]]:
    """Return the functions of a module by their dotted names."""
    return {f"{name}.{key}": found for key, found in inspect.getmembers(module, inspect.isfunction)}


def operations() -> dict[str, Callable[..., object]]:
    """Return the functions of Keras and the operators that may be called, by dotted name."""
    found = {f"operator.{name}": getattr(operator, name) for name in OPERATORS}
    found.update({f"keras.layers.{name}": getattr(keras.layers, name) for name in MERGES})
    for name, module in inspect.getmembers(keras.ops, inspect.ismodule):
        found.update(functions(module, f"keras.ops.{name}"))
    return found | functions(keras.ops, "keras.ops")


OPERATIONS = operations()


def operation(path: str) -> Callable[..., object]:
    """Return a function of Keras or an operator by its dotted name; raise ValueError for others."""
    if path not in OPERATIONS:
        raise ValueError(f"{path} is not an operation of Keras")
    return OPERATIONS[path]


class Builder:
    """One model: its tensors by node, its layers by uid."""

    def __init__(self, layers: dict[int, Any]) -> None:
        self.tensors: dict[int, Any] = {}
        self.layers = layers

    def layer(self, spec: dict[str, Any], uid: int) -> Any:
        """Return the layer with this uid, made on first use."""
        if uid not in self.layers:
            if "operation" in spec:
                self.layers[uid] = operation(spec["operation"])
            elif "model" in spec:
                self.layers[uid] = Builder(self.layers).model(spec["model"])
            else:
                known = APPLICATIONS if spec["library"] == "applications" else LAYERS
                args, kwargs = self.arguments(spec)
                self.layers[uid] = known[spec["cls"]](*args, **kwargs)
        return self.layers[uid]

    def arguments(self, spec: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Return the arguments of a constructor.

        Raise ValueError for a dictionary, which Keras would deserialize.
        """
        args = [self.value(item) for item in spec["args"]]
        kwargs = self.values(spec["kwargs"])
        waiting = [*args, *kwargs.values()]
        while waiting:
            value = waiting.pop()
            if isinstance(value, dict):
                raise ValueError(f"a dictionary is given to {spec['cls']}")
            if isinstance(value, list | tuple):
                waiting.extend(value)
        return args, kwargs

    def value(self, value: Any) -> object:
        """Return the Python value of a JSON value."""
        if isinstance(value, list):
            return [*map(self.value, value)]
        if not isinstance(value, dict):
            return value
        match value:
            case {"tuple": items}:
                made: object = tuple(map(self.value, items))
            case {"dict": items}:
                made = self.values(items)
            case {"slice": ends}:
                made = slice(*ends)
            case {"ellipsis": _}:
                made = ...
            case {"layer": layer, "uid": uid}:
                made = self.layer(layer, uid)
            case {"tensor": [node, output]}:
                made = self.tensors[node]
                if isinstance(made, list | tuple):
                    made = made[output]
            case _:
                made = None
        return made

    def model(self, spec: dict[str, Any]) -> Any:
        """Return a nested model, built or to be built by its first call."""
        if spec["sequential"]:
            layers = [self.layer(node["layer"], node["uid"]) for node in spec["nodes"]]
            return keras.Sequential(layers)
        self.run(spec, None)
        inputs = [self.tensors[node] for node in spec["input_nodes"]]
        outputs = [self.value({"tensor": ref}) for ref in spec["outputs"]]
        return keras.Model(one_or_all(inputs), one_or_all(outputs))

    def run(self, spec: dict[str, Any], inputs: list[Any] | None) -> dict[int, Any]:
        """Call every node; return the output shapes and parameter counts by node."""
        traced: dict[int, Any] = {}
        if inputs is not None and spec["sequential"]:
            self.tensors[-1] = keras.KerasTensor(tuple(inputs[0]), dtype="float32")
        for node in spec["nodes"]:
            if is_input(node):
                args, kwargs = self.arguments(node["layer"])
                self.tensors[node["id"]] = keras.Input(*args, **kwargs)
            else:
                traced[node["id"]] = self.call(node)
        return traced

    def call(self, node: dict[str, Any]) -> dict[str, Any]:
        """Call a layer; return its output shapes and its parameter count."""
        layer = self.layer(node["layer"], node["uid"])
        made = layer(*map(self.value, node["args"]), **self.values(node["kwargs"]))
        self.tensors[node["id"]] = made
        outputs = made if isinstance(made, list | tuple) else [made]
        params = layer.count_params() if getattr(layer, "built", False) else None
        return {"shapes": [list(output.shape) for output in outputs], "params": params}

    def values(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return the Python values of an object of JSON values."""
        return {name: self.value(item) for name, item in given.items()}


def one_or_all(tensors: list[object]) -> object:
    """Return the only tensor of a list, or the list."""
    return tensors[0] if len(tensors) == 1 else tensors


def is_input(node: dict[str, Any]) -> bool:
    """Return whether a node is an input of the model."""
    called = node["args"] or node["kwargs"]
    return not called and node["layer"].get("cls") in ("Input", "InputLayer")


def in_safe_mode() -> contextlib.AbstractContextManager[object]:
    """Return a context in which Keras deserializes no code, whatever its settings say."""
    with contextlib.suppress(ImportError):
        from keras.src.saving.serialization_lib import SafeModeScope

        scope: contextlib.AbstractContextManager[object] = SafeModeScope(True)
        return scope
    return contextlib.nullcontext()


def main() -> None:
    """Answer until the input ends."""
    say({"keras": keras.__version__})
    for line in sys.stdin:
        spec = json.loads(line)
        try:
            with no_weights(), in_safe_mode():
                nodes = Builder({}).run(spec, spec["inputs"])
            say({"nodes": nodes})
        except Exception as error:  # whatever Keras raises is the answer
            say({"error": str(error).strip().split("\n")[0][:300] or type(error).__name__})


main()
