"""A Sequential whose summary is printed before its input shape is known."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.checks.dims import known_dims
from kfix.checks.fault import Fault, Subject
from kfix.checks.inputs import declared
from kfix.findings.no_input_shape import NoInputShape
from kfix.model.graph import Shape


class Unbuilt(Fault):
    """`summary` is called before the model is built; its input shape comes from data afterwards."""

    finding: NoInputShape
    given: Shape


def unbuilt(subject: Subject) -> Iterator[Unbuilt]:
    """Yield a model that is shown unbuilt, where its input shape comes from data."""
    model = subject.model
    site, given = subject.program.shown.get(model.uid), model.given
    if site is None or not model.nodes or declared(model) or subject.trace.refusal is not None:
        return
    if not isinstance(given, tuple) or not known_dims(given):
        return
    if not model.nodes[0].layer.is_keras_layer:
        return
    missing = NoInputShape(subject.name, given=given, severity="warning")
    missing.site = site
    yield Unbuilt(missing, given)
