"""Runs in the interpreter that has Keras, as a script of its own: builds the models that it is told, one a line.

Nothing is allocated: inside a StatelessScope the variables are shapes alone.
"""

from __future__ import annotations

import contextlib
import json
import operator
import os
import sys
from typing import Any

answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)  # what Keras or TensorFlow print is no answer

import keras  # noqa: E402


def say(answer: dict[str, Any]) -> None:
    """One answer, one line."""
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


@contextlib.contextmanager
def no_weights() -> Any:
    """Variables made in here get a shape and no memory; Keras's list of them is emptied before it would fill them."""
    with keras.StatelessScope():
        try:
            yield
        finally:
            with contextlib.suppress(ImportError):
                from keras.src.backend.common import global_state

                global_state.set_global_attribute("uninitialized_variables", [])


def operation(path: str) -> Any:
    """A function of Keras or of Python's operators by its dotted name."""
    head, *rest = path.split(".")
    found: Any = {"keras": keras, "operator": operator}[head]
    for name in rest:
        found = getattr(found, name)
    return found


class Builder:
    """One model: its tensors by node, its layers by uid."""

    def __init__(self, layers: dict[int, Any]) -> None:
        self.tensors: dict[int, Any] = {}
        self.layers = layers

    def layer(self, spec: dict[str, Any], uid: int) -> Any:
        """The layer with this uid, made on first use."""
        if uid not in self.layers:
            if "operation" in spec:
                self.layers[uid] = operation(spec["operation"])
            elif "model" in spec:
                self.layers[uid] = Builder(self.layers).model(spec["model"])
            else:
                owner = keras.applications if spec["library"] == "applications" else keras.layers
                args = [self.value(item) for item in spec["args"]]
                kwargs = {name: self.value(item) for name, item in spec["kwargs"].items()}
                self.layers[uid] = getattr(owner, spec["cls"])(*args, **kwargs)
        return self.layers[uid]

    def value(self, value: Any) -> Any:
        """JSON back to Python."""
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "tuple" in value:
            return tuple(self.value(item) for item in value["tuple"])
        if "dict" in value:
            return {name: self.value(item) for name, item in value["dict"].items()}
        if "slice" in value:
            return slice(*value["slice"])
        if "ellipsis" in value:
            return ...
        if "layer" in value:
            return self.layer(value["layer"], value["uid"])
        if "tensor" in value:
            node, output = value["tensor"]
            found = self.tensors[node]
            return found[output] if isinstance(found, list | tuple) else found
        return None

    def model(self, spec: dict[str, Any]) -> Any:
        """A nested model, built or to be built by its first call."""
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
        """Calls every node; gives the shapes and parameter counts by node."""
        told: dict[int, Any] = {}
        if inputs is not None and spec["sequential"]:
            self.tensors[-1] = keras.KerasTensor(tuple(inputs[0]), dtype="float32")
        for node in spec["nodes"]:
            if not node["args"] and node["layer"].get("cls") in ("Input", "InputLayer"):
                layer = node["layer"]
                made = keras.Input(
                    *[self.value(item) for item in layer["args"]],
                    **{name: self.value(item) for name, item in layer["kwargs"].items()},
                )
                self.tensors[node["id"]] = made
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
            told[node["id"]] = {
                "shapes": shapes,
                "params": layer.count_params() if getattr(layer, "built", False) else None,
            }
        return told


def main() -> None:
    """Answers until its input ends."""
    say({"keras": keras.__version__})
    for line in sys.stdin:
        spec = json.loads(line)
        try:
            with no_weights():
                nodes = Builder({}).run(spec, spec["inputs"])
            say({"nodes": nodes})
        except Exception as error:  # whatever Keras raises is the answer
            say({"error": str(error).strip().split("\n")[0][:300] or type(error).__name__})


main()
