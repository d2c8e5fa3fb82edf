"""Arguments as written, bound to Keras's names."""

from __future__ import annotations

from typing import Any, Protocol

from kfix.findings import Finding
from kfix.findings.missing_argument import MissingArgument
from kfix.findings.unknown_argument import UnknownArgument
from kfix.model.graph import Argument, Array, Layer, Shapes, Symbol
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.legacy_arguments import Modern
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
"""What `keras.layers.Layer` takes by keyword on top of a class's own parameters (measured on Keras 3.15)."""


class Asks(Protocol):
    """What a wrapper's rule may ask about the layer within; see `kfix.shapes.layer_call.LayerTracer`."""

    keras: int

    def bound(self, layer: Layer) -> Bound:
        """Its arguments by name."""
        ...

    def use(self, layer: Layer, args: tuple[tuple[str | None, object], ...]) -> Traced:
        """What becomes of a call."""
        ...

    def inside(self, layer: Layer, shapes: Shapes, spec: bool = True) -> Traced:
        """What becomes of it on `shapes`; raises its refusal."""
        ...

    def trainable(self, layer: Layer, parts: bool = False) -> bool | Unknown:
        """Are the layer's own weights trained?"""
        ...

    def trained_inside(self, base: Layer) -> bool | Unknown | None:
        """Are the layers inside a model of `keras.applications` trained? `None` where they were not all set alike."""
        ...

    def trained_layers(self, base: Layer, declared: Shapes) -> int | Unknown:
        """How many weights of such a model, on its own input, training changes: counted layer by layer."""
        ...


OBJECTS = ("activation", "initializer", "regularizer", "constraint", "weights", "dtype", "function")
"""Ends of the names of arguments that may be given as a function or a class of a library."""

_LARGEST = 2**63


def foreseen(name: str, value: object) -> object:
    """Return the value of a constructor's argument as a rule may count with it.

    What no rule foresees is an `Unknown`: what is computed elsewhere (an
    array, a constant of a library), a number that is not finite, and one that
    no tensor's size can be.
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
        return tuple(parts) if kind is tuple else parts
    if isinstance(value, Array | Symbol) and not name.endswith(OBJECTS):
        return Unknown(f"`{name}` is computed")
    return value


class Bound:
    """The arguments of one layer by Keras's names, defaults filled in.

    `layer["units"]` is the value and raises `UnknownUsed` when that could not
    be told; `layer.dim("units")` gives the `Unknown` itself, for arithmetic.
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
        """Why arguments that are not `given` may not have their defaults (`**options` that could not be told)."""
        self.values: dict[str, object] = dict(signature.defaults) if unknown is None else {}
        for name, argument in given.items():
            self.values[name] = foreseen(name, argument.value)
        self.call: tuple[tuple[str | None, object], ...] = ()
        """How it is called: shapes in place of tensors, each with its keyword or `None`."""
        self.tracer: Asks | None = None
        """For wrappers, whose child is a layer too."""
        self.old: Finding | None = None
        """The refusal of names that Keras 3 does not take any more."""

    def dim(self, name: str) -> Any:
        """The value, which may be an `Unknown`."""
        return self.values.get(name, self.unknown)

    def __getitem__(self, name: str) -> Any:
        value = self.values.get(name, self.unknown)
        if isinstance(value, Unknown):
            raise UnknownUsed(value)
        return value

    def call_argument(self, name: str) -> object:
        """Return the argument of the call with this keyword, `None` if there is none."""
        return next((value for keyword, value in self.call if keyword == name), None)

    def called_with(self, call: tuple[tuple[str | None, object], ...], tracer: Asks) -> Bound:
        """The same arguments, in one call."""
        bound = Bound.__new__(
            Bound
        )  # what it shares with this one is not made again: every use of a layer is here
        bound.layer, bound.cls, bound.signature = self.layer, self.cls, self.signature
        bound.given, bound.unknown, bound.values = self.given, self.unknown, self.values
        bound.old = None
        bound.call = call
        bound.tracer = tracer
        return bound

    def __contains__(self, name: str) -> bool:
        return name in self.given


def bind(layer: Layer, signature: Signature, extra: tuple[str, ...] = (), keras: int = 3) -> Bound:
    """Binds the arguments of `layer` to the names of `signature`.

    `extra` are names that the class takes by keyword without declaring them.
    Names of Keras 1 and 2 are bound as what they are now; for `keras` 3 the
    result's `old` says so.
    An argument whose keyword is "*" or "**" stands for arguments that could
    not be told. Raises `UnknownArgument` or `MissingArgument` where Python or
    Keras would refuse the call.
    """
    given: dict[str, Argument] = {}
    unknown: Unknown | None = None
    modern = Modern(signature)
    place = 0
    for argument in layer.arguments:
        keyword = argument.keyword
        if keyword in ("*", "**"):
            unknown = (
                argument.value
                if isinstance(argument.value, Unknown)
                else Unknown("arguments passed on", layer.site)
            )
            continue
        if keyword is None:
            if unknown is not None:
                continue  # behind an unknown *args nobody knows which place this is
            if place >= len(signature.positional):
                raise UnknownArgument(
                    signature.cls,
                    expected=f"at most {len(signature.positional)} positional arguments",
                    reason="too many",
                    actual=place + 1,
                )
            keyword = signature.positional[place]
            place += 1
        elif keyword not in signature.names and not (
            (signature.open and keyword in BASE_ARGUMENTS) or keyword in extra or keyword == "name"
        ):
            if modern.take(keyword, argument, given):
                continue
            raise UnknownArgument(signature.cls, actual=keyword, expected=list(signature.names))
        if keyword in given:
            raise UnknownArgument(
                signature.cls,
                actual=keyword,
                reason="repeated",
            )
        given[keyword] = argument
    if unknown is None:
        for name in signature.names:
            if name not in given and name not in signature.defaults:
                raise MissingArgument(signature.cls, expected=name)
    dim = given.get("input_dim") if "input_dim" not in signature.names else None
    if (
        dim is not None
        and dim.value is not None
        and "input_shape" in given
        and "input_shape" not in extra
    ):
        raise UnknownArgument(
            signature.cls, actual="input_shape", expected="input_dim", reason="exclusive"
        )
    bound = Bound(layer, signature, given, unknown)
    if keras > 2:
        bound.old = modern.finding()
    return bound
