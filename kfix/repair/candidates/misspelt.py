"""An argument that a layer does not take, for one of nearly the same name that it does."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.rename_argument import RenameArgument
from kfix.findings.unknown_argument import UnknownArgument
from kfix.model.code import Slot
from kfix.repair.candidate import Candidate, single
from kfix.repair.conflict import Conflict
from kfix.shapes.arguments import named

CURES = (UnknownArgument,)

LIKENESS = 0.75
"""How alike two names must be, as `difflib` counts it: `unit` and `units`, `kernal_size` and `kernel_size`."""


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Return the argument by the name that is meant, unless that one is given too."""
    from difflib import get_close_matches

    step, finding = conflict.step, conflict.finding
    if step is None or not isinstance(finding, UnknownArgument) or finding.reason != "unknown":
        return
    old = finding.actual
    known = finding.expected if isinstance(finding.expected, list | tuple) else []
    for layer in (step.layer, step.core):
        argument = layer.argument(old) if isinstance(old, str) else None
        if argument is None or argument.site is None or not isinstance(old, str):
            continue
        for name in get_close_matches(old, [str(one) for one in known], 1, LIKENESS):
            if name not in named(layer):
                edit = RenameArgument(Slot(layer.site, argument.site), old, name)
                yield single(edit, f"{layer.cls} has no {old}, and {name} is nearly the same name")
        return
