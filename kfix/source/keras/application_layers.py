"""The layers inside models of `keras.applications`, as a program takes and sets them.

Their names and classes follow from what is known of the model. Only a program that takes a tensor
from among them, or puts one of them elsewhere, has them put into its graph. Else the model stays
one layer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from kfix.model.graph import Argument, InnerLayer, Layer, Library, Node, TensorRef
from kfix.model.naming import snake_case
from kfix.model.order import graph, redirected, refs_in
from kfix.model.record import replace
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import ListV
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.values import LayerV
from kfix.source.keras import layers
from kfix.source.keras.auto_names import names_inside


class Opened:
    """A model of `keras.applications`: its layers in Keras's order and their nodes."""

    __slots__ = ("base", "inner", "interpreter", "layers", "nodes", "own", "rows")

    def __init__(
        self,
        interpreter: Interpreter,
        base: LayerV,
        rows: Sequence[InnerLayer],
        ahead: list[LayerV],
    ) -> None:
        self.interpreter = interpreter
        self.base = base
        self.rows = rows
        self.inner = [
            InnerV(self, number) for number, row in enumerate(rows) if number and not row.operation
        ]
        """Those behind its Input."""
        self.layers = [*(ahead or [InnerV(self, 0)]), *self.inner]
        self.own = -1
        """Its own node, as one layer."""
        self.nodes: list[int] | None = None
        """By the number of a row its node, that of the Input first.

        Empty where they are unknown.
        """

    @property
    def end(self) -> int:
        """Return the node of its output."""
        assert self.nodes
        return self.nodes[-1]

    def open(self) -> list[int]:
        """Put the layers into the arena, once.

        Returns their nodes, none where they are not known.
        """
        if self.nodes is None:
            self.nodes = []  # while it is under way
            self.nodes = _opened(self.interpreter, self)
        return self.nodes

    def made_up(self, row: InnerLayer) -> str | None:
        """Return the name that Keras makes up for a layer.

        It is `None` where a layer of its class was given one before this model was.
        """
        start = snake_case(row.shown)
        if _is_taken(self.interpreter, self.base, start):
            return None
        return f"{start}_{row.made}".removesuffix("_0")


class InnerV(LayerV):
    """A layer inside a model of `keras.applications`."""

    __slots__ = ("_layer", "_nodes", "number", "opened")

    def __init__(self, opened: Opened, number: int) -> None:
        self.opened = opened
        self.number = number
        self._layer: Layer | None = None
        self._nodes: list[int] = []

    @property
    def row(self) -> InnerLayer:
        """Return what is known of it."""
        return self.opened.rows[self.number]

    @property
    def layer(self) -> Layer:  # type: ignore[override]
        """Return the layer in the arena; asking for it puts it there."""
        if self._layer is None:
            interpreter, base = self.opened.interpreter, self.opened.base.layer
            nodes = self.opened.open()
            if nodes:
                self._layer = interpreter.arena[nodes[self.number]].layer
                self._nodes.insert(0, nodes[self.number])
            else:
                why = Unknown(f"one of the layers of `{base.cls}`", base.site)
                self._layer = Layer(
                    self.row.shown, (), base.site, self.uid, Library.UNKNOWN, unknown=why
                )
        return self._layer

    @property
    def nodes(self) -> list[int]:  # type: ignore[override]
        """Return the nodes in which it is called, its own first."""
        if self.layer:
            return self._nodes
        return []

    @property
    def uid(self) -> int:
        """Return its number, whether it is in the arena or not."""
        return self.opened.base.layer.uid + 1 + self.row.place

    @property
    def cls(self) -> str:
        """Return its class."""
        return self.row.shown

    @property
    def name(self) -> str | None:
        """Return its name, where it is known."""
        if self.row.made is None:
            return self.row.name
        return self.opened.made_up(self.row)


def look_into(interpreter: Interpreter, base: LayerV) -> Opened | None:
    """Return the layers of a model, in Keras's order; `None` where they are not known."""
    uid = base.layer.uid
    if uid not in interpreter.opened:
        rows = interpreter.shapes.application_layers(base.layer)
        ahead = _ahead(interpreter, base.layer)
        opened = None
        if ahead is not None and not isinstance(rows, Unknown):
            opened = Opened(interpreter, base, rows, ahead)
        interpreter.opened[uid] = opened
    found: Opened | None = interpreter.opened[uid]
    return found


def _ahead(interpreter: Interpreter, base: Layer) -> list[LayerV] | None:
    """Return the layers of the graph that its `input_tensor` comes from.

    None for an Input, `None` for no chain.
    """
    match base.argument("input_tensor"):
        case None | Argument(value=None):
            return []
        case Argument(value=TensorRef() as tensor):
            return _chain_to(interpreter, tensor)
    return None


def _chain_to(interpreter: Interpreter, tensor: TensorRef) -> list[LayerV] | None:
    """Return the layers that a tensor comes from, `None` where they do not form a chain."""
    nodes = graph(interpreter.arena, [], [tensor])
    if len(nodes) == 1 and nodes[0].layer.cls in ("Input", "InputLayer"):
        return []
    found = [interpreter.layers.get(node.layer.uid) for node in nodes]
    if None in found or not _one_chain(nodes):
        return None
    return [layer for layer in found if isinstance(layer, LayerV)]


def layers_of(interpreter: Interpreter, base: LayerV) -> ListV | None:
    """Return `base.layers`, `None` where they are not known."""
    found = look_into(interpreter, base)
    if found is None:
        return None
    return ListV(list(found.layers), sites=[base.layer.site] * len(found.layers))


def _opened(interpreter: Interpreter, opened: Opened) -> list[int]:
    """Put the layers of a model into the arena.

    Returns their nodes, none where they do not give what it gives.
    """
    base = opened.base
    own = opened.own = layers.own_node(interpreter, base)
    whole = interpreter.shapes.outputs(interpreter.arena, own)
    entry = next(refs_in(interpreter.arena[own].args[0][1]), None)
    if not isinstance(whole, tuple) or entry is None:
        return []
    interpreter.builds += 1
    interpreter.steps += len(opened.rows)
    first = len(interpreter.arena)
    nodes = interpreter.shapes.application_nodes(
        base.layer, entry, interpreter.shapes.tensor(interpreter.arena, entry), first
    )
    if isinstance(nodes, Unknown):
        return []
    interpreter.arena.extend(nodes)
    if interpreter.shapes.outputs(interpreter.arena, interpreter.arena[-1].id) != whole:
        return []
    for layer in opened.inner:
        interpreter.layers[layer.uid] = layer
    return [entry.node, *(node.id for node in nodes)]


def _is_taken(interpreter: Interpreter, base: LayerV, start: str) -> bool:
    """Return whether Keras made up a name from `start` for any layer before `base`."""
    layers_made = interpreter.layers.items()
    return any(_named_before(interpreter, uid, value, base, start) for uid, value in layers_made)


def _named_before(
    interpreter: Interpreter, uid: int, value: object, base: LayerV, start: str
) -> bool:
    """Return whether Keras made up a name from `start` for another layer before `base`.

    That is a layer of the program, or one inside a model.
    """
    if not isinstance(value, LayerV) or isinstance(value, InnerV):
        return False
    if not interpreter.cleared < uid < base.layer.uid:
        return False
    layer = value.layer
    if not layer.is_application:
        cls = interpreter.shapes.class_name(layer.cls) or layer.cls
        return layer.name is None and snake_case(cls) == start
    return names_inside(interpreter, layer, start) != 0


def one_way(
    interpreter: Interpreter, inputs: Sequence[TensorRef], ends: Sequence[TensorRef]
) -> tuple[Sequence[Node], list[TensorRef]]:
    """Return the arena and the ends of a model in which each application stands in one way.

    It stands there as one layer, or by its layers, not as both.
    """
    nodes = graph(interpreter.arena, inputs, ends)
    seen = {node.id for node in nodes}
    stop = {ref.node for ref in inputs}
    replaced: dict[int, int] = {}
    called: list[Node] = []
    for opened in filter(None, interpreter.opened.values()):
        if seen.isdisjoint((opened.nodes or [])[1:]):
            continue
        if opened.own in seen - stop:
            replaced[opened.own] = opened.end
        called += [n for n in nodes if n.layer.uid == opened.base.layer.uid and n.id != opened.own]
    if not replaced and not called:
        return interpreter.arena, list(ends)
    arena = list(interpreter.arena)
    for node in called:
        arena[node.id] = _called_beside(node)
    for node in nodes:
        if not replaced.keys().isdisjoint(_taken(node)):
            args = tuple((keyword, redirected(value, replaced)) for keyword, value in node.args)
            arena[node.id] = replace(arena[node.id], args=args)
    return arena, [redirected(ref, replaced) for ref in ends]


def _called_beside(node: Node) -> Node:
    """Return a call of a model that shares its weights with layers that stand beside it."""
    what = f"`{node.layer.cls}` is called, and stands there by its layers as well"
    unknown = Unknown(what, node.site)
    return replace(node, layer=replace(node.layer, library=Library.UNKNOWN, unknown=unknown))


def _taken(node: Node) -> list[int]:
    """Return the nodes whose outputs a node takes."""
    return [ref.node for ref in refs_in(node.args)]


def listed(
    interpreter: Interpreter,
    nodes: Sequence[Node],
    inputs: Sequence[TensorRef],
    ends: Sequence[TensorRef],
) -> list[Node | LayerV] | None:
    """Return the layers of a functional model that went on from models of `keras.applications`.

    Nodes, and `InnerV`s for the layers of those models, in Keras's order; `None` where that is
    not known.
    """
    bases = {node.id: _of_node(interpreter, node) for node in nodes if is_own(node)}
    known = {number: opened for number, opened in bases.items() if opened is not None}
    if len(known) < len(bases):
        return None
    if not _one_chain(nodes):
        return _listed_graph(interpreter, nodes, known, inputs, ends)
    inside = {number: opened.inner for number, opened in known.items()}
    return list(chain.from_iterable(inside.get(node.id, [node]) for node in nodes))


def _listed_graph(
    interpreter: Interpreter,
    nodes: Sequence[Node],
    bases: Mapping[int, Opened],
    inputs: Sequence[TensorRef],
    ends: Sequence[TensorRef],
) -> list[Node | LayerV] | None:
    """Return the layers of a model in which the layers of the `bases` are put.

    The bases are by their nodes.
    """
    whole = dict(enumerate(interpreter.arena)) | {node.id: node for node in nodes}
    replaced: dict[int, int] = {}
    inner: dict[int, InnerV] = {}
    for number, opened in bases.items():
        if not opened.open():
            return None
        whole.update((index, interpreter.arena[index]) for index in opened.open())
        replaced[number] = opened.end
        inner.update((layer.nodes[0], layer) for layer in opened.inner)
    for node in nodes:
        whole[node.id] = replace(node, args=redirected(node.args, replaced))
    ordered = graph(whole, inputs, redirected(list(ends), replaced))
    return [inner.get(node.id, node) for node in ordered]


def is_own(node: Node) -> bool:
    """Return whether a node is a model of `keras.applications` on its own input."""
    return node.layer.is_application and node.site == node.layer.site


def _of_node(interpreter: Interpreter, node: Node) -> Opened | None:
    base = interpreter.layers.get(node.layer.uid)
    if isinstance(base, LayerV):
        return look_into(interpreter, base)
    return None


def _one_chain(nodes: Sequence[Node]) -> bool:
    """Return whether each node takes from the one before it alone."""
    expected: list[int] = []
    for node in nodes:
        if _taken(node) != expected:
            return False
        expected = [node.id]
    return True
