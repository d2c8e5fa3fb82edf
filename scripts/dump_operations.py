"""Writes kfix/shapes/data/operations.json: the parameters of every function of `keras.ops`.

Run it with the Keras whose functions are wanted: `python scripts/dump_operations.py`. A function
that takes any keyword is left out.
"""

from __future__ import annotations

import inspect
import json
import pathlib
import types

OUT = pathlib.Path(__file__).parent.parent / "kfix" / "shapes" / "data" / "operations.json"


def table() -> dict[str, list[str]]:
    """Return the names of the parameters, by the name of the function behind `keras.ops.`."""
    from keras import ops

    found: dict[str, list[str]] = {}
    # Those of `ops.numpy` and `ops.nn` are in `ops`, too.
    for home, module in {"": ops, "image.": ops.image, "linalg.": ops.linalg}.items():
        for name, thing in sorted(vars(module).items()):
            if not isinstance(thing, types.FunctionType):
                continue
            parameters = inspect.signature(thing).parameters.values()
            if all(one.kind is not one.VAR_KEYWORD for one in parameters):
                found[home + name] = [one.name for one in parameters]
    return found


def main() -> None:
    """Write the table, one function a line."""
    found = table()
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in found.items())
    OUT.write_text("{\n" + lines + "\n}\n")
    print(f"{OUT}: {len(found)} functions")


if __name__ == "__main__":
    main()
