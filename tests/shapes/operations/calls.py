"""Draws calls of operations, and asks Keras, numpy and kfix what they give."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from kfix.findings import Finding
from kfix.model.graph import Array
from kfix.model.unknown import UnknownUsed
from kfix.shapes.operations import operation
from tests.shapes.judge import keras


class T(tuple[int | None, ...]):
    """A tensor of this shape, where a plain tuple is a plain tuple."""


class Drawn(NamedTuple):
    """A call: the function's name, its arguments by place and by name."""

    name: str
    args: tuple[object, ...]
    kwargs: dict[str, object]


def _mapped(value: object, change: Callable[[T], object]) -> object:
    if isinstance(value, T):
        return change(value)
    if isinstance(value, list | tuple):
        return type(value)([_mapped(item, change) for item in value])
    return value


def _shapes(value: Any) -> object:
    return (
        [_shapes(item) for item in value] if isinstance(value, list | tuple) else tuple(value.shape)
    )


_OF_INTEGERS = (
    "invert", "bitwise_not", "bitwise_and", "bitwise_or", "bitwise_xor", "left_shift",
    "right_shift", "gcd", "lcm", "bincount",
)  # fmt: skip


def ask_real(library: str, call: Drawn) -> tuple[str, object]:
    """("shape", shapes) or ("refused", why) of the real function: `keras.ops` on KerasTensors,
    numpy on arrays.
    """

    def tensor(shape: T, dtype: str = "float32") -> object:
        return (
            keras().KerasTensor(tuple(shape), dtype=dtype)
            if library == "keras"
            else np.zeros(tuple(shape), dtype)
        )

    try:
        dtype = "int32" if call.name in _OF_INTEGERS else "float32"
        args: list[Any] = [_mapped(value, partial(tensor, dtype=dtype)) for value in call.args]
        if call.name == "getitem":
            return "shape", _shapes(args[0][call.args[1]])
        if call.name in ("take", "take_along_axis") and isinstance(call.args[1], T):
            args[1] = tensor(call.args[1], "int32")
        if call.name == "one_hot" and isinstance(call.args[0], T):
            args[0] = tensor(call.args[0], "int32")
        function = attrgetter(call.name)(keras().ops if library == "keras" else np)
        return "shape", _shapes(function(*args, **call.kwargs))
    except Exception as error:
        return "refused", f"{type(error).__name__}: {error}"[:200]


def ask_kfix(library: str, call: Drawn) -> tuple[str, object]:
    """Return the same of kfix; ("unknown", why) too."""
    home = {"keras": "keras.ops", "numpy": "numpy"}[library]
    path = "operator.getitem" if call.name == "getitem" else f"{home}.{call.name}"
    args: list[tuple[str | None, object]] = [
        (None, _mapped(value, lambda shape: Array(tuple(shape)))) for value in call.args
    ]
    try:
        return "shape", operation(path, [*args, *call.kwargs.items()])
    except Finding as finding:
        return "refused", repr(finding)
    except UnknownUsed as used:
        return "unknown", str(used)


class Drawer:
    """Draws calls by a seeded generator; with `open_dims` some dims are `None`."""

    def __init__(self, seed: str, open_dims: bool) -> None:
        self.r = random.Random(seed)
        self.open = open_dims

    def one(self, *values: Any) -> Any:
        return self.r.choice(values)

    def shape(self, rank: int | None = None) -> T:
        rank = rank if rank is not None else self.one(1, 2, 2, 3, 3, 4)
        return T(
            None if self.open and self.r.random() < 0.15 else self.one(1, 2, 3, 4)
            for _ in range(rank)
        )

    def like(self, shape: T, odd: float = 0.2) -> T:
        return T(self.one(1, 2, 3) if self.r.random() < odd else dim for dim in shape)

    def closed(self, shape: T) -> T:
        return T(dim or 2 for dim in shape)

    def axis(self, rank: int) -> int:
        if rank and self.r.random() < 0.9:
            return self.r.randrange(-rank, rank)
        return self.one(rank, rank + 1, -rank - 1)

    def maybe(self, name: str, value: object, odds: float = 0.6) -> dict[str, object]:
        return {name: value} if self.r.random() < odds else {}

    # --- by operation -------------------------------------------------------------------------

    def reduction(self) -> Drawn:
        x = self.shape()
        axes: object = (
            self.axis(len(x)) if self.r.random() < 0.7 or len(x) < 2 else (0, self.one(1, -1))
        )
        return Drawn(
            self.one("mean", "sum", "max", "std", "any", "min", "prod"),
            (x,),
            {**self.maybe("axis", axes), **self.maybe("keepdims", self.one(True, False), 0.4)},
        )

    def reshape(self) -> Drawn:
        x = self.shape()
        dims = [dim or 2 for dim in x]
        self.r.shuffle(dims)
        if self.r.random() < 0.5 and len(dims) > 1:
            dims = [dims[0] * dims[1], *dims[2:]]
        if self.r.random() < 0.5:
            dims[self.r.randrange(len(dims))] = -1
        if self.r.random() < 0.15:
            dims.append(self.one(2, -1))
        return Drawn("reshape", (x, tuple(dims)), {})

    def order(self) -> Drawn:
        x = self.shape()
        axes = list(range(len(x)))
        self.r.shuffle(axes)
        if self.r.random() < 0.1:
            axes[0] = self.one(0, 5)
        return self.one(
            Drawn("transpose", (x, tuple(axes)), {}),
            Drawn("transpose", (x,), {}),
            Drawn("moveaxis", (x, self.axis(len(x)), self.axis(len(x))), {}),
            Drawn("swapaxes", (x, self.axis(len(x)), self.axis(len(x))), {}),
            Drawn("expand_dims", (x, self.axis(len(x) + 1)), {}),
            Drawn("squeeze", (self.like(x, 0.5), self.axis(len(x))), {}),
            Drawn("squeeze", (self.like(x, 0.5),), {}),
            Drawn("ravel", (x,), {}),
            Drawn("flip", (x,), {}),
            Drawn("cumsum", (x,), self.maybe("axis", self.axis(len(x)))),
            Drawn("argmax", (x,), self.maybe("axis", self.axis(len(x)))),
            Drawn(
                self.one("sort", "argsort", "cumprod"),
                (x,),
                self.maybe("axis", self.one(None, self.axis(len(x)))),
            ),
        )

    def joining(self) -> Drawn:
        x = self.shape()
        name = self.one("concatenate", "concatenate", "stack", "vstack", "hstack")
        if "v" in name or "h" in name:
            return Drawn(name, ([x, self.like(x, 0.1)],), {})
        tensors = [x, *(self.like(x, 0.1) for _ in range(self.one(1, 2)))]
        return Drawn(name, (tensors,), self.maybe("axis", self.axis(len(x) + (name == "stack"))))

    def parts(self) -> Drawn:
        x = self.shape()
        if self.r.random() < 0.3:
            return Drawn("array_split", (x, self.one(1, 2, 3)), {"axis": self.r.randrange(len(x))})
        return Drawn("split", (x, self.one(1, 2, 3, [1, 3])), {"axis": self.axis(len(x))})

    def repeated(self) -> Drawn:
        x = self.shape()
        rank = len(x)
        return self.one(
            Drawn("tile", (x, self.one(2, (2,), (1, 2), (2, 1, 3))), {}),
            Drawn("repeat", (x, self.one(1, 2, 3)), self.maybe("axis", self.axis(rank))),
            Drawn(
                "pad", (x, self.one(1, (1, 2), ((1, 2),), tuple((i, 1) for i in range(rank)))), {}
            ),
            Drawn("pad", (x, tuple((i, 1) for i in range(rank + 1))), {}),
        )

    def product(self) -> Drawn:
        x = self.shape()
        dims = list(self.like(x, 0.3))
        self.r.shuffle(dims)
        if self.r.random() < 0.6 and len(dims) > 1:
            dims[-2] = x[-1]
        some = self.closed(x)
        return self.one(
            Drawn(self.one("matmul", "dot"), (x, T(dims)), {}),
            Drawn("outer", (x, self.shape()), {}),
            Drawn("tensordot", (some, T([*some[-1:], 3])), {"axes": 1}),
            Drawn("tensordot", (some, T([some[0], 5])), {"axes": [[0], [0]]}),
            Drawn("einsum", ("bij,bjk->bik", T((2, x[0], 3)), T((2, 3, 4))), {}),
            Drawn("einsum", ("...i,ij->...j", T((*x, 3)), T((3, 5))), {}),
            Drawn("einsum", ("ij,ij", T((2, 3)), T((2, 3))), {}),
        )

    def elementwise(self) -> Drawn:
        x = self.shape()
        other = self.one(self.like(x, 0.4), T(self.like(x, 0.4)[1:]), T((3,)), 2, T(()))
        return self.one(
            Drawn("add", (x, other), {}),
            Drawn("logical_and", (x, self.like(x, 0.4)), {}),
            Drawn("where", (self.like(x, 0.3), x, self.one(self.like(x, 0.3), 1.0)), {}),
            Drawn("zeros_like", (x,), {}),
            Drawn("clip", (x, 0, 1), {}),
            Drawn(
                "broadcast_to",
                (self.closed(x), self.one((3, *self.closed(x)), tuple(self.closed(x)))),
                {},
            ),
        )

    def indexing(self) -> Drawn:
        x = self.shape()
        parts = (
            0,
            -1,
            1,
            5,
            None,
            ...,
            slice(None),
            slice(1, None),
            slice(None, -1),
            slice(0, 2),
            slice(3, 1),
        )
        key = tuple(self.one(*parts, slice(None, None, 2)) for _ in range(self.one(1, 1, 2, 3)))
        some = self.closed(x)
        return self.one(
            Drawn("getitem", (x, key), {}),
            Drawn("getitem", (x, key), {}),
            Drawn("take", (x, self.one(T((2,)), T((2, 3)))), self.maybe("axis", self.axis(len(x)))),
            Drawn("take_along_axis", (some, self.like(some, 0.1)), {"axis": self.axis(len(x))}),
        )

    def created(self) -> Drawn:
        return self.one(
            Drawn("linspace", (0, self.one(1, 5)), self.maybe("num", self.one(3, 7))),
            Drawn("arange", self.one((5,), (2, 7), (1, 9, 3), (0, 1, 0.25), (5, 0, -2)), {}),
            Drawn("eye", self.one((3,), (3, 4)), {}),
            Drawn("full", ((2, 3), 1.0), {}),
            Drawn("zeros", (self.one((2, 3), 4),), {}),
        )

    def draw(self) -> Drawn:
        """Any of them."""
        made: Drawn = self.one(
            self.reduction, self.reshape, self.order, self.order, self.joining, self.parts,
            self.repeated, self.product,
            self.elementwise, self.indexing, self.indexing, self.created,
        )()  # fmt: skip
        return made
