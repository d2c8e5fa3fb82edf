"""Build the models described on standard input, one per line, in the interpreter with Keras.

Nothing is allocated: inside a StatelessScope the variables are shapes alone.
What it is told comes from a program that nobody may have looked at. So only
classes and functions of `LAYERS`, `OPERATIONS` and `OPERATORS` are called, no
dictionary reaches a constructor, and Keras is in safe mode.
"""

from __future__ import annotations

import contextlib
import json
import operator
import os
import sys
import types
from typing import Any

answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)  # what Keras or TensorFlow print is not an answer

import keras  # noqa: E402


def say(answer: dict[str, Any]) -> None:
    """Write one answer as one line."""
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


@contextlib.contextmanager
def no_weights() -> Any:
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

LAYERS = {
    name: found
    for name, found in vars(keras.layers).items()
    if isinstance(found, type) and issubclass(found, keras.layers.Layer) and name not in FOREIGN
}
"""The layers by name; `Input` is a function and has its own place below."""

APPLICATIONS = {
    name: found
    for name, found in vars(keras.applications).items()
    if name[:1].isupper() and callable(found)
}

MERGES = ("add", "average", "concatenate", "dot", "maximum", "minimum", "multiply", "subtract")
"""The functions among Keras's layers; `deserialize` is none of them."""

OPERATORS = {
    name: getattr(operator, name)
    for name in (
        *(
            "add",
            "sub",
            "mul",
            "truediv",
            "floordiv",
            "mod",
            "pow",
            "matmul",
            "and_",
            "or_",
            "xor",
            "lshift",
            "rshift",
        ),
        *(
            "neg",
            "pos",
            "invert",
            "not_",
            "lt",
            "le",
            "gt",
            "ge",
            "eq",
            "ne",
            "is_",
            "is_not",
            "contains",
            "getitem",
        ),
    )
}


def operation(path: str) -> Any:
    """Return a function of Keras or an operator by its dotted name; raise ValueError for others."""
    head, *names = path.split(".")
    if head == "operator" and len(names) == 1 and names[0] in OPERATORS:
        return OPERATORS[names[0]]
    if head == "keras" and len(names) == 2 and names[0] == "layers" and names[1] in MERGES:
        return getattr(keras.layers, names[1])
    if head == "keras" and len(names) in (2, 3) and names[0] == "ops":
        home = keras.ops if len(names) == 2 else vars(keras.ops).get(names[1])
        found = vars(home).get(names[-1]) if isinstance(home, types.ModuleType) else None
        if isinstance(found, types.FunctionType):
            return found
    raise ValueError(f"{path} is not an operation of Keras")


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
        kwargs = {name: self.value(item) for name, item in spec["kwargs"].items()}
        waiting = [*args, *kwargs.values()]
        while waiting:
            value = waiting.pop()
            if isinstance(value, dict):
                raise ValueError(f"a dictionary is given to {spec['cls']}")
            if isinstance(value, list | tuple):
                waiting.extend(value)
        return args, kwargs

    def value(self, value: Any) -> Any:
        """Return the Python value of a JSON value."""
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if not isinstance(value, dict):
            return value
        match value:
            case {"tuple": items}:
                made: Any = tuple(self.value(item) for item in items)
            case {"dict": items}:
                made = {name: self.value(item) for name, item in items.items()}
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
            return keras.Sequential(
                [self.layer(node["layer"], node["uid"]) for node in spec["nodes"]]
            )
        self.run(spec, None)
        inputs = [self.tensors[node] for node in spec["input_nodes"]]
        outputs = [self.value({"tensor": ref}) for ref in spec["outputs"]]
        return keras.Model(
            inputs[0] if len(inputs) == 1 else inputs, outputs[0] if len(outputs) == 1 else outputs
        )

    def run(self, spec: dict[str, Any], inputs: list[Any] | None) -> dict[int, Any]:
        """Call every node; return the output shapes and parameter counts by node."""
        traced: dict[int, Any] = {}
        if inputs is not None and spec["sequential"]:
            self.tensors[-1] = keras.KerasTensor(tuple(inputs[0]), dtype="float32")
        for node in spec["nodes"]:
            if not node["args"] and node["layer"].get("cls") in ("Input", "InputLayer"):
                args, kwargs = self.arguments(node["layer"])
                self.tensors[node["id"]] = keras.Input(*args, **kwargs)
                continue
            layer = self.layer(node["layer"], node["uid"])
            args = [self.value(value) for keyword, value in node["args"] if keyword is None]
            kwargs = {
                keyword: self.value(value) for keyword, value in node["args"] if keyword is not None
            }
            made = layer(*args, **kwargs)
            self.tensors[node["id"]] = made
            shapes = [
                list(one.shape) for one in (made if isinstance(made, list | tuple) else [made])
            ]
            traced[node["id"]] = {
                "shapes": shapes,
                "params": layer.count_params() if getattr(layer, "built", False) else None,
            }
        return traced


def in_safe_mode() -> Any:
    """Return a context in which Keras deserializes no code, whatever its settings say."""
    with contextlib.suppress(ImportError):
        from keras.src.saving.serialization_lib import SafeModeScope

        return SafeModeScope(True)
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
