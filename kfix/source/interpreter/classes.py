"""Objects of the program's classes; subclassed layers and models."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import libcst as cst

from kfix.model import order
from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Layer, Library, Model, ModelKind, Node, Shape, Shapes, TensorRef
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter import nested_tensors, tensor_operations
from kfix.source.interpreter.calls import Call, Given, called, invoke
from kfix.source.interpreter.containers import NONE, DictV, ListV
from kfix.source.interpreter.conversion import from_shape, to_shape
from kfix.source.interpreter.functions import call_function, read_uncalled
from kfix.source.interpreter.interpreter import MAX_STATEMENT_STEPS, BudgetHit, Frame, Interpreter
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
from kfix.source.keras import layers, models


@called(ClassV)
def instantiate(
    interpreter: Interpreter, cls: ClassV, given: list[Given], node: cst.CSTNode, frame: Frame
) -> AbstractValue:
    """`cls(...)`."""
    interpreter.made.add(id(cls))
    native = cls.native or ""
    if native.startswith("enum."):
        value = given[0].value if given else NONE
        return ObjectV("enum", value=value)
    site = frame.unit.site(node)
    made = InstanceV(cls, site)
    made.body_for = partial(_body, interpreter, made)
    if native == "keras.Sequential":
        made.model = SequentialV(site, interpreter.uid(), frame.function)
        interpreter.models.append(made.model)
    elif native == "keras.Model":
        _become_model(interpreter, made, given, site, frame)
    elif native == "keras.Layer" or (
        native.startswith("keras.layers.") and native[13:14].isupper()
    ):
        arguments = layers.model_arguments(interpreter, given)
        made.layer = LayerV(
            Layer(
                cls.name,
                arguments,
                site,
                interpreter.uid(),
                Library.USER,
                body=_body(interpreter, made),
            )
        )
        interpreter.layers[made.layer.layer.uid] = made.layer
        interpreter.instances[made.layer.layer.uid] = made
    found = cls.find("__init__")
    if found is not None:
        invoke(interpreter, found[1], [Given(None, made), *given], node, frame)
    elif "dataclass" in cls.decorators or native in ("typing.NamedTuple", "pydantic.BaseModel"):
        _fill_fields(interpreter, made, Call(interpreter, given, node, frame))
    elif native:
        native_init(interpreter, made, given, node, frame)
    return made


def _fill_fields(interpreter: Interpreter, made: InstanceV, call: Call) -> None:
    names = [name for cls in reversed(made.cls.mro()) for name in cls.annotated]
    for place, name in enumerate(dict.fromkeys(names)):
        found = made.cls.find(name)
        default = (
            found[1]
            if found is not None
            else call.unknown(f"`{name}` of `{made.cls.name}` is not given")
        )
        if isinstance(default, ObjectV) and default.kind == "field":
            default = default.data["default"]
        made.attributes[name] = call.get(place, name, default)


@called(SuperInitV)
def _super_init(
    interpreter: Interpreter,
    callee: SuperInitV,
    given: list[Given],
    node: cst.CSTNode,
    frame: Frame,
) -> AbstractValue:
    return native_init(interpreter, callee.instance, given, node, frame)


def native_init(
    interpreter: Interpreter,
    made: AbstractValue,
    given: list[Given],
    node: cst.CSTNode,
    frame: Frame,
) -> AbstractValue:
    """What `super().__init__(...)` does where the base is a class of Keras."""
    if not isinstance(made, InstanceV):
        return NONE
    if isinstance(made.model, SequentialV):
        models.fill_sequential(interpreter, made.model, given, node, frame)
    elif isinstance(made.model, ModelV):
        call = Call(interpreter, given, node, frame)
        inputs, ends = call.get(0, "inputs"), call.get(1, "outputs")
        if inputs is not None and ends is not None and tensor_operations.has_tensor([inputs, ends]):
            functional = models.functional(
                interpreter, inputs, ends, given, made.model.model.site, made.model.function
            )
            interpreter.models.remove(functional)
            functional.model = replace(functional.model, uid=made.model.model.uid)
            made.model.model = functional.model
            made.model.instance = None
    elif made.layer is not None:
        _become_layer_of_keras(interpreter, made, given)
    return NONE


def _become_layer_of_keras(interpreter: Interpreter, made: InstanceV, given: list[Given]) -> None:
    """The class derives from `Dense`, `Dropout`, …: without a `call` of its own, it does what that does."""
    name = (made.cls.native or "").rpartition(".")[2]
    layer = made.layer.layer if made.layer is not None else None
    if layer is None or not interpreter.shapes.is_layer(name):
        return
    made.base = LayerV(
        Layer(name, layers.model_arguments(interpreter, given), layer.site, layer.uid)
    )
    if made.cls.find("call") is None:
        made.layer = interpreter.layers[layer.uid] = made.base


def _become_model(
    interpreter: Interpreter, made: InstanceV, given: list[Given], site: Site, frame: Frame
) -> None:
    arguments = layers.model_arguments(interpreter, given)
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


def _body(interpreter: Interpreter, made: InstanceV, template: list[Given] | None = None) -> Any:
    """What reads `call` on inputs of given shapes; `template` are the arguments of this call, if there are several."""
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

    def run(given: list[Given]) -> AbstractValue:
        build = made.cls.find("build")
        if build is not None and isinstance(build[1], FunctionV):
            first = (
                shapes[0]
                if template is not None and isinstance(shapes, list) and shapes
                else shapes
            )
            call_function(
                interpreter,
                build[1],
                [Given(None, made), Given(None, from_shape(first))],
                function.node,
                frame,
            )
        return call_function(
            interpreter, function, [Given(None, made), *given], function.node, frame
        )

    def keep(given: list[Given]) -> AbstractValue:
        made.result = run(given)
        return made.result

    before = len(made.weights)
    graph = _read(interpreter, f"{made.cls.name}.call", site, shapes, template, keep)
    weights = _count([shape for shape, _ in made.weights])
    trained = _count([shape for shape, trained in made.weights if trained])
    del made.weights[before:]
    if isinstance(graph, Model):
        graph = replace(graph, weights=weights, trained=trained)
    told = made.cls.find("compute_output_shape")
    if told is None or not isinstance(told[1], FunctionV):
        return graph
    several: Any = shapes if template is not None and isinstance(shapes, list) else [shapes]
    given = [Given(None, made), *(Given(None, from_shape(one)) for one in several)]
    return _as_told(
        interpreter,
        made,
        call_function(interpreter, told[1], given, function.node, frame),
        graph,
        (weights, trained),
        shapes,
    )


def _as_told(
    interpreter: Interpreter,
    made: InstanceV,
    told: AbstractValue,
    graph: Model | Unknown,
    weights: tuple[Any, Any],
    shapes: Any,
) -> Model | Unknown:
    """The shape is what `compute_output_shape` says, as it is for Keras; the graph of `call` where both agree."""
    shape = to_shape(told)
    if not isinstance(shape, tuple) or any(isinstance(dim, Unknown) for dim in shape):
        return graph
    if isinstance(graph, Model):
        found = (
            interpreter.shapes.tensor(interpreter.arena, graph.outputs[0])
            if len(graph.outputs) == 1
            else None
        )
        if found == shape:
            return graph
    made.result = None
    site = made.site or Site("", None, 0)
    if any(map(layers.holds_layers, made.attributes.values())):
        weights = (Unknown(f"the weights of `{made.cls.name}`", site),) * 2
    return replace(
        model_of_shape(interpreter, made.cls.name, shape, site, shapes),
        weights=weights[0],
        trained=weights[1],
    )


def model_of_shape(
    interpreter: Interpreter, name: str, shape: Shape, site: Site, given: Shapes = ()
) -> Model:
    """A graph that gives this shape, whatever it is given: one tensor, or as many as `given` has shapes."""
    count = len(given) if isinstance(given, list | dict) else 1
    entries = tuple(
        layers.input_of_shape(interpreter, Unknown("the input"), site).ref for _ in range(count)
    )
    end = layers.input_of_shape(interpreter, shape, site).ref
    nodes = tuple(interpreter.arena[ref.node] for ref in (*entries, end))
    return Model(name, ModelKind.FUNCTIONAL, site, nodes, entries, (end,), interpreter.uid())


def _count(weights: list[Any]) -> int | Unknown:
    """How many numbers variables of these shapes hold."""
    total = 0
    for shape in weights:
        if isinstance(shape, Unknown):
            return shape
        size = 1
        for dim in shape:
            if not isinstance(dim, int):
                return (
                    dim if isinstance(dim, Unknown) else Unknown("a variable of a size that varies")
                )
            size *= dim
        total += size
    return total


def read_function(
    interpreter: Interpreter, what: AbstractValue, more: list[Given], shapes: Shapes, call: Call
) -> Model | Unknown:
    """Interpret a function (a Lambda's) on inputs of these shapes, as a graph of its own."""

    def run(given: list[Given]) -> AbstractValue:
        return invoke(interpreter, what, [*given, *more], call.node, call.frame)

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
    steps, stop, reading, held = (
        interpreter.steps,
        interpreter.stop,
        interpreter.reading,
        interpreter.journal.stack,
    )
    if not reading:
        interpreter.steps, interpreter.stop = 0, MAX_STATEMENT_STEPS
    interpreter.reading, interpreter.journal.stack = True, []
    try:
        result = run(given)
    except BudgetHit:
        return Unknown(f"`{name}` takes more steps than are allowed", site)
    except RecursionError:
        return Unknown(f"`{name}` is too deeply nested", site)
    finally:
        interpreter.journal.stack, interpreter.reading = held, reading
        if not reading:
            interpreter.steps, interpreter.stop = steps, stop
    if isinstance(result, Choice):
        because = Unknown(
            f"it depends on `{result.options[0][0][0][0]}`"
            if result.options[0][0]
            else "it depends"
        )
        return Unknown(f"what `{name}` returns is not known", site, because)
    ends = [tensor.ref for tensor in nested_tensors.tensors_in(result)]
    if not ends:
        why = result if isinstance(result, Unknown) else None
        return Unknown(f"what `{name}` returns is not known", site, why)
    ins = [tensor.ref for tensor in new]
    nodes = order.graph(interpreter.arena, ins, ends)
    return Model(
        name, ModelKind.FUNCTIONAL, site, nodes, tuple(ins), tuple(ends), interpreter.uid()
    )


def _input_tensors(interpreter: Interpreter, shapes: Any, site: Site) -> AbstractValue:
    if isinstance(shapes, list):
        return ListV([_input_tensors(interpreter, shape, site) for shape in shapes])
    if isinstance(shapes, dict):
        return DictV(
            {key: _input_tensors(interpreter, shape, site) for key, shape in shapes.items()}
        )
    return layers.input_of_shape(interpreter, shapes, site)


def finished(interpreter: Interpreter, value: ModelV) -> Model:
    """A subclassed model with its graph, where its input shape is known."""
    model = value.model
    if (
        not model.is_subclassed
        or value.instance is None
        or value.instance.layer is None
        or model.given is None
    ):
        return model
    body = value.instance.layer.layer.body
    graph = body(model.given) if body is not None else Unknown("it has no `call`")
    if isinstance(graph, Unknown):
        node = model.nodes[0]
        layer = Layer(
            node.layer.cls,
            node.layer.arguments,
            node.layer.site,
            node.layer.uid,
            Library.UNKNOWN,
            unknown=graph,
        )
        return replace(model, nodes=(Node(0, layer, (), node.site),))
    return replace(model, nodes=graph.nodes, inputs=graph.inputs, outputs=graph.outputs, given=None)


def read_uncalled_class(interpreter: Interpreter, cls: ClassV) -> InstanceV | None:
    """An object of a class that the program never makes, its parameters unknown."""
    if cls.node is None or cls.unit is None or (cls.native or "").startswith("enum."):
        return None
    made = InstanceV(cls, cls.unit.site(cls.node))
    found = cls.find("__init__")
    if (
        found is not None
        and isinstance(found[1], FunctionV)
        and id(found[1].node) not in interpreter.called
    ):
        read_uncalled(interpreter, found[1], made)
    return made
