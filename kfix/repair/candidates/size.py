"""A window is larger than what is left of the map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kfix.findings.size_not_positive import SizeNotPositive
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.kernels import old_kernels
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.arguments import value
from kfix.shapes.view import Step

CURES = (SizeNotPositive,)


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """The order of the axes, then padding, then the poolings before, then the windows, and the input last."""
    step = conflict.step
    if step is None:
        return
    yield from input_order(conflict, step)
    chain = [found for found in conflict.view.spine(step.place) if not found.made]
    why = f"the map is too small for {step.cls}"
    yield from old_kernels(conflict, conflict.view.steps)
    valid = [found for found in chain if _valid(found)]
    entry = conflict.view.entry
    space = entry[1:-1] if entry is not None else ()
    single = price("same-single") if space and all(dim == 1 for dim in space) else 0.0
    if valid:
        kept = f"{why}: with padding='same' the convolutions before it keep its size"
        yield from conflict.set(valid, "padding", "same", "same", kept, single)
    whole = [*valid, *(after for after in conflict.view.after(step) if _valid(after))]
    if len(whole) > len(valid):
        all_ = f"{why}: with padding='same' all the convolutions keep its size"
        yield from conflict.set(whole, "padding", "same", "same", all_, 0.02 + single)
    yield from repeated(
        conflict, chain, f"{why}: the poolings behind each other are one too many times"
    )
    for distance, found in enumerate(chain):
        near = 0.01 * distance
        if ((found.is_convolution and len(valid) > 1) or found.is_pooling) and padding_of(
            found
        ) == "valid":
            kept = f"{why}: padding='same' on {found.cls} lets the window reach over the border"
            yield from conflict.set([found], "padding", "same", "same-some", kept, near)
        if found.is_pooling:
            gone = f"{why}: one pooling fewer leaves enough of the map"
            key = "remove-double" if doubled(conflict, found) else "remove-pooling"
            yield from made(conflict.remove(found), key, gone, near)
            for new in windows(conflict, found, "pool_size"):
                smaller = f"{why}: a smaller window of {found.cls} leaves more of the map"
                yield from conflict.set([found], "pool_size", new, "pool-size", smaller, near)
        if (
            (found.is_convolution or found.is_film)
            and not found.is_transposed
            and most(value(found.core, "strides")) > 1
        ):
            slower = f"{why}: with strides of 1 {found.cls} keeps its size"
            yield from conflict.set(
                [found],
                "strides",
                like(value(found.core, "strides"), 1),
                "strides-one",
                slower,
                0.2 + near,
            )
        if found is step and found.is_convolution:
            for new in windows(conflict, found, "kernel_size"):
                yield from conflict.set(
                    [found], "kernel_size", new, "kernel", f"{why}: a smaller kernel fits", near
                )
        if found is step and found.cls.startswith("Cropping"):
            yield from made(
                conflict.remove(found), "remove", f"{why}: it would cut off all there is"
            )
    yield from larger_input(conflict, step, why)


def input_order(conflict: Conflict, step: Step | None) -> Iterator[Candidate]:
    """The channels stand first in the input shape, where the model counts them last."""
    entry = conflict.view.entry
    if entry is None or len(entry) < 3:
        return
    dims = entry[1:]
    first, last = dims[0], dims[-1]
    if len(dims) == 2:
        if isinstance(first, int) and isinstance(last, int) and first != last:
            why = f"the axes of the input in the other order: {(last, first)} in place of {(first, last)}"
            key = "input-axes"
            if first == 1 and _slides(conflict):
                why, key = (
                    f"{dims} is one step, along which no window can move: {last} steps of one number",
                    "input-order",
                )
            yield from conflict.set_input(step, (last, first), key, why)
        return
    told = [found for found in conflict.view.steps if found.orders_axes]
    if any(found.channels_first for found in told):
        return  # which is said already
    if (
        isinstance(first, int)
        and first in (1, 3, 4)
        and (last is None or (isinstance(last, int) and last > 4))
    ):
        why = f"{dims} has its channels first, and Keras counts them last unless told otherwise"
        kernels = next(old_kernels(conflict, conflict.view.steps), None)
        for candidate in conflict.set_input(step, (*dims[1:], first), "input-order", why):
            if kernels is not None:  # both are of Keras 1, and go together
                both = (*candidate.edits, *kernels.edits)
                yield Candidate(both, candidate.cost, f"{why}; {kernels.why}")
                candidate = candidate._replace(cost=candidate.cost + price("bridge"))
            yield candidate
        if told and all(
            value(found.core, "data_format") in (None, "channels_last") for found in told
        ):
            where = f"{dims} has its channels first, which every layer of the map can be told"
            yield from conflict.set(told, "data_format", "channels_first", "input-format", where)
    elif first != last:
        yield from conflict.set_input(
            step, (*dims[1:], first), "input-axes", "the axes of the input in another order"
        )


def _slides(conflict: Conflict) -> bool:
    """Is the first layer of the model a convolution that looks at several steps at a time?"""
    first = next(
        (step for step in conflict.view.steps if not step.is_input and not step.keeps), None
    )
    return (
        first is not None
        and first.is_convolution
        and not first.wrapped
        and most(value(first.core, "kernel_size")) > 1
    )


def larger_input(conflict: Conflict, step: Step | None, why: str) -> Iterator[Candidate]:
    """A larger input, twice as wide and more: for those whose data says so."""
    entry = conflict.view.entry
    if entry is None or len(entry) < 3:
        return
    space, channels = entry[1:-1], entry[-1]
    if all(isinstance(dim, int) for dim in space):
        for i, factor in enumerate((2, 4, 8, 16)):
            wider = tuple(dim * factor for dim in space if isinstance(dim, int))
            yield from conflict.set_input(
                step, (*wider, channels), "input-size", f"{why}: a larger input", 0.2 * i
            )


def windows(conflict: Conflict, step: Step, name: str) -> list[object]:
    """Smaller values for a window that a person would write: no 1, and for kernels no even number."""
    now = most(value(step.core, name))
    found = []
    for new in conflict.values(step, name):
        number = most(new)
        if 1 < number < now and (name != "kernel_size" or number % 2):
            found.append(new)
    return found


def most(number: object) -> int:
    """The largest of a size's numbers; 1 for what is none."""
    if isinstance(number, tuple | list):
        return max((one for one in number if isinstance(one, int)), default=1)
    return number if isinstance(number, int) else 1


def like(old: object, new: int) -> object:
    """One number a dim, where the old value has one."""
    return (new,) * len(old) if isinstance(old, tuple | list) else new


def repeated(conflict: Conflict, chain: Iterable[Step], why: str) -> Iterator[Candidate]:
    """All but the first of several poolings of one kind that stand behind each other."""
    run: list[Step] = []
    for step in chain:  # from behind
        if not (step.is_pooling and doubled(conflict, step)):
            run = []
            continue
        run.append(step)
        edits = [edit for one in run for edit in conflict.remove(one) or ()]
        if 1 < len(run) == len(edits):
            yield from made(tuple(edits), "remove-double", why, price("group") * (len(run) - 1))


def doubled(conflict: Conflict, step: Step) -> bool:
    """Does a pooling follow right behind another of its class?"""
    before = conflict.view.previous(step)
    return before is not None and before.cls == step.cls


def _valid(step: Step) -> bool:
    return (
        (step.is_convolution or step.is_film)
        and not step.made
        and padding_of(step) == "valid"
        and wide(step)
    )


def padding_of(step: Step) -> object:
    """Its padding, in small letters."""
    found = value(step.core, "padding")
    return found.lower() if isinstance(found, str) else found


def wide(step: Step) -> bool:
    """Does its window reach over the border at all? That of a 1×1 convolution does not."""
    return most(value(step.core, "kernel_size")) > 1
