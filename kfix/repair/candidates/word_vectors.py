"""An Embedding is given a matrix of word vectors of another shape than it says."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.graph import Array
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.shapes.arguments import named, value


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the numbers of the layer as the matrix of word vectors has them."""
    step = conflict.step
    if step is None or step.made or step.cls != "Embedding":
        return
    given = named(step.core).get("weights")
    matrix = given.value if given is not None else None
    matrix = matrix[0] if isinstance(matrix, list | tuple) and len(matrix) == 1 else matrix
    shape = matrix.shape if isinstance(matrix, Array) else None
    if not isinstance(shape, tuple) or len(shape) != 2:
        return
    found: list[Candidate] = []
    for name, dim, what in (
        ("input_dim", shape[0], "words"),
        ("output_dim", shape[1], "numbers per word"),
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
