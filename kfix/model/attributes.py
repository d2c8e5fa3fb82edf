"""The attributes that say what a layer of a graph stands for, beside a layer."""

from __future__ import annotations

from kfix.model.record import Value
from kfix.model.site import Site

LISTS = "list"
"""The dtype of an array whose elements are lists, each of its own length: no tensor can be made of
it.
"""

FRACTIONS = "float"
"""The dtype of floats that are worked out, by a division say: of unknown width, and no integers."""

DATA = "data"
"""The attribute of an Input layer that stands for a concrete tensor."""

UNCALLED = "uncalled"
"""The attribute of what stands for a layer given in the place of a tensor, an `Uncalled`."""


class Uncalled(Value):
    """A layer or a model in the place of a tensor: what takes it, and where it is written there.

    `on` is the variable of the tensor that it is called on, where its own holds none.
    """

    taker: str
    at: Site | None = None
    on: str = ""


class WholeModel(Value):
    """A model that is written at `site` where an input tensor belongs: its `cls`, and the attribute
    that is its input.
    """

    site: Site
    cls: str
    name: str


class Packed(Value):
    """The call at `call` that made one array of `count` arrays, which its first argument lists.

    For lists of several lengths it is the call that was to make an array of them, for a data set
    that is batched twice its `batch`: neither counts arrays.
    """

    call: Site
    count: int


CALLED = "called"
"""The attribute of a layer that stands for the tensor it gives, in the place of a layer."""

MODEL = "a model"
"""What takes a layer that is given to `Model` as an input or output."""

BY_POSITION = "by position"
"""The attribute of a layer called with something that is not a tensor: what that is as written,
its number among the arguments, and the parameter that it is for ("" if that is not known).
"""

TRIED = "tried"
"""The attribute of what is called inside a `try`, where a refusal is caught."""

LIBRARY_FUNCTION = "function"
"""The attribute of a call of a library function without a rule: its dotted name."""

ABSENT = "absent"
"""The attribute of a call of a function that Keras does not have: its module, its name, and the
nearest name there.
"""

PARTS = "parts"
"""The attribute of what stands for a tensor that is taken apart: into how many variables."""

INFERRED = "inferred"
"""The attribute of a layer of which Keras infers the output shape, whatever was declared."""

IN_LAYER = "in layer"
"""The attribute of a call of a library function that stands in the function of a layer."""

BUILT = "built"
"""The attribute of a layer on which the program calls `build`: the shape that it gives."""
