"""A new layer of a subclassed model: made in `__init__` beside its neighbour, called in `call`."""

from __future__ import annotations

import libcst as cst

from kfix.model.code import NewLayer
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.names import dotted, statements
from kfix.rewrite.plan import NewText, Plan
from kfix.rewrite.spots import LayerOf, Spot, insert_statement
from kfix.rewrite.tree import Pass, Path, enclosing


def own_attribute(path: Path) -> str | None:
    """`dense` where the last node of `path` is a call of `self.dense` in a method, else `None`."""
    call = path[-1]
    if not (isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute)):
        return None
    root, _, attribute = dotted(call.func).partition(".")
    method = next((node for node in reversed(path) if isinstance(node, cst.FunctionDef)), None)
    if method is None or not method.params.params or not attribute or "." in attribute:
        return None
    inside = any(isinstance(node, cst.ClassDef) for node in path)
    return attribute if inside and method.params.params[0].name.value == root else None


def attribute_before(path: Path) -> str | None:
    """`conv` where `self.conv` is the last layer called before a place in `call`; `None` outside of classes.

    Raises `CannotWrite` where none is: a layer cannot be made in `call` itself,
    it would have new weights at every call.
    """
    at = next(
        (i for i in range(len(path) - 1, -1, -1) if isinstance(path[i], cst.FunctionDef)), None
    )
    if at is None or not any(isinstance(node, cst.ClassDef) for node in path[:at]):
        return None
    method = cst.ensure_type(path[at], cst.FunctionDef)
    if method.name.value == "__init__" or not method.params.params:
        return None
    root = method.params.params[0].name.value
    found = None
    pending: list[cst.CSTNode] = [method.body]
    while pending:
        node = pending.pop()
        if node is path[-1] and found is not None:
            break
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            before, _, attribute = dotted(node.func).partition(".")
            if before == root and attribute and "." not in attribute:
                found = attribute
        pending += reversed(node.children)
    if found is None:
        raise CannotWrite("a layer cannot be made in `call`, and no other is called before")
    return found


def made_beside(
    plan: Plan, place: Spot, attribute: str, layer: NewLayer, where: str
) -> tuple[NewText, LayerOf]:
    """Plan `self.flatten = layers.Flatten()` beside `self.dense = …`; the layer to be called is then `self.flatten`."""
    path = place.path
    holder = path[: enclosing(path, (cst.ClassDef,)) + 1]
    way = _made_at(holder, attribute)
    assign = cst.ensure_type(way[-1], cst.Assign)
    root = dotted(assign.targets[0].target).partition(".")[0]
    neighbour = [assign.value.func] if isinstance(assign.value, cst.Call) else []
    text = plan.layer(
        layer, place.unit.unit.site(assign), neighbour
    )  # where it is made its arguments must be known
    taken = {
        target.target.attr.value
        for other in statements(cst.ensure_type(holder[-1], cst.ClassDef).body)
        if isinstance(other[-1], cst.Assign)
        for target in other[-1].targets
        if isinstance(target.target, cst.Attribute)
    }
    name = base = _snake(layer.cls)
    number = 1
    while name in taken or name in place.unit.reserved:
        number += 1
        name = f"{base}_{number}"
    place.unit.reserved.add(name)

    def build(run: Pass) -> cst.Assign:
        target = cst.Attribute(cst.Name(root), cst.Name(name))
        return cst.Assign([cst.AssignTarget(target)], text.build(run))

    insert_statement(place.unit, way, len(way) - 2, assign, where, build)
    method = next(node for node in reversed(path) if isinstance(node, cst.FunctionDef))
    caller = method.params.params[0].name.value
    return text, lambda run: cst.Attribute(cst.Name(caller), cst.Name(name))


def _made_at(holder: Path, attribute: str) -> Path:
    """The way to the statement of the class that assigns the attribute, its only target."""
    body = cst.ensure_type(holder[-1], cst.ClassDef).body
    for way in statements(body, tuple(holder)):
        node = way[-1]
        if not isinstance(node, cst.Assign) or len(node.targets) != 1:
            continue
        target = node.targets[0].target
        method = next((each for each in reversed(way) if isinstance(each, cst.FunctionDef)), None)
        if (
            isinstance(target, cst.Attribute)
            and target.attr.value == attribute
            and method is not None
            and method.params.params
            and dotted(target) == f"{method.params.params[0].name.value}.{attribute}"
        ):
            return way
    raise CannotWrite(f"self.{attribute} is not made in the class itself")


def _snake(name: str) -> str:
    """`GlobalAveragePooling2D` is `global_average_pooling2d`."""
    out = ""
    for before, character in zip(" " + name, name, strict=False):
        if character.isupper() and before.islower():
            out += "_"
        out += character.lower()
    return out
