"""`merge([a, b], mode="concat")` and the layer `Merge` of models, both of Keras 1."""

from __future__ import annotations

from contextlib import suppress
from typing import Protocol

from kfix.findings import Finding
from kfix.findings.old_layer import OldLayer
from kfix.model.graph import Array, Layer, Model, Shapes
from kfix.model.record import Value
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes import operations
from kfix.shapes.binding import CallArguments
from kfix.shapes.sizes import total
from kfix.shapes.trace_result import AFTER, Trace, Traced, status_of

PATH = "keras.layers.merge"

MODES = {
    "sum": "add",
    "mul": "multiply",
    "ave": "average",
    "max": "maximum",
    "concat": "concatenate",
    "dot": "dot",
}
"""By mode the function that it is now. Source: the release notes of Keras 2."""

_PARAMETERS = (
    "inputs",
    "mode",
    "concat_axis",
    "dot_axes",
    "output_shape",
    "output_mask",
    "arguments",
    "name",
)
_RENAMED = {"concatenate": {"concat_axis": "axis"}, "dot": {"dot_axes": "axes"}}


class Replacement(Value):
    """The function that replaces the call, and the arguments kept: places and new keywords."""

    name: str
    kept: tuple[tuple[int, str | None], ...]
    args: CallArguments


def replacement(args: CallArguments) -> Replacement | None:
    """Return what replaces a call of `merge`; `None` for another mode (a function, the cosine)."""
    given: dict[str, tuple[int, object]] = {}
    place = 0
    for number, (keyword, value) in enumerate(args):
        if keyword in ("*", "**"):
            return None
        if keyword is None:
            if place == len(_PARAMETERS):
                return None
            keyword, place = _PARAMETERS[place], place + 1
        given[keyword] = (number, value)
    _, mode = given.get("mode", (None, "sum"))
    if "inputs" not in given or not isinstance(mode, str) or mode not in MODES:
        return None
    name = MODES[mode]
    renamed = {"inputs": None, "name": "name", **_RENAMED.get(name, {})}
    kept = tuple((given[old][0], new) for old, new in renamed.items() if old in given)
    return Replacement(name, kept, tuple((new, args[number][1]) for number, new in kept))


def finding(args: CallArguments) -> OldLayer:
    """Return the refusal of a call of `merge` in Keras 3."""
    new = replacement(args)
    if new is None:
        return OldLayer("merge", expected="its modes are functions of their own")
    return OldLayer("merge", expected=f"it is now {new.name}")


def joined(layer: Layer) -> tuple[list[Model], CallArguments] | None:
    """Return the models that `Merge([left, right], mode="sum")` joins, and its other arguments.

    `None` if it joins anything else.
    """
    found: list[Model] = []
    more: list[tuple[str | None, object]] = []
    for number, argument in enumerate(layer.arguments):
        value = argument.value
        if argument.keyword == "layers" or (argument.keyword is None and number == 0):
            if not isinstance(value, list | tuple):
                return None
            for part in value:
                if not isinstance(part, Layer) or part.model is None:
                    return None
                found.append(part.model)
        else:
            more.append((argument.keyword, value))
    if len(found) > 1:
        return (found, tuple(more))
    return None


def join_finding(args: CallArguments) -> OldLayer:
    """Return the refusal of a `Merge` of models in Keras 3."""
    new = replacement(args)
    name = "concatenate"
    if new is not None:
        name = new.name
    return OldLayer(
        "Merge",
        expected=f"models are joined by {name}([left.output, right.output])"
        " and Model(inputs, outputs)",
    )


def call_merge(inputs: Shapes, args: CallArguments) -> Traced:
    """Return the trace of a call of `merge` in Keras 3: a refusal, with the shape that is meant."""
    shapes: Shapes | None = None
    # That the inputs do not match is found once the call has its new name.
    with suppress(Finding, UnknownUsed):
        shapes = operations.operation(PATH, args)
    return Traced(inputs, AFTER, 0, "refused", finding(args), would_be=shapes)


class TracesModels(Protocol):
    """The part of the tracer that traces the models of a `Merge`."""

    keras: int

    def trace(self, model: Model) -> Trace:
        """Return the trace of a model on its own input shape."""
        ...


def call_merge_layer(tracer: TracesModels, layer: Layer) -> Traced:
    """Return the trace of `Merge([left, right])`, the first layer of a Sequential of Keras 1.

    It takes what the models take. Raises `UnknownUsed`.
    """
    found = joined(layer)
    if found is None:
        raise UnknownUsed(Unknown(f"no rule for `{layer.cls}`", layer.site))
    models, more = found
    traces = [tracer.trace(model) for model in models]
    ends = [end for trace in traces for end in trace.outputs]
    tensors = [Array(end) if isinstance(end, tuple) else end for end in ends]
    args: CallArguments = ((None, tensors), *more)
    if tracer.keras > 2:
        # Whether the ends match is found once they are joined in another way: the models may
        # have old names too.
        return Traced([], AFTER, 0, "refused", join_finding(args))
    shapes = operations.operation(PATH, args)
    return Traced([], shapes, total(trace.params for trace in traces), status_of(shapes))
