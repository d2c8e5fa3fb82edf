"""The layers inside the models of `keras.applications`.

`application_layers/NAME.json` holds them as `scripts/dump_application_layers.py` finds them in
Keras 3.15: one file for each model (and for each width that weights are published for), read on
first use.

- `kinds`: the class of a layer, the arguments that its shape and its weights depend on, and the
  name of its class if that is another (`keras.applications` has two of its own);
- `layers` and `ends`: a line for each layer of the model: the number of its kind; its name, or `#`
  and how many of its class Keras had named before; how many lines before it those stand that it is
  called on (if that is not 1), with commas if it is called on a list.
"""

from __future__ import annotations

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
    Symbol,
    TensorRef,
)
from kfix.model.record import Value
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.application_arguments import arguments
from kfix.shapes.binding import Bound, CallArguments, LayerCalls
from kfix.shapes.sizes import total
from kfix.shapes.tables import table
from kfix.shapes.trace_result import Traced, pick

_SETTINGS = {"alpha": 1.0, "minimalistic": False}
"""The settings that have files of their own, each with its value in the plain file."""


def _file(name: str) -> dict[str, Any] | None:
    try:
        return table(f"application_layers/{name}")
    except FileNotFoundError:
        return None


def layers(layer: Layer, tracer: LayerCalls) -> tuple[InnerLayer, ...] | Unknown:
    """Return its layers in the order of Keras's `model.layers`, the Input first.

    Operations, which are not layers, are among them. Unknown for settings without a file.
    """
    try:
        found = _layers(arguments(layer, tracer))
    except UnknownUsed as used:
        return used.unknown
    except Finding as finding:
        return Unknown(str(finding), layer.site)
    if found is None:
        return Unknown(f"the layers of `{layer.cls}` with these settings", layer.site)
    return found


def _layers(bound: Bound) -> tuple[InnerLayer, ...] | None:
    """Return the layers for these arguments, `None` without a file for them."""
    names = bound.signature.names
    if "depth_multiplier" in names and bound["depth_multiplier"] != 1:
        return None
    pooling = bound["pooling"]
    ending = "none"
    if pooling in ("avg", "max"):
        ending = pooling
    classes: object = None
    activation: object = None
    if bound["include_top"]:
        ending = "top"
        classes, activation = bound.dim("classes"), bound.values.get("classifier_activation")
        if not isinstance(classes, int):
            return None
    if not isinstance(activation, str | Symbol | None):
        activation = Unknown("the activation of the classifier", bound.layer.site)
    bare = "include_preprocessing" in names and not bound["include_preprocessing"]
    rescaled = bound.cls.startswith("EfficientNetB") and bound["weights"] == "imagenet"
    file_name = _file_name(bound)
    if not file_name:
        return None
    return _inner_layers(_Variant(file_name, ending, classes, activation, bare, rescaled))


def _file_name(bound: Bound) -> str:
    """Return the name of the file for these settings, "" if there can be none.

    Only numbers become a part of it: a string of the program could lead out of the folder.
    """
    settings = {key: bound[key] for key in _SETTINGS if key in bound.signature.names}
    if all(_SETTINGS[key] == value for key, value in settings.items()):
        return bound.cls
    if not all(isinstance(value, int | float) for value in settings.values()):
        return ""
    return bound.cls + "".join(f"-{key}={_number(value)}" for key, value in settings.items())


def _number(value: object) -> object:
    """Return a setting as it stands in the name of a file, where 1 is 1.0."""
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


class _Line(Value):
    """One layer of a file."""

    cls: str
    arguments: dict[str, object]
    shown: str
    """The name of the class in Keras."""
    name: str | None
    back: list[int]
    """How many lines before this one those stand that it is called on."""
    is_list: bool
    made: int | None
    """The number in a name that Keras makes up."""


class _Variant(Value):
    """A model by its file and the arguments that change its layers.

    `bare` leaves out the layers that prepare the image, `rescaled` adds one to them.
    """

    file_name: str
    ending: str
    classes: object
    activation: object
    bare: bool
    rescaled: bool


@cache
def _inner_layers(variant: _Variant) -> tuple[InnerLayer, ...] | None:
    """Return the layers of a variant, `None` if its file does not exist."""
    file = _file(variant.file_name)
    if file is None:
        return None
    kinds = [_kind(kind, variant.classes, variant.activation) for kind in file["kinds"]]
    lines = [_parsed(line, kinds) for line in (*file["layers"], *file["ends"][variant.ending])]
    first = 1  # the first layer that does not prepare the image
    while lines[first].cls in ("Rescaling", "Normalization"):
        first += 1
    if variant.bare:
        del lines[1:first]
    elif variant.rescaled:
        # With the weights of ImageNet, EfficientNets scale once more behind their Normalization.
        lines.insert(first, _Line("Rescaling", {"scale": 1.0}, "Rescaling", None, [1], False, 1))
    places = _places(lines)
    return tuple(_inner_layer(line, index, places[index]) for index, line in enumerate(lines))


def _inner_layer(line: _Line, index: int, place: int) -> InnerLayer:
    called_on: list[int] | int | None = [index - back for back in line.back]
    if not line.is_list:
        called_on = None
        if index:
            called_on = index - line.back[0]
    arguments, shown = line.arguments, line.shown
    return InnerLayer(line.cls, line.name, arguments, called_on, shown, place, line.made)


_Kind = tuple[str, dict[str, object], str]


def _kind(kind: list[Any], classes: object, activation: object) -> _Kind:
    """Return the class of a kind, its arguments, and what Keras calls the class."""
    cls, given, *shown = kind
    arguments = {key: _value(value, classes, activation) for key, value in given.items()}
    return cls, arguments, shown[0] if shown else cls


def _parsed(line: str, kinds: list[_Kind]) -> _Line:
    number, name, *rest = line.split(" ")
    back = "1"
    if rest:
        back = rest[0]
    own_name: str | None = name
    made = None
    if name[0] == "#":
        own_name, made = None, int(name[1:])
    lines_back = [int(lines) for lines in back.split(",")]
    return _Line(*kinds[int(number)], own_name, lines_back, "," in back, made)


def _places(lines: Sequence[_Line]) -> list[int]:
    """Return for each layer its place among the uids.

    Layers of one class whose names are made up have their places in the order of these names.
    """
    places = list(range(len(lines)))
    by_class: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        if line.made is not None:
            by_class.setdefault(line.shown, []).append(index)
    for indices in by_class.values():
        ordered = sorted(indices, key=lambda index: lines[index].made or 0)
        for place, index in zip(indices, ordered, strict=True):
            places[index] = place
    return places


def _value(value: object, classes: object, activation: object) -> object:
    """Return the value of an argument; two words stand for arguments of the model."""
    if value == "classes":
        return classes
    if value == "classifier":
        return activation
    if isinstance(value, list):
        return tuple(_value(each, classes, activation) for each in value)
    return value


# --- as a graph -----------------------------------------------------------------------------------


def uses(
    layer: Layer, entry: TensorRef, start: Shapes, first: int, tracer: LayerCalls
) -> list[tuple[Node, Traced]] | Unknown:
    """Return the layers behind the Input, as nodes with the ids `first`, `first + 1`, … and traces.

    The first is called on `entry`, a tensor of the shape `start`. The uids of the layers
    follow that of `layer`.
    """
    rows = layers(layer, tracer)
    if isinstance(rows, Unknown):
        return rows
    calls: list[tuple[Node, Traced]] = []
    shapes: list[Shapes] = [start]
    for row in rows[1:]:
        numbers = [0]
        if isinstance(row.taken, list):
            numbers = row.taken
        elif row.taken:
            numbers = [row.taken]
        refs = [TensorRef(first + number - 1) if number else entry for number in numbers]
        inputs = [shapes[number] for number in numbers]
        inner = _layer(layer, row, inputs[0])
        args, traced = _call(row, inner, refs, inputs, tracer)
        if traced.finding is not None:
            return Unknown(str(traced.finding), layer.site)
        calls.append((Node(first + len(calls), inner, args, layer.site), traced))
        shapes.append(pick(traced.outputs, 0))
    return calls


def _call(
    row: InnerLayer,
    inner: Layer,
    refs: list[TensorRef],
    inputs: list[Shapes],
    tracer: LayerCalls,
) -> tuple[CallArguments, Traced]:
    """Return the arguments of a call, and its trace."""
    if row.operation:  # on two tensors, or on a tensor and a number
        values: list[object] = [*refs, 1.0]
        return tuple((None, value) for value in values[:2]), Traced(inputs[0], inputs[0])
    if isinstance(row.taken, list):
        return ((None, refs),), tracer.use(inner, ((None, inputs),))
    return ((None, refs[0]),), tracer.use(inner, ((None, inputs[0]),))


def trained(layer: Layer, declared: Shapes, tracer: LayerCalls) -> int | Unknown:
    """Return how many of its weights training changes, counted layer by layer."""
    calls = uses(layer, TensorRef(0), declared, 1, tracer)
    if isinstance(calls, Unknown):
        return calls
    return total(traced.trained for _, traced in calls)


def _layer(base: Layer, row: InnerLayer, came: Shapes) -> Layer:
    """Return a layer, with the arguments that it has for this input."""
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
    """Return a Sequential of layers, whose uids come after those of the model's own layers."""
    inner: list[Node] = []
    within = (("within", base),)
    parts: Any = row.arguments["layers"]
    for index, (cls, name, given) in enumerate(parts):
        arguments = tuple(
            Argument(key, _value(value, None, None))
            for key, value in (*given.items(), ("name", name))
        )
        part = Layer(
            cls,
            arguments,
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
    """Return a padding that depends on whether a side is even; a side of `None` counts as even."""
    if not isinstance(value, dict):
        return value
    if not isinstance(came, tuple) or len(came) != 4:
        return Unknown("a padding that depends on the size of the image", base.site)
    odd = [isinstance(side, int) and side % 2 == 1 for side in came[1:3]]
    kinds = ["odd" if is_odd else "even" for is_odd in odd]
    return tuple(tuple(value[kind][axis]) for axis, kind in enumerate(kinds))
