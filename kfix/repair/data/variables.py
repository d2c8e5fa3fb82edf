"""Variables in the place of what a call is given: made of it, and never used."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kfix.checks.calls import SampleCounts
from kfix.checks.dims import Dims, known_shape
from kfix.checks.fault import Subject
from kfix.checks.refused_call import OtherWeights
from kfix.checks.samples import shape_of
from kfix.edits.assign_result import AssignResult
from kfix.edits.base import Edit
from kfix.edits.give_data import GiveData
from kfix.model.graph import Array, Dim, Shape
from kfix.model.origin import values_in
from kfix.model.program import Fit, Part
from kfix.repair.candidate import Candidate
from kfix.repair.prices import price

Fits = Callable[[Shape], bool]
"""Whether an array of this shape is in the form that the model takes."""


def prepared(subject: Subject, mine: Callable[[Fit, Part], bool], fits: Fits) -> Candidate | None:
    """Return the data that the program has prepared, in the place of all that does not fit.

    That is a variable that was made of it, or the result of a statement that throws it away.
    """
    found: list[Edit | None] = []
    for fit in subject.fits:
        wrong = (part for part in fit.parts if mine(fit, part) and _is_wrong(part, fits))
        found.extend(_variable(subject, fit, part, fits) for part in wrong)
    edits = tuple(dict.fromkeys(edit for edit in found if edit is not None))
    if not edits or None in found:
        return None
    assigned = isinstance(edits[0], AssignResult)
    why = "the program makes the data in the form that the model takes, and does not use that"
    return Candidate(edits, price("assign" if assigned else "data-named"), why)


def _is_wrong(part: Part, fits: Fits) -> bool:
    shape = shape_of(part)
    return bool(shape) and not fits(shape)


def _variable(subject: Subject, fit: Fit, part: Part, fits: Fits) -> Edit | None:
    """Return the one variable that was made of a part, or the assignment that makes it one."""
    names = [
        name
        for name, array in subject.program.arrays_at(fit.site).items()
        if _is_made_of(array, part.value) and isinstance(array.shape, tuple) and fits(array.shape)
    ]
    if len(names) == 1 and part.site is not None:
        return GiveData(part.site, names[0])
    made = (
        AssignResult(one.site, one.name)
        for one in subject.program.discarded
        if one.before is part.value and isinstance(one.after.shape, tuple) and fits(one.after.shape)
    )
    return next(made, None)


def _is_made_of(array: Array, value: object) -> bool:
    if array.origin is None or array is value:
        return False
    return any(one is value for one in values_in(array.origin))


# --- counts -------------------------------------------------------------------------------

_WORDS = {"fit": ("train",), "evaluate": ("test", "val"), "predict": ("test",)}
"""What the variables are called that a call is given."""


def counted(fault: SampleCounts, subject: Subject) -> list[Candidate]:
    """Return variables with as many samples as the other part has, likelier ones first."""
    fit, entry = fault.fit, subject.trace.input or ()
    plain = [part for part in fit.parts if part.key is None and not part.aside and shape_of(part)]
    if len(plain) != 2:
        return []
    turned = _turned(plain[0], shape_of(plain[1])[0], entry[1:])
    if turned is not None:
        why = "the samples are columns of the data, and the model takes them as rows"
        return [Candidate((turned,), price("data"), why, False)]
    found = [*_counted(subject, fit, *plain), *_counted(subject, fit, *reversed(plain))]
    words = _WORDS.get(fit.method, ())
    found.sort(key=lambda edit: not any(word in edit.form.lower() for word in words))
    why = "the data with as many samples as the other has"
    costs = (price("data-named") + place * price("runner-up") for place in range(len(found)))
    return [Candidate((edit,), cost, why, False) for edit, cost in zip(found, costs, strict=True)]


def _turned(part: Part, count: Dim, entry: Dims) -> GiveData | None:
    """Return a table with rows and columns exchanged, where its columns are the samples."""
    if part.site is None or len(entry) != 1 or shape_of(part) != (*entry, count):
        return None
    return GiveData(part.site, "{0}.T")


def _counted(subject: Subject, fit: Fit, part: Part, other: Part) -> Iterator[GiveData]:
    """Yield the one variable of the samples of a part, as many as another has."""
    wanted = (shape_of(other)[0], *shape_of(part)[1:])
    at_hand = subject.program.arrays_at(fit.site)
    names = [name for name, array in at_hand.items() if array.shape == wanted]
    taken = [name for name in names if at_hand[name] is other.value]
    if len(names) == 1 and not taken and part.site is not None:
        yield GiveData(part.site, names[0])


def counterparts(fault: OtherWeights, subject: Subject) -> tuple[tuple[str, str], ...]:
    """Return the variables with as many samples as the weights of a call have.

    Each has beside it the variable with samples alike that the call is given.
    """
    at_hand = subject.program.arrays_at(fault.fit.site)
    plain = [part.value for part in fault.fit.parts if not part.aside]
    given = [name for name, array in at_hand.items() if any(array is one for one in plain)]
    shapes = {name: known_shape(array) for name, array in at_hand.items()}
    if fault.count == fault.expected:
        return ()
    return tuple(
        (other, name)
        for other, dims in shapes.items()
        for name in given
        if dims[:1] == (fault.count,) and shapes[name] == (fault.expected, *dims[1:])
    )
