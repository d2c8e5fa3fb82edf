"""Writes kfix/shapes/data/application_layers/: the layers inside the models of
`keras.applications`, a file a model.

Each is built without weights on sides of either parity, for the paddings that hang on the
parity, and with each of its ends: no classifier, a pooling, a classifier of a number
of classes that nothing else is. Those that come in several widths have a file for each width that
weights are published for. Run it with the Keras whose layers are wanted:
`python scripts/dump_application_layers.py`. `kfix/shapes/application_layers.py` says what a line of
a file means.
"""

from __future__ import annotations

import inspect
import json
import pathlib
import types
from typing import Any

from scripts.dump_applications import VARIANTS

OUT = pathlib.Path(__file__).parent.parent / "kfix" / "shapes" / "data" / "application_layers"
CLASSES = 9973
ENDS: dict[str, dict[str, Any]] = {
    "none": {"include_top": False},
    "avg": {"include_top": False, "pooling": "avg"},
    "max": {"include_top": False, "pooling": "max"},
    "top": {"include_top": True, "classes": CLASSES},
}
SIDES = (256, 257)
ODD_SIDES = (256, 257, 261, 271, 291, 331, 223, 353)
"""For NASNet, whose first convolution is not padded, so that the parities within it are not those
of the image.
"""
SHAPING = frozenset(
    (
        *(
            "filters",
            "kernel_size",
            "strides",
            "padding",
            "use_bias",
            "groups",
            "depth_multiplier",
            "pool_size",
        ),
        *(
            "axis",
            "center",
            "scale",
            "units",
            "target_shape",
            "keepdims",
            "mean",
            "variance",
            "cropping",
        ),
    )
)
"""Arguments that a shape or a number of weights hangs on (beside those that have no default)."""
STANDS_FOR: dict[str, tuple[str, dict[str, Any]]] = {
    "LayerScale": ("LayerNormalization", {"center": False}),
    "CustomScaleLayer": ("Add", {}),
}
"""Classes of `keras.applications` alone: a layer of Keras of the same shape, with as many weights.
"""
OPERATIONS = {"Add": "operator.add", "Multiply": "operator.mul"}
"""Operations that are no layers, by their classes."""


def main() -> None:
    import keras
    from keras.src.backend.common import global_state

    def build(name: str, side: int, **options: Any) -> Any:
        with keras.StatelessScope(initialize_variables=False):
            try:
                return getattr(keras.applications, name)(
                    weights=None, input_shape=(side, side, 3), **options
                )
            finally:
                global_state.set_global_attribute("uninitialized_variables", [])

    OUT.mkdir(exist_ok=True)
    for name, make in sorted(vars(keras.applications).items()):
        if not isinstance(make, types.FunctionType):
            continue
        for settings in [{}, *VARIANTS.get(name, [])]:
            if settings in ({"alpha": 1.0}, {"alpha": 1.0, "minimalistic": False}):
                continue  # as without them
            found = {}
            for end, options in ENDS.items():
                keras.backend.clear_session()
                sides = ODD_SIDES if name.startswith("NASNet") else SIDES
                found[end] = _rows([build(name, side, **settings, **options) for side in sides])
            _write(name + "".join(f"-{key}={value}" for key, value in settings.items()), found)


def _write(name: str, found: dict[str, list[list[Any]]]) -> None:
    """One file: what all ends begin with, then each end; the kinds of layers once."""
    kinds: list[str] = []

    def line(number: int, row: list[Any]) -> str:
        cls, called, given, taken, shown = row
        kind = json.dumps(
            [cls, given] if shown is None else [cls, given, shown], separators=(",", ":")
        )
        if kind not in kinds:
            kinds.append(kind)
        parts = [str(kinds.index(kind)), called]
        if isinstance(taken, list):
            parts.append(",".join(str(number - each) for each in taken))
        elif taken not in (None, number - 1):
            parts.append(str(number - taken))
        return " ".join(parts)

    first = found["none"]
    common = 0
    while all(common < len(rows) and rows[common] == first[common] for rows in found.values()):
        common += 1
    lines = [line(number, row) for number, row in enumerate(first[:common])]
    ends = {
        end: [line(number + common, row) for number, row in enumerate(r[common:])]
        for end, r in found.items()
    }
    text = ",\n".join(
        (
            '"kinds": [\n' + ",\n".join(kinds) + "]",
            '"layers": [\n' + ",\n".join(map(json.dumps, lines)) + "]",
            f'"ends": {json.dumps(ends)}',
        )
    )
    (OUT / f"{name}.json").write_text(f"{{{text}}}\n")
    print(name, len(text), len(kinds), len(lines), flush=True)


def _rows(builds: list[Any]) -> list[list[Any]]:
    """Return the layers and operations of a model that was built several times.

    A name that is another the second time is one that Keras makes up; the first time it tells how
    many of its kind were made before it.
    """
    first = builds[0]
    model = {id(operation): number for number, operation in enumerate(first.operations)}
    rows = []
    for twins in zip(*(build.operations for build in builds), strict=True):
        layer, cls = twins[0], type(twins[0]).__name__
        made = layer._inbound_nodes[0]
        taken = [model[id(tensor._keras_history.operation)] for tensor in made.input_tensors]
        is_operation = type(layer).__module__.startswith("keras.src.ops.")
        several = len(taken) > 1 or (
            made.arguments.args and isinstance(made.arguments.args[0], list | tuple)
        )
        name = layer.name
        if name != twins[1].name:
            number = name.rpartition("_")[2]
            name = f"#{number if number.isdigit() else 0}"
        shown = None
        given: dict[str, Any] = {}
        if is_operation:
            cls = OPERATIONS[cls]
        elif cls in STANDS_FOR:
            shown = cls
            cls, given = STANDS_FOR[cls]
        elif cls == "Sequential":
            given = {
                "layers": [
                    [type(each).__name__, each.name, _given([each, each])] for each in layer.layers
                ]
            }
        else:
            given = _given(twins)
        rows.append([cls, name, given, taken if several else taken[0] if taken else None, shown])
    return rows


def _given(twins: Any) -> dict[str, Any]:
    """Return the arguments that are other than Keras's defaults."""
    given: dict[str, Any] = {}
    cls = type(twins[0])
    configs = [twin.get_config() for twin in twins]
    for key in configs[0]:
        parameter = inspect.signature(cls.__init__).parameters.get(key)
        value = _plain(configs[0][key])
        if parameter is None or (
            key not in SHAPING and parameter.default is not inspect.Parameter.empty
        ):
            if key == "activation" and cls.__name__ == "Dense" and value != "linear":
                given[key] = "classifier" if value == "softmax" else value
            continue
        default = _plain(parameter.default)
        if any(_plain(config[key]) != value for config in configs):
            given[key] = _by_parity(twins, [_plain(config[key]) for config in configs])
        elif key == "activation" and value == "softmax":
            given[key] = "classifier"
        elif parameter.default is inspect.Parameter.empty or value not in (
            default,
            [default] * 2,
            None,
        ):
            given[key] = value
    return given


def _by_parity(twins: Any, values: list[Any]) -> dict[str, Any]:
    """Return a value for each parity of the side that comes in."""
    found: dict[str, Any] = {}
    for twin, value in zip(twins, values, strict=True):
        assert found.setdefault("odd" if twin.input.shape[1] % 2 else "even", value) == value, (
            twin.name
        )
    assert len(found) == 2, twins[0].name
    return found


def _plain(value: Any) -> Any:
    if value == CLASSES:
        return "classes"
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    main()
