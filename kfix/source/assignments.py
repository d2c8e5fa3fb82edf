"""Binding values to names, attributes and elements."""

from __future__ import annotations

import libcst as cst

from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.source.arrays import FrameV, VersionedV
from kfix.source.bounds import MAX_LENGTH
from kfix.source.calls import Call, Given
from kfix.source.containers import Const, DictV, ListV, Value
from kfix.source.convert import to_shape
from kfix.source.facts import elements, key_of, plain_index
from kfix.source.interpreter import (
    Frame,
    Interpreter,
    choice,
    statement,
)
from kfix.source.library import lookup
from kfix.source.operators import binary, operation_of
from kfix.source.state import MISSING
from kfix.source.subscripts import index_of
from kfix.source.values import Choice, ClassV, InstanceV, ModelV, ObjectV, SequentialV

# --- assignments --------------------------------------------------------------------------


@statement(cst.Assign)
def _assign(at: Interpreter, node: cst.Assign, frame: Frame) -> str | None:
    value = at.eval(node.value, frame)
    for target in node.targets:
        assign(at, target.target, value, frame)
    return None


@statement(cst.AnnAssign)
def _annotated(at: Interpreter, node: cst.AnnAssign, frame: Frame) -> str | None:
    if node.value is not None:
        assign(at, node.target, at.eval(node.value, frame), frame)
    if frame.scope.is_class and isinstance(node.target, cst.Name) and frame.cls is not None:
        frame.cls.annotated.append(node.target.value)
    return None


@statement(cst.AugAssign)
def _augmented(at: Interpreter, node: cst.AugAssign, frame: Frame) -> str | None:
    old, more = at.eval(node.target, frame), at.eval(node.value, frame)
    if isinstance(old, ListV) and old.kind == "list" and isinstance(node.operator, cst.AddAssign):
        extend(at, old, more)
        return None
    assign(at, node.target, binary(at, operation_of(node.operator), old, more, node, frame), frame)
    return None


def extend(at: Interpreter, made: ListV, more: Value) -> None:
    """`made.extend(more)`."""
    at.journal.touch(made)
    at.grown += 1
    items = elements(more)
    if items is None:
        made.unknown = more if isinstance(more, Unknown) else Unknown("it is extended by what is not known")
        return
    if len(made.items) + len(items) > MAX_LENGTH:
        made.unknown = Unknown("a list that is too long")
        return
    made.items.extend(items)
    made.sites.extend(more.sites if isinstance(more, ListV) else [None] * len(items))


def assign(at: Interpreter, target: cst.CSTNode, value: Value, frame: Frame) -> None:
    """Bind a value to a name, an attribute, an element, or several values to several of them."""
    if isinstance(target, cst.Name):
        scope = frame.elsewhere.get(target.value, frame.scope)
        name_model(value, target.value)
        at.journal.set(scope.names, target.value, value)
    elif isinstance(target, cst.Tuple | cst.List):
        _unpack(at, target, value, frame)
    elif isinstance(target, cst.Attribute):
        holder = at.eval(target.value, frame)
        name_model(value, target.attr.value)
        if isinstance(holder, InstanceV):
            at.journal.set(holder.attributes, target.attr.value, value)
        elif isinstance(holder, ObjectV):
            at.journal.set(holder.data, target.attr.value, value)
        elif isinstance(holder, ClassV):
            at.journal.set(holder.names, target.attr.value, value)
        elif isinstance(holder, FrameV):
            special = lookup.method_of(holder, "__setattr__")
            if special is not None:
                special(Call(at, [Given(None, Const(target.attr.value)), Given(None, value)], target, frame, holder))
        elif isinstance(holder, Array) and target.attr.value == "shape":
            assign(at, target.value, Array(to_shape(value), holder.dtype, holder.distinct), frame)
        if target.attr.value == "trainable":
            from kfix.source.trainable import set_trainable

            set_trainable(at, holder, value)
    elif isinstance(target, cst.Subscript):
        _assign_element(at, target, value, frame)


def name_model(value: Value, name: str) -> None:
    """The first variable that holds a model gives it its name; by those of others it is found."""
    if isinstance(value, SequentialV | ModelV):
        if not value.name:
            value.name = name
        elif value.name != name:
            value.also[name] = None
    elif isinstance(value, InstanceV) and value.model is not None and name != "self":
        name_model(value.model, name)
    elif isinstance(value, Choice):
        for _, option in value.options:
            name_model(option, name)


def _unpack(at: Interpreter, target: cst.Tuple | cst.List, value: Value, frame: Frame) -> None:
    wanted = target.elements
    items = value.apart(len(wanted)) if isinstance(value, VersionedV) else elements(value)
    star = next((i for i, element in enumerate(wanted) if isinstance(element, cst.StarredElement)), None)
    if isinstance(value, Choice):
        several = [elements(option) for _, option in value.options]
        if all(option is not None and len(option) == len(wanted) for option in several):
            items = [
                choice([(c, o[i]) for (c, _), o in zip(value.options, several, strict=True) if o is not None])
                for i in range(len(wanted))
            ]
    if items is None or (len(items) != len(wanted) if star is None else len(items) < len(wanted) - 1):
        for element in wanted:
            why = at.unknown(f"one of `{at.text(target, frame)}`", target, frame, value)
            assign(at, element.value, why, frame)
        return
    if star is None:
        parts: list[Value] = items
    else:
        behind = len(wanted) - star - 1
        middle = ListV(items[star : len(items) - behind])
        parts = [*items[:star], middle, *items[len(items) - behind :]]
    for element, part in zip(wanted, parts, strict=True):
        assign(at, element.value, part, frame)


def _assign_element(at: Interpreter, target: cst.Subscript, value: Value, frame: Frame) -> None:
    holder, index = at.eval(target.value, frame), index_of(at, target, frame)
    if isinstance(holder, DictV):
        at.journal.touch(holder)
        key = key_of(index)
        if key is MISSING:
            holder.forget(at.unknown("a key that is not known was set", target, frame, index))
        else:
            holder.entries[key] = value
            holder.sites.pop(key, None)
    elif isinstance(holder, FrameV):
        special = lookup.method_of(holder, "__setitem__")
        if special is not None:
            special(Call(at, [Given(None, index), Given(None, value)], target, frame, holder))
    elif isinstance(holder, ListV):
        at.journal.touch(holder)
        place = plain_index(index)
        if isinstance(place, int) and -len(holder.items) <= place < len(holder.items):
            holder.items[place] = value
        else:
            holder.unknown = at.unknown("an element that is not known was set", target, frame, index)


@statement(cst.Del)
def _del(at: Interpreter, node: cst.Del, frame: Frame) -> str | None:
    targets = [e.value for e in node.target.elements] if isinstance(node.target, cst.Tuple) else [node.target]
    for target in targets:
        if isinstance(target, cst.Name):
            at.journal.delete(frame.elsewhere.get(target.value, frame.scope).names, target.value)
        elif isinstance(target, cst.Subscript):
            holder, key = at.eval(target.value, frame), index_of(at, target, frame)
            index = plain_index(key)
            special = lookup.method_of(holder, "__delitem__")
            if special is not None:
                special(Call(at, [Given(None, key)], target, frame, holder))
            if isinstance(holder, ListV) and isinstance(index, int | slice):
                at.journal.touch(holder)
                try:
                    del holder.items[index], holder.sites[index]
                except IndexError:
                    holder.unknown = at.unknown("IndexError: list index out of range", node, frame)
            elif isinstance(holder, DictV):
                _del_key(at, holder, key, node, frame)
    return None


def _del_key(at: Interpreter, holder: DictV, index: Value, node: cst.Del, frame: Frame) -> None:
    at.journal.touch(holder)
    key = key_of(index)
    if key is MISSING:
        holder.forget(at.unknown("a key that is not known was deleted", node, frame, index))
    else:
        holder.entries.pop(key, None)
        holder.sites.pop(key, None)


@statement(cst.Global, cst.Nonlocal)
def _elsewhere(at: Interpreter, node: cst.Global | cst.Nonlocal, frame: Frame) -> str | None:
    for item in node.names:
        name = item.name.value
        scope = frame.scope.parent
        while scope is not None and isinstance(node, cst.Nonlocal) and name not in scope.names:
            scope = scope.parent
        if scope is not None:
            frame.elsewhere[name] = scope if isinstance(node, cst.Nonlocal) else frame.scope.module()
    return None
