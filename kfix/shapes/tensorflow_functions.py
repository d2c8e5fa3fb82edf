"""Functions of TensorFlow, and those of `keras.ops` that say the same of a KerasTensor.

Measured on Keras 3.15 and TensorFlow 2.21: parameters, their order and their defaults. A function
of NumPy has the name and the parameters of that in `keras.ops`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

_ROWS = """
mean: reduce_mean        input_tensor=x axis keepdims
sum: reduce_sum          input_tensor=x axis keepdims
max: reduce_max          input_tensor=x axis keepdims
min: reduce_min          input_tensor=x axis keepdims
prod: reduce_prod        input_tensor=x axis keepdims
all: reduce_all          input_tensor=x axis keepdims
any: reduce_any          input_tensor=x axis keepdims
var: reduce_variance     input_tensor=x axis keepdims
std: reduce_std          input_tensor=x axis keepdims
logsumexp: reduce_logsumexp  input_tensor=x axis keepdims
concatenate: concat      values=xs axis
stack: stack             values=x axis
unstack: unstack         value=x num axis
expand_dims: expand_dims input=x axis
squeeze: squeeze         input=x axis
transpose: transpose     a=x perm=axes
reshape: reshape         tensor=x shape=newshape
broadcast_to: broadcast_to  input=x shape
tile: tile               input=x multiples=repeats
repeat: repeat           input=x repeats axis
split: split             value=x num_or_size_splits=indices_or_sections#int axis
take: gather             params=x indices validate_indices=- axis!
flip: reverse            tensor=x axis
roll: roll               input=x shift axis
cast: cast               x dtype
shape: shape             input=x
matmul: matmul           a=x1 b=x2
tensordot: tensordot     a=x1 b=x2 axes
add: add                 x=x1 y=x2
subtract: subtract       x=x1 y=x2
multiply: multiply       x=x1 y=x2
divide: divide           x=x1 y=x2
maximum: maximum         x=x1 y=x2
minimum: minimum         x=x1 y=x2
power: pow               x=x1 y=x2
divide_no_nan: divide_no_nan  x=x1 y=x2
equal: equal             x=x1 y=x2
not_equal: not_equal     x=x1 y=x2
greater: greater         x=x1 y=x2
less: less               x=x1 y=x2
clip: clip_by_value      t=x clip_value_min=x_min clip_value_max=x_max
where: where             condition x=x1 y=x2
one_hot: one_hot         indices=x depth=num_classes on_value=- off_value=- axis
argmax: argmax           input=x axis!
argmin: argmin           input=x axis!
cumsum: cumsum           x axis!
sort: sort               values=x axis
norm: norm               tensor=x ord axis keepdims
normalize: l2_normalize  x axis!
softmax: softmax         logits=x axis
log_softmax: log_softmax logits=x axis
leaky_relu: leaky_relu   features=x alpha=negative_slope
gelu: gelu               features=x approximate!
image.resize: image.resize  images size method=interpolation#str preserve_aspect_ratio=- antialias
image.rgb_to_grayscale: image.rgb_to_grayscale  images
"""
"""By line: the function of `keras.ops`, that of TensorFlow, and the parameters of that in order.

`old=new` is a parameter that Keras calls `new`, `old=-` one that it does not have. One with `!`
has to be given, for its default is another in Keras; one with `#` is of this type in both.
"""

_ELEMENTWISE = {
    "x": (
        *("abs", "exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "square", "sign", "negative"),
        *("sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "erf"),
        *("floor", "ceil", "round", "reciprocal", "sigmoid"),
    ),
    "features": ("relu", "relu6", "elu", "selu", "silu", "swish", "softplus", "softsign"),
    "input": ("zeros_like", "ones_like"),
}
"""Functions of one tensor, by what TensorFlow calls that."""

_OTHER_NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "swish": "silu"}

_HOMES = ("math.", "nn.", "linalg.", "compat.v1.")
"""Modules of TensorFlow whose functions `keras.ops` has at its top."""

_TYPES = {"int": int, "str": str}


class Parameter(NamedTuple):
    """A parameter of TensorFlow's function: its name, Keras's, and what is asked of its value."""

    name: str
    new: str
    needed: bool
    type: type | None


class Function(NamedTuple):
    """A function of `keras.ops` in the place of one of TensorFlow."""

    path: str
    parameters: tuple[Parameter, ...]

    def kept(
        self, args: Sequence[tuple[str | None, object]]
    ) -> tuple[tuple[int, str | None], ...] | None:
        """Return the arguments that stay, by number, each with its keyword (`None`: by position).

        `None` where Keras's function does not say the same with them.
        """
        given = list(self._bound(args))
        names = {one.name for _, one, _ in given if one is not None}
        if any(one.needed and one.name not in names for one in self.parameters):
            return None
        found: list[tuple[int, str | None]] = []
        for number, parameter, keyword in given:
            if parameter is None and keyword == "name":
                continue
            if parameter is None or not _goes_on(parameter, args[number][1]):
                return None
            found.append((number, keyword and parameter.new))
        return tuple(found)

    def _bound(
        self, args: Sequence[tuple[str | None, object]]
    ) -> Iterator[tuple[int, Parameter | None, str | None]]:
        """Yield each argument by its number, with its parameter and the keyword that it needs."""
        by_name = {one.name: one for one in self.parameters}
        moved = [*(one.new for one in self.parameters), "-"].index("-")
        for number, (keyword, _) in enumerate(args):
            if keyword is not None:
                yield number, by_name.get(keyword), keyword
            elif number < len(self.parameters):
                one = self.parameters[number]
                yield number, one, one.new if number > moved else None
            else:
                yield number, None, None


def _goes_on(parameter: Parameter, value: object) -> bool:
    """Return whether Keras's function takes this value of a parameter in the same sense."""
    if parameter.new == "-":
        return False
    return parameter.type is None or type(value) is parameter.type


def in_keras(path: str) -> Function | None:
    """Return the function of `keras.ops` that says what one of TensorFlow or NumPy does."""
    module, _, name = path.partition(".")
    if module == "numpy":
        return _by_path().get(f"keras.ops.{name}")
    for home in _HOMES:
        name = name.removeprefix(home)
    return _table().get(name)


@cache
def _table() -> dict[str, Function]:
    found = {
        name: _of_one_tensor(name, parameter)
        for parameter, names in _ELEMENTWISE.items()
        for name in names
    }
    for line in _ROWS.strip().splitlines():
        head, old, *parameters = line.split()
        path = f"keras.ops.{head.removesuffix(':')}"
        found[old] = Function(path, tuple(map(_parameter, parameters)))
    return found


@cache
def _by_path() -> dict[str, Function]:
    return {function.path: function for function in _table().values()}


def _of_one_tensor(name: str, parameter: str) -> Function:
    path = f"keras.ops.{_OTHER_NAMES.get(name, name)}"
    return Function(path, (Parameter(parameter, "x", False, None),))


def _parameter(text: str) -> Parameter:
    text, _, kind = text.partition("#")
    old, _, new = text.removesuffix("!").partition("=")
    return Parameter(old, new or old, text.endswith("!"), _TYPES.get(kind))


def names() -> tuple[str, ...]:
    """Return the functions of TensorFlow in the table, without their module."""
    return tuple(_table())
