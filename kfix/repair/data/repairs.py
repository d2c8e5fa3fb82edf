"""The repair of each kind of fault, and the remedies of all faults of one model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kfix.checks import calls, inputs, label_faults
from kfix.checks.expectations import Expectations
from kfix.checks.fault import Fault
from kfix.checks.lists import Listed
from kfix.checks.old_models import OldEnds
from kfix.checks.order import WrongOrder
from kfix.checks.refused_call import Misspelt
from kfix.checks.unbuilt import Unbuilt
from kfix.checks.whole_models import WholeInput
from kfix.repair.data.calls import (
    repair_counts,
    repair_parts,
    repair_ragged,
    repair_states,
    repair_unbatched,
    repair_yielded,
)
from kfix.repair.data.inputs import (
    repair_input,
    repair_named_input,
    repair_rank,
    repair_refused_samples,
    repair_sample,
    repair_undeclared,
)
from kfix.repair.data.label_sources import repair_other_labels, repair_refused_labels
from kfix.repair.data.labels import (
    repair_label_form,
    repair_rows_for_one_unit,
    repair_test_labels,
    repair_twice_encoded,
)
from kfix.repair.data.lists import repair_lists
from kfix.repair.data.misspelt import repair_misspelt
from kfix.repair.data.old_models import repair_old_ends
from kfix.repair.data.order import repair_order
from kfix.repair.data.remedies import Remedies
from kfix.repair.data.softmax import repair_softmax
from kfix.repair.data.unbuilt import repair_unbuilt
from kfix.repair.data.whole_models import repair_whole_input

REPAIRS: dict[type[Fault], Callable[[Any, Remedies], None]] = {
    WrongOrder: repair_order,
    label_faults.LabelForm: repair_label_form,
    label_faults.TestLabelForm: repair_test_labels,
    label_faults.TwiceEncoded: repair_twice_encoded,
    label_faults.RowsForOneUnit: repair_rows_for_one_unit,
    label_faults.OtherLabels: repair_other_labels,
    label_faults.RefusedLabels: repair_refused_labels,
    label_faults.LoneSoftmax: repair_softmax,
    inputs.InputMismatch: repair_input,
    inputs.NamedInputMismatch: repair_named_input,
    inputs.SampleForBatch: repair_sample,
    inputs.DeclaredRank: repair_rank,
    inputs.RefusedSamples: repair_refused_samples,
    inputs.UndeclaredInput: repair_undeclared,
    calls.WrongParts: repair_parts,
    calls.SampleCounts: repair_counts,
    calls.Ragged: repair_ragged,
    calls.Unbatched: repair_unbatched,
    calls.StatefulBatch: repair_states,
    calls.YieldedList: repair_yielded,
    Listed: repair_lists,
    Misspelt: repair_misspelt,
    Unbuilt: repair_unbuilt,
    OldEnds: repair_old_ends,
    WholeInput: repair_whole_input,
}
"""By class of fault: the function that enters its repair into the remedies of the model.

A fault without a row is repaired by a search for its target, or only reported.
"""


def remedies_of(expectations: Expectations) -> Remedies:
    """Return the remedies of the faults of one model, in the order in which they were found."""
    remedies = Remedies(expectations.subject)
    for fault in expectations.faults:
        repair = REPAIRS.get(type(fault))
        if repair is not None:
            repair(fault, remedies)
    return remedies
