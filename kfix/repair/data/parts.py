"""One array for several inputs or outputs: taken apart along one of its axes, or given to each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise, takewhile
from operator import eq

from kfix.checks.calls import ENDS, WrongParts
from kfix.checks.dims import Dims, agree, known_shape
from kfix.checks.fault import Subject
from kfix.edits.base import Edit
from kfix.edits.give_data import GiveData
from kfix.edits.list_arrays import ListArrays
from kfix.model.graph import Array, Shapes
from kfix.model.program import Fit, Part
from kfix.repair.candidate import Candidate
from kfix.repair.prices import price


def listed(fault: WrongParts, subject: Subject) -> Candidate | None:
    """Return a list for every call that gives one array for all inputs, or all outputs."""
    ends = [*_dims(subject.ends(fault.role))]
    if len(ends) != len(fault.names) or len(ends) < 2:
        return None
    alone = list(_alone(fault, subject))
    named = [_named_alike(fit, part, ends, subject) for fit, part in alone]
    forms = [
        form or _form(part.value, ends, fault.role)
        for form, (_, part) in zip(named, alone, strict=True)
    ]
    if not alone or None in forms or any(part.site is None for _, part in alone):
        return None
    edits = tuple(
        GiveData(part.site, form)
        for (_, part), form in zip(alone, forms, strict=True)
        if part.site is not None and form is not None
    )
    stacked = f"[{', '.join(_elements(len(ends)))}]"  # arrays are stacked for nothing else
    columns = fault.role == "y" and not any(
        getattr(part.value, "one_hot", False) for _, part in alone
    )
    known = all(form in (stacked, name) for form, name in zip(forms, named, strict=True))
    sure = columns or known
    return Candidate(tuple(dict.fromkeys(edits)), price("data-listed"), _why(fault), sure=sure)


def unpacked(fault: WrongParts, subject: Subject) -> Candidate | None:
    """Return the arrays apart that each call packs into one, as many as the model takes.

    A generator gives Keras its arrays in tuples.
    """
    count, alone = len(fault.names), list(_alone(fault, subject))
    edits: list[Edit] = []
    for _, part in alone:
        edit = _apart(part, count)
        if edit is None:
            return None
        edits.append(edit)
    if count < 2 or not edits:
        return None
    return Candidate(tuple(dict.fromkeys(edits)), price("data-unpacked"), _why(fault))


def _why(fault: WrongParts) -> str:
    return f"the model takes one array for each {ENDS[fault.role]}"


def _apart(part: Part, count: int) -> Edit | None:
    """Return the edit that keeps arrays apart that are packed into one along its first axis."""
    array, yields = part.value, part.listed == "generator"
    if not isinstance(array, Array):
        return None
    if array.packed is not None:
        return ListArrays(array.packed.call, yields) if array.packed.count == count else None
    if part.site is None or not isinstance(array.shape, tuple) or array.shape[:1] != (count,):
        return None
    return GiveData(part.site, "tuple({0})" if yields else "list({0})")


def _dims(shapes: Sequence[Shapes]) -> Iterator[Dims]:
    yield from (shape[1:] for shape in shapes if isinstance(shape, tuple) and len(shape) > 1)


def _alone(fault: WrongParts, subject: Subject) -> Iterator[tuple[Fit, Part]]:
    """Yield each array that is the only one of its role in a call, or in its validation data."""
    for fit in subject.fits:
        for aside in (False, True):
            mine = fit.given(fault.role, aside, and_sets=True)
            if len(mine) == 1 and mine[0].key is None:
                yield fit, mine[0]


def _named_alike(fit: Fit, part: Part, ends: Sequence[Dims], subject: Subject) -> str | None:
    """Return a list of one array and those that are named like it, as another call gives them.

    `[x_train, p_train]` there is `[x_val, p_val]` for `x_val` alone. `None` where no array has such
    a name, a sample that its end takes, and as many samples.
    """
    at_hand = subject.program.arrays_at(fit.site)
    [own] = [name for name, array in at_hand.items() if array is part.value][:1] or [""]
    for other in subject.fits:
        theirs = subject.program.arrays_at(other.site)
        given = [one.value for one in other.given(part.role, aside=False)]
        names = [name for value in given for name, array in theirs.items() if array is value]
        for name in names if own and len(names) == len(given) == len(ends) else ():
            several = [_renamed(one, name, own) for one in names]
            arrays = [known_shape(at_hand.get(one)) for one in several]
            fitting = all(map(agree, arrays, ((*arrays[0][:1], *end) for end in ends)))
            if own in several and fitting and not {*several} & {*names}:
                return f"[{', '.join(several)}]"
    return None


def _renamed(name: str, was: str, now: str) -> str:
    """Return a name with what differs between two others in it: `p_val` for `p_train`."""
    start = _in_common(was, now)
    end = _in_common(was[start:][::-1], now[start:][::-1])
    return name.replace(was[start : len(was) - end], now[start : len(now) - end], 1)


def _in_common(one: str, other: str) -> int:
    """Return how many characters two texts begin with in common."""
    return len([*takewhile(bool, map(eq, one, other))])


def _form(value: object, ends: Sequence[Dims], role: str) -> str | None:
    """Return the list that one array stands for, `None` where its shape does not say it.

    A data frame has no slices of its columns by number.
    """
    if type(value) is not Array or not value.sample:
        return None
    several = _same(value.sample, ends) if role == "x" else ()
    several = several or _stacked(value.sample, ends) or _side_by_side(value.sample, ends)
    return f"[{', '.join(several)}]" if several else None


def _same(sample: Dims, ends: Sequence[Dims]) -> tuple[str, ...]:
    """Return one array for each end, where each is of its shape."""
    return ("{0}",) * len(ends) if all(agree(end, sample) for end in ends) else ()


def _stacked(sample: Dims, ends: Sequence[Dims]) -> tuple[str, ...]:
    """Return the arrays of each end, where they are stacked behind the samples: pairs of images."""
    count, *one = sample
    if count != len(ends) or not one or not all(agree(end, tuple(one)) for end in ends):
        return ()
    return _elements(len(ends))


def _elements(count: int) -> tuple[str, ...]:
    """Return the elements of the axis behind the samples."""
    return tuple(f"{{0}}[:, {number}]" for number in range(count))


def _side_by_side(sample: Dims, ends: Sequence[Dims]) -> tuple[str, ...]:
    """Return the columns of each end, where they are joined along the last axis."""
    sizes = [end[-1] for end in ends if isinstance(end[-1], int)]
    if len(sizes) != len(ends) or any((*end[:-1], sum(sizes)) != sample for end in ends):
        return ()
    lead = ":" if len(sample) == 1 else "..."
    starts = accumulate(sizes, initial=0)
    return tuple(f"{{0}}[{lead}, {start}:{end}]" for start, end in pairwise(starts))
