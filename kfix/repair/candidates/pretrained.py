"""Models of `keras.applications` that are given other images than they were trained on."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.findings.bad_argument import BadArgument
from kfix.model.code import NewLayer
from kfix.model.record import replace
from kfix.repair.candidate import Candidate, made
from kfix.repair.conflict import Conflict
from kfix.shapes.arguments import named, value
from kfix.shapes.view import Step

COLORS = 3
"""The channels of the images that the models were trained on."""


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield three channels made of those that are given, or the model without its classifier."""
    step, finding = conflict.step, conflict.finding
    if step is None or step.made or not step.layer.is_application:
        return
    if isinstance(finding, BadArgument):
        if finding.argument == "input_shape":
            yield from _without_top(conflict, step)
        return
    yield from _colored(conflict, step)


def _without_top(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Yield `include_top=False`: the classifier alone needs the size of ImageNet's images."""
    weights, top = named(step.core).get("weights"), value(step.core, "include_top")
    if top is False or (weights is not None and weights.value is None):
        return
    why = f"without its classifier {step.cls} takes images of any size, with the same weights"
    for candidate in conflict.set([step], "include_top", False, "include-top", why):
        yield replace(candidate, sure=False)


def _colored(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Yield a 1 x 1 convolution to three channels in front, and the three channels at the Input."""
    expected, given = conflict.finding.expected if conflict.finding else None, step.shape_in
    if given is None or not isinstance(expected, tuple) or len(given) != len(expected):
        return
    if given[-1] == COLORS or expected[-1] != COLORS:
        return
    weights = named(step.core).get("weights")
    if weights is not None and weights.value is None and "input_shape" not in named(step.core):
        why = f"{step.cls} without weights is made for images of any channels"
        yield from conflict.set([step], "input_shape", given[1:], "input-declared", why)
    why = f"{step.cls} was made for images of {COLORS} channels"
    new = NewLayer("Conv2D", ((None, COLORS), (None, 1)))
    for candidate in made(conflict.before(step, new), "three-channels", why):
        yield replace(candidate, sure=False)
