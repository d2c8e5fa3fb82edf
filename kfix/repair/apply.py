"""What edits of the source make of a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kfix.edits.base import Edit
from kfix.edits.graph import Args, CannotApply
from kfix.model.code import Existing, NewLayer, plain
from kfix.model.graph import Argument, Layer, Model, Node, Shapes, TensorRef
from kfix.model.origin import CannotEvaluate, Fixed, evaluate, places
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.repair.edit_plan import EditPlan, Insertion, Move, Reorder
from kfix.repair.layers import (
    copied,
    exchange,
    find,
    of_base,
    opens,
    remade,
    resolve,
    unwritten,
    with_values,
)
from kfix.shapes.inputs import tensor_refs
from kfix.shapes.signatures import signature as signature_of

DEEPEST = 8
"""Layers within layers, and models within models, that are looked into."""


def apply(model: Model, edits: Sequence[Edit]) -> Model:
    """Return `model` as it would be read after `edits`: everything made at the places that they
    name is changed.

    Layers and nodes that no edit touches stay the very objects they were. New
    nodes get ids, and new layers uids, that the model does not have. Raises
    `CannotApply` where the edits do not fit the model.
    """
    return Applier().apply(model, edits)


class Applier:
    """Applies edits to models, and makes the same new layer only once, so that a Tracer recognizes
    it.
    """

    def __init__(self) -> None:
        self._made: dict[object, Layer] = {}
        self._nodes: dict[object, int] = {}
        self._index: dict[int, dict[Site, set[Layer]]] = {}
        self._keep: list[Model] = []
        self._fresh = Model.ENTRY
        self._set: tuple[Argument, ...] = ()
        self.anchors: dict[int, Insertion] = {}
        """By the id of a node that an edit put in: how it was put in."""

    def apply(self, model: Model, edits: Sequence[Edit]) -> Model:
        """See `apply`."""
        if not edits:
            return model
        self._set = _set_for_all(model)
        return self.rebuilt(model, EditPlan(edits))

    def rebuilt(self, model: Model, plan: EditPlan) -> Model:
        """Return a model after the edits of a plan."""
        return _Rebuild(self, model, plan, self._touched(model, plan)).run()

    def _touched(self, model: Model, plan: EditPlan) -> set[Layer]:
        """Return the layers that a plan changes; what it says of no layer in sight may be in the
        body of any.
        """
        touched: set[Layer] = set()
        index = self._sites(model)
        for site in plan.sites:
            touched |= index.get(site, set())
        if not plan.sites <= index.keys():
            touched.update(node.layer for node in model.nodes if opens(node.layer))
        return touched

    def new_node(self, key: object, anchor: Insertion) -> int:
        """Return the id of the node that an edit puts in: the same for the same key."""
        if key not in self._nodes:
            self._fresh -= 1
            self._nodes[key] = self._fresh
            self.anchors[self._fresh] = anchor
        return self._nodes[key]

    # --- layers ---------------------------------------------------------------------------

    def layer(self, layer: Layer, plan: EditPlan) -> Layer:
        """Return the layer with the edits of its call, of the literals in it and of the layers in
        it.
        """
        mine = plan.of(self._sites_of(layer))
        if opens(layer):
            mine = plan.edits
        key = (layer, *mine)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._change(layer, plan)
        return made

    def _change(self, layer: Layer, plan: EditPlan, depth: int = 0) -> Layer:
        arguments = tuple(self._argument(argument, plan, depth) for argument in layer.arguments)
        changed = any(new is not old for new, old in zip(arguments, layer.arguments, strict=True))
        model = layer.model
        if model is not None:
            every = set().union(*self._sites(model).values())
            model = _Rebuild(self, model, plan, every).run()
        result = layer
        if changed or model is not layer.model:
            result = copied(layer, arguments, model)
        if result.body is not None and opens(layer):
            result = replace(result, body=self._edited(result.body, plan))
        if unwritten(layer):
            return of_base(result, plan.input_shapes.get(layer.site))
        for change in plan.calls.get(layer.site, ()):
            result = change(layer, result, self.new_layer)
        return result

    def _edited(
        self, body: Callable[[Shapes], Model | Unknown], plan: EditPlan
    ) -> Callable[[Shapes], Model | Unknown]:
        """Return what reads the body of a layer of the program, as it would be read after the
        edits.
        """

        def edited(shapes: Shapes) -> Model | Unknown:
            graph = body(shapes)
            if not isinstance(graph, Model):
                return graph
            return self.rebuilt(graph, plan)

        return edited

    def _argument(self, argument: Argument, plan: EditPlan, depth: int) -> Argument:
        value, origin = argument.value, argument.origin
        if isinstance(value, Layer) and depth < DEEPEST:
            new = self._change(value, plan, depth + 1)
            if new is value:
                return argument
            return Argument(argument.keyword, new, origin, argument.site)
        if not plan.literals or origin is None:
            return argument
        if not any(one.site in plan.literals for one in places(origin)):
            return argument
        try:
            changed = evaluate(origin, plan.literals)
        except CannotEvaluate as error:
            raise CannotApply(str(error)) from error
        return Argument(argument.keyword, changed, origin, argument.site)

    def new_layer(self, new: NewLayer | Existing, key: object, old: Layer) -> Layer:
        """Return the layer that `new` spells, in the place of `old`: one for each key."""
        if isinstance(new, Existing):
            return find(old, new.site) or old
        made = self._made.get(("new", key))
        if made is None:
            self._fresh -= 1
            place = Site(old.site.path, old.site.cell, self._fresh)
            arguments = [
                Argument(keyword, self._value(value, (key, number), old))
                for number, (keyword, value) in enumerate(new.arguments)
            ]
            arguments += [one for one in self._set if _takes(new.cls, one.keyword)]
            made = self._made["new", key] = Layer(new.cls, tuple(arguments), place, self._fresh)
        return made

    def _value(self, value: object, key: object, old: Layer) -> object:
        if isinstance(value, NewLayer | Existing):
            return self.new_layer(value, key, old)
        return plain(value)

    # --- which layers an edit touches -----------------------------------------------------

    def _sites(self, model: Model) -> dict[Site, set[Layer]]:
        """Return the layers of `model` that an edit would change, by the Site it would name."""
        found = self._index.get(id(model))
        if found is None:
            found = self._index[id(model)] = {}
            self._keep.append(model)  # its id must not be given to another
            for node in model.nodes:
                for site in self._sites_of(node.layer):
                    found.setdefault(site, set()).add(node.layer)
        return found

    def _sites_of(self, layer: Layer, depth: int = 0) -> Iterator[Site]:
        yield layer.site
        for argument in layer.arguments:
            if isinstance(argument.value, Layer):
                if depth < DEEPEST:
                    yield from self._sites_of(argument.value, depth + 1)
            else:
                yield from (literal.site for literal in places(argument.origin))
        if layer.model is not None and depth < DEEPEST:
            if layer.model.given_site is not None:
                yield layer.model.given_site
            if layer.model.end is not None:
                yield layer.model.end
            for node in layer.model.nodes:
                yield node.site
                yield from self._sites_of(node.layer, depth + 1)


class _Rebuild:
    """One model on its way through a plan, node by node."""

    def __init__(self, applier: Applier, model: Model, plan: EditPlan, touched: set[Layer]) -> None:
        self.applier = applier
        self.model = model
        self.plan = plan
        self.touched = touched
        self.sites = {node.site: node for node in model.nodes}
        self.nodes: list[Node] = []
        self.alias: dict[TensorRef, TensorRef] = {}
        """What stands for a tensor that is removed, or that a new layer is put on."""
        self.passed: set[Site] = set()

    def run(self) -> Model:
        """Return the model after the edits; raises `CannotApply` where they do not fit it."""
        model, plan = self.model, self.plan
        if any(
            node.layer.is_inside_application and node.site in plan.sites for node in model.nodes
        ):
            raise CannotApply("no edit reaches into a model of keras.applications")
        self.moving = {
            move.site: self.sites[move.site]
            for move in plan.moves
            if move.site in self.sites and move.to in self.sites
        }
        self.reordered = {
            node_id: found
            for change in plan.reorders
            for node_id, found in _reordered(model, change).items()
        }
        for node in model.nodes:
            args = remade(resolve(node.args, self.alias), plan.literals)
            last = model.end is not None and node is model.nodes[-1]
            if last or self._is_changed(node, args):
                self._visit(node, args, last)
            else:
                self.nodes.append(node)
        given = model.given
        if model.given_site is not None and model.given_site in plan.input_shapes:
            given = plan.input_shapes[model.given_site]  # type: ignore[assignment]
        outputs = tuple(self.alias.get(ref, ref) for ref in model.outputs)
        return replace(model, nodes=tuple(self.nodes), outputs=outputs, given=given)

    def _is_changed(self, node: Node, args: Args) -> bool:
        named = node.layer in self.touched or node.site in self.plan.sites
        return named or args is not node.args

    def _visit(self, node: Node, args: Args, last: bool) -> None:
        """Put a node into the new model, and all that is put in beside it."""
        plan, site, end = self.plan, node.site, self.model.end
        args = self._before(node, self._exchanged(node, args))
        if site in plan.removed or site in self.moving:
            result = (*tensor_refs(args), TensorRef(Model.ENTRY))[0]
        else:
            node = self._edited(node, args)
            self.nodes.append(node)
            result = TensorRef(node.id)
        behind = plan.around(site, "after", self.moving) if site != end else []
        behind += plan.around(end, "after", self.moving) if end is not None and last else []
        for one in behind:
            result = self._insert(one, node, result)
        self._join(node)
        if result != TensorRef(node.id):
            self.alias[TensorRef(node.id)] = result

    def _exchanged(self, node: Node, args: Args) -> Args:
        """Return what a node is called on, with other tensors for some of its inputs."""
        if node.id in self.reordered:
            which, ref = self.reordered[node.id]
            args = exchange(args, which, self.alias.get(ref, ref))
        for input, made_at, tensor in self.plan.exchanges.get(node.site, ()):
            if made_at not in self.sites or input >= len(tensor_refs(args)):
                raise CannotApply("the tensor is made elsewhere")
            given = tensor or TensorRef(self.sites[made_at].id)
            _check_before(self.model, given, node)
            args = exchange(args, input, self.alias.get(given, given))
        return args

    def _before(self, node: Node, args: Args) -> Args:
        """Return what a node is called on, once new layers are put in before it."""
        around, site = self.plan.around, node.site
        put = around(site, "before", self.moving)
        if site not in self.passed:
            put = [*around(site, "ahead", self.moving), *put]
        self.passed.add(site)
        for one in put:
            tensors = dict(enumerate(tensor_refs(args)))
            which = _input_of(one)
            if which in tensors:
                args = exchange(args, which, self._insert(one, node, tensors[which]))
        return args

    def _edited(self, node: Node, args: Args) -> Node:
        layer = node.layer
        if layer in self.touched:
            layer = self.applier.layer(layer, self.plan)
        for change in self.plan.placed.get(node.site, ()):
            args = resolve(change(args), self.alias)
        if layer is not node.layer and layer.is_operation:
            args = self.plan.changed_inputs(node.layer, args)
        if layer is node.layer and args is node.args:
            return node
        return Node(node.id, layer, args, node.site)

    def _insert(
        self, one: tuple[Insertion, int] | Move, anchor: Node, source: TensorRef
    ) -> TensorRef:
        """Put a layer in beside a node, called on `source`; returns its output."""
        if isinstance(one, Move):
            moved = self.moving[one.site]
            layer = moved.layer
            if layer in self.touched:
                layer = self.applier.layer(layer, self.plan)
            return self._put(Node(moved.id, layer, ((None, source),), moved.site))
        new = one[0]
        key: object = (*one, self.model.uid, anchor.id)
        number = self.applier.new_node(key, new)
        spelled = with_values(new.layer, [node.layer for node in (*self.nodes, anchor)])
        if spelled is not new.layer:
            key = (key, spelled)
        layer = self.applier.new_layer(spelled, key, anchor.layer)
        return self._put(Node(number, layer, ((None, source),), layer.site))

    def _put(self, node: Node) -> TensorRef:
        self.nodes.append(node)
        self.alias.pop(TensorRef(node.id), None)
        return TensorRef(node.id)

    def _join(self, node: Node) -> None:
        """Put the layers in that join outputs of a node."""
        for join in self.plan.joins.get(node.site, ()):
            key = (node.site, join)
            layer = self.applier.new_layer(join.layer, key, node.layer)
            joined = [TensorRef(node.id, output) for output in join.joined]
            anchor = Insertion(node.site, "after", join.layer)
            number = self.applier.new_node((key, self.model.uid, node.id), anchor)
            self.nodes.append(Node(number, layer, ((None, joined),), layer.site))
            self.alias[TensorRef(node.id, join.output)] = TensorRef(number)


def _input_of(one: tuple[Insertion, int] | Move) -> int:
    """Return the number of the input that a layer is put in on."""
    if isinstance(one, Move):
        return 0
    return one[0].input or 0


def _takes(cls: str, keyword: str | None) -> bool:
    """Return whether a class of Keras has this argument."""
    signature = signature_of(cls)
    return signature is not None and keyword in signature.names


def _check_before(model: Model, ref: TensorRef, node: Node) -> None:
    """Raise `CannotApply` unless a tensor is made before a node that is to take it."""
    for one in model.nodes:
        if one.id == ref.node:
            return
        if one is node:
            raise CannotApply("the tensor is made later")
    if ref.node != Model.ENTRY:
        raise CannotApply("the tensor is made elsewhere")


def _reordered(model: Model, change: Reorder) -> dict[int, tuple[int, TensorRef]]:
    """Return the input and its tensor in another order, by node.

    The nodes are those called at the site; an input is given by its number.
    """
    nodes = [node for node in model.nodes if node.site == change.site]
    inputs = [tensor_refs(node.args) for node in nodes]
    if any(change.input >= len(refs) for refs in inputs):
        raise CannotApply("the layer has no such input")
    order = change.order([refs[change.input] for refs in inputs])
    for ref, node in zip(order, nodes, strict=True):
        _check_before(model, ref, node)
    return {node.id: (change.input, ref) for node, ref in zip(nodes, order, strict=True)}


def _set_for_all(model: Model) -> tuple[Argument, ...]:
    """Return what a program has set for all its layers, as those of the model were read with it:
    the order of the axes.
    """
    for node in model.nodes:
        found = node.layer.argument("data_format")
        if found is not None and found.site is None and isinstance(found.origin, Fixed):
            return (found,)
    return ()
