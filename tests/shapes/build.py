"""Models by hand, for tests."""

from __future__ import annotations

from itertools import count

from kfix.model.graph import Argument, Layer, Library, Model, ModelKind, Node, Shapes, TensorRef
from kfix.model.site import Site

_UIDS = count(1)


def site(key: int = 0) -> Site:
    """Return a place in a program that has no text."""
    return Site("test.py", None, key)


def layer(cls: str, *args: object, **kwargs: object) -> Layer:
    """`cls(*args, **kwargs)`."""
    uid = next(_UIDS)
    arguments = [Argument(None, value, None, site(uid)) for value in args]
    arguments += [Argument(name, value, None, site(uid)) for name, value in kwargs.items()]
    return Layer(cls, tuple(arguments), site(uid), uid)


def nested(model: Model) -> Layer:
    """Return a model used as a layer."""
    return Layer("Model", (), site(), next(_UIDS), Library.MODEL, model)


def sequential(*layers: Layer, given: Shapes | None = None) -> Model:
    """Return a chain."""
    nodes = tuple(
        Node(i, made, ((None, TensorRef(i - 1)),), made.site) for i, made in enumerate(layers)
    )
    ends = (TensorRef(Model.ENTRY),), (TensorRef(len(layers) - 1),)
    return Model("model", ModelKind.SEQUENTIAL, site(), nodes, *ends, next(_UIDS), given=given)


class Graph:
    """A functional model being built: `x = graph.input((3,)); y = graph(layer("Dense", 3), x)`."""

    def __init__(self) -> None:
        self._nodes: list[Node] = []

    def input(self, *shape: object, **kwargs: object) -> TensorRef:
        """`Input(shape)`."""
        return self._add(layer("Input", *shape, **kwargs), ())

    def __call__(self, made: Layer, *args: object, **kwargs: object) -> TensorRef:
        """`made(*args, **kwargs)`."""
        return self._add(made, (*((None, value) for value in args), *kwargs.items()))

    def _add(self, made: Layer, args: tuple[tuple[str | None, object], ...]) -> TensorRef:
        node = Node(len(self._nodes), made, args, made.site)
        self._nodes.append(node)
        return TensorRef(node.id)

    def model(self, inputs: list[TensorRef], outputs: list[TensorRef]) -> Model:
        """`Model(inputs, outputs)`."""
        return Model(
            "model",
            ModelKind.FUNCTIONAL,
            site(),
            tuple(self._nodes),
            tuple(inputs),
            tuple(outputs),
            next(_UIDS),
        )
