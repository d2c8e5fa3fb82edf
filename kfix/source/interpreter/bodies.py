"""The bodies of layers: `call` of a class of the program, and functions of a Lambda, read on inputs
of given shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from kfix.model import order
from kfix.model.abstract_value import AbstractValue
from kfix.model.attributes import DATA
from kfix.model.graph import Array, Model, ModelKind, Node, Shape, Shapes, TensorRef
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.model.unknown import Unknown, any_unknown
from kfix.source.interpreter import nested_tensors
from kfix.source.interpreter.calls import Call, Given, invoke
from kfix.source.interpreter.containers import NONE, DictV, ListV, first
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.conversion import from_shape, to_shape
from kfix.source.interpreter.functions import begin_build, call_function
from kfix.source.interpreter.interpreter import (
    MAX_STATEMENT_STEPS,
    Body,
    BudgetHit,
    Frame,
    Interpreter,
)
from kfix.source.interpreter.tensor_operations import unknown_tensor
from kfix.source.interpreter.values import Choice, FunctionV, InstanceV, TensorV
from kfix.source.keras import layers
from kfix.source.keras.argument_values import holds_layers


def body_of(
    interpreter: Interpreter, instance: InstanceV, template: list[Given] | None = None
) -> Body:
    """Return what reads `call` on inputs of given shapes.

    `template` are the arguments, if there are several.
    """
    known: dict[str, Model | Unknown] = {}

    def body(shapes: Shapes) -> Model | Unknown:
        key = repr(shapes)
        if key not in known:
            known[key] = Unknown(f"`{instance.cls.name}.call` calls itself", instance.site)
            known[key] = read_call(interpreter, instance, shapes, template)
        return known[key]

    return interpreter.defer(body)


def read_call(
    interpreter: Interpreter,
    instance: InstanceV,
    shapes: Shapes,
    template: list[Given] | None = None,
) -> Model | Unknown:
    """Interpret `call` of a layer or model on inputs of these shapes, as a graph of its own."""
    function = instance.cls.method("call")
    if function is None:
        return Unknown(f"`{instance.cls.name}` has no `call` that can be read", instance.site)
    site = instance.site or function.unit.site(function.node)
    frame = Frame(function.unit, function.scope, function.name)
    context = Context(interpreter, function.node, frame)
    several = shapes if template is not None and isinstance(shapes, list) else [shapes]
    ins = _input_tensors(interpreter, shapes, site)
    instance.given = several
    given = [Given(None, instance), *_arguments(ins, template)]
    named = _by_argument(function, template, several)

    def run() -> AbstractValue:
        _build(context, instance, named)
        instance.result = _as_tensors(interpreter, call_function(context, function, given), site)
        return instance.result

    before, kept = len(instance.weights), dict(instance.attributes)
    graph = _read(interpreter, f"{instance.cls.name}.call", site, ins, run)
    weights = _Weights(
        _count([shape for shape, _ in instance.weights]),
        _count([shape for shape, trained in instance.weights if trained]),
    )
    del instance.weights[before:]
    _forget_tensors(context, instance, kept)
    if isinstance(graph, Model):
        graph = replace(graph, **weights._asdict())
    declared = _declared(context, instance, named)
    shape = None
    if declared is not None:
        shape = _known_shape(declared)
    if shape is None or (isinstance(graph, Model) and _gives(interpreter, graph, shape)):
        return graph
    if isinstance(graph, Model):
        return replace(graph, declared=shape, declared_at=_place(instance))
    return _as_declared(interpreter, instance, shape, shapes, weights)


def _as_tensors(interpreter: Interpreter, result: AbstractValue, site: Site) -> AbstractValue:
    """Return the result of `call` with a tensor for each part that is not made of its inputs.

    An array is a weight, or a table of positions. Nothing is known of others, but that they are
    outputs, unless they are all that there is.
    """

    def tensor(value: AbstractValue) -> AbstractValue:
        match _settled(interpreter, value):
            case Array() as array:
                return layers.data_of_shape(interpreter, array.shape, site, array.origin)
            case Unknown() | Choice() as unknown if value is not result:
                why = first(_reason(unknown), Unknown(""))
                return unknown_tensor(interpreter, why, site)
            case settled:
                return settled

    return nested_tensors.each_leaf(result, tensor)


def _forget_tensors(
    context: Context, instance: InstanceV, before: Mapping[str, AbstractValue]
) -> None:
    """Forget the tensors that `call` kept in attributes: they are of the graph that was read.

    Outside of it an attribute holds what the last call computed, numbers or a KerasTensor.
    """
    for name, value in instance.attributes.items():
        if before.get(name) is not value and nested_tensors.tensors_in(value):
            instance.attributes[name] = context.unknown("a tensor that `call` keeps")


class _Weights(NamedTuple):
    """The numbers of the weights of a layer, and of those that training changes."""

    weights: int | Unknown
    trained: int | Unknown


def _arguments(ins: AbstractValue, template: list[Given] | None) -> list[Given]:
    """Return the inputs as arguments: as in the template, if there are several."""
    if template is None:
        return [Given(None, ins)]
    waiting = nested_tensors.tensors_in(ins)
    return [given._replace(value=nested_tensors.put_in(given.value, waiting)) for given in template]


def _by_argument(
    function: FunctionV, template: list[Given] | None, shapes: list[Shapes]
) -> dict[str, Shapes]:
    """Return the shapes of a call by the parameters of `call`, in the order of the call."""
    names = _parameters(function)
    left = list(shapes)
    found: dict[str, Shapes] = {}
    for place, given in enumerate(template or [Given(None, NONE)]):
        name = given.keyword or names[min(place, len(names) - 1)]
        count = len(nested_tensors.tensors_in(given.value))
        if template is None or isinstance(given.value, TensorV):
            found[name] = left.pop(0)
        elif isinstance(given.value, Array):
            found[name] = given.value.shape
        elif count:
            found[name], left = left[:count], left[count:]
    return found


def _parameters(function: FunctionV) -> list[str]:
    """Return the names of the parameters of a method behind `self`, "" where there are none."""
    return [one.name.value for one in function.node.params.params[1:]] or [""]


def _build(context: Context, instance: InstanceV, shapes: dict[str, Shapes]) -> None:
    """Call `build` as Keras does: with the first shape, or with each that it names."""
    method = instance.cls.method("build")
    if method is not None and shapes:
        begin_build(context.interpreter, instance)
        _of_shapes(context, instance, method, shapes)


def _of_shapes(
    context: Context, instance: InstanceV, method: FunctionV, shapes: dict[str, Shapes]
) -> AbstractValue:
    """Call a method of a layer as Keras does: with the first shape, or with each that it names.

    Source: `update_shapes_dict_for_target_fn` in Keras's `layers/layer.py`.
    """
    named = {
        f"{name}_shape": shape
        for name, shape in shapes.items()
        if f"{name}_shape" in _parameters(method)
    }
    given = [Given(None, from_shape(shape)) for shape in [*shapes.values()][:1]]
    if len(named) > 1:
        given = [Given(name, from_shape(shape)) for name, shape in named.items()]
    return call_function(context, method, [Given(None, instance), *given])


def _declared(
    context: Context, instance: InstanceV, shapes: dict[str, Shapes]
) -> AbstractValue | None:
    """Return what `compute_output_shape` of a layer gives, `None` where its class has none."""
    method = instance.cls.method("compute_output_shape")
    if method is None:
        return None
    try:
        return _apart(context.interpreter, lambda: _of_shapes(context, instance, method, shapes))
    except BudgetHit:
        return context.unknown("`compute_output_shape` takes more steps than are allowed")


def _place(instance: InstanceV) -> Site:
    """Return the place of `compute_output_shape`."""
    method = instance.cls.method("compute_output_shape")
    assert method is not None
    return method.unit.site(method.node)


def _known_shape(declared: AbstractValue) -> Shape | None:
    """Return the one shape that `compute_output_shape` declares, `None` if not all is known."""
    shape = to_shape(declared)
    if not isinstance(shape, tuple) or any_unknown(shape):
        return None
    return shape


def _as_declared(
    interpreter: Interpreter, instance: InstanceV, shape: Shape, given: Shapes, weights: _Weights
) -> Model:
    """Return a graph of the declared shape: Keras believes it, whatever `call` gives."""
    instance.result = None
    site = instance.site or Site("", None, 0)
    if any(map(holds_layers, instance.attributes.values())):
        unknown = Unknown(f"the weights of `{instance.cls.name}`", site)
        weights = _Weights(unknown, unknown)
    constant = model_of_shape(interpreter, instance.cls.name, shape, site, given)
    return replace(constant, **weights._asdict())


def _gives(interpreter: Interpreter, graph: Model, shape: Shape) -> bool:
    """Return whether a graph has one output, of this shape."""
    ends = graph.outputs
    return len(ends) == 1 and interpreter.shapes.tensor(interpreter.arena, ends[0]) == shape


def model_of_shape(
    interpreter: Interpreter, name: str, shape: Shape, site: Site, given: Shapes = ()
) -> Model:
    """Return a graph that gives this shape, whatever it is given: one tensor, or as many as `given`
    has shapes.
    """
    count = 1
    if isinstance(given, list | dict):
        count = len(given)
    entries = tuple(
        layers.input_of_shape(interpreter, Unknown("the input"), site).ref for _ in range(count)
    )
    end = layers.input_of_shape(interpreter, shape, site).ref
    nodes = tuple(interpreter.arena[ref.node] for ref in (*entries, end))
    return Model(name, ModelKind.FUNCTIONAL, site, nodes, entries, (end,), interpreter.uid())


def _count(weights: list[Shape | Unknown]) -> int | Unknown:
    """Return how many numbers variables of these shapes hold."""
    total = 0
    for shape in weights:
        if isinstance(shape, Unknown):
            return shape
        size = 1
        for dim in shape:
            if isinstance(dim, Unknown):
                return dim
            if dim is None:
                return Unknown("a variable of a size that varies")
            size *= dim
        total += size
    return total


def read_function(
    interpreter: Interpreter, what: AbstractValue, more: list[Given], shapes: Shapes, call: Call
) -> Model | Unknown:
    """Interpret a function (a Lambda's) on inputs of these shapes, as a graph of its own."""
    ins = _input_tensors(interpreter, shapes, call.site)
    run = partial(invoke, call.context, what, [Given(None, ins), *more])
    return _read(interpreter, "the function of a Lambda", call.site, ins, run)


def _settled(interpreter: Interpreter, result: AbstractValue) -> AbstractValue:
    """Return the first of several tensors of one shape that the same layers make."""
    if not isinstance(result, Choice) or not all(isinstance(v, TensorV) for v in result.values):
        return result
    refs = [value.ref for value in result.values if isinstance(value, TensorV)]
    shapes = [interpreter.shapes.tensor(interpreter.arena, ref) for ref in refs]
    first = shapes[0]
    known = isinstance(first, tuple) and not any_unknown(first)
    if not known or any(shape != first for shape in shapes):
        return result
    if len({_layers_behind(interpreter, ref) for ref in refs}) > 1:
        return result
    return result.values[0]


def _layers_behind(interpreter: Interpreter, ref: TensorRef) -> frozenset[int]:
    """Return the layers that may have weights on the way to a tensor."""
    nodes = order.graph(interpreter.arena, [], [ref])
    return frozenset(node.layer.uid for node in nodes if not node.layer.is_operation and node.args)


def _read(
    interpreter: Interpreter,
    name: str,
    site: Site,
    inputs: AbstractValue,
    run: Callable[[], AbstractValue],
) -> Model | Unknown:
    """Run a body on its inputs.

    The steps of bodies within one another count together.
    """
    ins = [tensor.ref for tensor in nested_tensors.tensors_in(inputs)]  # the body may add to them
    start = len(interpreter.inside)
    try:
        result = _settled(interpreter, _apart(interpreter, run))
    except BudgetHit:
        return Unknown(f"`{name}` takes more steps than are allowed", site)
    except RecursionError:
        return Unknown(f"`{name}` is too deeply nested", site)
    ends = [tensor.ref for tensor in nested_tensors.tensors_in(result)]
    if not ends:
        return Unknown(f"what `{name}` returns is not known", site, _reason(result))
    apart = _refused_apart(interpreter, ins, interpreter.inside[start:])
    nodes = order.graph(interpreter.arena, ins, [*ends, *apart])
    return Model(
        name, ModelKind.FUNCTIONAL, site, nodes, tuple(ins), tuple(ends), interpreter.uid()
    )


def _refused_apart(
    interpreter: Interpreter, ins: list[TensorRef], made: list[int]
) -> list[TensorRef]:
    """Return the first tensor of a body that is refused, though its result may not need it: a loss.

    What the bodies of the layers in it make is made of their own inputs.
    """
    own = {ref.node for ref in ins}
    for index in made:
        if interpreter.shapes.refuses(interpreter.arena, index):
            way = order.graph(interpreter.arena, ins, [TensorRef(index)])
            if all(node.id in own or _is_data(node) for node in way if not node.args):
                return [TensorRef(index)]
    return []


def _is_data(node: Node) -> bool:
    """Return whether a node is a concrete tensor."""
    return node.layer.attribute(DATA) is not None


def _apart(interpreter: Interpreter, work: Callable[[], AbstractValue]) -> AbstractValue:
    """Do something apart from what is being read: no branch takes it back, and its steps do not
    count there.
    """
    steps, stop, reading = interpreter.steps, interpreter.stop, interpreter.reading
    stack = interpreter.journal.stack
    if not reading:
        interpreter.steps, interpreter.stop = 0, MAX_STATEMENT_STEPS
    interpreter.reading, interpreter.journal.stack = True, []
    try:
        return work()
    finally:
        interpreter.journal.stack, interpreter.reading = stack, reading
        if not reading:
            interpreter.steps, interpreter.stop = steps, stop


def _reason(result: AbstractValue) -> Unknown | None:
    """Return why the result of a body holds no tensor, where that is known."""
    if isinstance(result, Choice):
        return Unknown(result.reason)
    if isinstance(result, Unknown):
        return result
    return None


def _input_tensors(interpreter: Interpreter, shapes: Shapes, site: Site) -> AbstractValue:
    """Return new inputs of these shapes, nested in lists and dictionaries as the shapes are."""
    if isinstance(shapes, list):
        return ListV([_input_tensors(interpreter, shape, site) for shape in shapes])
    if isinstance(shapes, dict):
        return DictV(
            {key: _input_tensors(interpreter, shape, site) for key, shape in shapes.items()}
        )
    return layers.input_of_shape(interpreter, shapes, site)
