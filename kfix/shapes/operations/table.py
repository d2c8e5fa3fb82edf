"""The table of operations, found by their dotted names; arguments are bound by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module

from kfix.findings.axis_out_of_range import AxisOutOfRange
from kfix.findings.bad_argument import BadArgument
from kfix.findings.data import Rank
from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.missing_argument import MissingArgument
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Array, Dim, Layer, Shape, Shapes, Symbol
from kfix.model.record import Value
from kfix.model.unknown import Unknown, UnknownUsed, as_unknown, require_known
from kfix.shapes.formatting import show_value
from kfix.shapes.operations.keywords import check_keywords
from kfix.shapes.values import COMPUTED, as_datum

HOMES = (
    ("operator.", "python"),
    ("keras.layers.", "layers"),
    ("keras.backend.", "backend"),
    ("keras.ops.", "keras"),
    ("keras.random.", "keras"),
    ("keras.activations.", "keras"),
    ("keras.utils.", "keras"),
    ("keras.applications.", "applications"),
    ("keras.losses.", "losses"),
    ("keras.metrics.", "metrics"),
    ("tensorflow.", "tf"),
    ("tf.", "tf"),
    ("numpy.", "numpy"),
)
"""The beginnings of dotted names, each with the library whose order of parameters counts there."""

_IGNORED_PARTS = (
    "math.",
    "nn.",
    "numpy.",
    "linalg.",
    "core.",
    "compat.v1.",
    "experimental.numpy.",
    "ops.",
    "fft.",
)
"""Parts of a path that make no difference; `random.` and `image.` do make one."""

SYNONYMS = {
    "a": "x", "input": "x", "input_tensor": "x", "inputs": "x", "value": "x", "tensor": "x",
    "array": "x", "arr": "x", "images": "x", "image": "x", "object": "x", "params": "x",
    "x1": "x", "logits": "x", "features": "x", "ary": "x", "m": "x", "x2": "y", "b": "y",
    "values": "xs", "arrays": "xs", "tensors": "xs", "tup": "xs", "dims": "shape",
    "newshape": "shape", "perm": "axes", "pattern": "axes", "reps": "repeats",
    "multiples": "repeats", "rep": "repeats", "paddings": "pad_width", "ids": "indices",
    "keep_dims": "keepdims", "dim": "axis", "num_or_size_splits": "sections",
    "indices_or_sections": "sections", "num_classes": "depth", "ksize": "pool_size",
    "filters": "kernel", "dilations": "dilation_rate", "reduction_indices": "axis",
    "size_splits": "sections", "size": "pool_size", "sizes": "pool_size",
    "rates": "dilation_rate",
}  # fmt: skip
"""Other names of parameters. A parameter of that very name in that library takes precedence."""


_OWN_NAMES_ONLY = ("python", "layers", "applications", "losses", "metrics")
"""Libraries in which an operation goes by names declared for that library only."""

Parameters = tuple[tuple[str, object], ...]
"""The names of parameters in order, each with its default (`...` for none)."""


MAX_TENSORS = 10_000
"""Tensors that one call may take or return; a bound on memory."""


class Operation(Value):
    """A rule, and by library its parameters in order, each with its default (`...` for none)."""

    rule: Callable[[Call], Shapes]
    parameters: dict[str, Parameters]


_TABLE: dict[str, Operation] = {}
_DEFAULTS: dict[str, object] = {"None": None, "True": True, "False": False}

Rule = Callable[["Call"], Shapes]


def _parse(text: str) -> Parameters:
    """Return the parameters that "x axis=None" describes."""
    words = (word.partition("=") for word in text.split())
    return tuple((name, _default(text) if equals else ...) for name, equals, text in words)


def _default(text: str) -> object:
    if text in _DEFAULTS:
        return _DEFAULTS[text]
    if text.lstrip("-").isdigit():
        return int(text)
    return text


def operation(names: str, parameters: str, **others: str) -> Callable[[Rule], Rule]:
    """Declare the decorated function to be the rule for these names, separated by blanks.

    A name may be preceded by "library:" where it means this in one library
    only. `parameters` are the names in Keras's order with their defaults
    ("x axis=None"); `others` are those of other libraries, where they differ.
    """
    given = {"": _parse(parameters), **{library: _parse(text) for library, text in others.items()}}

    def declare(rule: Rule) -> Rule:
        entry = Operation(rule, given)
        for name in names.split():
            if name in _TABLE:
                raise AssertionError(f"two rules for {name}")
            _TABLE[name] = entry
        return rule

    return declare


@cache
def _load() -> None:
    for name in (
        "elementwise",
        "reductions",
        "rearrange",
        "joining",
        "indexing",
        "products",
        "creation",
        "images",
        "windows",
        "losses",
    ):
        import_module(f"kfix.shapes.operations.{name}")


def names() -> tuple[str, ...]:
    """Return every name that has a rule; those for one library alone are preceded by "library:"."""
    _load()
    return tuple(_TABLE)


@cache
def find(path: str) -> tuple[str, Operation] | None:
    """Return the library and the rule of a function by its dotted name, `None` if there is none."""
    _load()
    home = next((home for home in HOMES if path.startswith(home[0])), None)
    if home is None:
        return None
    prefix, library = home
    name = path[len(prefix) :]
    if prefix == "keras.random.":
        name = f"random.{name}"
    if library == "applications":  # each of its modules has functions of these names
        name = name.rpartition(".")[2]
    if library == "tf" and name.startswith("keras."):
        return find(name)
    for part in _IGNORED_PARTS:
        name = name.removeprefix(part)
    found = _TABLE.get(f"{library}:{name}")
    if found is None and library not in _OWN_NAMES_ONLY:
        found = _TABLE.get(name)
    if found is None:
        return None
    return (library, found)


def call(path: str, args: Sequence[tuple[str | None, object]]) -> Shapes | None:
    """Return the shape of the function's result, `None` without a rule for it."""
    found = find(path)
    if found is None:
        return None
    check_keywords(path, args)
    library, entry = found
    parameters = entry.parameters.get(library, entry.parameters[""])
    made = Call(path, library, parameters, args)
    match made.get("axis"):
        case Array(shape=(_, _, *_)) as tensor:  # `concatenate(a, b)`
            raise made.refuse("axis", "an integer", tensor)
    return entry.rule(made)


class Call:
    """One call of an operation, its arguments by name.

    What each method returns is of the kind that it says, whatever the program passes; another
    kind of value raises `BadArgument`, one that is not known `UnknownUsed`.
    """

    __slots__ = ("library", "path", "rest", "values")

    def __init__(
        self,
        path: str,
        library: str,
        parameters: Parameters,
        args: Sequence[tuple[str | None, object]],
    ) -> None:
        self.path = path
        self.library = library
        self.values: dict[str, object] = {
            name: default for name, default in parameters if default is not ...
        }
        self.rest: list[object] = []
        """Positional arguments behind the last parameter: `x.transpose(0, 2, 1)`."""
        names = [name for name, _ in parameters]
        place = 0
        for keyword, value in args:
            if keyword in ("*", "**"):
                raise UnknownUsed(as_unknown(value, "arguments passed on"))
            if keyword is not None:
                name = keyword
                if keyword not in names:
                    name = SYNONYMS.get(keyword, keyword)
                self.values[name] = value
            elif place < len(names):
                self.values[names[place]] = value
                place += 1
            else:
                self.rest.append(value)

    @property
    def name(self) -> str:
        """The last part of the dotted name."""
        return self.path.rpartition(".")[2]

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def get(self, name: str, default: object = None) -> object:
        """Return an argument as it stands; it may be an `Unknown`."""
        return self.values.get(name, default)

    def __getitem__(self, name: str) -> object:
        """Return an argument; raise `UnknownUsed`, or `MissingArgument`."""
        if name not in self.values:
            raise MissingArgument(self.path, expected=name)
        return require_known(self.values[name])

    def spelled(self, *names: str) -> str:
        """Return the name that an argument is given by in this library, the last one else."""
        return next(filter(self.values.__contains__, names), names[-1])

    def refuse(self, name: str, expected: str, value: object) -> BadArgument:
        """Return the refusal of an argument; `expected` is a noun phrase."""
        return BadArgument(self.path, argument=name, expected=expected, actual=show_value(value))

    def computed(self, name: str) -> Unknown:
        """Return the `Unknown` for an argument that is computed elsewhere."""
        return Unknown(f"`{name}` of `{self.path}` is computed")

    # --- tensors ------------------------------------------------------------------------------

    def shape(self, name: str = "x") -> Shape:
        """Return the shape of an argument: a tensor, an array, a number or a nested list of them.

        Raises `BadArgument` for another kind of value.
        """
        return shape_of(self[name], self.path)

    def shape_from(self, name: str, rank: int) -> Shape:
        """Return the shape of an argument of at least this rank; raise `RankMismatch`."""
        shape = self.shape(name)
        if len(shape) < rank:
            raise RankMismatch(self.path, expected=Rank(rank, None), actual=shape)
        return shape

    def shapes(self, name: str = "xs") -> list[Shape]:
        """Return the shapes in a list of tensors, or along the first axis of one tensor.

        Raises `InputsDoNotMatch` for no tensors at all.
        """
        value = self[name]
        if isinstance(value, list | tuple):
            shapes = [shape_of(item, self.path) for item in value]
        else:
            shape = shape_of(value, self.path)
            if not shape or not isinstance(shape[0], int) or shape[0] > MAX_TENSORS:
                raise UnknownUsed(Unknown(f"the number of tensors that `{self.path}` takes"))
            shapes = [shape[1:]] * shape[0]
        if not shapes:
            raise InputsDoNotMatch(self.path, expected="at least one tensor", actual="none")
        return shapes

    # --- numbers ------------------------------------------------------------------------------

    def number(self, name: str) -> Dim:
        """Return an argument that is an integer, `None` or an `Unknown`; raise `BadArgument`."""
        value = self.values.get(name)
        if isinstance(value, COMPUTED):
            return self.computed(name)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if value is not None and not isinstance(value, int | Unknown):
            raise self.refuse(name, "an integer", value)
        return value

    def integer(self, name: str) -> int:
        """Return an argument that is an integer; raise `UnknownUsed`, or `BadArgument`."""
        value = require_known(self.number(name))
        if value is None:
            raise self.refuse(name, "an integer", None)
        return value

    def numbers(self, name: str) -> Shape | None:
        """Return an argument that is one integer or several as several; `None` stays `None`.

        Items may be `None` or an `Unknown`. Raises `BadArgument`.
        """
        value = self[name]
        if value is None:
            return None
        if isinstance(value, COMPUTED):
            raise UnknownUsed(self.computed(name))
        if isinstance(value, int):
            return (value,)
        if not isinstance(value, list | tuple):
            raise self.refuse(name, "integers", value)
        return tuple(self._item(item, name) for item in value)

    def _item(self, item: object, name: str) -> Dim:
        if isinstance(item, COMPUTED):
            return self.computed(name)
        if item is not None and not isinstance(item, int | Unknown):
            raise self.refuse(name, "integers", item)
        return item

    def dims(self, name: str = "shape") -> Shape:
        """Return an argument that is a shape; one integer is a shape of rank 1."""
        return self.numbers(name) or ()

    # --- axes ---------------------------------------------------------------------------------

    def axis(self, rank: int, name: str = "axis") -> int:
        """Return an axis of a tensor of this rank, from 0 on; raise `AxisOutOfRange`."""
        value = self[name]
        if isinstance(value, COMPUTED):
            raise UnknownUsed(self.computed(name))
        return self.normalize_axis(value, rank)

    def normalize_axis(self, axis: object, rank: int) -> int:
        """Return this axis of a tensor of this rank, from 0 on; raise `AxisOutOfRange`."""
        if isinstance(axis, Unknown):
            raise UnknownUsed(axis)
        if not isinstance(axis, int) or not -rank <= axis < rank:
            raise AxisOutOfRange(self.path, expected=Rank(rank), actual=as_datum(axis))
        return axis % rank

    def axes(self, rank: int, name: str = "axis") -> list[int] | None:
        """Return one axis or several as several, from 0 on; `None` stays `None`."""
        found = self.numbers(name)
        if found is None:
            return None
        return [self.normalize_axis(axis, rank) for axis in found]

    # --- words --------------------------------------------------------------------------------

    def flag(self, name: str) -> bool:
        """Return whether an argument is there and true."""
        return name in self.values and bool(self[name])

    def text(self, name: str, default: str = "") -> str:
        """Return a string argument in lower case, `default` for `None` or no argument."""
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise UnknownUsed(as_unknown(value, f"the {name} of `{self.path}`"))
        return value.lower()


def shape_of(value: object, path: str) -> Shape:
    """Return the shape of a tensor, an array, a number or a nested list of them.

    Raises `UnknownUsed`, or `BadArgument` for what no tensor can be made of.
    """
    dims: list[Dim] = []
    while isinstance(value, list | tuple):
        dims.append(len(value))
        if not value:
            return tuple(dims)
        value = value[0]
    if isinstance(value, Array):
        return (*dims, *require_known(value.shape))
    if isinstance(value, Unknown):
        raise UnknownUsed(value)
    if isinstance(value, Symbol):
        raise UnknownUsed(Unknown(f"what `{value.path}` is"))
    if value is None or isinstance(value, Layer | dict | slice):
        actual = "None"
        if value is not None:
            actual = type(value).__name__
        raise BadArgument(path, expected="a tensor", actual=actual)
    return tuple(dims)
