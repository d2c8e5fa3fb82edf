"""CategoryEncoding, Hashing and HashedCrossing."""

from __future__ import annotations

from typing import Any

from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.binding import Bound
from kfix.shapes.registry import rule
from kfix.shapes.rules.preprocessing.numbers import check_mode
from kfix.shapes.values import known, refuse


def depth_of(layer: Bound, name: str) -> Any:
    """A number of tokens or bins, as the last dim it becomes; raises `BadArgument`."""
    value = known(layer, name)
    if (
        value is not None
        and not isinstance(value, Unknown)
        and not (isinstance(value, int) and value >= 0)
    ):
        raise refuse(layer, name, "an integer", value)
    return value


def encoded(x: Shape, mode: object, depth: Any) -> Shape:
    """One-hot appends the depth, or replaces a last dim of 1; the other modes replace the last dim."""
    if mode == "one_hot" and (len(x) < 2 or x[-1] != 1):
        return (*x, depth)
    return (*x[:-1], depth)


def _check_encoding(layer: Bound) -> None:
    mode = known(layer, "output_mode")
    if not isinstance(mode, Unknown) and mode not in ("count", "one_hot", "multi_hot", "binary"):
        raise refuse(layer, "output_mode", "'count', 'one_hot' or 'multi_hot'", mode)
    tokens = known(layer, "num_tokens")
    if not isinstance(tokens, Unknown) and not (isinstance(tokens, int | float) and tokens >= 1):
        raise refuse(layer, "num_tokens", "a positive integer", tokens)


@rule("CategoryEncoding", check=_check_encoding)
def category_encoding(layer: Bound, x: Shape) -> Shapes:
    """Mode "one_hot" appends `num_tokens` (or replaces a last 1), "multi_hot" (the default) and "count" replace
    the last dim by it; no weights.
    """
    return encoded(x, layer["output_mode"], depth_of(layer, "num_tokens"))


def check_salt(layer: Bound) -> None:
    """A salt is an integer or two of anything."""
    salt = known(layer, "salt")
    if (
        salt is None
        or isinstance(salt, int | Unknown)
        or (isinstance(salt, tuple | list) and len(salt) == 2)
    ):
        return
    raise refuse(layer, "salt", "an integer, or two,", salt)


def _check_hashing(layer: Bound) -> None:
    bins = known(layer, "num_bins")
    if not isinstance(bins, Unknown) and not (isinstance(bins, int | float) and bins > 0):
        raise refuse(layer, "num_bins", "a positive integer", bins)
    check_mode(layer, ("int", "one_hot", "multi_hot", "count"))
    dtype = layer.dim("dtype")
    if layer["output_mode"] == "int" and isinstance(dtype, str) and dtype not in ("int32", "int64"):
        raise refuse(layer, "dtype", "'int32' or 'int64'", dtype)
    check_salt(layer)


@rule("Hashing", check=_check_hashing)
def hashing(layer: Bound, x: Shape) -> Shapes:
    """Mode "int" keeps the shape; the other modes replace the last dim by `num_bins`; no weights."""
    if layer["output_mode"] == "int":
        return x
    return (*x[:-1], depth_of(layer, "num_bins"))


def _check_crossing(layer: Bound) -> None:
    mode = known(layer, "output_mode")
    if not isinstance(mode, Unknown) and mode not in ("int", "one_hot"):
        raise refuse(layer, "output_mode", "'int' or 'one_hot'", mode)


class _Anything(tuple[str, ...]):
    """HashedCrossing takes any keyword, and drops it."""

    def __contains__(self, name: object) -> bool:
        return True


@rule("HashedCrossing", check=_check_crossing, extra=_Anything(), many=True)
def hashed_crossing(layer: Bound, x: Shapes) -> Shapes:
    """Two inputs of one shape, which stays ("int"), or `num_bins` appended or in place of a last 1 ("one_hot")."""
    if isinstance(x, Unknown):
        raise UnknownUsed(x)
    if not isinstance(x, list) or len(x) != 2:
        raise WrongInputs(layer.cls, expected="two inputs", actual=x)
    one, two = x
    if not isinstance(one, tuple) or not isinstance(two, tuple):
        raise UnknownUsed(one if isinstance(one, Unknown) else two)  # type: ignore[arg-type]
    last = [shape[-1:] for shape in (one, two)]
    if last[0] != last[1] and not any(isinstance(dim, Unknown) for shape in last for dim in shape):
        raise InputsDoNotMatch(layer.cls, expected="two inputs of one shape", actual=[one, two])
    if not one or not two:
        raise InputsDoNotMatch(layer.cls, expected="two inputs of one shape", actual=[one, two])
    if layer["output_mode"] == "int":
        return one
    return (*(one if one[-1] != 1 else one[:-1]), depth_of(layer, "num_bins"))
