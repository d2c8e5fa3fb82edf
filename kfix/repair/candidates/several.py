"""A layer that takes its tensors one by one, or one tensor, is given a list of them."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.drop_states import DropStates, Several
from kfix.edits.repeat_input import RepeatInput
from kfix.edits.spread_inputs import SpreadInputs
from kfix.model.code import Slot
from kfix.model.graph import Node, TensorRef
from kfix.repair.candidate import Candidate, made, single, varied
from kfix.repair.conflict import Conflict
from kfix.shapes.arguments import named, value
from kfix.shapes.inputs import tensor_refs
from kfix.shapes.signatures import canonical, signature
from kfix.shapes.view import Step

ATTENTION = {
    "AdditiveAttention": True,
    "Attention": True,
    "GroupedQueryAttention": False,
    "MultiHeadAttention": False,
}
"""Whether a layer takes query, value and key in a list, or as arguments of its call."""

STATES = "return_state"


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the tensors as the layer takes them, or its source without the states."""
    step = conflict.written
    if step is None:
        return
    listed = ATTENTION.get(canonical(step.cls) or "")
    if listed is not None and len(step.node.args) == 1:
        yield from _attended(step, listed)
    if _joins(step) and isinstance(step.node.args[0][1], TensorRef):
        why = f"{step.cls} joins several tensors, and has one input"
        yield from varied(made(conflict.remove(step), "remove", why), sure=False)
    for source in filter(None, map(conflict.view.at, dict.fromkeys(step.sources))):
        if not source.made and value(source.core, STATES) is True:
            yield from _without_states(conflict, source)


def _joins(step: Step) -> bool:
    """Return whether a layer is for several tensors, and is given one argument."""
    found = signature(step.cls)
    return found is not None and found.family == "merging" and len(step.node.args) == 1


def _attended(step: Step, listed: bool) -> Iterator[Candidate]:
    """Yield the query as the value, too, or the tensors of a list one by one."""
    given = step.node.args[0][1]
    if isinstance(given, TensorRef):
        why = f"{step.cls} takes a query and a value: of a sequence to itself both are the same"
        yield single(RepeatInput(step.node.site, listed), why)
    elif isinstance(given, list | tuple) and len(given) in (2, 3) and not listed:
        why = f"{step.cls} takes the query, the value and the key one by one"
        yield single(SpreadInputs(step.node.site), why)


def _without_states(conflict: Conflict, source: Step) -> Iterator[Candidate]:
    """Yield a recurrent layer without `return_state`, where nothing takes one of its states."""
    outputs, argument = source.traced.outputs, named(source.core).get(STATES)
    if not isinstance(outputs, list) or argument is None or argument.site is None:
        return
    several = Several(source.node.id, len(outputs))
    users = [node for node in conflict.view.model.nodes if _takes(node, several)]
    if all(_takes_all(node, several) for node in users):
        slot = Slot(source.core.site, argument.site)
        sites = tuple(dict.fromkeys(node.site for node in users))
        why = f"nothing takes the states of {source.cls}: without them it returns one tensor"
        yield single(DropStates(slot, STATES, sites, (several,)), why)


def _takes(node: Node, several: Several) -> bool:
    """Return whether a node is called on one of these tensors."""
    return any(ref.node == several.node for ref in tensor_refs(node.args))


def _takes_all(node: Node, several: Several) -> bool:
    """Return whether a node is called on all of them in one list, and on none beside it."""
    args = [(keyword, several.first(given)) for keyword, given in node.args]
    return not any(ref.node == several.node and ref.output for ref in tensor_refs(args))
