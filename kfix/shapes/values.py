"""Values of arguments, standardized and checked as Keras's constructors do it.

A program passes values of every kind. What is computed elsewhere (an array's element, a
function, a constant of another library) is unknown; what Keras refuses raises `BadArgument`.
A rule that takes its arguments from here never meets another kind of value.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kfix.findings.bad_argument import BadArgument
from kfix.findings.data import Datum
from kfix.model.graph import Array, Symbol, TensorRef
from kfix.model.unknown import Unknown
from kfix.shapes.binding import Bound
from kfix.shapes.formatting import show_value

if TYPE_CHECKING:
    from kfix.findings import Finding

# A tuple of classes is quicker than a union, and every argument of every layer is asked for this.
COMPUTED = (Array, Symbol, TensorRef)
"""The kinds of values that stand for something that is computed elsewhere."""

Integers = tuple[int | Unknown, ...]

# --- reading --------------------------------------------------------------------------------------


def value_of(layer: Bound, name: str) -> object:
    """Return the value of an argument; what is computed elsewhere is an `Unknown`."""
    value = layer.dim(name)
    if isinstance(value, COMPUTED):
        return Unknown(f"`{name}` is computed", layer.layer.site)
    return value


def as_sequence(value: object) -> Sequence[Any]:
    """Return a list or tuple as it is, any other value as a tuple of one."""
    if isinstance(value, list | tuple):
        return value
    return (value,)


def integer(
    layer: Bound, name: str, least: int | None = None, *, boolean: bool = True
) -> int | Unknown:
    """Return an argument that is an integer, `True` being 1 as in Python.

    Raises `BadArgument` for another kind of value, for an integer below `least`, and without
    `boolean` for `True` and `False`.
    """
    value = value_of(layer, name)
    if isinstance(value, Unknown):
        return value
    accepted = isinstance(value, int) and (boolean or not isinstance(value, bool))
    if not accepted or not isinstance(value, int) or (least is not None and value < least):
        raise refuse(layer, name, _integers_from(least), value)
    return int(value)


def listed(value: object) -> Sequence[object]:
    """Return the elements of a list or tuple, any other value as the only one."""
    if isinstance(value, list | tuple):
        return value
    return (value,)


def optional_integer(layer: Bound, name: str, least: int | None = None) -> int | Unknown | None:
    """Return an argument that is an integer from `least` on, or `None`; raise `BadArgument`."""
    if layer.dim(name) is None:
        return None
    return integer(layer, name, least)


def integers(layer: Bound, name: str, n: int, zero: bool = False) -> Integers:
    """Return `n` positive integers, given as one for all or as `n` of them; with `zero` 0 as well.

    Source: `standardize_tuple` in Keras's `utils/argument_validation.py`. Raises `BadArgument`
    where it refuses.
    """
    return standardize_integers(layer, name, value_of(layer, name), n, zero)


def standardize_integers(
    layer: Bound, name: str, value: object, n: int, zero: bool = False
) -> Integers:
    """Return `value` as `integers` returns an argument."""
    if type(value) is tuple and len(value) == n:
        for item in value:
            if type(item) is not int or item < 1:
                break
        else:
            return value  # by far the commonest case
    if isinstance(value, Unknown):
        return (value,) * n
    least = 1
    if zero:
        least = 0
    if isinstance(value, int):
        if value >= least:
            return (int(value),) * n
    elif isinstance(value, tuple | list) and len(value) == n:
        items = [item_of(layer, name, item) for item in value]
        if all(_is_size(item, least) for item in items):
            return tuple(items)  # type: ignore[arg-type]
    expected = _integers_from(least)
    if n > 1:
        expected = f"{n} {expected.removeprefix('a ')}s"
    raise refuse(layer, name, expected, value)


def item_of(layer: Bound, name: str, item: object) -> object:
    """Return an item of an argument; what is computed elsewhere is an `Unknown`."""
    if isinstance(item, COMPUTED):
        return Unknown(f"`{name}` is computed", layer.layer.site)
    return item


def _is_size(item: object, least: int) -> bool:
    """Decide whether a constructor accepts this as a size; it accepts floats, and fails later."""
    if isinstance(item, float):
        return item > 0 or item == least == 0
    return isinstance(item, Unknown) or (isinstance(item, int) and item >= least)


def pairs(layer: Bound, name: str, n: int, negative: bool) -> tuple[Integers, ...]:
    """Return `n` pairs of integers: before and after each of `n` dims.

    One integer stands for all, one for each dim for both sides, as ZeroPadding and Cropping take
    them. `negative` accepts one negative integer (Keras never checks that of ZeroPadding). Raises
    `BadArgument`.
    """
    value = value_of(layer, name)
    if isinstance(value, Unknown):
        return ((value, value),) * n
    if isinstance(value, int):
        if value < 0 and not negative:
            raise refuse(layer, name, "a non-negative integer", value)
        return ((int(value), int(value)),) * n
    if not isinstance(value, tuple | list) or len(value) != n:
        raise refuse(layer, name, f"an integer, {n} integers or {n} pairs", value)
    return tuple(standardize_integers(layer, name, item, 2, zero=True) for item in value)


def channels_first(layer: Bound, name: str = "data_format") -> bool:
    """Return whether `data_format` is "channels_first".

    Source: `standardize_data_format` in Keras's `backend/config.py`. Raises `BadArgument`.
    """
    value = layer[name]
    if value is None:
        return False
    text = str(value).lower()
    if text not in ("channels_first", "channels_last"):
        raise refuse(layer, name, "'channels_last' or 'channels_first'", value)
    return text == "channels_first"


def channels_first_note(layer: Bound) -> Finding | None:
    """Return the note on a layer that not every CPU runs with the channels first."""
    if not channels_first(layer):
        return None
    from kfix.findings.channels_first import ChannelsFirst  # hardly ever needed

    return ChannelsFirst(layer.cls)


def padding(layer: Bound, causal: bool = False) -> object:
    """Return the padding in lower case; a list or tuple is returned as it is.

    Source: `standardize_padding` in Keras's `utils/argument_validation.py`. Raises `BadArgument`.
    """
    value = layer["padding"]
    if isinstance(value, list | tuple):
        return value
    allowed = ["valid", "same"]
    if causal:
        allowed.append("causal")
    if not isinstance(value, str) or value.lower() not in allowed:
        raise refuse(layer, "padding", " or ".join(map(repr, allowed)), value)
    return value.lower()


def padding_mode(layer: Bound, causal: bool = False) -> str:
    """Return the padding in lower case; raise `BadArgument` for a list or tuple too."""
    value = padding(layer, causal)
    if not isinstance(value, str):
        raise refuse(layer, "padding", "'valid' or 'same'", value)
    return value


def lora_rank(layer: Bound, constraint: str) -> int | Unknown:
    """Return the rank of a LoRA adapter, 0 for none.

    Raises `BadArgument` for one together with the argument `constraint`, as `enable_lora` does.
    """
    rank = value_of(layer, "lora_rank")
    if isinstance(rank, Unknown):
        return rank
    if not rank:
        return 0
    if not isinstance(rank, int) or rank < 0:
        raise refuse(layer, "lora_rank", "a positive integer", rank)
    if layer[constraint] is not None:
        raise BadArgument(layer.cls, expected=f"lora_rank or {constraint}", actual="both")
    return rank


def counted(flag: object, amount: int | Unknown) -> int | Unknown:
    """Return the number of weights of a part that is there where `flag` is true."""
    if flag:
        return amount
    return 0


# --- refusing -------------------------------------------------------------------------------------


def refuse(layer: Bound, name: str, expected: str, value: object) -> BadArgument:
    """Return the refusal of the value of an argument; `expected` is a noun phrase."""
    if isinstance(value, Array) and value.shape == ():
        expected = f"{expected}, int(…)"
    return BadArgument(layer.cls, argument=name, expected=expected, actual=show_value(value))


def as_datum(value: object) -> Datum:
    """Return a value as data of a finding: an integer as it is, anything else as it is written."""
    if isinstance(value, int):
        return value
    return show_value(value)


def _integers_from(least: int | None) -> str:
    if least is None:
        return "an integer"
    if least == 1:
        return "a positive integer"
    return "a non-negative integer"


def check_above_zero(layer: Bound, name: str) -> None:
    """Raise `BadArgument` for anything but a positive number."""
    value = value_of(layer, name)
    if not isinstance(value, Unknown | None) and not (isinstance(value, int | float) and value > 0):
        raise refuse(layer, name, "a positive integer", value)


def check_number(  # noqa: PLR0913 - the bounds, and what a message says
    layer: Bound,
    name: str,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    expected: str = "",
    optional: bool = False,
) -> None:
    """Raise `BadArgument` for anything but a number in `[low, high]`, or an `optional` `None`."""
    value = value_of(layer, name)
    if isinstance(value, Unknown) or (optional and value is None):
        return
    if not (isinstance(value, int | float) and low <= value <= high):
        raise refuse(layer, name, expected or _numbers_between(low, high), value)


def _numbers_between(low: float, high: float) -> str:
    if low == -math.inf:
        return "a number"
    if high == math.inf:
        return "a non-negative number"
    return f"a number from {low} to {high}"


def check_choice(layer: Bound, name: str, choices: Sequence[object], expected: str = "") -> None:
    """Raise `BadArgument` for a value that is none of `choices`."""
    value = value_of(layer, name)
    if not isinstance(value, Unknown) and value not in choices:
        raise refuse(layer, name, expected or " or ".join(map(repr, choices)), value)


def check_seed(layer: Bound, rate: str = "") -> None:
    """Raise `BadArgument` for a seed that `keras.random.SeedGenerator` refuses.

    It accepts `None` or an integer. With `rate` it is only made where that argument is above 0.
    """
    if rate:
        value = value_of(layer, rate)
        if not isinstance(value, int | float) or value <= 0:
            return
    seed = value_of(layer, "seed")
    if not isinstance(seed, int | Unknown | None):
        raise refuse(layer, "seed", "an integer", seed)


def to_integer(layer: Bound, name: str) -> int:
    """Return `int(value)` of an argument, as Keras converts it; raise `BadArgument`, `UnknownUsed`.

    An infinity or another number that is not a Python integer is refused too.
    """
    value = layer[name]
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise refuse(layer, name, "an integer", value) from None
