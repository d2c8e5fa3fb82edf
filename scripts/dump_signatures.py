"""Writes kfix/shapes/data/signatures.json: what `inspect` says of every layer's constructor.

Run it with the Keras whose signatures are wanted: `python scripts/dump_signatures.py`.
"""

from __future__ import annotations

import inspect
import json
import pathlib
import types
from typing import Any

OUT = pathlib.Path(__file__).parent.parent / "kfix" / "shapes" / "data" / "signatures.json"


def plain(value: object) -> object:
    """Return a default as JSON can hold it (a tuple becomes a list).

    Raises TypeError when it is no literal.
    """
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"default {value!r} is no literal")


def describe(function: Any) -> dict[str, Any]:
    """Return the parameters in order as [name] or [name, default]; which kinds of `*` there are."""
    parameters, keyword_only, kwargs, varargs = [], [], False, False
    for name, parameter in inspect.signature(function).parameters.items():
        if name == "self":
            continue
        if parameter.kind is parameter.VAR_KEYWORD:
            kwargs = True
        elif parameter.kind is parameter.VAR_POSITIONAL:
            varargs = True
        else:
            entry = (
                [name] if parameter.default is parameter.empty else [name, plain(parameter.default)]
            )
            (keyword_only if parameter.kind is parameter.KEYWORD_ONLY else parameters).append(entry)
    found: dict[str, Any] = {"parameters": parameters}
    if keyword_only:
        found["keyword_only"] = keyword_only
    if kwargs:
        found["kwargs"] = True
    if varargs:
        found["varargs"] = True
    return found


def family(cls: type) -> str:
    """Return the sub-package of keras.src.layers of a class: `convolutional`, `rnn`, …"""
    parts = cls.__module__.split(".")
    return parts[3] if len(parts) > 4 and parts[2] == "layers" else "core"


def table() -> dict[str, Any]:
    """Return the signatures of the Keras that is installed."""
    import keras

    layers: dict[str, Any] = {}
    aliases: dict[str, str] = {}
    functions: dict[str, Any] = {}
    for name in sorted(dir(keras.layers)):
        thing = getattr(keras.layers, name)
        if isinstance(thing, type) and issubclass(thing, keras.layers.Layer):
            if thing.__name__ != name:
                aliases[name] = thing.__name__
            if thing.__name__ not in layers:
                layers[thing.__name__] = {"family": family(thing), **describe(thing.__init__)}
        elif isinstance(thing, types.FunctionType):
            functions[name] = describe(thing)
    applications = {
        name: describe(thing)
        for name, thing in sorted(vars(keras.applications).items())
        if isinstance(thing, types.FunctionType)
    }
    return {
        "keras": keras.__version__,
        "layers": layers,
        "aliases": aliases,
        "functions": functions,
        "applications": applications,
    }


def main() -> None:
    found = table()
    lines = ",\n".join(
        f"{json.dumps(key)}: "
        + (
            "{\n"
            + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in value.items())
            + "\n}"
            if isinstance(value, dict)
            else json.dumps(value)
        )
        for key, value in found.items()
    )
    OUT.write_text("{\n" + lines + "\n}\n")
    print(
        f"{OUT}: Keras {found['keras']}, {len(found['layers'])} classes, "
        f"{len(found['aliases'])} aliases"
    )


if __name__ == "__main__":
    main()
