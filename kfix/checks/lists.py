"""Python lists where Keras takes arrays."""

from __future__ import annotations

from kfix.checks.fault import Fault, Subject
from kfix.findings.list_not_array import ListNotArray
from kfix.model.graph import Array, Model
from kfix.model.program import Fit, Part, Program
from kfix.model.unknown import Unknown


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
        found.severity = "error" if grave else "warning"
        found.site = part.site or fit.site
        return Listed(found)
    return None


def _inputs_unknown(model: Model) -> bool:
    """Return whether it is not known how many inputs a model has."""
    entries = {ref.node for ref in model.inputs}
    return any(node.layer.is_unknown for node in model.nodes if node.id in entries)


def _list_of(part: Part) -> str:
    """Return what a list is called, with its length where that is known."""
    shape = part.value.shape if isinstance(part.value, Array) else ()
    if not isinstance(shape, tuple) or not shape or isinstance(shape[0], Unknown):
        return "a Python list"
    return f"a Python list of {shape[0]}"


def listed_parts(program: Program, uids: frozenset[int]) -> list[tuple[Fit, Part]]:
    """Return all that the models of a definition are given as lists."""
    fits = [fit for fit in program.fits if fit.model in uids]
    return [(fit, part) for fit in fits for part in fit.parts if part.listed]
