"""Python lists where Keras takes arrays."""

from __future__ import annotations

from kfix.checks.fault import Fault, Subject
from kfix.findings import Severity
from kfix.findings.list_not_array import ListNotArray
from kfix.model.graph import Array, Model
from kfix.model.program import Fit, Part, Program


class Listed(Fault):
    """A call is given a list in the place of an array. A list of numbers is a warning.

    Older versions of Keras took a list of numbers; none of them took arrays in a list.
    """

    finding: ListNotArray


def listed(subject: Subject) -> Listed | None:
    """Return the first call of a model that is given a list, `None` without one."""
    several = listed_parts(subject.program, frozenset((subject.model.uid,)))
    grave = [one for one in several if not one[1].plain]
    if grave and _inputs_unknown(subject.model):
        return None  # it may have as many inputs
    for fit, part in grave or several:
        actual = f"{_list_of(part)} as {part.role}"
        found = ListNotArray(subject.model.name or "the model", actual=actual, method=fit.method)
        found.severity = _SEVERITIES[bool(grave)]
        found.site = part.site or fit.site
        return Listed(found)
    return None


_SEVERITIES: dict[bool, Severity] = {True: "error", False: "warning"}
"""By whether it is more than a list of numbers."""


def _inputs_unknown(model: Model) -> bool:
    """Return whether it is not known how many inputs a model has."""
    entries = {ref.node for ref in model.inputs}
    return any(node.layer.is_unknown for node in model.nodes if node.id in entries)


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
