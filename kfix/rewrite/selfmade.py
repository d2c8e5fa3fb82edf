"""A new layer of a subclassed model: made in `__init__` beside its neighbour, called in `call`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from kfix.model.code import NewLayer, Where
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.names import statements
from kfix.rewrite.nodes import (
    Path,
    below,
    depth_of,
    dotted,
    function_of,
    innermost,
    own_name,
    single_target,
    targets,
)
from kfix.rewrite.plan import NewText, Plan
from kfix.rewrite.spots import LayerOf, Spot, called
from kfix.rewrite.tree import Pass


def own_attribute(path: Path) -> str | None:
    """Return `dense` where the last node of `path` is a call of `self.dense` in a method, else
    `None`.
    """
    if depth_of(path, cst.ClassDef) is None:
        return None
    return _attribute(function_of(path[-1]), _self(path))


def _self(path: Path) -> str | None:
    """Return what the method around a place calls its object."""
    return own_name(innermost(path, cst.FunctionDef))


def _attribute(node: cst.CSTNode | None, own: str | None) -> str | None:
    """Return the `dense` of `self.dense`; `None` for another expression."""
    root, _, attribute = dotted(node).partition(".")
    if root != own or not attribute.isidentifier():
        return None
    return attribute


def attribute_before(path: Path) -> str | None:
    """Return `conv` where `self.conv` is the last layer called before a place in `call`; `None`
    outside of classes.

    Raises `CannotWrite` where none is: a layer cannot be made in `call` itself,
    it would have new weights at every call.
    """
    at = depth_of(path, cst.FunctionDef)
    if at is None or depth_of(path[:at], cst.ClassDef) is None:
        return None
    method = cst.ensure_type(path[at], cst.FunctionDef)
    if method.name.value == "__init__" or own_name(method) is None:
        return None
    found = None
    for attribute in _called_before(method, path[-1]):
        found = attribute or found
        if attribute is None and found is not None:
            break
    if found is None:
        raise CannotWrite("a layer cannot be made in `call`, and no other is called before")
    return found


def _called_before(method: cst.FunctionDef, place: cst.CSTNode) -> Iterator[str | None]:
    """Yield the attributes that a method calls, in the order of the text; `None` at the place."""
    for node in below(method.body):
        if node is place:
            yield None
        attribute = _attribute(function_of(node), own_name(method))
        if attribute is not None:
            yield attribute


def made_beside(
    plan: Plan, place: Spot, attribute: str, layer: NewLayer, where: Where
) -> tuple[NewText, LayerOf]:
    """Plan `self.flatten = layers.Flatten()` beside `self.dense = …`; the layer to be called is
    then `self.flatten`.
    """
    at = depth_of(place.path, cst.ClassDef)
    if at is None:
        raise CannotWrite("the layer is not called in a class")
    way = _made_at(place.path[: at + 1], attribute)
    assign = cst.ensure_type(way[-1], cst.Assign)
    # Where it is made its arguments must be known.
    text = plan.layer(layer, place.unit.unit.site(assign), called([assign.value]))
    taken = _attributes(cst.ensure_type(place.path[at], cst.ClassDef)) | place.unit.reserved
    name = _free(_snake(layer.cls), taken)
    place.unit.reserved.add(name)
    maker, caller = _self(way), _self(place.path)

    def build(run: Pass) -> cst.Assign:
        return cst.Assign([cst.AssignTarget(_of(maker, name))], text.build(run))

    place.unit.insert_statement(way, where, build)
    return text, lambda run: _of(caller, name)


def _of(own: str | None, name: str) -> cst.Attribute:
    """Return an attribute of the object that a method calls `own`."""
    return cst.Attribute(cst.Name(own or "self"), cst.Name(name))


def _attributes(cls: cst.ClassDef) -> set[str]:
    """Return the attributes that a class assigns to."""
    assigned = (target for way in statements(cls.body) for target in targets(way[-1]))
    return {target.attr.value for target in assigned if isinstance(target, cst.Attribute)}


def _free(base: str, taken: set[str]) -> str:
    """Return a name that is not taken: the base itself, else with a number from 2."""
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name


def _made_at(holder: Path, attribute: str) -> Path:
    """Return the way to the statement of the class that assigns the attribute, its only target."""
    body = cst.ensure_type(holder[-1], cst.ClassDef).body
    for way in statements(body, tuple(holder)):
        target = single_target(way[-1])
        made = target is not None and _attribute(target, _self(way)) == attribute
        if made and isinstance(way[-1], cst.Assign):
            return way
    raise CannotWrite(f"self.{attribute} is not made in the class itself")


def _snake(name: str) -> str:
    """`GlobalAveragePooling2D` is `global_average_pooling2d`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
