"""Candidates for a conflict: one module for each kind of it, imported when it is met."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from functools import cache
from types import ModuleType

from kfix.model.record import replace
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict

FOR_TARGET: tuple[str, ...] = ("axis_order", "channels", "output", "spatial")
"""The modules that bring a wrong output nearer to the target."""

BY_WARNING: Mapping[str, tuple[str, ...]] = {"DeclaredShape": ("declared",)}
"""By class of a warning before what is refused: the modules that have candidates for its cause."""

BY_FINDING: Mapping[str, tuple[str, ...]] = {
    "AxisOutOfRange": ("dot", "knob", "merge"),
    "BadArgument": (
        *("as_python", "input_shape", "kernels", "knob"),
        *("layer_name", "pretrained", "word_vectors"),
    ),
    "BadInputShape": ("input_shape",),
    "DimMismatch": ("inner_input", "nested", "pretrained"),
    "DimNotDefined": ("rank", "undefined"),
    "EndNotATensor": ("uncalled",),
    "InitialStates": ("states",),
    "InputsDoNotMatch": ("axis_order", "dot", "kernels", "knob", "merge"),
    "KerasTensorRefused": ("symbols",),
    "MissingArgument": ("missing",),
    "NoAttribute": ("symbols",),
    "NotASequential": ("grown",),
    "NotATensor": ("positional", "uncalled"),
    "NotDivisible": ("divided", "knob"),
    "NotInSequential": ("uncalled",),
    "OldArgument": ("old_names",),
    "OldLayer": ("old_names",),
    "OneTensor": ("unpacked",),
    "RankMismatch": ("inner_input", "nested", "one_number", "rank"),
    "RefusedWhenRun": ("dot", "nested", "pretrained", "rank"),
    "SizeNotPositive": ("axis_order", "size"),
    "TotalSizeChanged": ("kernels", "total"),
    "UnknownArgument": ("input_shape", "kernels", "misspelt"),
    "WrongInputs": ("listed", "several"),
}
"""By class of finding: the modules that have candidates for it."""


@cache
def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{name}")


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield every edit worth trying against a conflict that the options allow, in no order."""
    names = FOR_TARGET
    if conflict.finding is not None:
        names = (*BY_FINDING.get(type(conflict.finding).__name__, ()), *_by_warning(conflict))
    for name in names:
        for candidate in _module(name).propose(conflict):
            if all(conflict.options.allows(edit) for edit in candidate.edits):
                more = sum(map(conflict.everywhere, candidate.edits))
                yield replace(candidate, cost=candidate.cost + more) if more else candidate


def _by_warning(conflict: Conflict) -> Iterator[str]:
    """Yield the modules for the warnings of a model."""
    warnings = (one for step in conflict.view.steps for one in step.traced.warnings)
    for name in dict.fromkeys(type(one).__name__ for one in warnings):
        yield from BY_WARNING.get(name, ())


def towards(conflict: Conflict) -> Iterator[Candidate]:
    """Yield every edit that may bring the output nearer to the target."""
    for name in FOR_TARGET:
        yield from _module(name).propose(conflict)
