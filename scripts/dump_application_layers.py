"""Writes kfix/shapes/application_layers/: the layers inside the models of `keras.applications`, a file a model.

Each is built without weights on an even and on an odd side, for the paddings that hang on the
parity, and with each of its ends: no classifier, a pooling, a classifier of a number
of classes that nothing else is. Run it with the Keras whose layers are wanted:
`python scripts/dump_application_layers.py`.
Left out are those with layers of their own classes or operations that are no layers: ConvNeXt,
InceptionResNetV2, MobileNetV3 and NASNet; and the largest, which would be half of all.
"""

from __future__ import annotations

import inspect
import json
import pathlib
import types
from typing import Any

OUT = pathlib.Path(__file__).parent.parent / "kfix" / "shapes" / "application_layers"
LEFT_OUT = ("ConvNeXt", "InceptionResNet", "MobileNetV3", "NASNet")
LARGE = ("EfficientNetB5", "EfficientNetB6", "EfficientNetB7", "EfficientNetV2M", "EfficientNetV2L")
CLASSES = 9973
ENDS: dict[str, dict[str, Any]] = {
    "none": {"include_top": False},
    "avg": {"include_top": False, "pooling": "avg"},
    "max": {"include_top": False, "pooling": "max"},
    "top": {"include_top": True, "classes": CLASSES},
}
SHAPING = frozenset(
    (
        *("filters", "kernel_size", "strides", "padding", "use_bias", "groups", "depth_multiplier", "pool_size"),
        *("axis", "center", "scale", "units", "target_shape", "keepdims", "mean", "variance"),
    )
)
"""Arguments that a shape or a number of weights hangs on (beside those that have no default)."""


def main() -> None:
    import keras
    from keras.src.backend.common import global_state

    def build(name: str, side: int, **options: Any) -> Any:
        with keras.StatelessScope(initialize_variables=False):
            try:
                return getattr(keras.applications, name)(weights=None, input_shape=(side, side, 3), **options)
            finally:
                global_state.set_global_attribute("uninitialized_variables", [])

    OUT.mkdir(exist_ok=True)
    for name, make in sorted(vars(keras.applications).items()):
        if not isinstance(make, types.FunctionType) or name.startswith(LEFT_OUT + LARGE):
            continue
        found = {end: _rows(build(name, 256, **options), build(name, 257, **options)) for end, options in ENDS.items()}
        first = found["none"]
        common = 0
        while all(common < len(rows) and rows[common] == first[common] for rows in found.values()):
            common += 1
        ends = {end: rows[common:] for end, rows in found.items()}
        text = json.dumps({"layers": first[:common], "ends": ends}, separators=(",", ":"))
        (OUT / f"{name}.json").write_text(text + "\n")
        print(name, len(text), {end: len(rows) for end, rows in ends.items()}, flush=True)
        keras.backend.clear_session()


def _rows(even: Any, odd: Any) -> list[list[Any]]:
    """The layers of a model, built twice: a name that is another the second time is one that Keras makes up."""
    index = {id(layer): number for number, layer in enumerate(even.layers)}
    rows = []
    for layer, twin in zip(even.layers, odd.layers, strict=True):
        made = layer._inbound_nodes[0]
        taken = [index[id(tensor._keras_history.operation)] for tensor in made.input_tensors]
        several = bool(made.arguments.args) and isinstance(made.arguments.args[0], list | tuple)
        name = layer.name if layer.name == twin.name else None
        rows.append(
            [type(layer).__name__, name, _given(layer, twin), taken if several else taken[0] if taken else None]
        )
    return rows


def _given(layer: Any, twin: Any) -> dict[str, Any]:
    """The arguments that are other than Keras's defaults."""
    given: dict[str, Any] = {}
    other = twin.get_config()
    for key, value in layer.get_config().items():
        parameter = inspect.signature(type(layer).__init__).parameters.get(key)
        if parameter is None or (key not in SHAPING and parameter.default is not inspect.Parameter.empty):
            if key == "activation" and type(layer).__name__ == "Dense" and value != "linear":
                given[key] = value
            continue
        value, twins = _plain(value), _plain(other[key])
        default = _plain(parameter.default)
        if value != twins:
            given[key] = {"even": value, "odd": twins}
        elif parameter.default is inspect.Parameter.empty or value not in (default, [default] * 2, None):
            given[key] = value
    return given


def _plain(value: Any) -> Any:
    if value == CLASSES:
        return "classes"
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    main()
