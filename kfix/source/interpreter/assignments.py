"""Binding values to names, attributes and elements."""

from __future__ import annotations

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.source.interpreter.bounds import MAX_LENGTH
from kfix.source.interpreter.calls import Call, Given
from kfix.source.interpreter.containers import Const, DictV, ListV
from kfix.source.interpreter.conversion import to_shape
from kfix.source.interpreter.interpreter import Frame, Interpreter, choice, statement
from kfix.source.interpreter.operators import binary, operation_of
from kfix.source.interpreter.partial_values import FrameV, VersionedV
from kfix.source.interpreter.state import MISSING
from kfix.source.interpreter.subscripts import index_of
from kfix.source.interpreter.value_queries import elements, key_of, plain_index
from kfix.source.interpreter.values import Choice, ClassV, InstanceV, ModelV, ObjectV, SequentialV
from kfix.source.library import lookup

# --- assignments --------------------------------------------------------------------------


@statement(cst.Assign)
def _assign(interpreter: Interpreter, node: cst.Assign, frame: Frame) -> str | None:
    value = interpreter.eval(node.value, frame)
    for target in node.targets:
        assign(interpreter, target.target, value, frame)
    return None


@statement(cst.AnnAssign)
def _annotated(interpreter: Interpreter, node: cst.AnnAssign, frame: Frame) -> str | None:
    if node.value is not None:
        assign(interpreter, node.target, interpreter.eval(node.value, frame), frame)
    if frame.scope.is_class and isinstance(node.target, cst.Name) and frame.cls is not None:
        frame.cls.annotated.append(node.target.value)
    return None


@statement(cst.AugAssign)
def _augmented(interpreter: Interpreter, node: cst.AugAssign, frame: Frame) -> str | None:
    old, more = interpreter.eval(node.target, frame), interpreter.eval(node.value, frame)
    if isinstance(old, ListV) and old.kind == "list" and isinstance(node.operator, cst.AddAssign):
        extend(interpreter, old, more)
        return None
    assign(
        interpreter,
        node.target,
        binary(interpreter, operation_of(node.operator), old, more, node, frame),
        frame,
    )
    return None


def extend(interpreter: Interpreter, made: ListV, more: AbstractValue) -> None:
    """`made.extend(more)`."""
    interpreter.journal.touch(made)
    interpreter.grown += 1
    items = elements(more)
    if items is None:
        made.unknown = (
            more if isinstance(more, Unknown) else Unknown("it is extended by what is not known")
        )
        return
    if len(made.items) + len(items) > MAX_LENGTH:
        made.unknown = Unknown("a list that is too long")
        return
    made.items.extend(items)
    made.sites.extend(more.sites if isinstance(more, ListV) else [None] * len(items))


def assign(
    interpreter: Interpreter, target: cst.CSTNode, value: AbstractValue, frame: Frame
) -> None:
    """Bind a value to a name, an attribute, an element, or several values to several of them."""
    if isinstance(target, cst.Name):
        scope = frame.elsewhere.get(target.value, frame.scope)
        name_model(value, target.value)
        interpreter.journal.set(scope.names, target.value, value)
    elif isinstance(target, cst.Tuple | cst.List):
        _unpack(interpreter, target, value, frame)
    elif isinstance(target, cst.Attribute):
        holder = interpreter.eval(target.value, frame)
        name_model(value, target.attr.value)
        if isinstance(holder, InstanceV):
            interpreter.journal.set(holder.attributes, target.attr.value, value)
        elif isinstance(holder, ObjectV):
            interpreter.journal.set(holder.data, target.attr.value, value)
        elif isinstance(holder, ClassV):
            interpreter.journal.set(holder.names, target.attr.value, value)
        elif isinstance(holder, FrameV):
            special = lookup.method_of(holder, "__setattr__")
            if special is not None:
                special(
                    Call(
                        interpreter,
                        [Given(None, Const(target.attr.value)), Given(None, value)],
                        target,
                        frame,
                        holder,
                    )
                )
        elif isinstance(holder, Array) and target.attr.value == "shape":
            assign(
                interpreter,
                target.value,
                Array(to_shape(value), holder.dtype, holder.distinct),
                frame,
            )
        if target.attr.value == "trainable":
            from kfix.source.keras.trainable import set_trainable

            set_trainable(interpreter, holder, value)
    elif isinstance(target, cst.Subscript):
        _assign_element(interpreter, target, value, frame)


def name_model(value: AbstractValue, name: str) -> None:
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


def _unpack(
    interpreter: Interpreter, target: cst.Tuple | cst.List, value: AbstractValue, frame: Frame
) -> None:
    wanted = target.elements
    items = value.apart(len(wanted)) if isinstance(value, VersionedV) else elements(value)
    star = next(
        (i for i, element in enumerate(wanted) if isinstance(element, cst.StarredElement)), None
    )
    if isinstance(value, Choice):
        several = [elements(option) for _, option in value.options]
        if all(option is not None and len(option) == len(wanted) for option in several):
            items = [
                choice(
                    [
                        (c, o[i])
                        for (c, _), o in zip(value.options, several, strict=True)
                        if o is not None
                    ]
                )
                for i in range(len(wanted))
            ]
    if items is None or (
        len(items) != len(wanted) if star is None else len(items) < len(wanted) - 1
    ):
        for element in wanted:
            why = interpreter.unknown(
                f"one of `{interpreter.text(target, frame)}`", target, frame, value
            )
            assign(interpreter, element.value, why, frame)
        return
    if star is None:
        parts: list[AbstractValue] = items
    else:
        behind = len(wanted) - star - 1
        middle = ListV(items[star : len(items) - behind])
        parts = [*items[:star], middle, *items[len(items) - behind :]]
    for element, part in zip(wanted, parts, strict=True):
        assign(interpreter, element.value, part, frame)


def _assign_element(
    interpreter: Interpreter, target: cst.Subscript, value: AbstractValue, frame: Frame
) -> None:
    holder, index = interpreter.eval(target.value, frame), index_of(interpreter, target, frame)
    if isinstance(holder, DictV):
        interpreter.journal.touch(holder)
        key = key_of(index)
        if key is MISSING:
            holder.forget(
                interpreter.unknown("a key that is not known was set", target, frame, index)
            )
        else:
            holder.entries[key] = value
            holder.sites.pop(key, None)
    elif isinstance(holder, FrameV):
        special = lookup.method_of(holder, "__setitem__")
        if special is not None:
            special(
                Call(interpreter, [Given(None, index), Given(None, value)], target, frame, holder)
            )
    elif isinstance(holder, ListV):
        interpreter.journal.touch(holder)
        place = plain_index(index)
        if isinstance(place, int) and -len(holder.items) <= place < len(holder.items):
            holder.items[place] = value
        else:
            holder.unknown = interpreter.unknown(
                "an element that is not known was set", target, frame, index
            )


@statement(cst.Del)
def _del(interpreter: Interpreter, node: cst.Del, frame: Frame) -> str | None:
    targets = (
        [e.value for e in node.target.elements]
        if isinstance(node.target, cst.Tuple)
        else [node.target]
    )
    for target in targets:
        if isinstance(target, cst.Name):
            interpreter.journal.delete(
                frame.elsewhere.get(target.value, frame.scope).names, target.value
            )
        elif isinstance(target, cst.Subscript):
            holder, key = (
                interpreter.eval(target.value, frame),
                index_of(interpreter, target, frame),
            )
            index = plain_index(key)
            special = lookup.method_of(holder, "__delitem__")
            if special is not None:
                special(Call(interpreter, [Given(None, key)], target, frame, holder))
            if isinstance(holder, ListV) and isinstance(index, int | slice):
                interpreter.journal.touch(holder)
                try:
                    del holder.items[index], holder.sites[index]
                except IndexError:
                    holder.unknown = interpreter.unknown(
                        "IndexError: list index out of range", node, frame
                    )
            elif isinstance(holder, DictV):
                _del_key(interpreter, holder, key, node, frame)
    return None


def _del_key(
    interpreter: Interpreter, holder: DictV, index: AbstractValue, node: cst.Del, frame: Frame
) -> None:
    interpreter.journal.touch(holder)
    key = key_of(index)
    if key is MISSING:
        holder.forget(
            interpreter.unknown("a key that is not known was deleted", node, frame, index)
        )
    else:
        holder.entries.pop(key, None)
        holder.sites.pop(key, None)


@statement(cst.Global, cst.Nonlocal)
def _elsewhere(
    interpreter: Interpreter, node: cst.Global | cst.Nonlocal, frame: Frame
) -> str | None:
    for item in node.names:
        name = item.name.value
        scope = frame.scope.parent
        while scope is not None and isinstance(node, cst.Nonlocal) and name not in scope.names:
            scope = scope.parent
        if scope is not None:
            frame.elsewhere[name] = (
                scope if isinstance(node, cst.Nonlocal) else frame.scope.module()
            )
    return None
