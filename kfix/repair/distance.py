"""How far a model is from what is wanted of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import log

from kfix.findings import Finding
from kfix.findings.axis_out_of_range import AxisOutOfRange
from kfix.model.graph import Model
from kfix.model.target import Target, fits
from kfix.repair.prices import BOTH, LEAST
from kfix.shapes import Trace, Traced
from kfix.shapes.formatting import show

SHORT = 1.5
"""How many times a size that is too small is further from right than one too large."""


class Distance:
    """How far a model is from right.

    That is the layers from a refusal on, and what is refused there; or the rank, the sizes and the
    channels of the output.
    """

    __slots__ = (
        "arguments",
        "built",
        "channels",
        "inputs",
        "left",
        "node",
        "output",
        "rank",
        "refused",
        "sizes",
    )

    def __init__(self) -> None:
        self.refused = False
        self.built = False  # is it refused only when it is run?
        self.arguments = False  # is it the arguments that are refused, before anything goes in?
        self.left: tuple[int, ...] = ()
        self.node: tuple[int, ...] = ()
        self.inputs: object = None
        self.rank = 0
        self.sizes = 0.0
        self.channels = 0.0
        self.output = 0

    @property
    def least(self) -> float:
        """What will have to be paid yet, at least as a rule."""
        if self.refused or self.rank:
            return LEAST
        return BOTH if self.sizes and self.channels else 1.0

    def nearer_than(self, other: Distance) -> bool:
        """Return whether this is progress."""
        if self.refused != other.refused:
            return other.refused
        if self.built != other.built:
            return self.built
        if self.refused:
            return self.left < other.left or (self.node == other.node and self._fits_more(other))
        if self.output != other.output:
            return self.output > other.output
        return self._is_smaller(other)

    def _fits_more(self, other: Distance) -> bool:
        """Return whether what the same layer is refused is nearer to what it expects."""
        if other.arguments and not self.arguments:
            return True
        known = other.rank or other.sizes or other.channels
        return self._is_smaller(other) if known else self.inputs != other.inputs

    def _is_smaller(self, other: Distance) -> bool:
        """Return whether the shape is nearer, and no axis of it farther than before."""
        if self.rank != other.rank:
            return self.rank < other.rank
        small = 1e-9
        return self.sizes < other.sizes - small or (
            self.channels < other.channels - small and self.sizes <= other.sizes
        )

    def measure(self, wanted: Sequence[object], shape: Sequence[object], in_front: bool) -> None:
        """Set how far a shape is from the one wanted, both without the batch."""
        self.rank = abs(len(shape) - len(wanted))
        if self.rank or not wanted:
            return
        *sizes, channels = zip(wanted, shape, strict=True)
        if len(sizes) > 1 and in_front:
            channels, *sizes = *sizes, channels
        self.sizes = sum(size_off(want, have) for want, have in sizes)
        self.channels = ratio(*channels)


NO_DISTANCE = Distance()

Targets = Target | Mapping[int, Target] | None
"""What is wanted of the first output, or of several by their numbers."""


class Goal:
    """What is wanted of the outputs of models, and how far they are from it.

    It is `doubtful` where a refusal is resolved: then unknown shapes do not count against it.
    """

    def __init__(self, targets: Targets) -> None:
        self.targets: dict[int, Target] = {}
        self.doubtful = False
        if isinstance(targets, Mapping):
            self.targets = dict(targets)
        elif targets is not None:
            self.targets = {0: targets}

    def target(self, trace: Trace, output: int) -> Target | None:
        """Return what is wanted of an output, where the model is known so far."""
        target = self.targets.get(output)
        if target is None or not target.same_as_input:
            return target
        return target.resolve(trace.inputs[0]) if len(trace.inputs) == 1 else None

    def distance(self, trace: Trace) -> Distance:
        """Return how far a traced model is from right; `NO_DISTANCE` where nothing says that it is.

        Where a refusal is resolved, unknown shapes do not count against the rest.
        """
        if trace.trouble is not None:
            return _refused(trace, trace.trouble)
        for output in sorted(self.targets):
            target = self.target(trace, output)
            shape = trace.outputs[output] if output < len(trace.outputs) else None
            if target is None or shape is None or target.met_by(shape):
                continue
            if self.doubtful and target.may_be(shape):
                continue
            found = Distance()
            found.output = output
            found.rank = 99
            if isinstance(shape, tuple):
                found.measure(target.dims, shape[1:], in_front(trace.model))
                found.rank = abs(len(shape) - target.rank)
            return found
        return NO_DISTANCE

    def unknown(self, traces: Sequence[Trace]) -> bool:
        """Return whether every output that is not right may be, as far as that is known."""
        for trace in traces:
            if trace.trouble is not None:
                return False
            for output in self.targets:
                target = self.target(trace, output)
                if (
                    target is not None
                    and output < len(trace.outputs)
                    and not target.may_be(trace.outputs[output])
                ):
                    return False
        return True


def _way(trace: Trace | None, trouble: Finding) -> Iterator[tuple[int, int, Traced]]:
    """Yield the refused node, of a model within that its own, and so on.

    Each comes as the number of nodes from it on, its own number, and its trace.
    """
    while trace is not None:
        nodes = trace.model.nodes
        inner = None
        for i, node in enumerate(nodes):
            traced = trace.nodes.get(node.id)
            if traced is not None and (traced.status == "refused" or trouble in traced.warnings):
                yield len(nodes) - i, node.id, traced
                inner = traced.inner
                break
        trace = inner


def _refused(trace: Trace, trouble: Finding) -> Distance:
    """Return how far a model is that is refused: how many layers are left, and what is expected."""
    found = Distance()
    found.refused = True
    found.built = trace.refusal is None
    found.arguments = trouble.code.startswith("KFX3") or isinstance(trouble, AxisOutOfRange)
    found.left = (len(trace.model.nodes) + 1,)
    way = list(_way(trace, trouble))
    if way:
        found.left = tuple(left for left, _, _ in way)
        found.node = tuple(number for _, number, _ in way)
        found.inputs = show(way[-1][2].inputs), str(trouble.actual)
    expected, actual = trouble.expected, trouble.actual
    if isinstance(expected, tuple) and isinstance(actual, tuple) and actual:
        found.measure(expected[1:], actual[1:], in_front(trace.model))
    return found


def ratio(want: object, have: object) -> float:
    """Return how far one dim is from what is wanted, as a factor; 0 where it fits."""
    if fits(want, have):  # type: ignore[arg-type]
        return 0.0
    if isinstance(want, int) and isinstance(have, int) and want > 0 and have > 0:
        return abs(log(want / have))
    return 9.0


def in_front(model: Model) -> bool:
    """Return whether the last layers that state the order of the axes count channels first."""
    stated = (node.layer.argument("data_format") for node in reversed(model.nodes))
    last = next((argument for argument in stated if argument is not None), None)
    return last is not None and last.value == "channels_first"


def size_off(want: object, have: object) -> float:
    """Return the same for a size: what is too small is further off than what can be cropped."""
    short = isinstance(want, int) and isinstance(have, int) and have < want
    return ratio(want, have) * (SHORT if short else 1.0)
