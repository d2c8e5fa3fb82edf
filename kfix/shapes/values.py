"""The values of arguments, standardized as Keras's constructors do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfix.findings.bad_argument import BadArgument
from kfix.model.graph import Array, Symbol
from kfix.model.unknown import Unknown
from kfix.shapes.binding import Bound

if TYPE_CHECKING:
    from kfix.findings import Finding

_COMPUTED = (Array, Symbol)  # a tuple is quicker than a union, and this is asked for every argument

Ints = tuple[int | Unknown, ...]


def known(layer: Bound, name: str) -> object:
    """The value of an argument; what is computed elsewhere (an array's element, a library's constant) is unknown."""
    value = layer.dim(name)
    if isinstance(value, _COMPUTED):
        return Unknown(f"`{name}` is computed", layer.layer.site)
    return value


def refuse(layer: Bound, name: str, expected: str, value: object) -> BadArgument:
    """The refusal of the value of an argument; `expected` is completed by "as NAME"."""
    return BadArgument(layer.cls, argument=name, expected=expected, actual=show_value(value))


def show_value(value: object) -> str:
    """A value as it would be written, with `?` for what could not be told."""
    if isinstance(value, Unknown):
        return "?"
    if isinstance(value, tuple | list):
        inner = ", ".join(map(show_value, value))
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)


def _integers(count: int, least: int) -> str:
    """Return the noun phrase for `count` integers from `least` on, 0 or 1."""
    kind = "positive" if least else "non-negative"
    return f"{count} {kind} integers" if count > 1 else f"a {kind} integer"


def ints(layer: Bound, name: str, n: int, zero: bool = False) -> Ints:
    """`n` positive integers (from 0 on with `zero`), given as one number or as `n` of them.

    As `keras.src.utils.argument_validation.standardize_tuple` does it; raises
    `BadArgument` where it refuses.
    """
    return standard_ints(layer, name, known(layer, name), n, zero)


def standard_ints(layer: Bound, name: str, value: object, n: int, zero: bool = False) -> Ints:
    """See `ints`; the value is given."""
    if type(value) is tuple and len(value) == n:
        for item in value:
            if type(item) is not int or item < 1:
                break
        else:
            return value  # by far the most are like this
    if isinstance(value, Unknown):
        return (value,) * n
    least = 0 if zero else 1
    if isinstance(value, int):
        if value >= least:
            return (int(value),) * n
    elif isinstance(value, tuple | list) and len(value) == n:
        found: list[int | Unknown] = []
        for item in value:
            if isinstance(item, Array | Symbol):
                item = Unknown(f"`{name}` is computed", layer.layer.site)
            if isinstance(item, float) and (item > 0 or (zero and item == 0)):
                pass  # taken by the constructor, whatever comes of it
            elif not isinstance(item, Unknown) and not (isinstance(item, int) and item >= least):
                break
            found.append(item)
        else:
            return tuple(found)
    raise refuse(
        layer,
        name,
        _integers(n, least),
        value,
    )


def pairs(layer: Bound, name: str, n: int, negative: bool) -> tuple[Ints, ...]:
    """`n` pairs of integers: before and after each of `n` dims, as `ZeroPadding` and `Cropping` take them.

    One number stands for all, one a dim for both sides. `negative`: is one
    negative number taken (Keras never checks that of ZeroPadding)?
    """
    value = known(layer, name)
    if isinstance(value, Unknown):
        return ((value, value),) * n
    if isinstance(value, int):
        if value < 0 and not negative:
            raise refuse(layer, name, "no negative number", value)
        return ((int(value), int(value)),) * n
    if not isinstance(value, tuple | list) or len(value) != n:
        raise refuse(layer, name, f"an integer or {n} of them, or {n} pairs", value)
    return tuple(standard_ints(layer, name, item, 2, zero=True) for item in value)


def channels_first(layer: Bound, name: str = "data_format") -> bool:
    """Is `data_format` "channels_first"? Raises `BadArgument` where `standardize_data_format` refuses."""
    value = layer[name]
    if value is None:
        return False
    text = str(value).lower()
    if text not in ("channels_first", "channels_last"):
        raise refuse(layer, name, "'channels_last' or 'channels_first'", value)
    return text == "channels_first"


def channels_first_note(layer: Bound) -> Finding | None:
    """The note on a layer that not every CPU runs with the channels first."""
    if not channels_first(layer):
        return None
    from kfix.findings.channels_first import ChannelsFirst  # hardly ever needed

    return ChannelsFirst(layer.cls)


def padding(layer: Bound, causal: bool = False) -> object:
    """The padding in small letters, as `standardize_padding` gives it (a list or tuple is given back as it is)."""
    value = layer["padding"]
    if isinstance(value, list | tuple):
        return value
    allowed = ("valid", "same", "causal") if causal else ("valid", "same")
    if not isinstance(value, str) or value.lower() not in allowed:
        raise refuse(layer, "padding", " or ".join(map(repr, allowed)), value)
    return value.lower()


def above_zero(layer: Bound, name: str) -> None:
    """Refuses a number that is zero or less, and what cannot be compared with one."""
    value = known(layer, name)
    if not isinstance(value, Unknown | None) and not (isinstance(value, int | float) and value > 0):
        raise refuse(layer, name, "a positive integer", value)


def whole(layer: Bound, name: str) -> int | Unknown:
    """A number that becomes a dim of a weight: raises `BadArgument` for a float, `None` or another thing."""
    value = known(layer, name)
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, int):
        raise refuse(layer, name, "an integer", value)
    return int(value)


def lora_rank(layer: Bound, constraint: str) -> int | Unknown:
    """The rank of a LoRA adapter, 0 for none; raises `BadArgument` with a constraint, as `enable_lora` does."""
    rank = known(layer, "lora_rank")
    if isinstance(rank, Unknown):
        return rank
    if not rank:
        return 0
    if not isinstance(rank, int) or rank < 0:
        raise refuse(layer, "lora_rank", "a positive integer", rank)
    if layer[constraint] is not None:
        raise BadArgument(layer.cls, expected=f"lora_rank or {constraint}", actual="both")
    return rank


def check_seed(layer: Bound, rate: str = "") -> None:
    """What `keras.random.SeedGenerator` refuses: it takes `None` or an integer.

    With `rate` it is only made where that argument is above 0.
    """
    if rate:
        value = known(layer, rate)
        if not isinstance(value, int | float) or value <= 0:
            return
    seed = known(layer, "seed")
    if not isinstance(seed, int | Unknown | None):
        raise refuse(layer, "seed", "an integer", seed)


def within(layer: Bound, name: str, low: float, high: float) -> None:
    """Refuses a number outside of `[low, high]`, and what is no number."""
    value = known(layer, name)
    if not isinstance(value, Unknown) and not (
        isinstance(value, int | float) and low <= value <= high
    ):
        raise refuse(layer, name, f"a number from {low} to {high}", value)
