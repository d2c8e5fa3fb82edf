"""Arguments of calls, and entries of dicts that are passed as arguments: written, renamed, taken
out.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from kfix.model.code import Slot
from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import EQUAL, code, function_of, is_starred, keyword_of, last_name
from kfix.rewrite.plan import Plan
from kfix.rewrite.style import Style
from kfix.rewrite.tree import RowInsert, RowRemove

Entry = cst.Arg | cst.DictElement
"""An argument, or an entry of a dict that is passed with `**`."""


def write_argument(
    plan: Plan, slot: Slot, name: str, value: object, *, rename: str | None = None
) -> str:
    """Set the argument, present or not; return the value's text. `rename` is the name for a present
    keyword.
    """
    place = present(plan, slot, name)
    if place is None:
        return _append(plan, slot, name, value)
    return write_present(plan, slot, place, name, value, rename=rename)


def present(plan: Plan, slot: Slot, name: str) -> Site | None:
    """Return the place of the argument if there is one, though the slot may not say so."""
    if slot.argument is not None:
        return slot.argument
    unit = plan.unit(slot.call).unit
    given = plan.call(slot.call).args
    for number, arg in enumerate(given):
        if keyword_of(arg) == name:
            return unit.site(arg)
        if number == slot.position and arg.keyword is None:
            if any(map(is_starred, given[: number + 1])):
                raise CannotWrite(f"{name} comes out of a starred value")
            return unit.site(arg)
    return None


def find(plan: Plan, slot: Slot, name: str) -> Site:
    """Return the place of the argument; raises `CannotWrite` if it has none."""
    place = present(plan, slot, name)
    if place is None:
        raise CannotWrite(f"there is no {name} written there")
    return place


def write_present(  # noqa: PLR0913 - the argument, its new value and its new keyword
    plan: Plan, slot: Slot, place: Site, name: str, value: object, *, rename: str | None = None
) -> str:
    """Write another value (`...`: the same) and perhaps another keyword for an argument that is
    there.
    """
    node = plan.node(place)
    if not isinstance(node, Entry):
        raise CannotWrite(f"{name} is not written as an argument")
    if is_starred(node):
        raise CannotWrite(f"{name} comes out of a starred value")
    if rename is not None:
        _check_free(plan, place, node, rename)
    if isinstance(value, tuple | list) and {rename, keyword_of(node)} <= {None, name}:
        own = plan.own_row(place, node.value)
        if own is not None:
            new = plan.spell(value, slot, name, own.value, place)
            own.unit.put(own.way, new)
            return code(new)
    unit, path = plan.unit(place), plan.path(place)
    new = node.value
    if value is not ...:
        new = plan.spell(value, slot, name, node.value, place)
        unit.set_fields(path, value=new)
    if rename is not None:
        style = plan.file(place).style
        unit.change(path, lambda run, now: _renamed(now, rename, style))
    return code(new)


def _renamed(entry: Entry, name: str, style: Style) -> Entry:
    """Return the argument by another keyword, if it has one."""
    match entry:
        case cst.Arg(keyword=cst.Name()):
            return entry.with_changes(keyword=cst.Name(name))
        case cst.DictElement(key=cst.SimpleString(value=old)):
            return entry.with_changes(key=cst.SimpleString(style.string(name, old)))
        case cst.DictElement():
            raise CannotWrite("the keyword is not written as a string")
    return entry


def _check_free(plan: Plan, place: Site, node: Entry, name: str) -> None:
    """Raise `CannotWrite` if another argument of the call has the name."""
    match plan.path(place)[-2]:
        case cst.Call(args=args) if keyword_of(node) is not None:
            if any(keyword_of(arg) == name for arg in args if arg is not node):
                raise CannotWrite(f"{name} is written there already")


def _append(plan: Plan, slot: Slot, name: str, value: object) -> str:
    """Write a new keyword behind the others, before a `**` that may follow."""
    call, path = plan.call(slot.call), plan.path(slot.call)
    match call.args:
        case [cst.Arg(value=cst.GeneratorExp(lpar=[]))]:
            raise CannotWrite("the call takes a generator")
    new = plan.spell(value, slot, name, None, slot.call)
    equal = next((arg.equal for arg in call.args if isinstance(arg.equal, cst.AssignEqual)), EQUAL)
    arg = cst.Arg(value=new, keyword=cst.Name(name), equal=equal)
    key = (slot.call, name)
    if key in plan.written:  # by another edit: the last word counts
        plan.written[key].build = lambda run: arg
        return code(new)
    stars = [id(given) for given in call.args if given.star == "**"]
    put = RowInsert(None, "after", lambda run: arg)
    if stars:
        put = RowInsert(stars[0], "before", lambda run: arg)
    plan.written[key] = put
    plan.unit(slot.call).row(path, put)
    return code(new)


def take_out(plan: Plan, place: Site, name: str) -> None:
    """Take an argument or an entry of a dict out of its row."""
    path = plan.path(place)
    match path[-2:]:
        case [cst.Call() as call, cst.Arg() as arg]:
            _check_order(plan, place, call, arg, name)
        case [cst.Dict(), cst.DictElement()]:
            pass
        case _:
            raise CannotWrite(f"{name} is not written as an argument")
    plan.unit(place).row(path[:-1], RowRemove(id(path[-1])))


def _check_order(plan: Plan, place: Site, call: cst.Call, arg: cst.Arg, name: str) -> None:
    """Raise `CannotWrite` where positional arguments behind would move up."""
    if arg.star:
        raise CannotWrite(f"{name} comes out of a starred value")
    removed = plan.unit(place).taken_out(call)
    behind = call.args[[one is arg for one in call.args].index(True) + 1 :]
    staying = [one for one in behind if id(one) not in removed and one.star != "**"]
    if arg.keyword is None and any(one.keyword is None for one in staying):
        raise CannotWrite(f"positional arguments follow {name}")


def on_calls(plan: Plan, calls: Sequence[Site]) -> str:
    """Return `Conv2D (line 12)`, `Conv2D and MaxPooling2D (lines 3, 5)`: whose argument it is, for
    a person.
    """
    calls = list(dict.fromkeys(calls))
    *classes, last = dict.fromkeys(_class_of(plan.node(site)) for site in calls)
    text = " and ".join(filter(None, [", ".join(classes), last]))
    return f"{text} {plan.where(calls)}"


def _class_of(call: cst.CSTNode) -> str:
    """Return what a call makes, by its last name: `Conv2D`."""
    return last_name(function_of(call)) or "the layer"


def write_keyword(plan: Plan, site: Site, number: int, name: str) -> str:
    """Give the argument of this number a keyword; return it as it is written then.

    Raises `CannotWrite` where one by position is behind it, or a keyword of this name.
    """
    call = plan.call(site)
    behind = call.args[number + 1 :]
    if number >= len(call.args) or any(map(is_starred, call.args)):
        raise CannotWrite("the argument is not written there")
    if not {None, name}.isdisjoint(map(keyword_of, behind)):
        raise CannotWrite(f"{name} cannot be given by keyword there")
    arg = call.args[number]
    named = {"keyword": cst.Name(name), "equal": EQUAL}
    plan.unit(site).set_fields((*plan.path(site), arg), **named)
    return f"{name}={code(arg.value)}"
