"""Python lists where Keras takes arrays."""

from __future__ import annotations

from collections.abc import Iterable

from kfix.edits.base import Edit
from kfix.edits.wrap_argument import WrapArgument
from kfix.findings.list_not_array import ListNotArray
from kfix.model.graph import Array, Model
from kfix.model.program import Fit, Part, Program
from kfix.model.site import Site
from kfix.model.unknown import Unknown


def finding(model: Model, program: Program) -> ListNotArray | None:
    """The first call of a model that is given a list in the place of an array.

    A list of numbers is a warning: all of the model is right, and older
    versions of Keras took such a list. Arrays in a list none of them took.
    """
    several = _listed(program, frozenset((model.uid,)))
    grave = [one for one in several if not one[1].plain]
    for fit, part in grave or several:
        shape = part.value.shape if isinstance(part.value, Array) else None
        count = (
            shape[0]
            if isinstance(shape, tuple) and shape and not isinstance(shape[0], Unknown)
            else None
        )
        words = "a Python list" if count is None else f"a Python list of {count}"
        found = ListNotArray(
            model.name or "the model", actual=f"{words} as {part.role}", method=fit.method
        )
        found.severity = "error" if grave else "warning"
        found.site = part.site or fit.site
        return found
    return None


def cure(program: Program, uids: frozenset[int], others: Iterable[Edit]) -> tuple[Edit, ...] | None:
    """`np.array` around all the lists, but for those that one of the `others` makes an array of.

    `None` where one of them is at a place that cannot be written.
    """
    taken = {site for edit in others if isinstance(edit, WrapArgument) for site in edit.sites}
    wanted: dict[str, dict[Site, None]] = {}
    for _, part in _listed(program, uids):
        if part.site is None:
            return None
        if part.site not in taken:
            wanted.setdefault(part.listed, {})[part.site] = None
    return tuple(WrapArgument(tuple(sites), function) for function, sites in wanted.items())


def _listed(program: Program, uids: frozenset[int]) -> list[tuple[Fit, Part]]:
    return [
        (fit, part)
        for fit in program.fits
        if fit.model in uids
        for part in fit.parts
        if part.listed
    ]
