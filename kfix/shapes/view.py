"""A traced model as a repair looks at it: steps in order, each with what goes in and comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from kfix.findings import Finding
from kfix.model.attributes import DATA
from kfix.model.graph import Layer, Model, Node, Shape, TensorRef
from kfix.model.site import Site
from kfix.shapes import Trace, Traced
from kfix.shapes.arguments import core, names, value
from kfix.shapes.effects import elementwise, same
from kfix.shapes.inputs import is_input, tensor_refs
from kfix.shapes.registry import rule_of
from kfix.shapes.trace import as_list
from kfix.shapes.trace_result import only_shape


class Step:
    """One use of a layer in a model.

    The steps of models used as layers stand among those of the outer one.
    """

    __slots__ = ("core", "layer", "model", "names", "node", "place", "sources", "traced", "users")

    def __init__(
        self, node: Node, model: Model, traced: Traced, place: int, sources: list[int]
    ) -> None:
        self.node = node
        self.model = model
        self.layer = node.layer
        self.core = core(node.layer)
        self.names = names(self.core)
        self.traced = traced
        self.place = place
        self.sources = sources
        self.users: list[int] = []

    @property
    def shape_in(self) -> Shape | None:
        """The shape of its only input, where known."""
        return only_shape(as_list(self.traced.inputs))

    @property
    def shape_out(self) -> Shape | None:
        """The shape of its only output, where known."""
        return only_shape([self.traced.outputs])

    @property
    def rank_in(self) -> int:
        """The rank of its only input, 0 where unknown."""
        return len(self.shape_in or ())

    @property
    def rank_out(self) -> int:
        """The rank of its only output, 0 where unknown."""
        return len(self.shape_out or ())

    @property
    def rank_taken(self) -> int:
        """The rank that its rule takes, or the least one; 0 where any does."""
        rule = rule_of(self.core.cls) if self.names else None
        return 0 if rule is None else rule.rank or rule.min_rank or 0

    @property
    def inserted(self) -> bool:
        """Was it put in by an edit? Then no further edit can name it."""
        return self.node.id < Model.ENTRY

    @property
    def made(self) -> bool:
        """Return whether its layer is new, made by an edit."""
        return self.layer.uid < Model.ENTRY

    @property
    def is_input(self) -> bool:
        """Return whether it declares the model's input."""
        return is_input(self.layer)

    @property
    def is_data(self) -> bool:
        """Return whether it stands for an array that the program makes."""
        return self.layer.attribute(DATA) is not None

    @property
    def implied(self) -> bool:
        """Return whether no line puts it in: the input of a model that is a class of the program.

        It stands at the call that makes the model, where no layer can go.
        """
        return self.is_input and self.node.site == self.model.site

    @property
    def cls(self) -> str:
        """The class of the innermost layer, by the name that it was called by."""
        return self.core.cls

    @property
    def wrapped(self) -> bool:
        """Return whether the layer is in a wrapper (TimeDistributed, Bidirectional, …)."""
        return self.core is not self.layer

    @property
    def is_dense(self) -> bool:
        """Dense, alone or in TimeDistributed."""
        return self.cls == "Dense"

    @property
    def is_recurrent(self) -> bool:
        """LSTM, GRU, SimpleRNN, alone or in Bidirectional."""
        return "return_sequences" in self.names

    @property
    def returns_last(self) -> bool:
        """Return whether it is recurrent and gives its last step alone."""
        return self.is_recurrent and value(self.core, "return_sequences") is False

    @property
    def returns_all(self) -> bool:
        """Return whether it is recurrent and gives all its steps."""
        return self.is_recurrent and value(self.core, "return_sequences") is True

    @property
    def is_convolution(self) -> bool:
        """Any layer with a kernel that moves over the input (ConvLSTM left out)."""
        return "kernel_size" in self.names and not self.is_recurrent

    @property
    def is_film(self) -> bool:
        """ConvLSTM: a recurrent layer with a kernel that moves over each picture."""
        return "kernel_size" in self.names and self.is_recurrent

    @property
    def is_transposed(self) -> bool:
        """Conv1DTranspose and its like."""
        return self.is_convolution and "output_padding" in self.names

    @property
    def is_pooling(self) -> bool:
        """MaxPooling and AveragePooling."""
        return "pool_size" in self.names

    @property
    def has_window(self) -> bool:
        """Return whether a window moves over its input: a convolution or a pooling."""
        return self.is_convolution or self.is_pooling

    @property
    def is_global_pooling(self) -> bool:
        """GlobalMaxPooling and GlobalAveragePooling, by any of their names."""
        return self.cls.startswith("Global")

    @property
    def is_upsampling(self) -> bool:
        """UpSampling1D, 2D and 3D."""
        return self.cls.startswith("UpSampling")

    @property
    def orders_axes(self) -> bool:
        """Return whether the layer reads a feature map by its `data_format`.

        `Flatten` returns as many elements either way.
        """
        return "data_format" in self.names and not self.is_flatten

    @property
    def channels_first(self) -> bool:
        """Return whether the layer takes channels first."""
        return value(self.core, "data_format") == "channels_first"

    @property
    def is_flatten(self) -> bool:
        """Flatten."""
        return self.cls == "Flatten"

    @property
    def collapses(self) -> bool:
        """Return whether it makes one vector of a feature map."""
        return self.is_flatten or self.is_global_pooling

    @property
    def keeps(self) -> bool:
        """Return whether its rule states that every axis is kept (Dropout, Activation, …), or equal
        in all inputs.
        """
        if not self.layer.is_keras_layer or not self.names or self.wrapped:
            return False
        rule = rule_of(self.layer.cls)
        return rule is not None and rule.effects in (same, elementwise)


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
            if inner is not None and depth < 8 and _is_walked(node, traced, inner):
                outs = self._walk(inner.model, inner, sources or [-1], depth + 1)
                ends[node.id] = _place(outs)
                parts.update((TensorRef(node.id, number), end) for number, end in enumerate(outs))
                continue
            place = len(self.steps)
            self.steps.append(Step(node, model, traced, place, sources))
            ends[node.id] = place
        return [parts.get(ref, ends.get(ref.node, -1)) for ref in model.outputs]

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

    def given(self, step: Step) -> list[Shape]:
        """Return the known shapes that a step is called on: those of a list, or of an operation's
        several tensors.
        """
        shapes = as_list(step.traced.inputs)
        if len(shapes) != len(step.sources):
            shapes = [
                self.steps[at].traced.outputs if at >= 0 else self.entry or ()
                for at in step.sources
            ]
        return [shape for shape in shapes if isinstance(shape, tuple) and shape]

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


def nearest(
    steps: Iterable[Step],
    wanted: Callable[[Step], object],
    passed: Callable[[Step], object] = lambda step: step.keeps,
) -> Step | None:
    """Return the first of the steps that is wanted, where all before it may be passed."""
    for step in steps:
        if wanted(step):
            return step
        if not passed(step):
            return None
    return None


def _place(places: Sequence[int], number: int = 0) -> int:
    """Return one of several places, -1 where there are not as many."""
    return next(islice(places, number, None), -1)


def _is_walked(node: Node, traced: Traced, inner: Trace) -> bool:
    """Return whether the steps of a model stand in the place of its call.

    Where the call itself is what cannot run, that is a step, as one that Keras refuses is.
    """
    inside = {id(one) for part in inner.nodes.values() for one in part.warnings}
    if any(one.stops and id(one) not in inside for one in traced.warnings):
        return False
    return inner.model is node.layer.model or _refused_inside(node, traced)


def _refused_inside(node: Node, traced: Traced) -> bool:
    """Return whether it is a layer of the program in whose `call` something is refused."""
    return node.layer.is_user_layer and node.layer.body is not None and traced.status == "refused"


def total(shape: Shape) -> int | None:
    """Return the number of elements behind the batch, where every dim is an integer."""
    return elements(shape[1:])


def elements(dims: Shape) -> int | None:
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
