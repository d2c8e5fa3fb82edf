"""Objects of the program's classes; subclassed layers and models."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from kfix.model import order
from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Layer, Library, Model, ModelKind, Node, Shape, Shapes, TensorRef
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter import nested_tensors, tensor_operations
from kfix.source.interpreter.calls import Call, Given, called, invoke
from kfix.source.interpreter.containers import NONE, DictV, ListV
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.conversion import from_shape, to_shape
from kfix.source.interpreter.functions import call_function, read_uncalled
from kfix.source.interpreter.interpreter import (
    MAX_STATEMENT_STEPS,
    Body,
    BudgetHit,
    Frame,
    Interpreter,
)
from kfix.source.interpreter.values import (
    Choice,
    ClassV,
    FunctionV,
    InstanceV,
    LayerV,
    ModelV,
    ObjectV,
    SequentialV,
    SuperInitV,
)
from kfix.source.keras import functional_models, layers, models
from kfix.source.keras.argument_values import holds_layers, model_arguments


@called(ClassV)
def instantiate(context: Context, cls: ClassV, given: list[Given]) -> AbstractValue:
    """Return what a call of a class of the program gives: an object of it."""
    interpreter = context.interpreter
    interpreter.made.add(id(cls))
    native = cls.native or ""
    if native.startswith("enum."):
        return ObjectV("enum", value=given[0].value if given else NONE)
    made = InstanceV(cls, context.site)
    made.body_for = partial(_body, interpreter, made)
    if native == "keras.Sequential":
        made.model = SequentialV(context.site, interpreter.uid(), context.frame.function)
        interpreter.models.append(made.model)
    elif native == "keras.Model":
        _become_model(context, made, given)
    elif _is_layer_class(native):
        _become_layer(context, made, given)
    found = cls.find("__init__")
    if found is not None:
        invoke(context, found[1], [Given(None, made), *given])
    elif "dataclass" in cls.decorators or native in _WITH_FIELDS:
        _fill_fields(made, Call(interpreter, given, context.node, context.frame))
    elif native:
        native_init(context, made, given)
    return made


_WITH_FIELDS = ("typing.NamedTuple", "pydantic.BaseModel")
"""Base classes that make an `__init__` of the annotated names."""


def _is_layer_class(native: str) -> bool:
    """Return whether a base class is a layer of Keras: `keras.Layer` or `keras.layers.Dense`."""
    if native == "keras.Layer":
        return True
    return native.startswith("keras.layers.") and native[13:14].isupper()


def _become_layer(context: Context, made: InstanceV, given: list[Given]) -> None:
    """Give an object the layer that it is, with its own `call`."""
    interpreter = context.interpreter
    arguments = model_arguments(interpreter, given)
    uid, body = interpreter.uid(), _body(interpreter, made)
    layer = Layer(made.cls.name, arguments, context.site, uid, Library.USER, body=body)
    made.layer = interpreter.layers[uid] = LayerV(layer)
    interpreter.instances[uid] = made


def _fill_fields(made: InstanceV, call: Call) -> None:
    """Set the attributes of an object of a dataclass."""
    names = [name for cls in reversed(made.cls.mro()) for name in cls.annotated]
    for place, name in enumerate(dict.fromkeys(names)):
        made.attributes[name] = call.get(place, name, _default_of(made, name, call))


def _default_of(made: InstanceV, name: str, call: Call) -> AbstractValue:
    found = made.cls.find(name)
    if found is None:
        return call.unknown(f"`{name}` of `{made.cls.name}` is not given")
    default = found[1]
    if isinstance(default, ObjectV) and default.kind == "field":
        held: AbstractValue = default.data["default"]
        return held
    return default


@called(SuperInitV)
def _super_init(context: Context, callee: SuperInitV, given: list[Given]) -> AbstractValue:
    return native_init(context, callee.instance, given)


def native_init(context: Context, made: AbstractValue, given: list[Given]) -> AbstractValue:
    """Do what `super().__init__(...)` does where the base is a class of Keras; returns None."""
    if not isinstance(made, InstanceV):
        return NONE
    if isinstance(made.model, SequentialV):
        models.fill_sequential(context.interpreter, made.model, given, context.node, context.frame)
    elif isinstance(made.model, ModelV):
        _become_functional(context, made.model, given)
    elif made.layer is not None:
        _become_layer_of_keras(context.interpreter, made, given)
    return NONE


def _become_functional(context: Context, value: ModelV, given: list[Given]) -> None:
    """Make a model the graph between the tensors that its `super().__init__` is given, if it is."""
    interpreter = context.interpreter
    call = Call(interpreter, given, context.node, context.frame)
    inputs, ends = call.get(0, "inputs"), call.get(1, "outputs")
    if inputs is None or ends is None or not tensor_operations.has_tensor([inputs, ends]):
        return
    functional = functional_models.functional(
        interpreter, inputs, ends, given, value.model.site, value.function
    )
    interpreter.models.remove(functional)
    value.model = replace(functional.model, uid=value.model.uid)
    value.instance = None


def _become_layer_of_keras(interpreter: Interpreter, made: InstanceV, given: list[Given]) -> None:
    """The class derives from `Dense`, `Dropout`, …: without a `call` of its own, it does what that does."""
    name = (made.cls.native or "").rpartition(".")[2]
    layer = made.layer.layer if made.layer is not None else None
    if layer is None or not interpreter.shapes.is_layer(name):
        return
    made.base = LayerV(Layer(name, model_arguments(interpreter, given), layer.site, layer.uid))
    if made.cls.find("call") is None:
        made.layer = interpreter.layers[layer.uid] = made.base


def _become_model(context: Context, made: InstanceV, given: list[Given]) -> None:
    """Give an object the subclassed model that it is, whose input shape is not known yet."""
    interpreter, site, frame = context.interpreter, context.site, context.frame
    arguments = model_arguments(interpreter, given)
    why = Unknown(f"no input shape is known for `{made.cls.name}`", site)
    node = Node(
        0,
        Layer(made.cls.name, arguments, site, interpreter.uid(), Library.UNKNOWN, unknown=why),
        (),
        site,
    )
    end = (TensorRef(0),)
    model = Model(
        made.cls.name,
        ModelKind.SUBCLASSED,
        site,
        (node,),
        (),
        end,
        interpreter.uid(),
        frame.function,
        arguments=arguments,
    )
    value = ModelV(model, frame.function)
    value.instance = made
    made.model = value
    layer = Layer(
        made.cls.name, arguments, site, model.uid, Library.USER, body=_body(interpreter, made)
    )
    made.layer = LayerV(layer)
    interpreter.instances[model.uid] = made
    interpreter.models.append(value)


# --- bodies -------------------------------------------------------------------------------


def _body(interpreter: Interpreter, made: InstanceV, template: list[Given] | None = None) -> Body:
    """Return what reads `call` on inputs of given shapes; `template` are the arguments, if there are several."""
    known: dict[str, Model | Unknown] = {}

    def body(shapes: Shapes) -> Model | Unknown:
        key = repr(shapes)
        if key not in known:
            known[key] = Unknown(f"`{made.cls.name}.call` calls itself", made.site)
            known[key] = read_call(interpreter, made, shapes, template)
        return known[key]

    return interpreter.defer(body)


def read_call(
    interpreter: Interpreter, made: InstanceV, shapes: Shapes, template: list[Given] | None = None
) -> Model | Unknown:
    """Interpret `call` of a layer or model on inputs of these shapes, as a graph of its own."""
    found = made.cls.find("call")
    if found is None or not isinstance(found[1], FunctionV):
        return Unknown(f"`{made.cls.name}` has no `call` that can be read", made.site)
    function = found[1]
    site = made.site or function.unit.site(function.node)
    frame = Frame(function.unit, function.scope, function.name)
    context = Context(interpreter, function.node, frame)
    several = shapes if template is not None and isinstance(shapes, list) else [shapes]

    def run(given: list[Given]) -> AbstractValue:
        _run_method(context, made, "build", several[:1] or [shapes])
        made.result = call_function(context, function, [Given(None, made), *given])
        return made.result

    before = len(made.weights)
    graph = _read(interpreter, f"{made.cls.name}.call", site, shapes, template, run)
    weights = (
        _count([shape for shape, _ in made.weights]),
        _count([shape for shape, trained in made.weights if trained]),
    )
    del made.weights[before:]
    if isinstance(graph, Model):
        graph = replace(graph, weights=weights[0], trained=weights[1])
    declared = _run_method(context, made, "compute_output_shape", several)
    if declared is None:
        return graph
    return _as_declared(interpreter, made, declared, graph, weights, shapes)


def _run_method(
    context: Context, made: InstanceV, name: str, shapes: list[Shapes]
) -> AbstractValue | None:
    """Call a method of a layer with shapes; `None` where its class has no such method."""
    found = made.cls.find(name)
    if found is None or not isinstance(found[1], FunctionV):
        return None
    given = [Given(None, made), *(Given(None, from_shape(shape)) for shape in shapes)]
    return call_function(context, found[1], given)


def _as_declared(
    interpreter: Interpreter,
    made: InstanceV,
    declared: AbstractValue,
    graph: Model | Unknown,
    weights: tuple[int | Unknown, int | Unknown],
    shapes: Shapes,
) -> Model | Unknown:
    """Return a graph of the output shape that `compute_output_shape` declares, as Keras believes it.

    That of `call` where both agree, or where not all of the declared shape is known.
    """
    shape = to_shape(declared)
    if not isinstance(shape, tuple) or any(isinstance(dim, Unknown) for dim in shape):
        return graph
    if isinstance(graph, Model) and _gives(interpreter, graph, shape):
        return graph
    made.result = None
    site = made.site or Site("", None, 0)
    if any(map(holds_layers, made.attributes.values())):
        weights = (Unknown(f"the weights of `{made.cls.name}`", site),) * 2
    constant = model_of_shape(interpreter, made.cls.name, shape, site, shapes)
    return replace(constant, weights=weights[0], trained=weights[1])


def _gives(interpreter: Interpreter, graph: Model, shape: Shape) -> bool:
    """Return whether a graph has one output, of this shape."""
    ends = graph.outputs
    return len(ends) == 1 and interpreter.shapes.tensor(interpreter.arena, ends[0]) == shape


def model_of_shape(
    interpreter: Interpreter, name: str, shape: Shape, site: Site, given: Shapes = ()
) -> Model:
    """Return a graph that gives this shape, whatever it is given: one tensor, or as many as `given` has shapes."""
    count = len(given) if isinstance(given, list | dict) else 1
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

    def run(given: list[Given]) -> AbstractValue:
        return invoke(call.context, what, [*given, *more])

    return _read(interpreter, "the function of a Lambda", call.site, shapes, None, run)


def _read(
    interpreter: Interpreter,
    name: str,
    site: Site,
    shapes: Any,
    template: list[Given] | None,
    run: Callable[[list[Given]], AbstractValue],
) -> Model | Unknown:
    """Run a body on new inputs of these shapes; the steps of bodies within one another count together."""
    inputs = _input_tensors(interpreter, shapes, site)
    new = nested_tensors.tensors_in(inputs)
    given = [Given(None, inputs)]
    if template is not None:
        waiting = list(new)
        given = [g._replace(value=nested_tensors.put_in(g.value, waiting)) for g in template]
    try:
        result = _apart(interpreter, partial(run, given))
    except BudgetHit:
        return Unknown(f"`{name}` takes more steps than are allowed", site)
    except RecursionError:
        return Unknown(f"`{name}` is too deeply nested", site)
    ends = [tensor.ref for tensor in nested_tensors.tensors_in(result)]
    if not ends:
        return Unknown(f"what `{name}` returns is not known", site, _reason(result))
    ins = [tensor.ref for tensor in new]
    nodes = order.graph(interpreter.arena, ins, ends)
    return Model(
        name, ModelKind.FUNCTIONAL, site, nodes, tuple(ins), tuple(ends), interpreter.uid()
    )


def _apart(interpreter: Interpreter, work: Callable[[], AbstractValue]) -> AbstractValue:
    """Do something apart from what is being read: no branch takes it back, and its steps do not count there."""
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
    """Return new inputs of these shapes, in the lists and dictionaries in which the shapes stand."""
    if isinstance(shapes, list):
        return ListV([_input_tensors(interpreter, shape, site) for shape in shapes])
    if isinstance(shapes, dict):
        return DictV(
            {key: _input_tensors(interpreter, shape, site) for key, shape in shapes.items()}
        )
    return layers.input_of_shape(interpreter, shapes, site)


def finished(value: ModelV) -> Model:
    """Return a model; a subclassed one with its graph, where its input shape is known."""
    model, instance = value.model, value.instance
    if not model.is_subclassed or instance is None or instance.layer is None:
        return model
    if model.given is None:
        return model
    body = instance.layer.layer.body
    graph = Unknown("it has no `call`") if body is None else body(model.given)
    if isinstance(graph, Unknown):
        node = model.nodes[0]
        layer = replace(node.layer, library=Library.UNKNOWN, unknown=graph)
        return replace(model, nodes=(Node(0, layer, (), node.site),))
    return replace(model, nodes=graph.nodes, inputs=graph.inputs, outputs=graph.outputs, given=None)


def read_uncalled_class(interpreter: Interpreter, cls: ClassV) -> InstanceV | None:
    """Return an object of a class that the program never makes, its parameters unknown; `None` for an enum."""
    if cls.node is None or cls.unit is None or (cls.native or "").startswith("enum."):
        return None
    made = InstanceV(cls, cls.unit.site(cls.node))
    found = cls.find("__init__")
    init = found[1] if found is not None else None
    if isinstance(init, FunctionV) and id(init.node) not in interpreter.called:
        read_uncalled(interpreter, init, made)
    return made
