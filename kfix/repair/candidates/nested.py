"""A model is called on what another model gives, and expects another shape."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.set_input_shape import SetInputShape
from kfix.findings.dim_mismatch import DimMismatch
from kfix.model.code import Slot
from kfix.model.graph import Dim
from kfix.model.target import Target
from kfix.model.unknown import Unknown
from kfix.repair.candidate import Candidate
from kfix.repair.candidates.input_order import input_order
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes import show
from kfix.shapes.arguments import named, texts
from kfix.shapes.view import Step, View


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield what brings the output of the layers before to the shape that is expected."""
    from kfix.repair.candidates import towards

    step = conflict.step
    if step is None or len(step.sources) != 1:
        return
    if step.layer.is_application:
        yield from input_order(conflict, step)
        yield from _base(conflict, step)
    if (
        step.layer.is_keras_layer
        and isinstance(conflict.finding, DimMismatch)
        and conflict.finding.first_call
    ):
        why = (
            f"a layer keeps the weights of its first call: another width needs a {step.cls} "
            "of its own"
        )
        if sum(other.layer.uid == step.layer.uid for other in conflict.view.steps) == 1:
            why = (
                f"{step.cls} is a layer of another model too: the layers that stand before "
                "it there are passed by"
            )
        yield Candidate((), 0.0, why)
        return
    if step.layer.model is None or step.sources[0] < 0:
        return
    inputs = conflict.tracer.trace(step.layer.model).inputs
    expected = inputs[0] if len(inputs) == 1 else None
    if not isinstance(expected, tuple) or any(isinstance(dim, Unknown) for dim in expected):
        return
    dims = tuple(dim for dim in expected[1:] if not isinstance(dim, Unknown))
    source = conflict.view.steps[step.sources[0]]
    given = source.shape_out
    if source.is_input and given is not None and len(given) != len(expected):
        yield from _declared(conflict, step, given[1:], dims)
        return
    target = Target(dims, source=step.cls)
    view = View(conflict.view.model, conflict.view.trace)
    view.last, view.refused, view.finding = step.sources[0], None, None
    yield from towards(conflict.of(view, target))


def _declared(
    conflict: Conflict, step: Step, given: tuple[Dim, ...], dims: tuple[Dim, ...]
) -> Iterator[Candidate]:
    """Yield another number of dims for the Input: `Input(shape=x.shape)` has the samples."""
    if given[1:] == dims:
        why = (
            f"the number of samples does not belong in the input shape: {step.cls} expects "
            f"{dims} a sample"
        )
        yield from conflict.set_input(step, dims, "input-samples", why)
    elif dims == (*given, 1):
        yield from conflict.set_input(
            step, dims, "input-channel", f"{step.cls} expects {dims}: the channel axis is missing"
        )


def _base(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Yield the size of the images for a base that was made for another."""
    argument, given = named(step.layer).get("input_shape"), step.shape_in
    if argument is None or argument.site is None or given is None:
        return
    why = f"the images that {step.layer.cls} takes have shape {show(given[1:])}"
    slot = Slot(step.layer.site, argument.site, texts(argument))
    yield Candidate((SetInputShape(slot, "input_shape", given[1:]),), price("input-data"), why)
    if (
        step.sources[0] >= 0
        and conflict.view.steps[step.sources[0]].is_input
        and isinstance(argument.value, tuple)
    ):
        why = f"{step.layer.cls} takes images of {show(argument.value)}"
        yield from conflict.set_input(step, argument.value, "input-data", why, price("runner-up"))
