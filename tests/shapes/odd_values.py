"""Draws calls of layers and operations with values that no rule expects, and finds what raises.

Whatever a program passes to a layer, a rule answers with a shape, a refusal (a `Finding`) or
`UnknownUsed`. Anything else that it raises is a fault of kfix.
"""

from __future__ import annotations

import random
import traceback
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from kfix.findings import Finding
from kfix.model.graph import Argument, Array, Layer, Library, Shapes, Symbol, TensorRef
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes import Tracer, signatures
from kfix.shapes.operations import operation
from kfix.shapes.operations.table import HOMES, names
from tests.shapes.cases import Draw, draw_case
from tests.shapes.judge import SITE, Case, kfix_layer

T = TypeVar("T")

UNKNOWN = Unknown("a value that the test does not know")

ODD: Sequence[object] = (
    *(None, True, False, 0, 1, -1, 2, 3, -7, 2**70, -(2**70)),
    *(0.0, 0.5, 2.0, -1.5, float("inf"), float("-inf"), float("nan"), 1e400, 1j),
    *("", "valid", "abc", "channels_first", b"abc", ...),
    *((), [], {}, (0,), (1,), [1], (-1, -1), (1, 2, 3), [2, None], [[]], [[[]]], (None,)),
    *(((1, 2), (3, 4)), [[1, 2], [3]], (1.5, 2.5), ("a", "b"), {"a": 1}, {"shape": (2,)}, [{}]),
    *(slice(None), slice(1, 2), [slice(None)], range(3)),
    *(UNKNOWN, (UNKNOWN,), (UNKNOWN, UNKNOWN), [UNKNOWN, 1], (None, UNKNOWN)),
    *(Symbol("<lambda>"), Symbol("keras.Input"), Symbol("numpy.float32"), [Symbol("f")]),
    *(Symbol("keras.initializers.Ones", True), (Symbol("f"), 2)),
    *(Array((2, 3)), Array(()), Array(UNKNOWN), Array((None,)), Array((UNKNOWN,)), [Array((2,))]),
    *(Array((3,), "bool"), Array((2, 2), "int64", 3), (Array(()), Array(()))),
    *(TensorRef(0), Layer("Dense", (Argument(None, 3),), SITE, 90_001)),
    *(
        Layer("Whatever", (), SITE, 90_002, Library.UNKNOWN),
        Layer("keras.ops.mean", (), SITE, 90_003, Library.OPERATION),
    ),
    *(
        [Layer("LSTMCell", (Argument(None, 3),), SITE, 90_004)],
        Layer("Mine", (), SITE, 90_005, Library.USER),
    ),
    *(Layer("LSTM", (Argument(None, 3),), SITE, 90_006), Layer("Conv2D", (), SITE, 90_007)),
)
"""Values of every kind that the reader passes on, right nowhere or in a few places only."""

ODD_INPUTS: Sequence[object] = (
    *((), (), (), (None,), (0,), (0, 0, 0), (None,) * 3, (None,) * 7, (2, 3), (None, 4, 4, 3)),
    *((UNKNOWN,), (None, UNKNOWN), (None, UNKNOWN, 3), (None, UNKNOWN, UNKNOWN, UNKNOWN)),
    *(UNKNOWN, [], {}, [(None, 3)], [(), ()], [UNKNOWN, (None, 3)], [UNKNOWN, UNKNOWN]),
    *([(None, 3), (None, 4, 3)], {"a": (None, 3)}, {"a": UNKNOWN}, [[(None, 3)]], [{}]),
    *((None, 2**70), (2**70, 2**70, 2**70), (1, 1, 1, 1, 1)),
    *([(None, 3, 4), (None, 3, 4)], [(None, 3, 4), UNKNOWN, (None, 3, 4)]),
)
"""Shapes, and structures of them, that a layer may be called on."""


class Seeded:
    """Chooses by a seeded generator."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def choice(self, values: Sequence[T]) -> T:
        """Return one of the values."""
        return values[self._random.randrange(len(values))]

    def chance(self, percent: int) -> bool:
        """Return true that often."""
        return self._random.randrange(100) < percent


class Fault(NamedTuple):
    """A call that raised what no rule may raise."""

    call: str
    error: str


def draw_odd_layer(draw: Draw, cls: str) -> Case:
    """Return a call of a layer in which one to three things are odd."""
    case = draw_case(draw, cls, (0, 5), spoil=False)
    signature = signatures.signature(cls)
    assert signature is not None
    args, kwargs, inputs = list(case.args), dict(case.kwargs), case.inputs
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        if draw.chance(25):
            odd = (None, draw.choice(ODD_INPUTS))
            inputs = (odd, *inputs[1:]) if draw.chance(70) else (*inputs, odd)
        elif signature.names:
            name = draw.choice(signature.names)
            place = signature.positional.index(name) if name in signature.positional else 99
            value = draw.choice(ODD)
            if place < len(args):
                args[place] = value
            else:
                kwargs[name] = value
        if draw.chance(4):
            kwargs[draw.choice(("call_argument", "training", "axis", "axes"))] = draw.choice(ODD)
        if draw.chance(8):
            keyword = draw.choice(("initial_state", "states", "return_attention_scores", "key"))
            inputs = (*inputs, (keyword, draw.choice((*ODD, *ODD_INPUTS))))
    return Case(cls, tuple(args), kwargs, inputs)


def draw_odd_application(draw: Draw, name: str) -> tuple[Layer, Shapes]:
    """Return a model of `keras.applications` with odd arguments, and what it is called on."""
    signature = signatures.application_signature(name)
    assert signature is not None
    given: dict[str, object] = {"weights": draw.choice((None, None, "imagenet"))}
    if draw.chance(60):
        given["include_top"] = False
    for _ in range(draw.choice((1, 1, 2, 3))):
        given[draw.choice(signature.names)] = draw.choice(ODD)
    arguments = tuple(Argument(name, value) for name, value in given.items())
    inputs = draw.choice(([], (None, 224, 224, 3), (None, 64, 64, 3), draw.choice(ODD_INPUTS)))
    return Layer(name, arguments, SITE, 80_001, Library.APPLICATION), inputs  # type: ignore[return-value]


def ask_application(layer: Layer, inputs: Shapes) -> Fault | None:
    """Trace the call of a model of `keras.applications`, and ask for its name and layers."""
    tracer = Tracer()
    try:
        _ = tracer.use(layer, ((None, inputs),)).trained
        _ = tracer.application_name(layer), tracer.application_input(layer)
        _ = tracer.application_layers(layer)
    except (Finding, UnknownUsed):
        return None
    except Exception as error:
        return Fault(f"{layer.cls}{layer.arguments} on {inputs}", _described(error))
    return None


def ask_layer(case: Case) -> Fault | None:
    """Trace the call, and ask for all that a report asks for."""
    try:
        layer = kfix_layer(case)
        traced = Tracer().use(layer, case.inputs)
        _ = traced.trained, str(traced.outputs), str(traced.finding)
    except (Finding, UnknownUsed):
        return None
    except Exception as error:
        return Fault(str(case), _described(error))
    return None


def _described(error: Exception) -> str:
    """Return the error and the last line of kfix that it passed."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "/kfix/" in f.filename]
    where = f"{frames[-1].filename.rpartition('/kfix/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}: {error} at {where}"[:200]


def paths() -> Iterator[str]:
    """Return every dotted name that an operation is found by, in one library each."""
    homes = {library: home for home, library in HOMES}
    for name in names():
        library, colon, own = name.partition(":")
        if colon:
            yield homes[library] + ("vgg16." if library == "applications" else "") + own
        else:
            yield from (f"keras.ops.{name}", f"numpy.{name}", f"tf.{name}")


_TENSORS: Sequence[object] = (
    *(Array((None, 4)), Array((2, 3)), Array((2, 3, 4)), Array((None, 8, 8, 3)), Array(())),
    *(Array(UNKNOWN), Array((UNKNOWN, 3)), Array((3,)), [Array((2, 3)), Array((2, 3))]),
    *([Array((None, 3)), Array((2, 3))], [], Array((0,)), Array((1, 1))),
)
_PLAIN: Sequence[object] = (0, 1, -1, 2, (1, 0), [1, 2], (2, 3), "same", None, ((1, 1), (0, 2)))

Arguments = tuple[tuple[str | None, object], ...]


def draw_operation(draw: Draw) -> Arguments:
    """Return the arguments of a call of any operation: tensors first, odd values among them."""
    args: list[tuple[str | None, object]] = []
    for place in range(draw.choice((1, 1, 2, 2, 2, 3, 3, 4, 6))):
        pools = (ODD, _TENSORS, _TENSORS) if place == 0 else (ODD, _TENSORS, _PLAIN, _PLAIN)
        args.append((None, draw.choice(draw.choice(pools))))
    words = ("axis", "axes", "keepdims", "shape", "size", "data_format", "padding", "strides", "k")
    if draw.chance(40):
        args.append((draw.choice((*words, "indexing", "*", "**")), draw.choice((*ODD, *_PLAIN))))
    return tuple(args)


def ask_operation(path: str, args: Arguments) -> Fault | None:
    """Ask for the shape of what the function returns."""
    try:
        operation(path, args)
    except (Finding, UnknownUsed):
        return None
    except Exception as error:
        return Fault(f"{path}{args}", _described(error))
    return None
