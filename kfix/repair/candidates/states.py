"""A recurrent layer starts from states of another size than its units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from kfix.edits.base import Edit
from kfix.edits.give_states import GiveStates, states_place
from kfix.edits.graph import Args
from kfix.edits.join_outputs import JoinOutputs
from kfix.edits.set_input_shape import SetInputShape
from kfix.edits.set_literal import SetLiteral
from kfix.findings.initial_states import InitialStates
from kfix.model.code import Multiple, Number, Slot, ValueOf
from kfix.model.graph import Layer, Node, TensorRef
from kfix.model.site import Site
from kfix.repair.candidate import Candidate, advice, single
from kfix.repair.conflict import Conflict
from kfix.repair.merges import as_written
from kfix.repair.prices import price
from kfix.shapes.arguments import core, named, value
from kfix.shapes.inputs import is_input, tensor_refs
from kfix.shapes.view import Step, first_step


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield as many units as the states have, or half the units of the layer that gives them."""
    step, finding = conflict.step, conflict.finding
    if step is None or not isinstance(finding, InitialStates):
        return
    if finding.count:
        yield from _as_many(conflict, step, finding.count)
        return
    units, size = value(step.core, "units"), finding.units
    if not isinstance(units, int) or units <= 0:
        return
    if not size:
        yield from _last_step(conflict, step)
        return
    given, new, halves = f"each state has {size} elements", _multiple(size, units), False
    encoder = _encoder(conflict, step, size)
    if encoder is not None:
        theirs, new = value(encoder.core, "units"), _named(conflict, encoder, units, size)
        halves = encoder.layer.cls == "Bidirectional" and units == 2 * size
        given += ", both directions joined" * (theirs != size)
        if halves:  # the decoder is right: it is the joining of the directions that is missing
            yield from _joined(conflict, step, encoder)
        if isinstance(theirs, int) and theirs * units % size == 0:
            why = f"{step.cls} has {units} units, and {given}"
            new_units, more = theirs * units // size, price("doubtful") * (1 + halves)
            yield from conflict.set([encoder], "units", new_units, "inner-units", why, more)
    why = f"{given}, and {step.cls} has {units} units"
    alike = [other for other in conflict.view.steps if _alike(other, units, size)]
    for one in conflict.set(alike, "units", new, "inner-units", why):
        inputs: list[Edit] = []
        if not any(isinstance(edit, SetLiteral) for edit in one.edits):
            inputs += _inputs(conflict, {other.core.site for other in alike}, units, new)
        yield from one.but(sure=not halves).along(dict.fromkeys(inputs))


def _as_many(conflict: Conflict, step: Step, count: int) -> Iterator[Candidate]:
    """Yield as many states as the layer takes: those of the layer that returns some of the given.

    Of both directions each state is joined. What no recurrent layer returns is given twice.
    """
    refs, why = _states(step.node), f"{step.cls} starts from {count} states"
    if step.inserted or not refs or conflict.uses_of(step.node.site) > 1:
        return
    encoder = _returning(conflict, refs)
    if encoder is None:
        forms = {True: f"{{0}} * {count}", False: f"[{', '.join(['{0}'] * count)}]"}
        is_list = not any(isinstance(given, TensorRef) for _, given in _initial(step.node))
        edit = GiveStates(step.node.site, forms[is_list], tuple(refs * count))
        if len(refs) == 1:
            yield single(edit, f"{why}: the one vector serves for each").but(sure=False)
        return
    states = tuple(TensorRef(encoder.node.id, number + 1) for number in range(count))
    form = _listed(conflict, step, states)
    if form is None and tuple(refs[1:]) == states:
        form = "{0}[1:]"
    if form is None:
        yield advice(f"{why}: give it all that {encoder.layer.cls} returns behind its output")
        return
    found = single(GiveStates(step.node.site, form, states), why)
    if encoder.layer.cls == "Bidirectional":
        pairs = tuple((one, one, one + count) for one in range(1, count + 1))
        join, units = JoinOutputs(encoder.node.site, pairs), value(encoder.core, "units")
        both = _multiple(2 * units, units) if isinstance(units, int) else None
        for wide in conflict.set([step], "units", both, "inner-units", why):
            yield from found.along((join, *wide.edits), price("join") + wide.cost)
    else:
        yield found


def _returning(conflict: Conflict, refs: Sequence[TensorRef]) -> Step | None:
    """Return the recurrent layer that returns one of the tensors, and its states beside it."""
    nodes = {ref.node for ref in refs}
    steps = (step for step in conflict.view.steps if step.node.id in nodes)
    return first_step(steps, _returns_states)


def _returns_states(step: Step) -> bool:
    """Return whether it is a recurrent layer that returns its states."""
    return step.is_recurrent and bool(value(step.core, "return_state"))


def _listed(conflict: Conflict, step: Step, states: Sequence[TensorRef]) -> str | None:
    """Return the list of the variables that hold the states, `None` where one has no name."""
    held = conflict.options.tensors_at(step.node.layer.site)
    names = {tensor: name for name, tensor in held.items() if name.strip("_")}
    if not names.keys() >= set(states):
        return None
    return f"[{', '.join(names[state] for state in states)}]"


def _joined(conflict: Conflict, step: Step, encoder: Step) -> Iterator[Candidate]:
    """Yield the states of both directions joined, or the advice to join them."""
    why = f"{step.cls} starts from one direction alone: Concatenate()([forward, backward]) joins"
    outputs, model, site = encoder.traced.outputs, encoder.model, encoder.node.site
    refs = _states(step.node)
    count = (len(outputs) - 1) // 2 if isinstance(outputs, list) else 0
    own = all(ref.node == encoder.node.id and 0 < ref.output <= 2 * count for ref in refs)
    once = step.model is model and [node.site for node in model.nodes].count(site) == 1
    if not (refs and own and once) or encoder.inserted:
        yield advice(why)
        return
    firsts = ((ref.output, (ref.output - 1) % count + 1) for ref in refs)
    pairs = dict.fromkeys((which, first, first + count) for which, first in firsts)
    yield single(JoinOutputs(site, tuple(pairs)), why.replace("joins", "joins both"))


def _last_step(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Yield the last step of an encoder that gives all its steps, where it alone is read."""
    for encoder in filter(None, map(conflict.view.at, dict.fromkeys(step.sources[1:]))):
        if encoder.returns_all and set(encoder.users) == {step.place}:
            why = f"{step.cls} starts from a vector, and {encoder.layer.cls} returns all steps"
            yield from conflict.set([encoder], "return_sequences", False, "sequences-off", why)


def _alike(step: Step, units: int, wanted: int) -> bool:
    """Return whether the layer starts from states that would want the same other units."""
    found = (warning for warning in step.traced.warnings if isinstance(warning, InitialStates))
    return value(step.core, "units") == units and any(one.units == wanted for one in found)


def _multiple(wanted: int, units: int) -> int | Number:
    """Return a number of units as `2 * units`, where it is a multiple of them."""
    return wanted if wanted % units else Number(wanted, Multiple(wanted // units))


def _named(conflict: Conflict, encoder: Step, units: int, wanted: int) -> int | Number:
    """Return a number of units as the layer that gives the states has it, else as a multiple."""
    found = as_written(conflict, [encoder], ("units",), wanted)
    return Number(wanted, found) if isinstance(found, ValueOf) else _multiple(wanted, units)


def _encoder(conflict: Conflict, step: Step, size: int) -> Step | None:
    """Return the recurrent layer that gives the states, where there is one."""
    view = conflict.view
    before = set(chain.from_iterable(map(view.ancestors, step.sources[1:])))
    steps = (view.steps[at] for at in sorted(before, reverse=True))
    found = first_step(steps, _returns_states)
    units = found and value(found.core, "units")
    return found if isinstance(units, int) and size % units == 0 else None


def _inputs(conflict: Conflict, layers: set[Site], units: int, new: int | Number) -> Iterator[Edit]:
    """Yield the edits of Inputs of other models that give the same layers their states."""
    for model in conflict.options.program:
        nodes = {node.id: node for node in model.nodes}
        uses = (node for node in model.nodes if core(node.layer).site in layers)
        for ref in chain.from_iterable(map(_states, uses)):
            given = nodes.get(ref.node)
            if given is not None and is_input(given.layer):
                yield from _input(given.layer, units, new)


def _states(node: Node) -> list[TensorRef]:
    """Return the tensors that a use of a recurrent layer starts from."""
    return list(tensor_refs(_initial(node)))


def _initial(node: Node) -> Args:
    """Return what a use of a recurrent layer starts from as it is given, nothing without it."""
    place = states_place(node.args)
    return () if place is None else ((None, node.args[place][1]),)


def _input(layer: Layer, units: int, new: int | Number) -> Iterator[Edit]:
    """Yield the Input's last dim as the layer's units, where it was that."""
    for name in ("shape", "batch_shape"):
        argument = named(layer).get(name)
        if argument is None or argument.site is None:
            continue
        match argument.value:
            case [*dims, last] if last == units:
                yield SetInputShape(Slot(layer.site, argument.site), name, (*dims, new))
