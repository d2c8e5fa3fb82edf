"""The repair of each kind of fault, imported when there is such a fault."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

from kfix.checks.expectations import Expectations
from kfix.repair.data.remedies import Alternative, Remedies
from kfix.repair.data.unpacking import taken_in_order

Enter = Callable[[Any, Remedies], None]
"""Enters the repair of a fault into the remedies of the model."""

REPAIRS = {
    "WrongOrder": "order.repair_order",
    "LabelForm": "labels.repair_label_form",
    "TestLabelForm": "labels.repair_test_labels",
    "TwiceEncoded": "labels.repair_twice_encoded",
    "ClassesTooGreat": "labels.repair_classes",
    "BatchChanged": "batches.repair_batch",
    "OtherBatch": "batches.repair_other_batch",
    "OtherWeights": "calls.repair_weights",
    "RowsForOneUnit": "labels.repair_rows_for_one_unit",
    "OtherLabels": "label_sources.repair_other_labels",
    "RefusedLabels": "label_sources.repair_refused_labels",
    "LoneSoftmax": "softmax.repair_softmax",
    "InputMismatch": "inputs.repair_input",
    "NamedInputMismatch": "inputs.repair_named_input",
    "SampleForBatch": "inputs.repair_sample",
    "DeclaredRank": "inputs.repair_rank",
    "RefusedSamples": "inputs.repair_refused_samples",
    "UndeclaredInput": "inputs.repair_undeclared",
    "WrongParts": "calls.repair_parts",
    "SampleCounts": "calls.repair_counts",
    "Ragged": "calls.repair_ragged",
    "Unbatched": "generators.repair_unbatched",
    "StatefulBatch": "calls.repair_states",
    "YieldedList": "calls.repair_yielded",
    "Listed": "lists.repair_lists",
    "Misspelt": "misspelt.repair_misspelt",
    "UnnamedOutputs": "names.repair_outputs",
    "OtherForm": "calls.repair_form",
    "AbsentAttribute": "misspelt.repair_attribute",
    "Unbuilt": "unbuilt.repair_unbuilt",
    "OldEnds": "old_models.repair_old_ends",
    "WholeInput": "whole_models.repair_whole_input",
}
"""By class of fault: the module and the function that enters its repair.

A fault without a row is repaired by a search for its target, or only reported.
"""


def remedies_of(expectations: Expectations) -> Remedies:
    """Return the remedies of the faults of one model, in the order in which they were found."""
    remedies = Remedies(expectations.subject)
    in_order = taken_in_order(expectations.subject) if expectations.faults else None
    if in_order is not None:
        remedies.alternatives.append(Alternative(in_order, None, ranked=True, settles=True))
        return remedies
    for fault in expectations.faults:
        name = REPAIRS.get(type(fault).__name__)
        if name is not None:
            _function(name)(fault, remedies)
    return remedies


@cache
def _function(name: str) -> Enter:
    module, _, function = name.partition(".")
    found: Enter = getattr(importlib.import_module(f"kfix.repair.data.{module}"), function)
    return found
