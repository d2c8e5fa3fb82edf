"""The outputs of a model against the targets that they have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kfix.model.graph import Shapes
from kfix.model.record import Value
from kfix.model.target import Target
from kfix.shapes import Trace
from kfix.shapes.trace_result import one_or_list


class Compared(Value):
    """An output and its target, also with `input` resolved; `None` for what is not known."""

    number: int
    target: Target
    resolved: Target | None
    output: Shapes | None

    @property
    def is_met(self) -> bool:
        """Whether the output is known to be as expected."""
        return self.resolved is not None and self.resolved.met_by(self.output)

    @property
    def is_missed(self) -> bool:
        """Whether the rank of the output is known, and it is not as expected."""
        return self.resolved is not None and isinstance(self.output, tuple) and not self.is_met

    @property
    def may_be_met(self) -> bool | None:
        """Whether the output may be as expected by its unknown dims, `None` if it is unknown."""
        if self.resolved is None or self.output is None:
            return None
        return self.resolved.may_be(self.output)


def compared(trace: Trace, wanted: Mapping[int, Target]) -> Iterator[Compared]:
    """Yield each output that has a target."""
    outputs = dict(enumerate(trace.outputs))
    entry = one_or_list(trace.inputs)
    for number, target in wanted.items():
        yield Compared(number, target, target.resolve(entry), outputs.get(number))
