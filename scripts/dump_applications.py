"""Writes kfix/shapes/data/applications.json: how many weights the models of `keras.applications`
have.

Built without weights, each model is asked for its number of parameters with
two numbers of channels and of classes, which both enter linearly, and how many of them are never
trained. Run it with the Keras whose numbers are wanted: `python scripts/dump_applications.py`.
"""

from __future__ import annotations

import json
import math
import pathlib
import types
from typing import Any

OUT = pathlib.Path(__file__).parent.parent / "kfix" / "shapes" / "data" / "applications.json"

VARIANTS: dict[str, list[dict[str, Any]]] = {
    "MobileNet": [{"alpha": alpha} for alpha in (0.25, 0.5, 0.75, 1.0)],
    "MobileNetV2": [{"alpha": alpha} for alpha in (0.35, 0.5, 0.75, 1.0, 1.3, 1.4)],
    "MobileNetV3Large": [
        {"alpha": alpha, "minimalistic": small} for alpha in (0.75, 1.0) for small in (False, True)
    ],
    "MobileNetV3Small": [
        {"alpha": alpha, "minimalistic": small} for alpha in (0.75, 1.0) for small in (False, True)
    ],
}
"""The settings, besides the defaults, that weights are published for."""

SIDE = 96
"""Any size that all of them take: only VGG's classifier depends on it."""


def main() -> None:
    import keras
    from keras.src.backend.common import global_state

    def build(name: str, channels: int, **options: Any) -> Any:
        with keras.StatelessScope(initialize_variables=False):
            try:
                make = getattr(keras.applications, name)
                return make(weights=None, input_shape=(SIDE, SIDE, channels), **options)
            finally:
                global_state.set_global_attribute("uninitialized_variables", [])

    def untrained(model: Any) -> int:
        return sum(math.prod(weight.shape) for weight in model.non_trainable_weights)

    models: dict[str, Any] = {}
    for name, make in sorted(vars(keras.applications).items()):
        if not isinstance(make, types.FunctionType):
            continue
        models[name] = []
        for options in VARIANTS.get(name, [{}]):
            base = build(name, 3, include_top=False, **options)
            one = build(name, 2, include_top=False, **options)
            top = build(name, 3, include_top=True, classes=10, **options)
            more = build(name, 3, include_top=True, classes=11, **options)
            params = base.count_params()
            each = more.count_params() - top.count_params()
            models[name].append(
                {
                    **options,
                    "channels": base.output_shape[-1],
                    "params": params,
                    "per_channel": params - one.count_params(),
                    "top": top.count_params() - 10 * each - params,
                    "per_class": each,
                    "untrained": untrained(base),
                    "untrained_per_channel": untrained(base) - untrained(one),
                }
            )
            assert untrained(top) == untrained(base), name
            keras.backend.clear_session()
        print(name, models[name], flush=True)
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in models.items())
    OUT.write_text(
        f'{{\n"keras": {json.dumps(keras.__version__)},\n"side": {SIDE},\n"models": {{\n'
        f"{lines}\n}}\n}}\n"
    )


if __name__ == "__main__":
    main()
