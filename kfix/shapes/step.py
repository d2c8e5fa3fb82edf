"""One use of a layer as a repair looks at it: what goes in, what comes out, of what kind it is."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable

from kfix.model.attributes import DATA
from kfix.model.graph import Layer, Model, Node, Shape
from kfix.model.naming import SIGNS
from kfix.shapes.arguments import SEQUENCES, core, names, value
from kfix.shapes.effects import elementwise, same
from kfix.shapes.inputs import is_input
from kfix.shapes.registry import Rule, rule_of
from kfix.shapes.trace import as_list
from kfix.shapes.trace_result import Traced, only_shape


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

    def of_child(self, name: str) -> Step:
        """Return the same step with the layer in an argument, a cell, as the one that is turned."""
        child = value(self.core, name)
        if not isinstance(child, Layer):
            return self
        found = copy.copy(self)
        found.core, found.names = child, names(child)
        return found

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
        rule = self.rule
        return 0 if rule is None else rule.rank or rule.min_rank or 0

    @property
    def rule(self) -> Rule | None:
        """The rule of the innermost layer, where it is one of Keras."""
        return rule_of(self.core.cls) if self.core.is_keras_layer else None

    def size(self, axis: int) -> object:
        """Return the size of an axis of its only output, `None` where that is unknown."""
        return next(iter((self.shape_out or ())[axis:][:1]), None)

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
        return SEQUENCES in self.names

    @property
    def returns_last(self) -> bool:
        """Return whether it is recurrent and gives its last step alone."""
        return self.is_recurrent and value(self.core, SEQUENCES) is False

    @property
    def returns_all(self) -> bool:
        """Return whether it is recurrent and gives all its steps."""
        return self.is_recurrent and value(self.core, SEQUENCES) is True

    @property
    def is_convolution(self) -> bool:
        """Any layer with a kernel that moves over the input (ConvLSTM left out)."""
        return "kernel_size" in self.names and not self.is_recurrent

    @property
    def is_film(self) -> bool:
        """ConvLSTM: a recurrent layer with a kernel that moves over each image."""
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
    def laid_out(self) -> Shape:
        """The dims as which a Reshape lays out a sample; none of any other layer."""
        dims = value(self.core, "target_shape")
        return tuple(dims) if self.cls == "Reshape" and isinstance(dims, tuple | list) else ()

    @property
    def enlarges(self) -> bool:
        """Return whether it enlarges a map: UpSampling, or a transposed convolution."""
        return self.is_upsampling or self.is_transposed

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
    def is_merge(self) -> bool:
        """Return whether it is called on several tensors."""
        return len(self.sources) > 1

    @property
    def is_first(self) -> bool:
        """Return whether it is given nothing but the input of a Sequential, or nothing at all."""
        return self.sources in ([], [-1])

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

    @property
    def is_bare_dense(self) -> bool:
        """Dense, in no wrapper."""
        return self.is_dense and not self.wrapped

    @property
    def in_head(self) -> bool:
        """Return whether it may stand in a head: Dense, and what keeps every axis."""
        return self.is_dense or self.keeps

    @property
    def function(self) -> str:
        """The name of its class or function in small letters, without that of a module."""
        return self.cls.rpartition(".")[2].lower()

    @property
    def title(self) -> str:
        """Its class or function as a program writes it, without the name of a module."""
        return SIGNS.get(self.cls) or self.cls.rpartition(".")[2]

    @property
    def joins(self) -> bool:
        """Return whether it joins its inputs along an axis."""
        return self.function.startswith("concat")


def first_step(steps: Iterable[Step], wanted: Callable[[Step], object]) -> Step | None:
    """Return the first of the steps that is wanted, whatever stands before it."""
    return next(filter(wanted, steps), None)


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
