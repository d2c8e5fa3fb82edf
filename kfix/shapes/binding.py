"""Arguments as they are written, bound to the names of Keras's parameters."""

from __future__ import annotations

from typing import Any, Protocol

from kfix.findings import Finding
from kfix.findings.missing_argument import MissingArgument
from kfix.findings.unknown_argument import UnknownArgument
from kfix.model.graph import Argument, Array, Layer, Shapes, Symbol
from kfix.model.unknown import Unknown, UnknownUsed, as_unknown
from kfix.shapes.legacy_arguments import LegacyNames
from kfix.shapes.signatures import Signature
from kfix.shapes.trace_result import Traced

BASE_ARGUMENTS = (
    "activity_regularizer",
    "trainable",
    "dtype",
    "autocast",
    "name",
    "input_shape",
    "input_dim",
)
"""Keywords that `keras.layers.Layer` accepts besides a class's own (measured on Keras 3.15)."""

CallArguments = tuple[tuple[str | None, object], ...]
"""The arguments of a call, each with its keyword or `None`; shapes stand in place of tensors."""


class LayerCalls(Protocol):
    """What a rule may ask about a wrapped layer; see `kfix.shapes.layer_call.LayerTracer`."""

    keras: int
    variations: dict[object, object]

    def bound(self, layer: Layer) -> Bound:
        """Return its arguments by name; raise the finding that refuses its constructor."""
        ...

    def use(self, layer: Layer, args: CallArguments) -> Traced:
        """Return the trace of a call."""
        ...

    def inside(self, layer: Layer, shapes: Shapes, spec: bool = True) -> Traced:
        """Return the trace of a call on `shapes`; raise its refusal."""
        ...

    def trainable(self, layer: Layer, parts: bool = False) -> bool | Unknown:
        """Return whether the layer's own weights are trained."""
        ...

    def trained_inside(self, base: Layer) -> bool | Unknown | None:
        """Return whether the layers inside a model of `keras.applications` are trained."""
        ...

    def trained_layers(self, base: Layer, declared: Shapes) -> int | Unknown:
        """Return how many weights of such a model training changes, counted layer by layer."""
        ...


OBJECTS = ("activation", "initializer", "regularizer", "constraint", "weights", "dtype", "function")
"""Ends of the names of arguments that may be given as a function or a class of a library."""

_LARGEST = 2**63


def foreseen(name: str, value: object) -> object:
    """Return the value of a constructor's argument as a rule may compute with it.

    What no rule foresees is an `Unknown`: what is computed elsewhere (an array, a constant of a
    library), a number that is not finite, and one that no tensor's size can be.
    """
    kind = type(value)
    if kind is int or kind is float:
        if -_LARGEST <= value < _LARGEST:  # type: ignore[operator]
            return value
        return Unknown(f"`{name}` is too large a number")
    if kind is tuple or kind is list:
        parts = [foreseen(name, part) for part in value]  # type: ignore[attr-defined]
        if all(part is given for part, given in zip(parts, value, strict=True)):  # type: ignore[call-overload]
            return value
        return kind(parts)
    if isinstance(value, Array | Symbol) and not name.endswith(OBJECTS):
        return Unknown(f"`{name}` is computed")
    return value


class Bound:
    """The arguments of one layer by Keras's names, defaults filled in.

    `layer["units"]` is the value, and raises `UnknownUsed` if it is unknown; `layer.dim("units")`
    is the value or the `Unknown` itself, for arithmetic. `kfix.shapes.values` reads arguments
    that must be of one kind.
    """

    __slots__ = ("call", "cls", "given", "layer", "old", "signature", "tracer", "unknown", "values")

    def __init__(
        self,
        layer: Layer,
        signature: Signature,
        given: dict[str, Argument],
        unknown: Unknown | None,
    ) -> None:
        self.layer = layer
        self.cls = signature.cls
        self.signature = signature
        self.given = given
        self.unknown = unknown
        """Why arguments that are not `given` may not have their defaults: unknown `**options`."""
        self.values: dict[str, object] = dict(signature.defaults) if unknown is None else {}
        for name, argument in given.items():
            self.values[name] = foreseen(name, argument.value)
        self.call: CallArguments = ()
        """The arguments of its call, with shapes in place of tensors."""
        self.tracer: LayerCalls | None = None
        """Traces the layer that a wrapper wraps."""
        self.old: Finding | None = None
        """The refusal of names that Keras 3 does not accept any more."""

    def dim(self, name: str) -> Any:
        """Return the value of an argument, which may be an `Unknown`."""
        return self.values.get(name, self.unknown)

    def __getitem__(self, name: str) -> Any:
        value = self.values.get(name, self.unknown)
        if isinstance(value, Unknown):
            raise UnknownUsed(value)
        return value

    def call_argument(self, name: str) -> object:
        """Return the argument of the call with this keyword, `None` if there is none."""
        return next((value for keyword, value in self.call if keyword == name), None)

    def called_with(self, call: CallArguments, tracer: LayerCalls) -> Bound:
        """Return the same arguments, in one call."""
        # Every call of a layer comes here: what it shares with this one is not built again.
        bound = Bound.__new__(Bound)
        bound.layer, bound.cls, bound.signature = self.layer, self.cls, self.signature
        bound.given, bound.unknown, bound.values = self.given, self.unknown, self.values
        bound.old = None
        bound.call = call
        bound.tracer = tracer
        return bound

    def __contains__(self, name: str) -> bool:
        return name in self.given


def bind(layer: Layer, signature: Signature, extra: tuple[str, ...] = (), keras: int = 3) -> Bound:
    """Return the arguments of `layer` by the names of `signature`.

    `extra` are names that the class accepts by keyword without declaring them. Names of Keras 1
    and 2 are bound as what they are now; for `keras` 3 the result's `old` refuses them. An argument
    whose keyword is "*" or "**" stands for arguments that are unknown. Raises `UnknownArgument` or
    `MissingArgument` where Python or Keras refuses the call.
    """
    binder = _Binder(layer, signature, extra)
    for argument in layer.arguments:
        binder.take(argument)
    binder.check()
    bound = Bound(layer, signature, binder.given, binder.unknown)
    if keras > 2:
        bound.old = binder.legacy.finding()
    return bound


class _Binder:
    """Binds the arguments of one call, one after the other."""

    def __init__(self, layer: Layer, signature: Signature, extra: tuple[str, ...]) -> None:
        self.site = layer.site
        self.signature = signature
        self.extra = extra
        self.given: dict[str, Argument] = {}
        self.unknown: Unknown | None = None
        """Why there may be more arguments than `given`."""
        self.legacy = LegacyNames(signature)
        self.place = 0
        """How many positional arguments were taken."""

    def take(self, argument: Argument) -> None:
        """Bind one argument; raise `UnknownArgument`."""
        keyword = argument.keyword
        if keyword in ("*", "**"):
            self.unknown = as_unknown(argument.value, "arguments passed on", self.site)
        elif keyword is not None:
            self._take_keyword(keyword, argument)
        elif self.unknown is None:  # behind an unknown *args the place is unknown
            self._give(self._parameter(), argument)

    def _parameter(self) -> str:
        """Return the name of the next positional parameter."""
        positional = self.signature.positional
        if self.place >= len(positional):
            raise UnknownArgument(
                self.signature.cls,
                expected=f"at most {len(positional)} positional arguments",
                reason="too many",
                actual=self.place + 1,
            )
        self.place += 1
        return positional[self.place - 1]

    def _take_keyword(self, keyword: str, argument: Argument) -> None:
        if self._declares(keyword):
            self._give(keyword, argument)
        elif not self.legacy.take(keyword, argument, self.given):
            names = list(self.signature.names)
            raise UnknownArgument(self.signature.cls, actual=keyword, expected=names)

    def _declares(self, keyword: str) -> bool:
        if keyword in self.signature.names or keyword in self.extra or keyword == "name":
            return True
        return self.signature.open and keyword in BASE_ARGUMENTS

    def _give(self, name: str, argument: Argument) -> None:
        if name in self.given:
            raise UnknownArgument(self.signature.cls, actual=name, reason="repeated")
        self.given[name] = argument

    def check(self) -> None:
        """Raise `MissingArgument`, or `UnknownArgument` for two that exclude one another."""
        signature, given = self.signature, self.given
        if self.unknown is None:
            for name in signature.names:
                if name not in given and name not in signature.defaults:
                    raise MissingArgument(signature.cls, expected=name)
        dim = given.get("input_dim")
        if dim is None or dim.value is None or "input_dim" in signature.names:
            return
        if "input_shape" in given and "input_shape" not in self.extra:
            raise UnknownArgument(
                signature.cls, actual="input_shape", expected="input_dim", reason="exclusive"
            )
