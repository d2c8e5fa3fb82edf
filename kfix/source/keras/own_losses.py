"""Losses that a program defines itself, called on labels and outputs of the shapes of a batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, repeat

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Model, Node, Shape
from kfix.model.program import Batches, OwnStep
from kfix.model.ranks import same_rank
from kfix.model.unknown import all_integers
from kfix.source.interpreter.bound_values import BoundV
from kfix.source.interpreter.calls import Call, Given, invoke
from kfix.source.interpreter.classes import finished
from kfix.source.interpreter.compiled import last_compile
from kfix.source.interpreter.containers import DictV, ListV, is_none
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.values import FunctionV, InstanceV, ModelV, SequentialV
from kfix.source.keras import asked, layers
from kfix.source.keras.layers import data_of_shape

_OF_SHAPE = ("numpy.shape", "numpy.ndim")
"""Functions of NumPy that ask for an attribute alone."""

_METHODS = ("fit", "evaluate", "train_on_batch", "test_on_batch")


def run(
    call: Call, model: SequentialV | ModelV, batches: Sequence[Batches], step: OwnStep | None
) -> None:
    """Call the losses of a model that the program defines, as the first batch of a call does.

    A `step` of the program does so where it compares labels and outputs by `compute_loss`.
    """
    compiled = last_compile(call.interpreter.compiles, model)
    if compiled is None or call.name not in _METHODS or not _is_own(compiled.loss):
        return
    compares = step is not None and step.compares
    trained = sorted(batches, key=lambda one: one.aside)[:1]
    for first in [one for one in trained if compares or not one.own]:
        shapes = _shapes(call, model, first)
        for one, pair in zip(_losses(compiled.loss, len(shapes)), shapes, strict=False):
            _run(call, model, one, pair)


def _is_own(loss: AbstractValue | None) -> bool:
    """Return whether the program defines a loss, or one of several."""
    return any(_callee(one) is not None for one in _written(loss))


def _written(loss: AbstractValue | None) -> list[AbstractValue | None]:
    """Return the losses as they are written, one or several."""
    match loss:
        case ListV(items=items, unknown=None):
            return [*items]
        case DictV(entries=entries, unknown=None):
            return [*entries.values()]
    return [loss]


def _losses(loss: AbstractValue | None, count: int) -> Iterator[AbstractValue | None]:
    """Yield the loss of each of several outputs; a dictionary has it for one alone."""
    written = _written(loss)
    if not isinstance(loss, ListV | DictV) or loss.unknown is not None:
        yield from repeat(loss, count)
    elif len(written) == count and (count == 1 or isinstance(loss, ListV)):
        yield from written


def _shapes(call: Call, model: SequentialV | ModelV, batches: Batches) -> list[tuple[Shape, Shape]]:
    """Return the shapes of labels and output for each output, nothing where one is not known."""
    interpreter, size = call.interpreter, batches.size
    ends = interpreter.shapes.model_outputs(_with_graph(interpreter, model))
    outputs = ends if isinstance(ends, list) else [ends]
    given = batches.y
    if not isinstance(given, list | tuple):
        given = [given]
    pairs = [
        ((size, *labels[1:]), (size, *output[1:]))
        for labels, output in zip(map(_shape, given), outputs, strict=False)
        if isinstance(labels, tuple) and isinstance(output, tuple)
    ]
    known = all(map(all_integers, chain.from_iterable(pairs)))
    return pairs * (known and len(pairs) == len(outputs))


def _with_graph(interpreter: Interpreter, model: SequentialV | ModelV) -> Model:
    """Return a model as it stands, a subclassed one with the graph of its `call`."""
    if isinstance(model, SequentialV):
        return layers.frozen(interpreter, model)
    return finished(model)


def _shape(labels: object) -> object:
    return getattr(labels, "shape", None)


def _run(
    call: Call,
    model: SequentialV | ModelV,
    loss: AbstractValue | None,
    pair: tuple[Shape, Shape],
) -> None:
    """Call a loss on labels and an output; note what Keras refuses of it whatever the shapes.

    It takes two arguments, calls no function of NumPy in a graph, and returns a tensor.
    """
    interpreter, callee, (labels, output) = call.interpreter, _callee(loss), pair
    if callee is None:
        return
    if isinstance(callee, FunctionV):
        labels, output = same_rank(labels, output)
        if not _takes_two(callee):
            count = len(callee.node.params.params)
            asked.note(interpreter, model, "loss", call.site, count)
            return
    given = map(partial(data_of_shape, interpreter, site=call.site), (labels, output))
    before = len(interpreter.arena)
    result = invoke(call.context, callee, list(map(partial(Given, None), given)))
    if not asked.says(interpreter, "eagerly"):  # else models may run without graphs
        for function in filter(_is_of_numpy, interpreter.arena[before:]):
            asked.note(interpreter, model, "loss_of_numpy", function.site, function.layer.cls)
    if is_none(result):
        asked.note(interpreter, model, "no_loss", call.site, None)


def _is_of_numpy(node: Node) -> bool:
    """Return whether a node is a function of NumPy, which takes no tensor of a graph."""
    path = node.layer.cls
    return node.layer.is_operation and path.startswith("numpy.") and path not in _OF_SHAPE


def _callee(loss: AbstractValue | None) -> AbstractValue | None:
    """Return what is called of a loss of the program, `None` for one of Keras."""
    match loss:
        case FunctionV():
            return loss
        case InstanceV(cls=cls):
            match cls.find("call"):
                case FunctionV() as method:
                    return BoundV(method, loss)
    return None


def _takes_two(loss: FunctionV) -> bool:
    """Return whether a function may be called with two arguments."""
    params = loss.node.params
    names = [*params.posonly_params, *params.params]
    required = sum(one.default is None for one in names)
    return required <= 2 and (len(names) >= 2 or isinstance(params.star_arg, cst.Param))
