"""Arrays that code of a layer makes for a fixed number of samples, made for those of a tensor."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.functions import function_name
from kfix.rewrite.made import made_at
from kfix.rewrite.names import Binding, View
from kfix.rewrite.nodes import (
    Path,
    below,
    code,
    dotted,
    function_of,
    innermost,
    is_above,
    keyword_of,
    name_of,
    only,
    parameters,
    walk,
)
from kfix.rewrite.plan import Plan

_SHAPES = (None, "shape", "dims")
"""How the first argument of a function that makes an array is given, its shape."""


def write_batch(plan: Plan, site: Site, tensor: int) -> tuple[str, str]:
    """Write the number of samples of an operand over the first dim of the array that is the other.

    `tensor` is the number of that operand in the operation at `site`. Returns both texts. Raises
    `CannotWrite` where that shape is not written, or no variable holds the tensor there.
    """
    path = plan.path(site)
    match path[-1]:
        case cst.BinaryOperation(left=left, right=right):
            operands = (left, right)
        case _:
            raise CannotWrite("no operation of two operands is written there")
    view = plan.seen_from(site)
    made = only(list(_shapes(made_at(view, (*path, operands[1 - tensor])))))
    if made is None:
        raise CannotWrite("the shape of the array is not written as a tuple")
    call, dim = made
    held = next(_held(view, operands[tensor], call), None)
    if held is None:
        raise CannotWrite("the tensor has no variable where the array is made")
    new = f"{_shape_function(plan, site, view, call)}({held})[0]"
    plan.unit(site).put(dim, cst.parse_expression(new))
    return code(dim[-1]), new


def _shapes(made: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the calls in an expression whose shape is written, with the ways to its first dim."""
    for call in walk(made):
        match call[-1]:
            case cst.Call(
                args=[
                    cst.Arg(
                        value=cst.Tuple(elements=[cst.Element() as dim, *_])
                        | cst.List(elements=[cst.Element() as dim, *_]) as dims
                    ) as first,
                    *_,
                ]
            ):
                if keyword_of(first) in _SHAPES:
                    yield call, (*call, first, dims, dim, dim.value)


def _held(view: View, operand: cst.BaseExpression, call: Path) -> Iterator[str]:
    """Yield what an operand is made of that is a variable of the function, before a call in it."""
    function = innermost(call, cst.FunctionDef, cst.Lambda)
    if not isinstance(function, cst.FunctionDef | cst.Lambda):
        return
    own = {one.name.value for one in parameters(function)}
    for node in below(operand, lambda one: not isinstance(one, cst.Attribute | cst.Subscript)):
        name = name_of(node.value if isinstance(node, cst.Subscript) else node)
        found = view.of(name or "")
        before = [_is_before(one, function, call) for one in found]
        if name in own or (before and all(before)):
            yield code(node)


def _is_before(binding: Binding, function: cst.CSTNode, call: Path) -> bool:
    """Return whether a name is assigned in the function above a call."""
    return binding.scope[-1:] == (id(function),) and is_above(binding.way, call)


def _shape_function(plan: Plan, site: Site, view: View, call: Path) -> str:
    """Return the function that gives the shape of a tensor, of the library that makes the array."""
    written = dotted(function_of(call[-1]))
    path = view.resolve(written) or ""
    for module in ("tensorflow", "keras.backend"):
        name = view.name_for(module)
        if path.startswith(f"{module}.") and name is not None:
            return f"{name}.shape"
    if not path.startswith("keras."):
        raise CannotWrite("the array is not made by a function of Keras or TensorFlow")
    return function_name(plan.file(site), plan.unit(site), plan.path(site), "keras.ops.shape")
