"""Repairs of a Sequential that is shown before it is built."""

from __future__ import annotations

from kfix.checks.unbuilt import Unbuilt
from kfix.edits.insert_layer import InsertLayer
from kfix.model.code import NewLayer
from kfix.repair.candidate import Candidate
from kfix.repair.data.remedies import Remedies
from kfix.repair.prices import price


def repair_unbuilt(fault: Unbuilt, remedies: Remedies) -> None:
    """Propose an Input of the shape that the data has; layers of a loop get it in front of that."""
    model = remedies.subject.model
    first = model.nodes[0]
    in_loop = sum(node.site == first.site for node in model.nodes) > 1
    place = model.site if in_loop else first.site
    edit = InsertLayer(place, "before", NewLayer("Input", (("shape", fault.given[1:]),)))
    why = "with an Input the model is built where it is made, and summary() has shapes to show"
    remedies.proposal = Candidate((edit,), price("input-declared"), why, sure=False)
