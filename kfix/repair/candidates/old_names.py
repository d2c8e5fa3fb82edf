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


class _Renewal:
    """The edits of all old names of a model, and what is said of them."""

    def __init__(self) -> None:
        self.seen: set[Site] = set()
        self.sure = True
        self.edits: list[Edit] = []
        self.said: list[str] = []

    def is_new(self, layer: Layer) -> bool:
        """Return whether a layer was not looked at yet."""
        known = layer.uid < 0 or layer.site in self.seen
        self.seen.add(layer.site)
        return not known


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield one candidate: every old name becomes the new one, or goes, or an Input in front.

    A layer that has become no other one stays as it is. Without the weights that it was given a
    layer is another, though it builds: that is never sure.
    """
    renewal = _Renewal()
    for step in conflict.view.steps:
        if step.layer.cls == "keras.layers.merge" and conflict.tracer.keras > 2:
            _merge(renewal, step)
        for layer in _layers(step.layer):
            finding = _old(conflict, layer)
            renewable = finding is not None and renewal.is_new(layer)
            if finding is not None and renewable and not _renew(renewal, step, layer, finding):
                return
    if any(isinstance(edit, RenameArgument) for edit in renewal.edits):
        for kernels in old_kernels(conflict, conflict.view.steps):
            renewal.edits.extend(kernels.edits)
            renewal.said.append(kernels.why)
    if renewal.edits:
        why = "; ".join(dict.fromkeys(renewal.said))
        edits = tuple(dict.fromkeys(renewal.edits))
        yield Candidate(edits, price("rename"), why, renewal.sure)


def _merge(renewal: _Renewal, step: Step) -> None:
    """Add the layer that the function `merge` of Keras 1 has become."""
    from kfix.shapes import keras1_merge

    now = keras1_merge.replacement(step.node.args) if renewal.is_new(step.layer) else None
    if now is not None:
        renewal.edits.append(ExchangeCall(step.layer.site, now.name, now.kept))
        renewal.said.append(f"merge is {now.name} now")


def _renew(renewal: _Renewal, step: Step, layer: Layer, finding: OldArgument | OldLayer) -> bool:
    """Add the new names of a layer and its arguments; return whether all can be written."""
    for rename in finding.renames:
        argument = layer.argument(rename[0])
        if argument is None or argument.site is None:
            return False
        renewal.edits.extend(_modern(step, layer, argument, rename))
        if rename[0] == "weights" and argument.value is not None:
            renewal.sure = False
            said = f"the weights of {layer.cls} go to its set_weights once it is built"
            renewal.said.append(said)
    if isinstance(finding, OldLayer):
        renewal.edits.append(ExchangeName(layer.site, finding.successor, layer.cls))
        renewal.said.append(f"{layer.cls} is {finding.successor} now")
    else:
        renewal.said.append(f"{layer.cls} no longer takes {written(finding.actual)}")
    return True


def _old(conflict: Conflict, layer: Layer) -> OldArgument | OldLayer | None:
    """Return what is old in the call of a layer, of those behind another refusal too."""
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
    step: Step, layer: Layer, argument: Argument, rename: tuple[str, str, object]
) -> Iterator[Edit]:
    """Yield the edits that write an argument as Keras takes it now."""
    old, new, value = rename
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
    """Yield a layer and those in it."""
    yield layer
    if depth < 8:
        for child in children(layer):
            yield from _layers(child, depth + 1)
