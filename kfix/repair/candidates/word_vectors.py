"""An Embedding is given a matrix of word vectors of another shape than it says."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.graph import Array, Dim
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.shapes.arguments import value
from kfix.shapes.view import Step


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the numbers of the layer as the matrix of word vectors has them."""
    step = conflict.step
    if step is None or step.made or step.cls != "Embedding":
        return
    match value(step.core, "weights"):
        case Array(shape=(words, size)) | [Array(shape=(words, size))]:
            yield from _as_matrix(conflict, step, words, size)


def _as_matrix(conflict: Conflict, step: Step, words: Dim, size: Dim) -> Iterator[Candidate]:
    """Yield the two numbers of an Embedding as those of a matrix of word vectors."""
    found: list[Candidate] = []
    for name, dim, what in (
        ("input_dim", words, "words"),
        ("output_dim", size, "features per word"),
    ):
        now = value(step.core, name)
        if isinstance(dim, int) and isinstance(now, int) and now != dim:
            why = f"the word vectors are of {dim} {what}, and {step.cls} says {now}"
            one = next(conflict.set([step], name, dim, "units", why), None)
            if one is None:
                return
            found.append(one)
    if found:
        edits = tuple(edit for one in found for edit in one.edits)
        yield Candidate(edits, sum(one.cost for one in found), "; ".join(one.why for one in found))
