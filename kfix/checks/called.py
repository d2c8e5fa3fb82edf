"""A model, called on the batches of one source of data: arrays, a data set, `validation_data`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from kfix.checks.fault import Subject
from kfix.findings import Finding
from kfix.model.graph import Array, Layer, Library, Shape, Shapes
from kfix.model.program import Batches, Compile, Fit, Program
from kfix.model.record import Record, replace
from kfix.model.unknown import any_unknown
from kfix.shapes.concrete_calls import on_data
from kfix.shapes.trace_result import Traced, as_list, with_any_batch


class Called(Record):
    """One model, called on the batches of one source of data."""

    subject: Subject
    fit: Fit
    batches: Batches

    @property
    def method(self) -> str:
        """What gives the data."""
        return self.batches.given_by(self.fit.method)

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.subject.model.name

    @cached_property
    def shapes(self) -> Shapes | None:
        """The shapes of a batch, `None` where one is not known."""
        return _shapes(self.batches.x, self.batches.size)

    @cached_property
    def traced(self) -> Traced | None:
        """The trace of the model on the data, `None` where its shape is not known."""
        model, tracer = self.subject.model, self.subject.tracer
        if self.shapes is None or len(as_list(self.shapes)) != len(self.subject.trace.inputs):
            return None
        if model.is_subclassed or self.batches.own:  # its code takes what it likes
            return None
        layer = Layer("Model", (), model.site, model.uid, Library.MODEL, model=model)
        traced = tracer.use(layer, ((None, self.shapes),))
        if traced.status != "refused" and self._is_of_one_rank:
            return traced
        return on_data(tracer, layer, traced)

    @property
    def _is_of_one_rank(self) -> bool:
        """Whether data has the rank of its input; Keras brings any other to it, if it can."""
        return all(len(entry) == len(shape) for entry, shape in self.pairs)

    @cached_property
    def pairs(self) -> list[tuple[Shape, Shape]]:
        """The shapes of the inputs, each with that of its data, where both are known."""
        both = zip(self.subject.trace.inputs, as_list(self.shapes or []), strict=False)
        return [(a, b) for a, b in both if isinstance(a, tuple) and isinstance(b, tuple)]

    @property
    def finding(self) -> Finding | None:
        """What the model refuses of the data, where the shapes of all of it are known."""
        if self.traced is None or len(self.pairs) != len(self.subject.trace.inputs):
            return None
        return self.traced.finding

    @property
    def refusals(self) -> Iterator[Finding]:
        """What the model refuses of the data, and what a layer inside it refuses when it runs.

        Where a layer declares its output shape, Keras does not ask its function for that. What
        fails whatever the model is given is reported with the model.
        """
        if self.traced is None or len(self.pairs) != len(self.subject.trace.inputs):
            return
        stops = any(finding.stops for finding in self.subject.trace.findings)
        if self.traced.finding is not None or not stops:
            yield from _refusals(self.traced)

    @property
    def of_last_batch(self) -> Called | None:
        """The same with the last batch of arrays, where that is smaller than the others.

        Layers of Keras alone take any batch: only code of the program may fix its size.
        """
        batches, nodes = self.batches, self.subject.model.nodes
        if batches.last is None or all(_takes_any_batch(node.layer) for node in nodes):
            return None
        return Called(self.subject, self.fit, replace(batches, size=batches.last, last=None))

    def outputs_for(self, size: int | None) -> list[Shapes]:
        """Return the output shapes for a batch of `size`.

        For another than the batches have, the last one say, their number of samples is left open.
        """
        if self.traced is None or self.traced.status != "known":
            return list(map(with_any_batch, self.subject.trace.outputs))
        outputs = as_list(self.traced.outputs)
        return outputs if size == self.batches.size else list(map(with_any_batch, outputs))

    @property
    def compiled(self) -> list[Compile]:
        """The call of `compile` that the call of `fit` goes with, none where that is unknown."""
        return compiled_of(self.fit, self.subject.program)


def _takes_any_batch(layer: Layer) -> bool:
    """Return whether a layer is one of Keras, without code or layers of the program in it."""
    return layer.body is None and layer.model is None and not layer.is_operation


def _refusals(traced: Traced) -> Iterator[Finding]:
    """Yield the refusal of a call, and those of what it calls that are left for the run."""
    if traced.finding is not None:
        yield traced.finding
    elif traced.inner is not None:
        yield from filter(None, [traced.inner.refusal])
        for inner in traced.inner.nodes.values():
            yield from _refusals(inner)


def compiled_of(fit: Fit, program: Program) -> list[Compile]:
    """Return the call of `compile` that a call goes with, none where that is unknown."""
    records = [one for one in program.compiles if one.model == fit.model]
    if fit.compiled is None:
        return records * (len(records) == 1)
    return [record for record in records if record.site == fit.compiled][:1]


def _shapes(x: object, size: int | None) -> Shapes | None:
    """Return the shapes of a batch, `None` where one is not known."""
    match x:
        case Array(shape=(_, *dims)) if not any_unknown(dims):
            return (size, *dims)
        case [_, *_]:
            found = [_shapes(item, size) for item in x]
            known: list[Shapes] = [shape for shape in found if isinstance(shape, tuple)]
            return {len(found): known}.get(len(known))
    return None
