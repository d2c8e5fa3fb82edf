"""An axis walked back to what decides it, and the edits there that give it another size.

A rule states where each axis of its output comes from (`kfix.shapes.effects`): so a layer with a
rule is repaired without code of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from math import prod

from kfix.edits.set_literal import SetLiteral
from kfix.findings import Finding
from kfix.model.code import Multiple, Number
from kfix.model.graph import Shape
from kfix.model.origin import CannotEvaluate, Derived, Origin, evaluate, literals
from kfix.model.record import Value, replace
from kfix.model.site import Site
from kfix.model.unknown import UnknownUsed
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.repair.constants import index_of
from kfix.repair.prices import price
from kfix.repair.spoken import output_name, width_name
from kfix.repair.trail import Size, Stage, array_given, trail
from kfix.shapes.arguments import named, value
from kfix.shapes.effects import Effect, Kind, decided
from kfix.shapes.operations.effects import parameters_of, result_of
from kfix.shapes.trace_result import only_shape, pick
from kfix.shapes.view import Step, elements

CELL = "cell"
"""The argument of RNN whose units are those of the output."""

MOST_TRIED = 65
"""Below this every number is tried for one that an array is computed from: `(72 // 8) ** 2`."""

SUBSCRIPT = "key"
"""The parameter of `x[key]`, which is not written as an argument."""


class Setting(Value):
    """An argument of a layer, and the value that gives an axis of its output its size.

    `more` is what the way there costs.
    """

    step: Step
    axis: int
    wanted: int
    name: str
    value: int
    key: str | None
    more: float


class Called(Value):
    """An argument of a function that is called, and the value that gives an axis its size."""

    step: Step
    name: str
    value: object
    why: str


class Made(Value):
    """An array that the program makes, and the size that one of its axes is to have.

    `table` is the Embedding whose rows it counts, if any.
    """

    shape: Shape
    origin: Origin | None
    axis: int
    wanted: int
    table: Step | None = None


class Indexed(Value):
    """An index of a shape, of which another dim has the size that is wanted."""

    edit: SetLiteral
    why: str


ROWS = "input_dim"
"""The argument of an Embedding that says how many rows its table has."""

Group = list[Setting] | Made | Called | Indexed
"""What decides an axis: arguments that belong together, an array, a call or an index."""


def solve(
    conflict: Conflict, place: int, axis: int, wanted: int, key: str | None = None
) -> Iterator[Candidate]:
    """Yield the edits that give an axis of the output of the step at `place` the wanted size.

    `key` is the row of the price list, where it is not that of the layer.
    """
    for group in settings(conflict, place, axis, wanted, key):
        match group:
            case Made():
                for one in made_otherwise(conflict, group):
                    yield from _with_rows(conflict, one, group)
            case Indexed(edit=edit, why=why):
                yield Candidate((edit,), price("index"), why)
            case Called(step=step, name=name, value=new, why=why):
                yield from conflict.set([step], name, new, "inner-units", why)
            case list():
                yield from _set(conflict, group, wanted, key)


def _set(
    conflict: Conflict, group: Sequence[Setting], wanted: int, key: str | None
) -> Iterator[Candidate]:
    """Yield the arguments that belong together set, for an axis of the wanted size."""
    first = group[0]
    size = _size(first.step, first.axis)
    why = f"the output of {first.step.cls} has size {size}, expected {first.wanted}"
    if len(group) > 1:
        why = (
            f"{len(group)} layers that are joined element by element have "
            f"{value(first.step.core, first.name)}, expected {wanted}"
        )
    steps, new = [setting.step for setting in group], _spelled(conflict, first, key)
    yield from conflict.set(steps, first.name, new, _row(first), why, first.more)


def settings(
    conflict: Conflict, place: int, axis: int, wanted: int, key: str | None = None
) -> Iterator[Group]:
    """Yield what decides an axis: arguments, together where they belong so, or an array."""
    step = conflict.view.at(place)
    shape: Shape = (step and step.shape_out) or ()
    if not -len(shape) <= axis < len(shape) or wanted < 1:
        return
    have = shape[axis]
    sign = -1 if isinstance(have, int) and have > wanted else 1
    reader: Step | None = None
    for stage in trail(conflict, place, {axis % len(shape): Size(sign, wanted, wanted)}):
        [(axis, size)] = stage.want.items()
        if not size.possible:
            return
        if stage.step.is_global_pooling and key is None:
            key = "channels-pooled"
        if not stage.step.is_data:
            reader = stage.step
        for group in _decided(conflict, stage, axis, size.least, key):
            yield _read_by(reader, group)
        if stage.effects and stage.effects[axis].kind in (Kind.EQUAL, Kind.PRODUCT):
            return


def _read_by(reader: Step | None, group: Group) -> Group:
    """Return an array with the Embedding that reads it, where one does."""
    if reader is None or reader.cls != "Embedding" or not isinstance(group, Made):
        return group
    return replace(group, table=reader)


def _decided(
    conflict: Conflict, stage: Stage, axis: int, wanted: int, key: str | None
) -> Iterator[Group]:
    """Yield what one step on the way decides about an axis."""
    step = stage.step
    if step.is_data:
        argument = named(step.layer).get("batch_shape")
        if argument is not None and step.shape_out is not None:
            yield Made(step.shape_out, argument.origin, axis, wanted)
        return
    if axis >= len(stage.effects):
        return
    effect = stage.effects[axis]
    if effect.arguments == (CELL,):
        step, effect = step.of_child(CELL), decided("units")
    yield from _of_array(step, effect, wanted)
    if step.layer.is_operation and effect.arguments:
        yield from _of_call(conflict, step, effect, axis, wanted)
    elif effect.arguments and effect.kind in (Kind.DECIDED, Kind.SCALED):
        if key == "channels-pooled" and _is_one_by_one(step):
            key = None  # the head of an all convolutional network: one map a class
        for name, new in _values(conflict, step, effect, axis, wanted):
            yield [Setting(step, axis, wanted, name, new, key, 0.0)]
        yield from _of_index(step, effect, axis, wanted)
    elif effect.kind is Kind.PRODUCT:
        beside = _beside(step, axis)
        if beside is not None:
            yield from _of_product(conflict, step, effect, wanted * beside, key)
    elif effect.kind is Kind.EQUAL:
        yield from _of_equal(conflict, step, effect, wanted, key)


def _of_array(step: Step, effect: Effect, wanted: int) -> Iterator[Made]:
    """Yield the array that a layer is called on, where it hands an axis of it on."""
    if effect.kind is Kind.KEPT:
        for array in array_given(step):
            shape = only_shape([array.shape]) or ()
            yield Made(shape, array.origin, effect.axes[0][1], wanted)


def _with_rows(conflict: Conflict, candidate: Candidate, made: Made) -> Iterator[Candidate]:
    """Yield an array of another length, with a row for each of its elements in its table."""
    table = made.table
    argument = named(table.core).get(ROWS) if table is not None else None
    rows = argument.value if argument is not None else None
    if table is None or argument is None or not isinstance(rows, int) or rows >= made.wanted:
        yield candidate
        return
    own = literals(argument.origin)
    changed = (edit.sites for edit in candidate.edits if isinstance(edit, SetLiteral))
    if {one.site for one in own}.isdisjoint(chain.from_iterable(changed)):
        for one in conflict.set([table], ROWS, made.wanted, "inner-units", candidate.why):
            yield from candidate.along(one.edits)
    else:  # one number is both
        yield candidate


def _of_index(step: Step, effect: Effect, axis: int, wanted: int) -> Iterator[Indexed]:
    """Yield the dim of a shape that has the wanted size, where a tuple has another one of it."""
    now, given = step.size(axis), named(step.core)
    origins = (given[name].origin for name in effect.arguments if name in given)
    for origin in origins:
        for part in origin.parts if isinstance(origin, Derived) else ():
            edit = index_of(part, wanted)
            if edit is not None and evaluate(part, {}) == now:
                yield Indexed(edit, f"{step.cls} takes the size {now} of the wrong axis of a shape")


def made_otherwise(conflict: Conflict, made: Made) -> Iterator[Candidate]:
    """Yield another value for the one number that an array is made of, as in `arange(100)`."""
    origin, shape = made.origin, made.shape
    if origin is None or not -len(shape) <= made.axis < len(shape):
        return
    now = shape[made.axis]
    if not isinstance(now, int):
        return
    for old, sites in _numbers(origin):
        if not conflict.options.control.isdisjoint(sites):
            continue
        likely = (old + made.wanted - now, old * made.wanted // max(now, 1))
        for new in dict.fromkeys((*likely, *range(2, MOST_TRIED))):
            with suppress(CannotEvaluate, Finding, UnknownUsed):
                changed = evaluate(origin, dict.fromkeys(sites, new))
                if changed[made.axis] == made.wanted:
                    why = f"the literal {old} makes an array of {now}, expected {made.wanted}"
                    yield Candidate((SetLiteral(sites, new, "size"),), price("inner-units"), why)
                    break


def _numbers(origin: Origin) -> Iterator[tuple[int, tuple[Site, ...]]]:
    """Yield each number that an array is made of with its place, then those of one value together.

    0 is where `arange(0, n)` starts.
    """
    found: dict[int, dict[Site, None]] = {}
    for literal in dict.fromkeys(literals(origin)):
        old = literal.value
        if type(old) is int and old:
            found.setdefault(old, {})[literal.site] = None
            yield old, (literal.site,)
    yield from ((old, tuple(sites)) for old, sites in found.items() if len(sites) > 1)


def _of_call(
    conflict: Conflict, step: Step, effect: Effect, axis: int, wanted: int
) -> Iterator[Called]:
    """Yield the numbers in the arguments of a function that give an axis its size."""
    path, args = step.layer.cls, step.node.args
    shapes, before = conflict.view.given(step), step.shape_out or ()
    for place, name in enumerate(parameters_of(path, args)):
        keyword, present = args[place]
        if name not in effect.arguments or name == SUBSCRIPT:
            continue
        for new in _with_one_changed(present, before[axis], wanted):
            changed = (*args[:place], (keyword, new), *args[place + 1 :])
            after = result_of(path, changed, shapes)
            if after is not None and after == (*before[:axis], wanted, *before[axis + 1 :]):
                why = f"{name} of {path.rpartition('.')[2]} decides the axis, expected {wanted}"
                yield Called(step, keyword or name, new, why)
                break


def _with_one_changed(present: object, now: object, wanted: int) -> Iterator[object]:
    """Yield a value of integers with one of them changed, by the ratio and by the difference."""
    if type(present) is int and isinstance(now, int):
        yield from dict.fromkeys((wanted, present + wanted - now, present * wanted // max(now, 1)))
    elif isinstance(present, tuple | list):
        for place, item in enumerate(present):
            for new in _with_one_changed(item, now, wanted):
                yield (*present[:place], new, *present[place + 1 :])


def _beside(step: Step, axis: int) -> int | None:
    """Return how many elements stand at one place of an axis: 1 of a vector; `None` if unknown."""
    shape = step.shape_out or ()
    return elements((*shape[1:axis], *shape[axis + 1 :]))


def _of_product(
    conflict: Conflict, step: Step, effect: Effect, wanted: int, key: str | None
) -> Iterator[list[Setting]]:
    """Yield one of the axes that are laid in a row, with the others as they are."""
    shape = conflict.view.given(step)[0]
    dims = [shape[axis] for _, axis in effect.axes]
    whole = [dim for dim in dims if isinstance(dim, int)]
    if len(whole) != len(dims):
        return
    for (of, axis), dim in zip(reversed(effect.axes), reversed(whole), strict=True):
        rest = prod(whole) // dim if dim else 0
        if not rest or wanted % rest:
            continue
        more = price("product") if rest > 1 else 0.0
        for group in settings(conflict, step.sources[of], axis, wanted // rest, key):
            if isinstance(group, list):
                yield [replace(one, more=one.more + more) for one in group]


def _of_equal(
    conflict: Conflict, step: Step, effect: Effect, wanted: int, key: str | None
) -> Iterator[list[Setting]]:
    """Yield all the inputs that have the axis, each set by the same argument: mean and variance."""
    shapes = conflict.view.given(step)
    wide = [(of, axis) for of, axis in effect.axes if shapes[of][axis] != 1]
    found: list[Setting] = []
    for of, axis in wide:
        one = next(settings(conflict, step.sources[of], axis, wanted, key), [])
        if not isinstance(one, list) or len(one) != 1 or one[0].step.wrapped:
            return
        found.extend(one)
    places = {setting.step.place for setting in found}
    if found and len(places) == len(found) and len({s.name for s in found}) == 1:
        yield found


def _values(
    conflict: Conflict, step: Step, effect: Effect, axis: int, wanted: int
) -> Iterator[tuple[str, int]]:
    """Yield the arguments that may be turned, each with the integer for the size of the axis."""
    names, now = effect.arguments, step.size(axis)
    if len(names) > 1:
        knobs = {knob.name for knob in conflict.knobs(step) if effect.kind is Kind.DECIDED}
        names = tuple(name for name in names if name in knobs)
    for name in names:
        present, tries = value(step.core, name), [wanted]
        if type(present) is not int:
            continue
        if isinstance(now, int) and now and wanted * present % now == 0:
            tries.insert(0, wanted * present // now)
        for new in dict.fromkeys(tries):
            if new > 0 and _gives(conflict, step, name, new, axis) == wanted:
                yield name, new
                break


def _gives(conflict: Conflict, step: Step, name: str, new: int, axis: int) -> object:
    """Return the size of an axis with another value for an argument."""
    traced = conflict.traced_with(step, name, new)
    shape = only_shape([pick(traced.outputs, 0)])
    if traced.status != "known" or shape is None or axis >= len(shape):
        return None
    return shape[axis]


def _is_one_by_one(step: Step) -> bool:
    """Return whether it is a convolution of a 1×1 window."""
    return value(step.core, "kernel_size") in (1, (1,), (1, 1), (1, 1, 1))


def _row(setting: Setting) -> str:
    """Return the row of the price list for the layer whose argument is set, if none is said."""
    if setting.key is not None and setting.name != "n":
        return setting.key
    if setting.step.is_dense or setting.name == "n":
        return "units"
    return "channels" if setting.step.is_convolution else "inner-units"


def _size(step: Step, axis: int) -> object:
    shape: Shape = step.shape_out or ()
    return shape[axis] if -len(shape) <= axis < len(shape) else "?"


def _spelled(conflict: Conflict, setting: Setting, key: str | None) -> int | Number:
    """Return the number as the program writes what a model gives, or a width inside it."""
    step, new = setting.step, setting.value
    present = value(step.core, setting.name)
    if setting.name == "n" and isinstance(present, int) and present and new % present == 0:
        return Number(new, Multiple(new // present))
    if new != setting.wanted:
        return new
    at_hand = conflict.options.at_hand(step.core.site)
    return width_name(at_hand, new) if key == "inner-units" else output_name(at_hand, new)
