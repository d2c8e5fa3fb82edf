"""Arguments and layers by the names of Keras 1 and 2: all of a model are renamed at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from kfix.edits.base import Edit
from kfix.edits.drop_argument import DropArgument
from kfix.edits.exchange_call import ExchangeCall
from kfix.edits.exchange_name import ExchangeName
from kfix.edits.insert_layer import InsertLayer
from kfix.edits.rename_argument import RenameArgument
from kfix.edits.set_input_shape import SetInputShape
from kfix.findings import Finding
from kfix.findings.data import written
from kfix.findings.old_argument import OldArgument
from kfix.findings.old_layer import OldLayer
from kfix.model.code import NewLayer, Slot, ValueOf
from kfix.model.graph import Argument, Layer
from kfix.model.site import Site
from kfix.repair.candidate import Candidate
from kfix.repair.candidates.kernels import old_kernels
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.arguments import children, texts
from kfix.shapes.view import Step

CURES = (OldArgument, OldLayer)


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """One candidate: every old name of the model becomes the new one, or goes, or an Input in front.

    A layer that has become no other one stays as it is. Without the weights that it was given a layer is another,
    though it builds: that is never sure.
    """
    seen: set[Site] = set()
    sure = True
    edits: list[Edit] = []
    said: list[str] = []
    for step in conflict.view.steps:
        if (
            step.layer.cls == "keras.layers.merge"
            and conflict.tracer.keras > 2
            and step.layer.site not in seen
        ):
            from kfix.shapes import keras1_merge

            seen.add(step.layer.site)
            now = keras1_merge.replacement(step.node.args)
            if now is not None:
                edits.append(ExchangeCall(step.layer.site, now.name, now.kept))
                said.append(f"merge is {now.name} now")
        for layer in _layers(step.layer):
            finding = _old(conflict, layer)
            if finding is None or layer.uid < 0 or layer.site in seen:
                continue
            seen.add(layer.site)
            for old, new, value in finding.renames:
                argument = layer.argument(old)
                if argument is None or argument.site is None:
                    return
                edits.extend(_modern(step, layer, argument, old, new, value))
                if old == "weights" and argument.value is not None:
                    sure = False
                    said.append(
                        f"the weights of {layer.cls} go to its set_weights once it is built"
                    )
            if isinstance(finding, OldLayer):
                edits.append(ExchangeName(layer.site, finding.successor, layer.cls))
                said.append(f"{layer.cls} is {finding.successor} now")
            else:
                said.append(f"{layer.cls} no longer takes {written(finding.actual)}")
    if any(isinstance(edit, RenameArgument) for edit in edits):
        for kernels in old_kernels(conflict, conflict.view.steps):
            edits.extend(kernels.edits)
            said.append(kernels.why)
    if edits:
        yield Candidate(
            tuple(dict.fromkeys(edits)), price("rename"), "; ".join(dict.fromkeys(said)), sure
        )


def _old(conflict: Conflict, layer: Layer) -> OldArgument | OldLayer | None:
    """What is old in the call of a layer; of layers behind another refusal too, which have no finding yet."""
    if not layer.is_keras_layer or not conflict.tracer.is_layer(layer.cls):
        return None
    with suppress(Finding):
        old = conflict.tracer.bound(layer).old
        if isinstance(old, OldLayer):
            # behind the units, what CuDNNLSTM and LSTM take by place is not the same
            by_place = sum(argument.keyword is None for argument in layer.arguments)
            return (
                old
                if old.successor and (by_place < 2 or not layer.cls.startswith("CuDNN"))
                else None
            )
        return old if isinstance(old, OldArgument) else None
    return None


def _modern(
    step: Step, layer: Layer, argument: Argument, old: str, new: str, value: object
) -> Iterator[Edit]:
    slot = Slot(layer.site, argument.site)
    if new:
        yield RenameArgument(slot, old, new, value)
        return
    dim = layer.argument("input_dim")
    if old == "input_length" and dim is not None and dim.site is not None:
        # Together they were the shape of one sequence: its steps and its features.
        both = Slot(layer.site, dim.site, texts(argument, dim))
        yield SetInputShape(both, "input_shape", (argument.value, dim.value))
    if old.startswith("batch_") and old.endswith("shape") and step.sources == [-1]:
        assert argument.site is not None
        shape = NewLayer("Input", (("batch_shape", ValueOf(argument.site)),))
        yield InsertLayer(step.node.site, "before", shape)
    yield DropArgument((slot,), old)


def _layers(layer: Layer, depth: int = 0) -> Iterator[Layer]:
    """A layer and those in it."""
    yield layer
    if depth < 8:
        for child in children(layer):
            yield from _layers(child, depth + 1)
