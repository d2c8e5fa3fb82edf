"""A traced model as a repair looks at it: steps in order, each with what goes in and comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from kfix.findings import Finding
from kfix.model.graph import Dim, Layer, Model, Node, Shape, Shapes, TensorRef
from kfix.model.site import Site
from kfix.shapes import Trace, Traced
from kfix.shapes.inputs import tensor_refs
from kfix.shapes.step import Step, first_step, nearest
from kfix.shapes.trace import as_list
from kfix.shapes.trace_result import only_shape, pick

__all__ = ["Step", "View", "elements", "first_step", "nearest", "total", "whole"]


class View:
    """A model and its trace, flattened: a Sequential in a Sequential is one chain.

    `entry` is the declared input shape of a Sequential, `last` the step that
    gives the (first) output, -1 where that is the input itself.
    """

    __slots__ = ("entry", "finding", "last", "model", "refused", "steps", "trace")

    def __init__(self, model: Model, trace: Trace, output: int = 0) -> None:
        self.model = model
        self.trace = trace
        self.steps: list[Step] = []
        ends = self._walk(model, trace, [-1], 0)
        self.last = _place(ends, output)
        for step in self.steps:
            for source in step.sources:
                if source >= 0:
                    self.steps[source].users.append(step.place)
        self.entry: Shape | None = only_shape(trace.inputs[:1])
        self.finding: Finding | None = trace.trouble
        self.refused: Step | None = next(
            (step for step in self.steps if step.traced.status == "refused"), None
        )
        if self.refused is None and self.finding is not None:
            self.refused = next(
                (step for step in self.steps if self.finding in step.traced.warnings), None
            )

    def _walk(self, model: Model, trace: Trace, entries: list[int], depth: int) -> list[int]:
        """Add the steps of one model, and return the places of the steps that give its outputs."""
        ends: dict[int, int] = {Model.ENTRY: _place(entries)}
        parts: dict[TensorRef, int] = {}  # of models with several outputs
        inputs = {ref.node: i for i, ref in enumerate(model.inputs)}
        for node in model.nodes:
            traced = trace.nodes.get(node.id)
            if traced is None:
                continue
            sources = [parts.get(ref, ends.get(ref.node, -1)) for ref in tensor_refs(node.args)]
            if depth and node.id in inputs and not model.is_sequential:
                ends[node.id] = _place(entries, inputs[node.id])
                continue
            inner = traced.inner
            if inner is not None and depth < 8 and self._is_walked(node, traced, inner):
                outs = self._walk(inner.model, inner, sources or [-1], depth + 1)
                ends[node.id] = _place(outs)
                parts.update((TensorRef(node.id, number), end) for number, end in enumerate(outs))
                continue
            place = len(self.steps)
            self.steps.append(Step(node, model, traced, place, sources))
            ends[node.id] = place
        return [parts.get(ref, ends.get(ref.node, -1)) for ref in model.outputs]

    def _is_walked(self, node: Node, traced: Traced, inner: Trace) -> bool:
        """Return whether the steps of a model stand in the place of its call.

        Where the call itself is what cannot run, that is a step, as one that Keras refuses is. A
        layer of the program is one, too, unless its `call` is where the fault is or may be.
        """
        inside = {id(one) for part in inner.nodes.values() for one in part.warnings}
        if any(one.stops and id(one) not in inside for one in traced.warnings):
            return False
        is_own = node.layer.is_user_layer and node.layer.body is not None
        may_be_at_fault = traced.fails or self.trace.trouble is None
        return inner.model is node.layer.model or (is_own and may_be_at_fault)

    @property
    def output(self) -> Shape | None:
        """The shape of the (first) output, where known."""
        if self.last < 0:
            return self.entry
        return self.steps[self.last].shape_out

    def at(self, place: int) -> Step | None:
        """Return the step at a place, `None` for the input of a Sequential."""
        return self.steps[place] if place >= 0 else None

    def source(self, step: Step, which: int = 0) -> Step | None:
        """Return the step that gives an input of another, where there is one."""
        return self.at(step.sources[which]) if which < len(step.sources) else None

    def only_source(self, step: Step) -> Step | None:
        """Return the step that gives the only input of another, where there is one."""
        return None if step.is_merge else self.source(step)

    def only_user(self, step: Step) -> Step | None:
        """Return the step that takes the output of another, where it alone does."""
        return next(self.after(step), None)

    def given(self, step: Step) -> list[Shape]:
        """Return the known shapes that a step is called on: those of a list, or of an operation's
        tensors, without its arrays.
        """
        shapes = as_list(step.traced.inputs)
        if len(shapes) != len(step.sources) or step.layer.is_operation:
            refs = tensor_refs(step.node.args)
            pairs = zip(step.sources, refs, strict=False)
            shapes = [self._given_by(at, ref) for at, ref in pairs]
        return [shape for shape in shapes if isinstance(shape, tuple) and shape]

    def _given_by(self, at: int, ref: TensorRef) -> Shapes:
        """Return the shape of one output of the step at a place."""
        if at < 0:
            return self.entry or ()
        source = self.steps[at]
        own = source.node.id == ref.node
        return pick(source.traced.outputs, ref.output) if own else source.traced.outputs

    def back(self, place: int) -> Iterator[Step]:
        """From the step at `place` along the first of each step's inputs to the model's own.

        Ends at a merge.
        """
        for _ in range(len(self.steps) + 1):
            if place < 0:
                return
            step = self.steps[place]
            yield step
            if len(step.sources) != 1:
                return
            place = step.sources[0]

    @property
    def opening(self) -> Step | None:
        """The first step that may change a shape."""
        return first_step(self.steps, lambda step: not (step.is_input or step.keeps))

    def ordering(self, place: int) -> Step | None:
        """Return the nearest step back from `place` that says in which order the axes of its map
        are.
        """
        return next((step for step in self.back(place) if step.orders_axes), None)

    def spine(self, place: int) -> Iterator[Step]:
        """Yield the steps that everything goes through on its way to `place`.

        Like `back`, and on behind a merge from where its inputs part.
        """
        for _ in range(len(self.steps) + 1):
            if place < 0:
                return
            step = self.steps[place]
            yield step
            place = _place(step.sources)
            if len(step.sources) > 1:
                place = self.parting(step)

    def parting(self, step: Step) -> int:
        """Return the place of the last step that leads to all inputs of a merge, -1 for none."""
        shared = set.intersection(*(self.ancestors(source) for source in step.sources))
        return max(shared, default=-1)

    def ancestors(self, place: int) -> set[int]:
        """Return the places of the step at `place` and of all that lead to it."""
        found: set[int] = set()
        pending = [place]
        while pending:
            at = pending.pop()
            if at >= 0 and at not in found:
                found.add(at)
                pending += self.steps[at].sources
        return found

    def before(self, step: Step) -> Iterator[Step]:
        """Return the steps that lead to this one, the nearest first."""
        walk = self.back(step.place)
        next(walk)
        return walk

    def after(self, step: Step) -> Iterator[Step]:
        """Return the steps that follow, while each is used once."""
        for _ in range(len(self.steps)):
            if len(step.users) != 1:
                return
            step = self.steps[step.users[0]]
            yield step

    def changing(self, place: int) -> Step | None:
        """Return the nearest step back from `place` that may change a shape."""
        return next((found for found in self.back(place) if not found.keeps), None)

    def following(self, step: Step) -> Step | None:
        """Return the nearest step behind that may change a shape, while each is used once."""
        return first_step(self.after(step), lambda found: not found.keeps)

    def previous(self, step: Step) -> Step | None:
        """Return the nearest step before that may change a shape."""
        return self.changing(step.sources[0]) if len(step.sources) == 1 else None

    def holder(self) -> tuple[Layer | None, Site | None]:
        """Return the layer that declares the first input's shape, or the Site of `build` and its
        like.
        """
        for first in self.steps[:1]:
            if first.is_input or self.model.given is None:
                return first.layer, None
        return None, self.model.given_site


def _place(places: Sequence[int], number: int = 0) -> int:
    """Return one of several places, -1 where there are not as many."""
    return next(islice(places, number, None), -1)


def total(shape: Shape) -> int | None:
    """Return the number of elements behind the batch, where every dim is an integer."""
    return elements(shape[1:])


def elements(dims: Sequence[Dim]) -> int | None:
    """Return the number of elements of dims without a batch, where every dim is an integer."""
    product = 1
    for dim in dims:
        if not isinstance(dim, int):
            return None
        product *= dim
    return product


def whole(shape: Shape) -> bool:
    """Return whether every dim behind the batch is an integer."""
    return total(shape) is not None
