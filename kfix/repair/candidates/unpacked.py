"""One tensor is taken apart into several variables: the states or the scores are meant."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.return_more import ReturnMore
from kfix.model.attributes import PARTS
from kfix.repair.candidate import Candidate, single
from kfix.repair.conflict import Conflict
from kfix.shapes.trace_result import as_list
from kfix.shapes.view import Step

STATES = {"LSTM": 2, "ConvLSTM1D": 2, "ConvLSTM2D": 2, "ConvLSTM3D": 2, "GRU": 1, "SimpleRNN": 1}
"""The states of recurrent layers."""

SCORES = ("Attention", "AdditiveAttention", "MultiHeadAttention")
"""The layers that return scores if they are called so."""


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the argument with which the layer returns as many tensors as there are variables."""
    step = conflict.step
    if step is None or len(step.sources) != 1 or step.sources[0] < 0:
        return
    source, count = conflict.view.steps[step.sources[0]], step.layer.attribute(PARTS)
    if source.made or (source.wrapped and source.layer.cls != "Bidirectional"):
        return
    if _outputs(source) == count:
        why = f"the states of {source.cls} are taken, and not returned"
        yield single(ReturnMore(source.core.site, "return_state", step.node.site), why)
    elif source.cls in SCORES and count == 2:
        why = f"the scores of {source.cls} are taken, and not returned"
        edit = ReturnMore(source.node.site, "return_attention_scores", step.node.site)
        yield single(edit, why).but(sure=_has_known_order(source))


def _has_known_order(source: Step) -> bool:
    """Return whether query and value cannot be mixed up unseen.

    Of two sequences of variable length nothing says which one the output should follow.
    """
    shapes = [shape for shape in as_list(source.traced.inputs) if isinstance(shape, tuple)]
    known = all(isinstance(shape[1], int) for shape in shapes)
    return known or len(set(source.sources)) == 1


def _outputs(source: Step) -> int:
    """Return how many tensors a recurrent layer returns with its states, 0 for any other layer."""
    if source.core.cls not in STATES:
        return 0
    directions = 1 + (source.layer.cls == "Bidirectional")
    return 1 + STATES[source.core.cls] * directions
