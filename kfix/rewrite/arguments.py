"""Arguments of calls, and entries of dicts that are passed as arguments: written, renamed, taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from kfix.model.code import Slot
from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.plan import EQUAL, Plan, class_of, code
from kfix.rewrite.tree import HERE, Pass, RowInsert, RowRemove


def write_argument(
    plan: Plan, slot: Slot, name: str, value: object, *, rename: bool = False
) -> str:
    """Set the argument, present or not; gives the value's text. `rename` gives a present keyword this name."""
    place = present(plan, slot, name)
    if place is not None:
        return write_present(plan, slot, place, name, value, rename=name if rename else None)
    return _append(plan, slot, name, value)


def present(plan: Plan, slot: Slot, name: str) -> Site | None:
    """The place of the argument if there is one, though the slot may not say so."""
    if slot.argument is not None:
        return slot.argument
    unit = plan.unit(slot.call).unit
    for arg in plan.call(slot.call).args:
        if arg.keyword is not None and arg.keyword.value == name:
            return unit.site(arg)
    return None


def find(plan: Plan, slot: Slot, name: str) -> Site:
    """The place of the argument; raises `CannotWrite` if it has none."""
    place = present(plan, slot, name)
    if place is None:
        raise CannotWrite(f"there is no {name} written there")
    return place


def write_present(
    plan: Plan, slot: Slot, place: Site, name: str, value: object, *, rename: str | None = None
) -> str:
    """Another value (`...`: the same) and perhaps another keyword for an argument that is there."""
    node = plan.node(place)
    if not isinstance(node, cst.Arg | cst.DictElement):
        raise CannotWrite(f"{name} is not written as an argument")
    if isinstance(node, cst.Arg) and node.star:
        raise CannotWrite(f"{name} comes out of a starred value")
    if rename is not None:
        _check_free(plan, place, node, rename)
    own = (
        plan.own_row(place, node.value)
        if isinstance(value, tuple | list) and rename in (None, name)
        else None
    )
    if own is not None and _keyword(node) in (None, name):
        unit, row = own
        new = plan.spell(value, slot, name, row[-1], place)
        unit.change(row, lambda run, now: new)
        return code(new)
    new = node.value if value is ... else plan.spell(value, slot, name, node.value, place)
    key = plan.file(place).style.string(rename) if rename is not None else ""

    def change(run: Pass, now: Any) -> Any:
        if value is not ...:
            now = now.with_changes(value=new)
        if rename is not None and isinstance(now, cst.DictElement):
            if not isinstance(now.key, cst.SimpleString):
                raise CannotWrite("the keyword is not written as a string")
            quoted = plan.file(place).style.string(rename, now.key.value)
            now = now.with_changes(key=cst.SimpleString(quoted or key))
        elif rename is not None and now.keyword is not None:
            now = now.with_changes(keyword=cst.Name(rename))
        return now

    plan.unit(place).change(plan.path(place), change, HERE)
    return code(new)


def _keyword(node: cst.Arg | cst.DictElement) -> str | None:
    if isinstance(node, cst.Arg):
        return node.keyword.value if node.keyword is not None else None
    return str(node.key.evaluated_value) if isinstance(node.key, cst.SimpleString) else None


def _check_free(plan: Plan, place: Site, node: cst.Arg | cst.DictElement, name: str) -> None:
    """Raise if the keyword cannot be given the name: it has none, or another argument has it."""
    if not isinstance(node, cst.Arg):
        return
    if node.keyword is None:
        return
    call = plan.path(place)[-2]
    for arg in call.args if isinstance(call, cst.Call) else ():
        if arg is not node and arg.keyword is not None and arg.keyword.value == name:
            raise CannotWrite(f"{name} is written there already")


def _append(plan: Plan, slot: Slot, name: str, value: object) -> str:
    """A new keyword behind the others, before a `**` that may follow."""
    call = plan.call(slot.call)
    path = plan.path(slot.call)
    new = plan.spell(value, slot, name, None, slot.call)
    equal = next((arg.equal for arg in call.args if isinstance(arg.equal, cst.AssignEqual)), EQUAL)
    arg = cst.Arg(value=new, keyword=cst.Name(name), equal=equal)
    stars = [given for given in call.args if given.star == "**"]
    anchor = id(stars[0]) if stars else None
    if (
        len(call.args) == 1
        and isinstance(call.args[0].value, cst.GeneratorExp)
        and not call.args[0].value.lpar
    ):
        raise CannotWrite("the call takes a generator")
    written = plan.written.get((slot.call, name))
    if written is not None:  # by another edit: the last word counts
        written.build = lambda run: arg
        return code(new)
    written = plan.written[slot.call, name] = RowInsert(
        anchor, "before" if stars else "after", lambda run: arg
    )
    plan.unit(slot.call).row(path, written)
    return code(new)


def take_out(plan: Plan, place: Site, name: str) -> None:
    """Take an argument or an entry of a dict out of its row."""
    path = plan.path(place)
    node, container = path[-1], path[-2]
    if isinstance(node, cst.Arg) and isinstance(container, cst.Call):
        if node.star:
            raise CannotWrite(f"{name} comes out of a starred value")
        gone = plan.unit(place).taken_out(container)
        behind = container.args[[arg is node for arg in container.args].index(True) + 1 :]
        if node.keyword is None and any(
            arg.keyword is None and arg.star != "**" and id(arg) not in gone for arg in behind
        ):
            raise CannotWrite(f"positional arguments follow {name}")
    elif not (isinstance(node, cst.DictElement) and isinstance(container, cst.Dict)):
        raise CannotWrite(f"{name} is not written as an argument")
    plan.unit(place).row(path[:-1], RowRemove(id(node)))


def on_calls(plan: Plan, calls: Sequence[Site]) -> str:
    """`Conv2D (line 12)`, `Conv2D and MaxPooling2D (lines 3, 5)`: whose argument it is, for a person."""
    calls = list(dict.fromkeys(calls))
    classes = list(dict.fromkeys(class_of(plan.node(site)) for site in calls))
    if len(classes) > 1:
        classes = [", ".join(classes[:-1]), classes[-1]]
    return f"{' and '.join(classes)} {plan.where(calls)}"
