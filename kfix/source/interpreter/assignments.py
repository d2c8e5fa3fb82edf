"""Binding values to names, attributes and elements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.attributes import PARTS
from kfix.model.graph import Array, Layer, Symbol, TensorRef
from kfix.model.program import Unpacking
from kfix.model.unknown import Unknown
from kfix.source.interpreter.bounds import MAX_LENGTH
from kfix.source.interpreter.calls import Call, Given
from kfix.source.interpreter.choices import choice
from kfix.source.interpreter.containers import Const, DictV, ListV, sites_of
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.conversion import to_shape
from kfix.source.interpreter.dispatch import ByClass
from kfix.source.interpreter.interpreter import Frame, Interpreter, statement
from kfix.source.interpreter.operators import binary, operation_of
from kfix.source.interpreter.partial_values import FrameV, VersionedV
from kfix.source.interpreter.state import MISSING, Scope
from kfix.source.interpreter.subscripts import index_of
from kfix.source.interpreter.tensor_operations import shape_of
from kfix.source.interpreter.value_queries import elements, key_of, plain_index, with_elements
from kfix.source.interpreter.values import (
    Choice,
    ClassV,
    InstanceV,
    LayerV,
    ModelV,
    ObjectV,
    SequentialV,
    TensorV,
)
from kfix.source.keras.layers import note_attribute
from kfix.source.library import lookup

# --- assignments --------------------------------------------------------------------------


@statement(cst.Assign)
def _assign(interpreter: Interpreter, node: cst.Assign, frame: Frame) -> None:
    value = interpreter.eval(node.value, frame)
    for target in node.targets:
        assign(interpreter, target.target, value, frame)
        if isinstance(target.target, cst.Tuple) and isinstance(node.value, cst.Call):
            _note_unpacking(interpreter, target.target, value, frame)


@statement(cst.AnnAssign)
def _annotated(interpreter: Interpreter, node: cst.AnnAssign, frame: Frame) -> None:
    if node.value is not None:
        assign(interpreter, node.target, interpreter.eval(node.value, frame), frame)
    if frame.scope.is_class and isinstance(node.target, cst.Name) and frame.cls is not None:
        frame.cls.annotated.append(node.target.value)


@statement(cst.AugAssign)
def _augmented(interpreter: Interpreter, node: cst.AugAssign, frame: Frame) -> None:
    """Do `target += value` and its like; a list is made longer in place, as Python does."""
    old, more = interpreter.eval(node.target, frame), interpreter.eval(node.value, frame)
    if isinstance(old, ListV) and old.kind == "list" and isinstance(node.operator, cst.AddAssign):
        extend(interpreter, old, more)
        return
    context = Context(interpreter, node, frame)
    value = binary(context, operation_of(node.operator), old, more)
    assign(interpreter, node.target, value, frame)


def extend(interpreter: Interpreter, longer: ListV, more: AbstractValue | None) -> None:
    """Do what `longer.extend(more)` does."""
    interpreter.journal.touch(longer)
    interpreter.grown += 1
    items = elements(more)
    if items is None:
        why = Unknown("it is extended by what is not known")
        longer.unknown = more if isinstance(more, Unknown) else why
    elif len(longer.items) + len(items) > MAX_LENGTH:
        longer.unknown = Unknown("a list that is too long")
    else:
        longer.items.extend(items)
        longer.sites.extend(sites_of(more, len(items)))


Target = Callable[[Interpreter, Any, AbstractValue, Frame], None]
"""What an assignment to a class of node does."""


def _other_target(
    interpreter: Interpreter, target: cst.CSTNode, value: AbstractValue, frame: Frame
) -> None:
    """Assign nothing: no other node stands left of `=`."""


_RETURNS = frozenset({"return_state", "return_attention_scores"})
"""Arguments with which a layer returns several tensors."""

_TARGETS: ByClass[Target] = ByClass(_other_target)


def assign(
    interpreter: Interpreter, target: cst.CSTNode, value: AbstractValue, frame: Frame
) -> None:
    """Bind a value to a name, an attribute, an element, or several values to several of them."""
    _TARGETS.of(target)(interpreter, target, value, frame)


@_TARGETS.register(cst.Name)
def _assign_name(
    interpreter: Interpreter, target: cst.Name, value: AbstractValue, frame: Frame
) -> None:
    name_model(value, target.value)
    names = _scope_of(target.value, frame).names
    before = names.get(target.value)
    if isinstance(value, LayerV) and isinstance(before, TensorV):
        value.displaced = value.displaced or before.ref
    interpreter.journal.set(names, target.value, value)


def _scope_of(name: str, frame: Frame) -> Scope:
    """Return the scope in which an assignment binds a name."""
    return frame.elsewhere.get(name, frame.scope)


def name_model(value: AbstractValue, name: str) -> None:
    """Note that a variable holds a model: the first gives it its name.

    By those of others it is found.
    """
    if isinstance(value, SequentialV | ModelV):
        value.name = value.name or name
        if value.name != name:
            value.also[name] = None
    elif isinstance(value, InstanceV) and value.model is not None and name != "self":
        name_model(value.model, name)
    elif isinstance(value, Choice):
        for option in value.values:
            name_model(option, name)


# --- several targets ----------------------------------------------------------------------


@_TARGETS.register(cst.Tuple, cst.List)
def _unpack(
    interpreter: Interpreter, target: cst.Tuple | cst.List, value: AbstractValue, frame: Frame
) -> None:
    """Bind several targets, unknown each where the items are not known or not as many."""
    targets = target.elements
    starred = [i for i, one in enumerate(targets) if isinstance(one, cst.StarredElement)]
    if isinstance(value, TensorV) and not starred and _is_output(interpreter, value):
        if _may_be_several(interpreter, value):
            value = ListV(_outputs(value, len(targets)))
        else:
            note_attribute(
                interpreter,
                value,
                "keras.KerasTensor.__iter__",
                frame.unit.site(target),
                ((PARTS, len(targets)),),
            )
    items = _unpacked(value, len(targets))
    parts: list[AbstractValue] | None = items
    if items is not None and starred:
        parts = _with_star(items, len(targets), starred[0])
    if parts is None or len(parts) != len(targets):
        if not starred and isinstance(value, ListV | TensorV) and not interpreter.trying:
            interpreter.unpacked.append((value, len(targets)))
        if not starred and isinstance(value, ObjectV):
            from kfix.source.keras.asked import taken_apart

            taken_apart(interpreter, value, len(targets), frame.unit.site(target))
        for one in targets:
            what = f"one of `{interpreter.text(target, frame)}`"
            why = interpreter.unknown(what, target, frame, value)
            assign(interpreter, one.value, why, frame)
        return
    for one, part in zip(targets, parts, strict=True):
        assign(interpreter, one.value, part, frame)


def _note_unpacking(
    interpreter: Interpreter, target: cst.Tuple, value: AbstractValue, frame: Frame
) -> None:
    """Note which arrays of a call several names take, those of nested tuples among them."""
    pairs = list(_leaves(target, value))
    arrays = [part for _, part in pairs if isinstance(part, Array)]
    names = [one for one, _ in pairs if isinstance(one.value, cst.Name)]
    if len(arrays) == len(names) == len(pairs) > 1:
        sites = tuple(map(frame.unit.site, names))
        interpreter.unpackings.append(Unpacking(sites, tuple(arrays)))


def _leaves(
    target: cst.Tuple, value: AbstractValue | None
) -> Iterator[tuple[cst.BaseElement, AbstractValue | None]]:
    """Yield the targets inside a tuple, each with the value it takes, `None` where unknown."""
    parts = value.elements() if isinstance(value, ListV) else None
    known = parts is not None and len(parts) == len(target.elements)
    for place, one in enumerate(target.elements):
        part = parts[place] if parts is not None and known else None
        if isinstance(one.value, cst.Tuple):
            yield from _leaves(one.value, part)
        else:
            yield one, part


def _is_output(interpreter: Interpreter, tensor: TensorV) -> bool:
    """Return whether a tensor is what a layer of Keras returns."""
    return interpreter.arena[tensor.ref.node].layer.is_keras_layer


def _outputs(tensor: TensorV, count: int) -> list[AbstractValue]:
    """Return so many outputs of the layer that gives a tensor."""
    return [TensorV(TensorRef(tensor.ref.node, number)) for number in range(count)]


def _may_be_several(interpreter: Interpreter, tensor: TensorV) -> bool:
    """Return whether a layer with an unknown input has an argument to return states or scores."""
    node = interpreter.arena[tensor.ref.node]
    inner = (argument.value for argument in node.layer.arguments)
    layers = (node.layer, *(value for value in inner if isinstance(value, Layer)))
    names = {argument.keyword for layer in layers for argument in layer.arguments}
    names.update(name for name, _ in node.args)
    unknown = isinstance(shape_of(interpreter, tensor), Unknown)
    return unknown and not names.isdisjoint(_RETURNS)


def _unpacked(value: AbstractValue, count: int) -> list[AbstractValue] | None:
    """Return what a value is taken apart into, to be bound to so many targets."""
    if isinstance(value, VersionedV):
        return value.unpacked(count)
    if not isinstance(value, Choice):
        return elements(value)
    rows = [row for row in (elements(one) for one in value.values) if row is not None]
    if len(rows) < len(value.options) or any(len(row) != count for row in rows):
        return None
    conditions = [condition for condition, _ in value.options]
    columns = zip(*rows, strict=True)
    return [choice(list(zip(conditions, column, strict=True))) for column in columns]


def _with_star(items: list[AbstractValue], count: int, star: int) -> list[AbstractValue] | None:
    """Return one item for each target, those that `*rest` takes as a list.

    `None` where they are too few.
    """
    if len(items) < count - 1:
        return None
    end = len(items) - (count - star - 1)
    return [*items[:star], ListV(items[star:end]), *items[end:]]


# --- attributes ---------------------------------------------------------------------------


@_TARGETS.register(cst.Attribute)
def _assign_attribute(
    interpreter: Interpreter, target: cst.Attribute, value: AbstractValue, frame: Frame
) -> None:
    """Set an attribute of an object; `trainable` reaches all that a layer holds."""
    holder, name = interpreter.eval(target.value, frame), target.attr.value
    name_model(value, name)
    names = _attributes_of(holder)
    if names is not None:
        interpreter.journal.set(names, name, value)
    elif isinstance(holder, FrameV):
        given = [Given(None, Const(name)), Given(None, value)]
        _call_special(Context(interpreter, target, frame), holder, "__setattr__", given)
    elif isinstance(holder, Array) and name == "shape":
        reshaped = Array(to_shape(value), holder.dtype, holder.distinct)
        assign(interpreter, target.value, reshaped, frame)
    elif isinstance(holder, SequentialV | ModelV):
        interpreter.own_names.add(name)
    if name == "trainable":
        from kfix.source.keras.trainable import set_trainable

        set_trainable(interpreter, holder, value)


def _attributes_of(holder: AbstractValue) -> dict[str, Any] | None:
    """Return the attributes that an object has of its own, `None` where it has none that a program
    sets.
    """
    if isinstance(holder, InstanceV):
        return holder.attributes
    if isinstance(holder, ObjectV):
        return holder.data
    if isinstance(holder, ClassV):
        return holder.names
    return None


def _call_special(context: Context, holder: AbstractValue, name: str, given: list[Given]) -> None:
    """Call a method of the library that changes `holder`, where it has one of this name."""
    special = lookup.method_of(holder, name)
    if special is not None:
        special(Call(context, given, holder))


# --- elements -----------------------------------------------------------------------------


@_TARGETS.register(cst.Subscript)
def _assign_element(
    interpreter: Interpreter, target: cst.Subscript, value: AbstractValue, frame: Frame
) -> None:
    """Set an element.

    Under a key or index that is not known, nothing is known of the container afterwards.
    """
    holder, index = interpreter.eval(target.value, frame), index_of(interpreter, target, frame)
    context = Context(interpreter, target, frame)
    if isinstance(holder, DictV):
        interpreter.journal.touch(holder)
        key = key_of(index)
        if key is MISSING:
            holder.forget(context.unknown("a key that is not known was set", index))
        else:
            holder.put(key, value)
    elif isinstance(holder, ListV):
        interpreter.journal.touch(holder)
        place = plain_index(index)
        if isinstance(place, int) and -len(holder.items) <= place < len(holder.items):
            holder.items[place] = value
        else:
            holder.unknown = context.unknown("an element that is not known was set", index)
    elif isinstance(holder, FrameV):
        _call_special(context, holder, "__setitem__", [Given(None, index), Given(None, value)])
    elif isinstance(holder, Array) and (holder.numbers, holder.greatest) != (None, None):
        holder = with_elements(holder, plain_index(index), value)
        assign(interpreter, target.value, holder, frame)
    elif isinstance(holder, Symbol) and holder.path == "os.environ":
        interpreter.note_environment(index, value)


@statement(cst.Del)
def _delete(interpreter: Interpreter, node: cst.Del, frame: Frame) -> None:
    """Delete names and elements."""
    targets: list[cst.BaseExpression] = [node.target]
    if isinstance(node.target, cst.Tuple):
        targets = [one.value for one in node.target.elements]
    for target in targets:
        if isinstance(target, cst.Name):
            names = _scope_of(target.value, frame).names
            interpreter.journal.delete(names, target.value)
        elif isinstance(target, cst.Subscript):
            _delete_element(Context(interpreter, node, frame), target)


def _delete_element(context: Context, target: cst.Subscript) -> None:
    """Delete an element.

    Under a key that is not known, nothing is known of the dictionary afterwards.
    """
    interpreter, frame = context.interpreter, context.frame
    holder, index = interpreter.eval(target.value, frame), index_of(interpreter, target, frame)
    inner = Context(interpreter, target, frame)
    _call_special(inner, holder, "__delitem__", [Given(None, index)])
    if isinstance(holder, DictV):
        interpreter.journal.touch(holder)
        key = key_of(index)
        if key is MISSING:
            holder.forget(context.unknown("a key that is not known was deleted", index))
        else:
            holder.remove(key)
        return
    place = plain_index(index)
    if isinstance(holder, ListV) and isinstance(place, int | slice):
        interpreter.journal.touch(holder)
        try:
            del holder.items[place], holder.sites[place]
        except IndexError:
            holder.unknown = context.unknown("IndexError: list index out of range")


# --- names of other scopes ----------------------------------------------------------------


@statement(cst.Global)
def _global(interpreter: Interpreter, node: cst.Global, frame: Frame) -> None:
    if frame.scope.parent is not None:
        for item in node.names:
            frame.elsewhere[item.name.value] = frame.scope.module()


@statement(cst.Nonlocal)
def _nonlocal(interpreter: Interpreter, node: cst.Nonlocal, frame: Frame) -> None:
    """Note that a name is bound in the nearest function around that has it."""
    for item in node.names:
        name = item.name.value
        scope = frame.scope.parent
        while scope is not None and name not in scope.names:
            scope = scope.parent
        if scope is not None:
            frame.elsewhere[name] = scope
