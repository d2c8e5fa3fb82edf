"""CategoryEncoding, Hashing and HashedCrossing."""

from __future__ import annotations

from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed, any_unknown, require_known
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.registry import rule
from kfix.shapes.rules.preprocessing.numbers import check_mode
from kfix.shapes.values import check_choice, check_number, optional_integer, refuse, value_of


def encoded(x: Shape, mode: object, depth: Dim) -> Shape:
    """Return the shape of an encoding of this depth.

    "one_hot" appends the depth, or replaces a last dim of 1; the other modes replace the last dim.
    """
    if mode == "one_hot" and (len(x) < 2 or x[-1] != 1):
        return (*x, depth)
    return (*x[:-1], depth)


# --- CategoryEncoding -----------------------------------------------------------------------------


def _check_encoding(layer: Bound) -> None:
    modes = ("count", "one_hot", "multi_hot", "binary")
    check_choice(layer, "output_mode", modes, "'count', 'one_hot' or 'multi_hot'")
    check_number(layer, "num_tokens", 1, expected="a positive integer")


@rule(
    "CategoryEncoding",
    check=_check_encoding,
    effects=fx.encoded("num_tokens"),
)
def category_encoding(layer: Bound, x: Shape) -> Shapes:
    """Encode as `num_tokens`, without weights.

    Mode "one_hot" appends it (or replaces a last 1), "multi_hot" (the default) and "count" replace
    the last dim with it.

    Refused: another mode; `num_tokens` that is not a positive integer.
    """
    return encoded(x, layer["output_mode"], optional_integer(layer, "num_tokens", 0))


# --- Hashing --------------------------------------------------------------------------------------


def check_salt(layer: Bound) -> None:
    """Raise `BadArgument` for a salt that is neither an integer nor two values."""
    salt = value_of(layer, "salt")
    if salt is None or isinstance(salt, int | Unknown):
        return
    if not isinstance(salt, tuple | list) or len(salt) != 2:
        raise refuse(layer, "salt", "an integer or two", salt)


def _check_hashing(layer: Bound) -> None:
    bins = value_of(layer, "num_bins")
    if not isinstance(bins, Unknown) and not (isinstance(bins, int | float) and bins > 0):
        raise refuse(layer, "num_bins", "a positive integer", bins)
    check_mode(layer, ("int", "one_hot", "multi_hot", "count"))
    dtype = layer.dim("dtype")
    if layer["output_mode"] == "int" and isinstance(dtype, str) and dtype not in ("int32", "int64"):
        raise refuse(layer, "dtype", "'int32' or 'int64'", dtype)
    check_salt(layer)


@rule(
    "Hashing",
    check=_check_hashing,
    effects=fx.encoded("num_bins", one_hot_appends=False),
)
def hashing(layer: Bound, x: Shape) -> Shapes:
    """Keep the shape in mode "int"; the other modes replace the last dim with `num_bins`.

    The layer has no weights.
    """
    if layer["output_mode"] == "int":
        return x
    return (*x[:-1], optional_integer(layer, "num_bins", 0))


# --- HashedCrossing -------------------------------------------------------------------------------


def _check_crossing(layer: Bound) -> None:
    check_choice(layer, "output_mode", ("int", "one_hot"))


class _Anything(tuple[str, ...]):
    """The keywords of HashedCrossing, which accepts any, and drops it."""

    def __contains__(self, name: object) -> bool:
        return True


@rule(
    "HashedCrossing",
    check=_check_crossing,
    extra=_Anything(),
    many=True,
    effects=fx.mixed("num_bins", "output_mode"),
)
def hashed_crossing(layer: Bound, x: Shapes) -> Shapes:
    """Keep the shape of the two inputs in mode "int".

    Mode "one_hot" appends `num_bins`, or replaces a last 1 with it.

    Refused: anything but two inputs; two whose last dims differ.
    """
    one, two = _crossed(layer, x)
    last = (*one[-1:], *two[-1:])
    known = not any_unknown(last)
    if not one or not two or (known and one[-1] != two[-1]):
        raise InputsDoNotMatch(layer.cls, expected="two inputs of one shape", actual=[one, two])
    if layer["output_mode"] == "int":
        return one
    rest = one
    if one[-1] == 1:
        rest = one[:-1]
    return (*rest, optional_integer(layer, "num_bins", 0))


def _crossed(layer: Bound, x: Shapes) -> tuple[Shape, Shape]:
    """Return the two shapes that a HashedCrossing is called on; raise `WrongInputs`."""
    if isinstance(x, Unknown):
        raise UnknownUsed(x)
    shapes = []
    if isinstance(x, list):
        shapes = x
    if len(shapes) != 2 or not all(isinstance(shape, tuple | Unknown) for shape in shapes):
        raise WrongInputs(layer.cls, expected="two inputs", actual=x)
    one, two = map(require_known, shapes)
    return one, two  # type: ignore[return-value]
