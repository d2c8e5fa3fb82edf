"""Python lists where Keras takes arrays."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.checks.fault import Fault, Subject
from kfix.findings import Severity
from kfix.findings.list_not_array import ListNotArray
from kfix.model.graph import Array
from kfix.model.program import Fit, Part, Program


class Listed(Fault):
    """A call is given a list in the place of an array. A list of numbers is a warning.

    Older versions of Keras took a list of numbers; none of them took arrays in a list.
    """

    finding: ListNotArray


def listed(subject: Subject) -> Iterator[Listed]:
    """Yield the lists that calls of a model are given: those of more than numbers, if any."""
    several = listed_parts(subject.program, frozenset((subject.model.uid,)))
    grave = [(fit, part) for fit, part in several if not part.plain]
    if grave and subject.inputs_unknown:
        return  # it may have as many inputs
    name, severity = subject.name, _SEVERITIES[bool(grave)]
    for fit, part in grave or several:
        actual = f"{_list_of(part)} as {part.role}"
        site = fit.site_of(part)
        found = ListNotArray(name, actual=actual, severity=severity, site=site, method=fit.method)
        yield Listed(found)


_SEVERITIES: dict[bool, Severity] = {True: "error", False: "warning"}
"""By whether it is more than a list of numbers."""


def _list_of(part: Part) -> str:
    """Return what a list is called, with its length where that is known."""
    match part.value:
        case Array(shape=(int() as count, *_)):
            return f"a Python list of {count}"
    return "a Python list"


def listed_parts(program: Program, uids: frozenset[int]) -> list[tuple[Fit, Part]]:
    """Return all that the models of a definition are given as lists."""
    fits = [fit for fit in program.fits if fit.model in uids]
    return [(fit, part) for fit in fits for part in fit.parts if part.listed]
