"""What is wrong with a call that Keras refuses, and where a misspelt name of it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.checks.fault import Fault
from kfix.findings import Finding
from kfix.model.code import Slot
from kfix.model.graph import Argument
from kfix.model.origin import Derived, Literal, Origin
from kfix.model.program import Fit
from kfix.model.site import Site
from kfix.shapes.training.names import table
from kfix.shapes.training.refusals import Meant


class Refused(Fault):
    """Keras refuses a call, and no other check knows more of it."""


class OtherForm(Refused):
    """Keras takes the argument at `argument` in another form."""

    argument: Site
    form: str


class ClassesTooGreat(Refused):
    """Labels are class indices of which some are not less than the number of `classes`."""

    classes: int


class OtherBatch(Refused):
    """A batch is merged with a tensor of another number of samples, by the operation at `site`.

    `batch` is the number of the operand that has the samples of the batch.
    """

    site: Site | None
    batch: int


class OtherWeights(Refused):
    """Weights of samples, given at `argument`, are of another number or form than the samples.

    `count` is their number, `expected` that of the samples, each `None` where it is not known.
    """

    fit: Fit
    argument: Site
    count: object
    expected: object


class UnnamedOutputs(Refused):
    """A loss is given for each of these names, and the outputs of the model have none."""

    keys: tuple[str, ...]


class Misspelt(Refused):
    """A call is refused for a name that Keras does not know.

    It is a string at `literals`, the value of `argument`, or the keyword at `slot`.
    """

    meant: Meant
    argument: str
    literals: tuple[Site, ...] = ()
    slot: Slot | None = None


def refused_for(
    finding: Finding, method: str, call: Site, arguments: Sequence[Argument], meant: Meant | None
) -> Refused:
    """Return the fault of a call that is refused, with the place of a misspelt name."""
    if meant is None:
        return Refused(finding)
    for one in arguments:
        if one.keyword == meant.written and one.site is not None:
            return Misspelt(finding, meant, meant.name, slot=Slot(call, one.site))
    known = table()["calls"].get(method, ())
    for number, one in enumerate(arguments):
        name = one.keyword or (known[number] if number < len(known) else "")
        sites = tuple(_places(one.origin, meant.written))
        if sites:
            return Misspelt(finding, meant, name, sites)
    return Refused(finding)


def _places(origin: Origin | None, written: str) -> Iterator[Site]:
    """Yield where a string is written that a value is made of."""
    if isinstance(origin, Literal) and origin.value == written:
        yield origin.site
    if isinstance(origin, Derived):
        for part in origin.parts:
            yield from _places(part, written)
