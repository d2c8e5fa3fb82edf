"""The layers inside the models of `keras.applications`.

`application_layers/NAME.json` holds them as `scripts/dump_application_layers.py` found them in
Keras 3.15, one file a model (and one for each width that weights are published for), read when it is asked for:

- `kinds`: the class of a layer, its arguments that its shape and its weights hang on, and the name of its class
  where that is another (`keras.applications` has two of its own);
- `layers` and `ends`: the layers of the model, a line for each: the number of its kind; its name, or `#` and how
  many of the kind Keras had made up a name for before; how many lines before it stand those that it
  takes from (where that is not 1), with commas where it is called on a list.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import cache
from typing import Any

from kfix.findings import Finding
from kfix.model.graph import (
    Argument,
    InnerLayer,
    Layer,
    Library,
    Model,
    ModelKind,
    Node,
    Shapes,
    TensorRef,
)
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.applications import arguments
from kfix.shapes.binding import Asks, Bound
from kfix.shapes.trace_result import Traced, pick

_HOME = os.path.join(os.path.dirname(__file__), "data", "application_layers")

_SETTINGS = {"alpha": 1.0, "minimalistic": False}
"""What there is a file for each of: a setting and what the plain file was written with."""


@cache
def _file(name: str) -> dict[str, Any] | None:
    try:
        with open(os.path.join(_HOME, f"{name}.json"), encoding="utf-8") as file:
            found: dict[str, Any] = json.load(file)
    except FileNotFoundError:
        return None
    return found


def layers(layer: Layer, tracer: Asks) -> tuple[InnerLayer, ...] | Unknown:
    """Its layers in the order of Keras's `model.layers`, the Input first; unknown for settings without a file.

    Operations that are no layers stand among them.
    """
    try:
        found = _layers(arguments(layer, tracer))
    except UnknownUsed as used:
        return used.unknown
    except Finding as finding:
        return Unknown(str(finding), layer.site)
    return (
        Unknown(f"the layers of `{layer.cls}` with these settings", layer.site)
        if found is None
        else found
    )


def _layers(bound: Bound) -> tuple[InnerLayer, ...] | None:
    names = bound.signature.names
    if "depth_multiplier" in names and bound["depth_multiplier"] != 1:
        return None
    named = {key: bound[key] for key in _SETTINGS if key in names}
    plain = all(_SETTINGS[key] == value for key, value in named.items())
    name = (
        bound.cls
        if plain
        else bound.cls + "".join(f"-{key}={_number(value)}" for key, value in named.items())
    )
    classes, pooling = bound.dim("classes"), bound["pooling"]
    end = "top" if bound["include_top"] else pooling if pooling in ("avg", "max") else "none"
    if end == "top" and not isinstance(classes, int):
        return None
    bare = "include_preprocessing" in names and not bound["include_preprocessing"]
    rescaled = bound.cls.startswith("EfficientNetB") and bound["weights"] == "imagenet"
    activation = bound.values.get("classifier_activation")
    return _rows(
        name,
        end,
        classes if end == "top" else None,
        activation if end == "top" else None,
        bare,
        rescaled,
    )


def _number(value: object) -> object:
    """A setting as it stands in the name of a file: 1 is as good as 1.0."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


@cache
def _rows(
    name: str, end: str, classes: object, activation: object, bare: bool, rescaled: bool
) -> tuple[InnerLayer, ...] | None:
    """The lines of a file; `bare` without those that prepare the image, `rescaled` with one of these more."""
    file = _file(name)
    if file is None:
        return None
    kinds = [_kind(kind, classes, activation) for kind in file["kinds"]]
    lines = [*file["layers"], *file["ends"][end]]
    parsed = [_parsed(line, kinds) for line in lines]
    ahead = 1  # the layers that prepare the image
    while parsed[ahead][0][0] in ("Rescaling", "Normalization"):
        ahead += 1
    if bare:
        del parsed[1:ahead]
    elif rescaled:  # with the weights of ImageNet, Keras's EfficientNets scale once more behind their Normalization
        parsed.insert(ahead, (("Rescaling", {"scale": 1.0}, "Rescaling"), None, 1, 1))
    places = _places(parsed)
    return tuple(
        InnerLayer(
            cls,
            called,
            given,
            [index - back for back in taken]
            if isinstance(taken, list)
            else index - taken
            if index
            else None,
            shown,
            places[index],
            made,
        )
        for index, ((cls, given, shown), called, taken, made) in enumerate(parsed)
    )


def _kind(
    kind: list[Any], classes: object, activation: object
) -> tuple[str, dict[str, object], str]:
    cls, given = (
        kind[0],
        {key: _value(value, classes, activation) for key, value in kind[1].items()},
    )
    return cls, given, kind[2] if len(kind) > 2 else cls


_Line = tuple[tuple[str, dict[str, object], str], str | None, Any, int | None]


def _parsed(line: str, kinds: list[tuple[str, dict[str, object], str]]) -> _Line:
    """The kind, the name, how far back it takes from, and the number of a name that is made up."""
    number, name, *rest = line.split(" ")
    taken: Any = 1
    if rest:
        taken = [int(back) for back in rest[0].split(",")] if "," in rest[0] else int(rest[0])
    made = int(name[1:]) if name[0] == "#" else None
    return kinds[int(number)], None if made is not None else name, taken, made


def _places(parsed: Sequence[_Line]) -> list[int]:
    """For each layer its place among their uids: within a class with names that are made up, as they were made."""
    places = list(range(len(parsed)))
    by_class: dict[str, list[int]] = {}
    for index, ((_, _, shown), _, _, made) in enumerate(parsed):
        if made is not None:
            by_class.setdefault(shown, []).append(index)
    for indices in by_class.values():
        ordered = sorted(indices, key=lambda index: parsed[index][3] or 0)
        for place, index in zip(indices, ordered, strict=True):
            places[index] = place
    return places


def _value(value: Any, classes: object, activation: object) -> Any:
    if value == "classes":
        return classes
    if value == "classifier":
        return activation
    if isinstance(value, list):
        return tuple(_value(each, classes, activation) for each in value)
    return value


# --- as a graph -----------------------------------------------------------------------------------


def uses(
    layer: Layer, entry: TensorRef, start: Shapes, first: int, tracer: Asks
) -> list[tuple[Node, Traced]] | Unknown:
    """The layers behind the Input as nodes with the ids `first`, `first + 1`, …, on a tensor of the shape `start`.

    The uids of the layers follow that of `layer`.
    """
    rows = layers(layer, tracer)
    if isinstance(rows, Unknown):
        return rows
    made: list[tuple[Node, Traced]] = []
    shapes: list[Shapes] = [start]
    for row in rows[1:]:
        numbers = row.taken if isinstance(row.taken, list) else [row.taken or 0]
        refs = [TensorRef(first + number - 1) if number else entry for number in numbers]
        came: list[Shapes] = [shapes[number] for number in numbers]
        inner = _layer(layer, row, came[0])
        several = isinstance(row.taken, list)
        if row.operation:  # on two tensors, or a tensor and a number
            node = Node(
                first + len(made),
                inner,
                tuple((None, value) for value in [*refs, 1.0][:2]),
                layer.site,
            )
            traced = Traced(came[0], came[0])
        else:
            node = Node(
                first + len(made), inner, ((None, refs if several else refs[0]),), layer.site
            )
            traced = tracer.use(inner, ((None, came if several else came[0]),))
        if traced.finding is not None:
            return Unknown(str(traced.finding), layer.site)
        made.append((node, traced))
        shapes.append(pick(traced.outputs, 0))
    return made


def trained(layer: Layer, declared: Shapes, tracer: Asks) -> int | Unknown:
    """How many of its weights training changes, layer by layer."""
    found = uses(layer, TensorRef(0), declared, 1, tracer)
    if isinstance(found, Unknown):
        return found
    total: int | Unknown = 0
    for _, traced in found:
        total = total + traced.trained
    return total


def _layer(base: Layer, row: InnerLayer, came: Shapes) -> Layer:
    """A layer, as it is on what comes in."""
    uid = base.uid + 1 + row.place
    more: tuple[tuple[str, object], ...] = (("within", base),)
    if row.shown != row.cls:
        more += (("shown", row.shown),)
    if row.operation:
        return Layer(row.cls, (), base.site, uid, Library.OPERATION, attributes=more)
    if row.cls == "Sequential":
        return _sequential(base, row, uid)
    given = [Argument(key, _by_parity(value, came, base)) for key, value in row.arguments.items()]
    if row.name is not None:
        given.append(Argument("name", row.name))
    return Layer(row.cls, tuple(given), base.site, uid, Library.INSIDE_APPLICATION, attributes=more)


def _sequential(base: Layer, row: InnerLayer, uid: int) -> Layer:
    """A Sequential of layers, whose uids come after those of the model's own layers."""
    inner: list[Node] = []
    within = (("within", base),)
    parts: Any = row.arguments["layers"]
    for index, (cls, name, given) in enumerate(parts):
        told = tuple(
            Argument(key, _value(value, None, None))
            for key, value in (*given.items(), ("name", name))
        )
        part = Layer(
            cls,
            told,
            base.site,
            uid + InnerLayer.PARTS * (index + 1),
            Library.INSIDE_APPLICATION,
            attributes=within,
        )
        inner.append(
            Node(index, part, ((None, TensorRef(index - 1 if index else Model.ENTRY)),), base.site)
        )
    name = (Argument("name", row.name),)
    ends = (TensorRef(Model.ENTRY),), (TensorRef(len(inner) - 1),)
    model = Model(
        row.name or "sequential",
        ModelKind.SEQUENTIAL,
        base.site,
        tuple(inner),
        *ends,
        uid,
        arguments=name,
    )
    return Layer("Sequential", name, base.site, uid, Library.MODEL, model=model, attributes=within)


def _by_parity(value: object, came: Shapes, base: Layer) -> object:
    """A padding that hangs on whether a side is even; an open side is padded as an even one."""
    if not isinstance(value, dict):
        return value
    if not isinstance(came, tuple) or len(came) != 4:
        return Unknown("a padding that hangs on the size of the image", base.site)
    odd = [isinstance(side, int) and side % 2 == 1 for side in came[1:3]]
    return tuple(tuple(value["odd" if odd[axis] else "even"][axis]) for axis in (0, 1))
