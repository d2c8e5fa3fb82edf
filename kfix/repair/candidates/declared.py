"""A layer declares an output shape that its `call` does not give."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.infer_shape import ARGUMENT, InferShape
from kfix.findings.declared_shape import DeclaredShape
from kfix.model.code import Slot
from kfix.model.site import Site
from kfix.repair.candidate import Candidate, single
from kfix.repair.conflict import Conflict
from kfix.shapes.arguments import named
from kfix.shapes.view import Step


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the end of each such declaration, where it is written in the program."""
    wrong = [step for step in conflict.view.steps if _is_wrong(step)]
    for place in dict.fromkeys(map(_place, wrong)):
        steps = [step for step in wrong if _place(step) == place]
        calls = tuple(dict.fromkeys(step.core.site for step in steps))
        argument = named(steps[0].core).get(ARGUMENT)
        slot = None
        if argument is not None and argument.site is not None and place is None:
            slot = Slot(steps[0].core.site, argument.site)
        if slot is not None or place is not None:
            why = f"{steps[0].cls} declares another shape than it returns: Keras infers it"
            yield single(InferShape(calls, slot, place), why)


def _is_wrong(step: Step) -> bool:
    """Return whether a step gives another shape than it declares."""
    return any(isinstance(one, DeclaredShape) for one in step.traced.warnings)


def _place(step: Step) -> Site | None:
    """Return the place of the method that declares the shape, `None` for an argument."""
    inner = step.traced.inner
    return None if inner is None else inner.model.declared_at
