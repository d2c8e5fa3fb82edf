"""Inputs and outputs without a name, of a model that is given its data by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice, permutations

from kfix.checks.calls import ENDS, WrongParts
from kfix.checks.dims import agree, alike
from kfix.checks.fault import Subject
from kfix.checks.refused_call import UnnamedOutputs
from kfix.edits.set_argument import SetArgument
from kfix.model.code import Slot
from kfix.model.graph import Array, Layer, Model, Shapes
from kfix.model.program import Role
from kfix.repair.candidate import Candidate
from kfix.repair.data.remedies import Remedies
from kfix.repair.prices import price

MOST_ENDS = 4
"""Of how many inputs or outputs the names are looked for."""


def named(fault: WrongParts, subject: Subject) -> Candidate | None:
    """Return the names of the data as those of the inputs or outputs that have none."""
    data = {part.key: part.value for part in fault.parts if isinstance(part.key, str)}
    why = f"{fault.fit.method} names its data"
    return _named(subject, fault.role, fault.names, data, why)


def repair_outputs(fault: UnnamedOutputs, remedies: Remedies) -> None:
    """Give the outputs the names of their losses."""
    subject = remedies.subject
    given = (part for _, part in subject.parts if part.role == "y")
    labels = {part.key: part.value for part in given if isinstance(part.key, str)}
    losses = {key: labels.get(key) for key in fault.keys}
    candidate = _named(subject, "y", ("",) * len(losses), losses, "compile names the losses")
    if candidate is not None:
        remedies.accompanying.append(candidate)


def _named(
    subject: Subject, role: Role, names: Sequence[str], data: Mapping[str, object], why: str
) -> Candidate | None:
    """Return names for the ends that have none, of which the data of a name is known or not.

    It is sure where the shapes leave one order of the names.
    """
    free = [number for number, name in enumerate(names) if name not in data]
    strange = [key for key in data if key not in names]
    layers = _layers(subject.model, role, free)
    nameless = not any(names[number] for number in free)
    if not nameless or not len(strange) == len(free) == len(layers) <= MOST_ENDS:
        return None
    ends = subject.ends(role)
    orders = (
        order
        for order in permutations(strange)
        if all(_fits(data[key], ends[at], role) for key, at in zip(order, free, strict=True))
    )
    found = list(islice(orders, 2))
    if not found:
        return None
    pairs = zip(layers, found[0], strict=True)
    edits = tuple(SetArgument((Slot(layer.site),), "name", key) for layer, key in pairs)
    why += f", and the {ENDS[role]}s have no names"
    return Candidate(edits, price("ends-named"), why, sure=len(found) == 1)


def _layers(model: Model, role: Role, numbers: Sequence[int]) -> list[Layer]:
    """Return the layers of some inputs or outputs, those that are made by a call of their own."""
    refs = model.inputs if role == "x" else model.outputs
    layers = {node.id: node.layer for node in model.nodes}
    sites = [layer.site for layer in layers.values()]
    ends = [layers[refs[number].node] for number in numbers if refs[number].node in layers]
    return [layer for layer in ends if sites.count(layer.site) == 1 and layer.name is None]


def _fits(data: object, end: Shapes, role: Role) -> bool:
    """Return whether data may be for an end, as far as shapes say."""
    if not isinstance(data, Array) or not isinstance(end, tuple) or not data.sample_known:
        return True
    if role == "x":
        return agree(end[1:], data.sample)
    return alike(end[1:], data.sample)
