"""What an edit of the source makes of a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kfix.model.edits import (
    DropArgument,
    Edit,
    ExchangeCall,
    ExchangeName,
    Existing,
    InsertLayer,
    MoveLayer,
    NewLayer,
    RenameArgument,
    ReplaceLayer,
    ReverseOrder,
    SetArgument,
    SetInputShape,
    SwapArguments,
)
from kfix.model.graph import Argument, Layer, Model, Node, Shapes, TensorRef
from kfix.model.origin import Fixed, evaluate, places
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.repair.arguments import INPUT_NAMES
from kfix.repair.edit_plan import EditPlan
from kfix.repair.layers import (
    copied,
    exchange,
    find,
    renamed,
    resolve,
    with_argument,
    with_values,
    without_argument,
)
from kfix.shapes.inputs import is_input, tensor_refs
from kfix.shapes.layer_call import Args
from kfix.shapes.signatures import signature as signature_of


def apply(model: Model, edits: Sequence[Edit]) -> Model:
    """`model` as it would be read after `edits`: everything made at the places that they name is changed.

    Layers and nodes that no edit touches stay the very objects they were. New
    nodes get ids, and new layers uids, that the model does not have. Raises
    what the functions of an origin raise when a changed literal does not fit
    them (ZeroDivisionError, TypeError, …).
    """
    return Applier().apply(model, edits)


def _unwritten(layer: Layer) -> bool:
    """Is it the input that a model of `keras.applications` has of its own, and stands at its call?"""
    return is_input(layer) and all(
        one.site is None and one.origin is None for one in layer.arguments
    )


def _set(model: Model) -> tuple[Argument, ...]:
    """What a program has set for all its layers, as those of the model were read with it: the order of the axes."""
    for node in model.nodes:
        found = node.layer.argument("data_format")
        if found is not None and found.site is None and isinstance(found.origin, Fixed):
            return (found,)
    return ()


_JOINED = NewLayer("Concatenate")


class CannotApply(Exception):
    """An edit does not fit the body of a layer of the program, as tracing it shows."""


class Applier:
    """Applies edits to models, and makes the same new layer only once, so that a Tracer recognizes it."""

    def __init__(self) -> None:
        self._made: dict[object, Layer] = {}
        self._nodes: dict[object, int] = {}
        self._index: dict[int, dict[Site, set[Layer]]] = {}
        self._keep: list[Model] = []
        self._fresh = Model.ENTRY
        self._set: tuple[Argument, ...] = ()
        self.anchors: dict[int, InsertLayer] = {}
        """By the id of a node that an edit put in: that edit."""

    def apply(self, model: Model, edits: Sequence[Edit]) -> Model:
        """See `apply`."""
        if not edits:
            return model
        plan = EditPlan(edits)
        self._set = _set(model)
        return self._model(model, plan, self._touched(model, plan))

    def _touched(self, model: Model, plan: EditPlan) -> set[Layer]:
        """The layers that a plan changes; what it says of no layer in sight may be in the body of any."""
        touched: set[Layer] = set()
        index = self._sites(model)
        for site in plan.sites:
            touched |= index.get(site, set())
        if not plan.sites <= index.keys():
            touched.update(node.layer for node in model.nodes if _opens(node.layer))
        return touched

    # --- models ---------------------------------------------------------------------------

    def _model(self, model: Model, plan: EditPlan, touched: set[Layer]) -> Model:
        if any(
            node.layer.is_inside_application and node.site in plan.sites for node in model.nodes
        ):
            raise LookupError("no edit reaches into a model of keras.applications")
        sites = {node.site: node for node in model.nodes}
        moving = {
            move.site: sites[move.site]
            for move in plan.moves
            if move.site in sites and move.to in sites
        }
        nodes: list[Node] = []
        alias: dict[TensorRef, TensorRef] = {}
        end = model.end
        passed: set[Site] = set()
        turned = {
            node_id: found
            for edit in plan.reversed
            for node_id, found in _turned(model, edit).items()
        }

        def put(node: Node, source: TensorRef) -> TensorRef:
            nodes.append(node)
            alias.pop(TensorRef(node.id), None)
            return TensorRef(node.id)

        def insert(edit: InsertLayer | MoveLayer, anchor: Node, source: TensorRef) -> TensorRef:
            if isinstance(edit, MoveLayer):
                moved = moving[edit.site]
                layer = self._layer(moved.layer, plan, touched)
                return put(Node(moved.id, layer, ((None, source),), moved.site), source)
            key = (edit, plan.count(edit), model.uid, anchor.id)
            if key not in self._nodes:
                self._fresh -= 1
                self._nodes[key] = self._fresh
                self.anchors[self._fresh] = edit
            at = self._nodes[key]
            spelled = with_values(edit.layer, [node.layer for node in (*nodes, anchor)])
            layer = self._new(
                spelled, key if spelled is edit.layer else (key, spelled), anchor.layer, edit.site
            )
            return put(Node(at, layer, ((None, source),), layer.site), source)

        for node in model.nodes:
            args = resolve(node.args, alias) if alias else node.args
            last = end is not None and node is model.nodes[-1]
            if (
                args is node.args
                and node.layer not in touched
                and node.site not in plan.sites
                and not last
            ):
                nodes.append(node)
                continue
            if node.id in turned:
                which, ref = turned[node.id]
                args = exchange(args, which, alias.get(ref, ref))
            for other in plan.tensors.get(node.site, ()):
                if other.given not in sites or other.input >= len(tensor_refs(args)):
                    raise LookupError("the tensor is made elsewhere")
                given_by = TensorRef(sites[other.given].id)
                args = exchange(args, other.input, alias.get(given_by, given_by))
            first = () if node.site in passed else plan.around(node.site, "ahead", moving)
            passed.add(node.site)
            for edit in (*first, *plan.around(node.site, "before", moving)):
                which = (
                    edit.input if isinstance(edit, InsertLayer) and edit.input is not None else 0
                )
                tensors = tensor_refs(args)
                if which < len(tensors):
                    source = tensors[which]
                    args = exchange(args, which, insert(edit, node, source))
            if node.site in plan.removed or node.site in moving:
                tensors = tensor_refs(args)
                result = tensors[0] if tensors else TensorRef(Model.ENTRY)
            else:
                layer = (
                    self._layer(node.layer, plan, touched) if node.layer in touched else node.layer
                )
                if layer is not node.layer and layer.is_operation:
                    args = plan.kept(node.layer.site, args)
                if layer is not node.layer or args is not node.args:
                    node = Node(node.id, layer, args, node.site)
                nodes.append(node)
                result = TensorRef(node.id)
            for edit in plan.around(node.site, "after", moving):
                result = insert(edit, node, result)
            for replaced, layer, args in self._joined(node, plan):
                self._fresh -= 1
                self.anchors[self._fresh] = InsertLayer(node.site, "after", _JOINED)
                nodes.append(Node(self._fresh, layer, args, layer.site))
                alias[replaced] = TensorRef(self._fresh)
            for edit in plan.around(end, "after", moving) if end is not None and last else ():
                result = insert(edit, node, result)
            if result != TensorRef(node.id):
                alias[TensorRef(node.id)] = result
        given, given_site = model.given, model.given_site
        for change in plan.calls.get(given_site, ()) if given_site is not None else ():
            if isinstance(change, SetInputShape):
                given = change.value  # type: ignore[assignment]
        outputs = tuple(alias.get(ref, ref) for ref in model.outputs)
        return replace(model, nodes=tuple(nodes), outputs=outputs, given=given)

    def _joined(self, node: Node, plan: EditPlan) -> Iterator[tuple[TensorRef, Layer, Args]]:
        """Which output of a node is replaced, by which layer, and what that is called on."""
        for edit in plan.joined.get(node.site, ()):
            for pair in edit.pairs:
                layer = self._new(_JOINED, (edit, pair), node.layer, node.site)
                replaced, *two = (TensorRef(node.id, output) for output in pair)
                yield replaced, layer, ((None, two),)

    # --- layers ---------------------------------------------------------------------------

    def _layer(self, layer: Layer, plan: EditPlan, touched: set[Layer]) -> Layer:
        """The layer with the edits of its call, of the literals in it and of the layers in it."""
        if layer not in touched:
            return layer
        mine = plan.edits if _opens(layer) else plan.of(layer, self._sites_of(layer))
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
            model = self._model(model, plan, set().union(*self._sites(model).values()))
        result = layer
        if changed or model is not layer.model:
            result = copied(layer, arguments, model)
        if result.body is not None and _opens(layer):
            result = replace(result, body=self._edited(result.body, plan))
        for edit in plan.calls.get(layer.site, ()) if not _unwritten(layer) else ():
            if isinstance(edit, ReplaceLayer):
                new = (
                    with_values(edit.layer, [layer])
                    if isinstance(edit.layer, NewLayer)
                    else edit.layer
                )
                result = self._new(new, (edit, result), result, layer.site)
            elif isinstance(edit, SetArgument):
                result = with_argument(result, edit.name, edit.value)
            elif isinstance(edit, SetInputShape):
                for old in INPUT_NAMES:
                    if old != edit.name and not (old == "input_dim" and layer.cls == "Embedding"):
                        result = without_argument(result, old)
                result = with_argument(result, edit.name, edit.value)
            elif isinstance(edit, DropArgument):
                for slot in edit.slots:
                    if slot.call == layer.site:
                        result = without_argument(result, edit.name, slot.argument)
            elif isinstance(edit, RenameArgument):
                result = renamed(result, edit)
            elif isinstance(edit, ExchangeName):
                result = replace(result, cls=edit.name)
            elif isinstance(edit, ExchangeCall):
                result = replace(result, cls=f"{result.cls.rpartition('.')[0]}.{edit.name}")
        return result

    def _edited(
        self, body: Callable[[Shapes], Model | Unknown], plan: EditPlan
    ) -> Callable[[Shapes], Model | Unknown]:
        """What reads the body of a layer of the program, as it would be read after the edits."""

        def edited(shapes: Shapes) -> Model | Unknown:
            graph = body(shapes)
            if not isinstance(graph, Model):
                return graph
            try:
                return self._model(graph, plan, self._touched(graph, plan))
            except (ArithmeticError, TypeError, ValueError, LookupError, AttributeError) as error:
                raise CannotApply from error

        return edited

    def _argument(self, argument: Argument, plan: EditPlan, depth: int) -> Argument:
        value = argument.value
        if isinstance(value, Layer) and depth < 8:
            new = self._change(value, plan, depth + 1)
            return (
                argument
                if new is value
                else Argument(argument.keyword, new, argument.origin, argument.site)
            )
        origin = argument.origin
        if (
            plan.literals
            and origin is not None
            and any(one.site in plan.literals for one in places(origin))
        ):
            return Argument(
                argument.keyword, evaluate(origin, plan.literals), origin, argument.site
            )
        return argument

    def _new(self, new: NewLayer | Existing, key: object, old: Layer, site: Site) -> Layer:
        """The layer that `new` spells; `old` is the one that an `Existing` may mean."""
        if isinstance(new, Existing):
            return find(old, new.site) or old
        made = self._made.get(("new", key))
        if made is None:
            self._fresh -= 1
            place = Site(site.path, site.cell, self._fresh)
            arguments = tuple(
                Argument(
                    keyword,
                    self._new(value, (key, i), old, site)
                    if isinstance(value, NewLayer | Existing)
                    else value,
                )
                for i, (keyword, value) in enumerate(new.arguments)
            )
            signature = signature_of(new.cls) if self._set else None
            arguments += tuple(
                one for one in self._set if signature is not None and one.keyword in signature.names
            )
            made = self._made["new", key] = Layer(new.cls, arguments, place, self._fresh)
        return made

    # --- which layers an edit touches -----------------------------------------------------

    def _sites(self, model: Model) -> dict[Site, set[Layer]]:
        """By every Site that an edit could name: the layers of `model` that it would change."""
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
                if depth < 8:
                    yield from self._sites_of(argument.value, depth + 1)
            elif argument.origin is not None:
                for literal in places(argument.origin):
                    yield literal.site
        if layer.model is not None and depth < 8:
            if layer.model.given_site is not None:
                yield layer.model.given_site
            if layer.model.end is not None:
                yield layer.model.end
            for node in layer.model.nodes:
                yield node.site
                yield from self._sites_of(node.layer, depth + 1)


def _turned(model: Model, edit: ReverseOrder | SwapArguments) -> dict[int, tuple[int, TensorRef]]:
    """By node of a loop or a helper: the number of the input, and the tensor that it takes in another order."""
    nodes = [node for node in model.nodes if node.site == edit.site]
    refs = [tensor_refs(node.args)[edit.input] for node in nodes]
    if isinstance(edit, ReverseOrder):
        refs.reverse()
    elif len(refs) == edit.count:
        refs[edit.one], refs[edit.two] = refs[edit.two], refs[edit.one]
    return {node.id: (edit.input, ref) for node, ref in zip(nodes, refs, strict=True)}


def _opens(layer: Layer) -> bool:
    """Is it of a class of the program, whose `call` was read?"""
    return layer.is_user_layer and layer.body is not None
