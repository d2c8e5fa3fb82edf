"""A recurrent layer starts from states of another size than its units."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.base import Edit
from kfix.edits.join_outputs import JoinOutputs
from kfix.edits.set_input_shape import SetInputShape
from kfix.edits.set_literal import SetLiteral
from kfix.findings.initial_states import InitialStates
from kfix.model.code import Multiple, Number, Slot, ValueOf
from kfix.model.graph import Layer, Node, TensorRef
from kfix.model.record import replace
from kfix.repair.candidate import Candidate, single
from kfix.repair.conflict import Conflict
from kfix.repair.merges import as_written
from kfix.repair.prices import price
from kfix.shapes.arguments import core, named, value
from kfix.shapes.inputs import is_input, tensor_refs
from kfix.shapes.view import Step


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield as many units as the states have, or half the units of the layer that gives them."""
    step, finding = conflict.step, conflict.finding
    if step is None or not isinstance(finding, InitialStates):
        return
    units = value(step.core, "units")
    if not isinstance(units, int) or units <= 0:
        return
    if not finding.units:
        yield from _last_step(conflict, step)
        return
    encoder = _encoder(conflict, step, finding.units)
    new = _as_written(conflict, encoder, units, finding.units)
    joined = encoder is not None and value(encoder.core, "units") != finding.units
    halves = (
        encoder is not None and encoder.layer.cls == "Bidirectional" and units == 2 * finding.units
    )
    if (
        halves and encoder is not None
    ):  # the decoder is right: it is the joining of the directions that is missing
        yield from _joined(conflict, step, encoder)
    given = f"the states are {finding.units} numbers" + (
        ", both directions joined" if joined else ""
    )
    alike = [other for other in conflict.view.steps if _alike(other, units, finding.units)]
    for candidate in conflict.set(
        alike, "units", new, "inner-units", f"{given}, and {step.cls} starts from {units}"
    ):
        if any(isinstance(edit, SetLiteral) for edit in candidate.edits):
            yield replace(candidate, sure=candidate.sure and not halves)
        else:
            inputs = [
                edit for one in alike for edit in _other_inputs(conflict, one.core, units, new)
            ]
            edits = (*candidate.edits, *dict.fromkeys(inputs))
            yield replace(candidate, edits=edits, sure=candidate.sure and not halves)
    theirs = value(encoder.core, "units") if encoder is not None else None
    if encoder is not None and isinstance(theirs, int) and theirs * units % finding.units == 0:
        why = f"{step.cls} starts from {units} numbers, and {given}"
        yield from conflict.set(
            [encoder],
            "units",
            theirs * units // finding.units,
            "inner-units",
            why,
            price("doubtful") * (1 + halves),
        )


def _joined(conflict: Conflict, step: Step, encoder: Step) -> Iterator[Candidate]:
    """Yield the states of both directions joined, or the advice to join them."""
    why = f"{step.cls} starts from one direction alone: Concatenate()([forward, backward]) joins"
    outputs = encoder.traced.outputs
    refs = _states(step.node)
    count = (len(outputs) - 1) // 2 if isinstance(outputs, list) else 0
    own = (
        step.model is encoder.model
        and bool(refs)
        and all(ref.node == encoder.node.id for ref in refs)
    )
    once = sum(node.site == encoder.node.site for node in encoder.model.nodes) == 1
    if (
        not own
        or not once
        or encoder.inserted
        or not all(0 < ref.output <= 2 * count for ref in refs)
    ):
        yield Candidate((), 0.0, why)
        return
    pairs = []
    for ref in refs:
        first = ref.output if ref.output <= count else ref.output - count
        pairs.append((ref.output, first, first + count))
    edit = JoinOutputs(encoder.node.site, tuple(dict.fromkeys(pairs)))
    yield single(edit, why.replace("joins", "joins both"))


def _last_step(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Yield the last step of an encoder that gives all its steps, where it alone is read."""
    for place in dict.fromkeys(step.sources[1:]):
        encoder = conflict.view.steps[place] if place >= 0 else None
        if (
            encoder is None
            or not encoder.is_recurrent
            or value(encoder.core, "return_sequences") is not True
        ):
            continue
        if set(encoder.users) == {step.place}:
            why = f"{step.cls} starts from a vector, and {encoder.layer.cls} gives all its steps"
            yield from conflict.set([encoder], "return_sequences", False, "sequences-off", why)


def _alike(step: Step, units: int, wanted: int) -> bool:
    """Return whether the layer starts from states that would want the same other units."""
    found = [warning for warning in step.traced.warnings if isinstance(warning, InitialStates)]
    return bool(found) and found[0].units == wanted and value(step.core, "units") == units


def _as_written(conflict: Conflict, encoder: Step | None, units: int, wanted: int) -> int | Number:
    """Return a number of units as the layer that gives the states has it, or as `2 * units`."""
    named = as_written(conflict, [encoder], ("units",), wanted) if encoder is not None else wanted
    if isinstance(named, ValueOf):
        return Number(wanted, named)
    return wanted if wanted % units else Number(wanted, Multiple(wanted // units))


def _encoder(conflict: Conflict, step: Step, size: int) -> Step | None:
    """Return the recurrent layer that gives the states, where there is one."""
    steps = conflict.view.steps
    before = set.union(set(), *(conflict.view.ancestors(source) for source in step.sources[1:]))
    found = [
        steps[at]
        for at in sorted(before)
        if steps[at].is_recurrent and value(steps[at].core, "return_state")
    ]
    units = value(found[-1].core, "units") if found else None
    return found[-1] if isinstance(units, int) and size % units == 0 else None


def _other_inputs(
    conflict: Conflict, layer: Layer, units: int, new: int | Number
) -> tuple[Edit, ...]:
    """Return the edits of Inputs of other models that give the same layer its states."""
    edits: dict[Edit, None] = {}
    for model in conflict.options.program:
        nodes = {node.id: node for node in model.nodes}
        for node in model.nodes:
            if core(node.layer).site != layer.site:
                continue
            for ref in _states(node):
                given = nodes.get(ref.node)
                if given is not None and is_input(given.layer):
                    edits.update(dict.fromkeys(_input(given.layer, units, new)))
    return tuple(edits)


def _states(node: Node) -> list[TensorRef]:
    """Return the tensors that a use of a recurrent layer starts from."""
    found: list[TensorRef] = []
    for place, (name, given) in enumerate(node.args):
        if name == "initial_state" or (not name and place == 1):
            found += tensor_refs(((None, given),))
    return found


def _input(layer: Layer, units: int, new: int | Number) -> Iterator[Edit]:
    """Yield the Input's last dim as the layer's units, where it was that."""
    for name in ("shape", "batch_shape"):
        argument = named(layer).get(name)
        dims = argument.value if argument is not None else None
        if (
            argument is None
            or argument.site is None
            or not isinstance(dims, tuple | list)
            or not dims
        ):
            continue
        if dims[-1] == units:
            yield SetInputShape(Slot(layer.site, argument.site), name, (*dims[:-1], new))
