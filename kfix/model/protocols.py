"""What one room asks of another without importing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kfix.model.graph import Argument, InnerLayer, Layer, Model, Node, Shapes, TensorRef
from kfix.model.unknown import Unknown


class ShapeOf(Protocol):
    """The reader's questions about shapes; the pipeline hands in an answerer from `kfix.shapes`."""

    def tensor(self, nodes: Sequence[Node], ref: TensorRef) -> Shapes:
        """Return the shape of `ref`, where `nodes[i].id == i`.

        The output of a refused layer is an `Unknown`.
        """
        ...

    def outputs(self, nodes: Sequence[Node], node: int) -> Shapes:
        """Return all that the node with this id gives: one shape, or a list of several."""
        ...

    def refuses(self, nodes: Sequence[Node], node: int) -> bool:
        """Return whether Keras refuses the node with this id, though nothing before it."""
        ...

    def model_inputs(self, model: Model) -> Shapes:
        """Return what `model.input_shape` would say; a list for several inputs."""
        ...

    def application_input(self, layer: Layer) -> Shapes:
        """Return the input shape that a model of `keras.applications` has of its own."""
        ...

    def application_name(self, layer: Layer) -> str | None:
        """Return the name that a model of `keras.applications` gives itself.

        `None` for any other layer.
        """
        ...

    def application_layers(self, layer: Layer) -> Sequence[InnerLayer] | Unknown:
        """Return the layers inside a model of `keras.applications`.

        They are in the order of its `layers`, operations among them.
        """
        ...

    def application_nodes(
        self, layer: Layer, entry: TensorRef, start: Shapes, first: int
    ) -> Sequence[Node] | Unknown:
        """Return the layers behind its Input as nodes.

        Their ids are `first`, `first + 1`, …; they are on `entry`, of the shape `start`.
        """
        ...

    def vocabulary_size(self, layer: Layer) -> int | Unknown:
        """Return `vocabulary_size()` of a lookup layer or a TextVectorization."""
        ...

    def model_outputs(self, model: Model) -> Shapes:
        """Return what `model.output_shape` would say; a list for several outputs."""
        ...

    def count_params(self, model: Model) -> int | Unknown:
        """Return what `model.count_params()` would say."""
        ...

    def is_layer(self, name: str) -> bool:
        """Return whether `name` is a class of `keras.layers`, or an alias or one of tf.keras."""
        ...

    def leaves_out(self, cls: str, arguments: Sequence[Argument], parameter: str) -> bool:
        """Return whether this class of `keras.layers` has the parameter and it is not given."""
        ...

    def class_name(self, name: str) -> str | None:
        """Return the own name of a class of `keras.layers`: `MaxPool2D` is `MaxPooling2D`."""
        ...

    def is_old_layer(self, name: str) -> bool:
        """Return whether Keras 3 has removed this class of `keras.layers` (`CuDNNLSTM`)."""
        ...

    def is_application(self, name: str) -> bool:
        """Return whether `name` is a model function of `keras.applications`."""
        ...

    def is_operation(self, path: str) -> bool:
        """Return whether a function has a rule, by its dotted name, such as `keras.ops.mean`."""
        ...

    def operation(self, path: str, args: Sequence[tuple[str | None, object]]) -> Shapes:
        """Return the shape that the function gives on arrays.

        The values of `args` hold `Array`s where it takes arrays.
        """
        ...
