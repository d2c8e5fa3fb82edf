"""What a program asks of a model that Keras does not give: attributes, results, weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from kfix.checks.called import compiled_of
from kfix.checks.fault import Fault, Subject
from kfix.findings.no_attribute import NoAttribute
from kfix.findings.no_result import NoResult
from kfix.findings.training_refused import TrainingRefused
from kfix.model.attribute_names import OF_MODELS
from kfix.model.graph import Model
from kfix.model.history_keys import OLD_KEYS
from kfix.model.near import nearest_word
from kfix.model.program import Asked, AskedKind, Fit
from kfix.model.record import Record
from kfix.model.unknown import Unknown
from kfix.shapes import Trace
from kfix.shapes.training.calls import bound
from kfix.shapes.training.nested import flatten
from kfix.shapes.training.refusals import Refused


class AbsentAttribute(Fault):
    """A model has no attribute of a name; `meant` is the nearest that it has, "" for none."""

    finding: NoAttribute
    meant: str


class AbsentResult(Fault):
    """A call does not return what the program takes from it."""

    finding: NoResult


class OtherWeights(Fault):
    """A model is given the weights of another, which do not fit it."""

    finding: TrainingRefused


def asked_faults(subject: Subject) -> Iterator[Fault]:
    """Yield what the program asks of a model that the model does not have."""
    if subject.tracer.keras < 3:
        return
    for asked in subject.program.asked:
        if asked.model == subject.model.uid:
            yield from _CHECKS[asked.kind](subject, asked)


# --- attributes -----------------------------------------------------------------------------------


def _attribute(subject: Subject, asked: Asked) -> Iterator[Fault]:
    name = str(asked.key)
    meant = nearest_word(name, OF_MODELS)
    finding = NoAttribute(f"`{subject.name}`", meant, name)
    finding.site = asked.site
    yield AbsentAttribute(finding, meant)


# --- results --------------------------------------------------------------------------------------


class _Returned(Record):
    """What a call returns, by the arguments of `compile`: names of metrics, their number."""

    subject: Subject
    fit: Fit
    given: Mapping[str, Any]
    """The arguments of the call."""
    compiled: Mapping[str, Any]
    """Those of `compile`."""

    @property
    def metrics(self) -> list[object]:
        """The metrics one by one."""
        several = (self.compiled.get(name) for name in ("metrics", "weighted_metrics"))
        return [one for given in several for one in flatten(given) if one is not None]

    @property
    def losses(self) -> int:
        """How many outputs have a loss that is returned beside the sum of all."""
        count = len(self.subject.model.outputs)
        given = flatten(self.compiled.get("loss"))
        listed = sum(loss is not None for loss in given)
        return (listed if len(given) > 1 else count) * (count > 1)

    @property
    def is_known(self) -> bool:
        """Whether nothing but the arguments of `compile` decides what is returned."""
        model = self.subject.model
        plain = model.is_sequential or model.is_functional
        own = self.fit.step is not None or any(one.own for one in self.fit.batches)
        losses = flatten(self.compiled.get("loss"))
        known = not any(isinstance(one, Unknown) for one in [*self.metrics, *losses])
        return plain and not own and known

    @property
    def names(self) -> list[str]:
        """The names that `fit` returns of a model with one output, or no metrics."""
        return ["loss", *map(str, self.metrics)]

    def has(self, key: str) -> bool:
        """Return whether the history may have a key."""
        base = key.removeprefix("val_")
        if base != key and self.is_never_validated:
            return False
        if self.given.get("callbacks") or not all(isinstance(one, str) for one in self.metrics):
            return True
        if len(self.subject.model.outputs) > 1:
            return bool(self.metrics) or base == "loss" or base.endswith("_loss")
        return base in self.names

    @property
    def is_never_validated(self) -> bool:
        """Whether the call has no validation data."""
        given = (self.given.get(name) for name in ("validation_data", "validation_split"))
        return not any(one is not None and one != 0 for one in given)


def _returned(subject: Subject, asked: Asked) -> _Returned | None:
    """Return what a call returns, `None` where that is not known."""
    for fit in subject.fits:
        if fit.site != asked.call:
            continue
        for record in compiled_of(fit, subject.program):
            try:
                given = bound(fit.method, fit.arguments)
                found = _Returned(subject, fit, given, bound("compile", record.arguments))
            except Refused:
                return None
            return found if found.is_known else None
    return None


def _history(subject: Subject, asked: Asked) -> Iterator[Fault]:
    """Yield a key that the history of `fit` does not have."""
    returned, key = _returned(subject, asked), asked.key
    if returned is None or not isinstance(key, str) or returned.has(key):
        return
    if any(OLD_KEYS.get(name) == key.removeprefix("val_") for name in returned.names):
        return  # an old name, which another finding reports
    expected = "a history without `val_` names"
    if not key.startswith("val_") or not returned.is_never_validated:
        expected = "a history of " + ", ".join(map(repr, returned.names))
    yield _absent(subject, asked, expected, repr(key))


def _results(subject: Subject, asked: Asked) -> Iterator[Fault]:
    """Yield results that are taken apart into another number, or a number that has no parts."""
    returned, key = _returned(subject, asked), asked.key
    if returned is None:
        return
    count = 1 + returned.losses + len(returned.metrics)
    if isinstance(key, range):
        wrong, actual = len(key) != count, _values(len(key))
    else:
        wrong = isinstance(key, str) or count == 1 or not -count <= int(str(key)) < count
        actual = f"item {key!r}"
    if wrong:
        yield _absent(subject, asked, _values(count), actual)


def _values(count: int) -> str:
    return {1: "one number"}.get(count, f"{count} values")


def _absent(subject: Subject, asked: Asked, expected: str, actual: str) -> AbsentResult:
    finding = NoResult(subject.name, expected, actual, call=asked.method)
    finding.site = asked.site
    return AbsentResult(finding)


# --- weights --------------------------------------------------------------------------------------

Layers = Sequence[tuple[str, int]]
"""Layers with weights: the class of each, and how many weights it has."""


def _weights(subject: Subject, asked: Asked) -> Iterator[Fault]:
    """Yield weights of a model that do not fit this one."""
    program, tracer = subject.program, subject.tracer
    other = next((model for model in program.models if model.uid == asked.key), None)
    if other is None:
        return
    own, given = _layers(subject.model, subject.trace), _layers(other, tracer.trace(other))
    if own is None or given is None or not _FIT[asked.method](own, given):
        return
    finding = TrainingRefused(
        subject.name,
        f"weights of layers with {_counts(own)} weights",
        f"those of `{other.name}`: {_counts(given)}",
        method=asked.method,
        argument="the weights",
        site=asked.site,
    )
    yield OtherWeights(finding)


def _counts(layers: Layers) -> str:
    return ", ".join(str(count) for _, count in layers) or "no"


def _layers(model: Model, trace: Trace) -> Layers | None:
    """Return the layers of a model that have weights, `None` where that is not known."""
    if not (model.is_sequential or model.is_functional) or trace.refusal is not None:
        return None
    found: dict[int, tuple[str, int]] = {}
    for node in model.nodes:
        traced = trace.nodes.get(node.id)
        known = traced is not None and isinstance(traced.params, int)
        if traced is None or not known or not node.layer.is_keras_layer:
            return None
        if isinstance(traced.params, int) and traced.params:
            found.setdefault(node.layer.uid, (node.layer.cls, traced.params))
    return list(found.values())


def _other_list(own: Layers, given: Layers) -> bool:
    """Return whether two lists of weights differ, whatever the order of the layers is."""
    return Counter(count for _, count in own) != Counter(count for _, count in given)


def _not_in_file(own: Layers, given: Layers) -> bool:
    """Return whether a file lacks the weights of a layer: it has them by class."""
    return bool(Counter(own) - Counter(given))


_FIT: dict[str, Callable[[Layers, Layers], bool]] = {
    "set_weights": _other_list,
    "load_weights": _not_in_file,
}
"""Which weights do not fit, by the method that takes them."""


def _loss(subject: Subject, asked: Asked) -> Iterator[Fault]:
    finding = TrainingRefused(
        subject.name,
        "a function of y_true and y_pred",
        f"one of {asked.key} parameters",
        method="compile",
        argument="`loss`",
        site=asked.site,
    )
    yield OtherWeights(finding)


_CHECKS: dict[AskedKind, Callable[[Subject, Asked], Iterator[Fault]]] = {
    "attribute": _attribute,
    "history": _history,
    "results": _results,
    "weights": _weights,
    "loss": _loss,
}
