"""What a program asks of a model that Keras does not give: attributes, results, weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from operator import attrgetter
from typing import Any

from kfix.checks.called import compiled_of
from kfix.checks.fault import Fault, Subject
from kfix.checks.refused_call import Refused as RefusedCall
from kfix.findings.no_attribute import NoAttribute
from kfix.findings.no_result import NoResult
from kfix.findings.training_refused import TrainingRefused
from kfix.model.attribute_names import OF_MODELS
from kfix.model.deciding import Row, decide
from kfix.model.graph import Model
from kfix.model.history_keys import OLD_KEYS
from kfix.model.near import did_you_mean, nearest_word
from kfix.model.program import Asked, AskedKind, Fit
from kfix.model.record import Record
from kfix.model.unknown import any_unknown
from kfix.shapes import Trace
from kfix.shapes.training.calls import bound, metrics_of
from kfix.shapes.training.nested import flatten
from kfix.shapes.training.refusals import Refused

Check = Callable[[Subject, Asked], Iterator[Fault]]
"""Yields what is wrong with what a program asks of a model."""


class AbsentAttribute(Fault):
    """A model has no attribute of a name; `meant` is the nearest that it has, "" for none."""

    finding: NoAttribute
    meant: str


class AbsentResult(Fault):
    """A call does not return what the program takes from it."""

    finding: NoResult


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
    """What a program takes of what a call returns, by the arguments of both calls."""

    subject: Subject
    asked: Asked
    fit: Fit
    given: Mapping[str, Any]
    """The arguments of the call."""
    compiled: Mapping[str, Any]
    """Those of `compile`."""

    @property
    def metrics(self) -> list[object]:
        """The metrics one by one."""
        return metrics_of(self.compiled)

    @property
    def outputs(self) -> int:
        """The number of outputs."""
        return len(self.subject.model.outputs)

    @property
    def count(self) -> int:
        """How many values are returned: the sum of the losses, each of several, and the metrics."""
        losses = _present(self.compiled.get("loss"))
        each = {1: self.outputs}.get(len(losses), len(losses)) * (self.outputs > 1)
        return 1 + each + len(self.metrics)

    @property
    def name(self) -> str:
        """The key that is asked for, without `val_`."""
        return str(self.asked.key).removeprefix("val_")

    @property
    def names(self) -> list[str]:
        """The names that `fit` returns of a model with one output, or no metrics."""
        return ["loss", *map(str, self.metrics)]

    # --- facts ----------------------------------------------------------------------------------

    def is_by_compile(self) -> bool:
        """Return whether nothing but the arguments of `compile` decides what is returned."""
        model, parts = self.subject.model, [*self.metrics, *_present(self.compiled.get("loss"))]
        own = (self.fit.step is not None, *map(_is_own, self.fit.batches))
        plain = any((model.is_sequential, model.is_functional))
        return plain and not any((*own, any_unknown(parts)))

    def has_other_metrics(self) -> bool:
        """Return whether the metrics are in a list for another number of outputs."""
        given = (self.compiled.get("metrics"), self.compiled.get("weighted_metrics"))
        numbers = {len(one) for one in given if isinstance(one, list | tuple)}
        return not numbers <= {0, self.outputs}

    def is_key(self) -> bool:
        """Return whether the history is asked for a name."""
        return isinstance(self.asked.key, str)

    def is_of_validation(self) -> bool:
        """Return whether it is the name of a result of validation."""
        return self.name != self.asked.key

    def is_never_validated(self) -> bool:
        """Return whether the call has no validation data."""
        return not _present(self.given.get("validation_data"), self.given.get("validation_split"))

    def has_callbacks(self) -> bool:
        """Return whether there are callbacks, which may add names."""
        return bool(self.given.get("callbacks"))

    def has_several_outputs(self) -> bool:
        """Return whether metrics have the names of their outputs first."""
        return self.outputs > 1

    def is_plain_name(self) -> bool:
        """Return whether the name has no name of an output first."""
        return "_" not in self.name and self.name != "loss"

    def may_be_a_metric(self) -> bool:
        """Return whether the name is that of a metric, or of one whose name Keras makes up."""
        return self.name in self.names or not all(map(_is_text, self.metrics))

    def is_old_name(self) -> bool:
        """Return whether an older Keras had the name, which another finding says."""
        return self.name in map(OLD_KEYS.get, self.names)

    def fits(self) -> bool:
        """Return whether there are as many values as are taken, or the one that is."""
        key = self.asked.key
        if isinstance(key, range):
            return len(key) == self.count and not self.is_history()
        listed = self.count > 1 and not self.is_history()
        return listed and isinstance(key, int) and -self.count <= key < self.count

    def is_history(self) -> bool:
        """Return whether a History is taken apart."""
        return self.asked.method == "fit"

    # --- findings -------------------------------------------------------------------------------

    def nothing(self) -> None:
        """Return `None`: it is returned, for all that is known."""

    def not_validated(self) -> AbsentResult:
        """Return that the history lacks results of validation."""
        return self._absent("a history without `val_` names", repr(self.asked.key))

    def not_in_history(self) -> AbsentResult:
        """Return that the history has other names."""
        listed = ", ".join(map(repr, self.names))
        return self._absent(f"a history of {listed}", repr(self.asked.key))

    def no_value(self) -> AbsentResult:
        """Return that there are more values, or fewer."""
        key, expected = self.asked.key, {"fit": "a History"}.get(self.asked.method)
        actual = _values(len(key)) if isinstance(key, range) else f"item {key!r}"
        return self._absent(expected or _values(self.count), actual)

    def _absent(self, expected: str, actual: str) -> AbsentResult:
        finding = NoResult(self.subject.name, expected, actual, call=self.asked.method)
        finding.site = self.asked.site
        return AbsentResult(finding)


_is_own = attrgetter("own")
_R = _Returned
_HISTORY: tuple[Row[_Returned, AbsentResult | None], ...] = (
    Row((_R.is_of_validation, _R.is_never_validated), _R.not_validated),
    Row((_R.has_callbacks,), _R.nothing),
    Row((_R.is_old_name,), _R.nothing),
    Row((_R.has_several_outputs, _R.is_plain_name), _R.not_in_history),
    Row((_R.has_several_outputs,), _R.nothing),
    Row((_R.may_be_a_metric,), _R.nothing),
    Row((_R.is_key,), _R.not_in_history),
)
_RESULTS: tuple[Row[_Returned, AbsentResult | None], ...] = (
    Row((_R.fits,), _R.nothing),
    Row((_R.has_several_outputs, _R.has_other_metrics), _R.nothing),  # `compile` refuses them
    Row((), _R.no_value),
)
"""What is not returned of what a program takes."""


def _present(*values: object) -> list[object]:
    """Return what is given, one by one: `None` and 0 are nothing."""
    return list(filter(_is_given, flatten(list(values))))


def _is_given(value: object) -> bool:
    return value is not None and value != 0


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _values(count: int) -> str:
    return {1: "one number"}.get(count, f"{count} values")


def _returned(subject: Subject, asked: Asked) -> Iterator[_Returned]:
    """Yield what a call returns, nothing where that is not known."""
    fits = [fit for fit in subject.fits if fit.site == asked.call]
    with suppress(Refused):
        for fit in fits[:1]:
            given = bound(fit.method, fit.arguments)
            compiled = [
                bound("compile", one.arguments) for one in compiled_of(fit, subject.program)
            ]
            found = [_Returned(subject, asked, fit, given, one) for one in compiled]
            yield from filter(_Returned.is_by_compile, found)


def _result(rows: Sequence[Row[_Returned, AbsentResult | None]]) -> Check:
    """Return the check of a result by rows of facts."""

    def check(subject: Subject, asked: Asked) -> Iterator[Fault]:
        answers = (decide(rows, one) for one in _returned(subject, asked))
        yield from filter(None, answers)

    return check


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
    if own is None or given is None or not _UNFIT[asked.method](own, given):
        return
    finding = TrainingRefused(
        subject.name,
        f"weights of layers with {_counts(own)} parameters",
        f"those of `{other.name}`: {_counts(given)}",
        method=asked.method,
        argument="the weights",
        site=asked.site,
    )
    yield RefusedCall(finding)


def _counts(layers: Layers) -> str:
    return ", ".join(str(count) for _, count in layers) or "no"


def _layers(model: Model, trace: Trace) -> Layers | None:
    """Return the layers of a model that have weights, `None` where that is not known."""
    if not (model.is_sequential or model.is_functional) or trace.refusal is not None:
        return None
    found: dict[int, tuple[str, int]] = {}
    for node in model.nodes:
        traced = trace.nodes.get(node.id)
        if traced is None or not node.layer.is_keras_layer or not isinstance(traced.params, int):
            return None
        if traced.params:
            found.setdefault(node.layer.uid, (node.layer.cls, traced.params))
    return list(found.values())


def _other_list(own: Layers, given: Layers) -> bool:
    """Return whether two lists of weights differ, whatever the order of the layers is."""
    return Counter(count for _, count in own) != Counter(count for _, count in given)


def _not_in_file(own: Layers, given: Layers) -> bool:
    """Return whether a file lacks the weights of a layer: it has them by class."""
    return bool(Counter(own) - Counter(given))


_UNFIT: dict[str, Callable[[Layers, Layers], bool]] = {
    "set_weights": _other_list,
    "load_weights": _not_in_file,
}
"""Which weights do not fit, by the method that takes them."""


# --- layers ---------------------------------------------------------------------------------------


def _layer(subject: Subject, asked: Asked) -> Iterator[Fault]:
    """Yield the name of a layer that the model does not have; the key has those that it has."""
    assert isinstance(asked.key, tuple)
    name, *names = map(str, asked.key)
    finding = TrainingRefused(
        subject.name,
        "the name of a layer",
        repr(name),
        method="get_layer",
        argument="`name`",
        advice=did_you_mean(name, names),
        site=asked.site,
    )
    yield RefusedCall(finding)


def _refused(method: str, argument: str, expected: str, actual: str) -> Check:
    """Return the check of what Keras always refuses."""

    def check(subject: Subject, asked: Asked) -> Iterator[Fault]:
        shown = actual.format(asked.key)
        finding = TrainingRefused(subject.name, expected, shown, method=method, argument=argument)
        finding.site = asked.site
        yield RefusedCall(finding)

    return check


_loss = _refused("compile", "`loss`", "a function of y_true and y_pred", "one of {} parameters")
_no_loss = _refused(
    "compile", "`loss`", "a function that returns a tensor", "one that returns None"
)
_loss_of_numpy = _refused(
    "compile", "`loss`", "functions of keras.ops, which run in a graph", "`{}`"
)
_by_name = _refused("load_weights", "`by_name`", "a file of Keras 2", "one of Keras 3, .weights.h5")

_CHECKS: dict[AskedKind, Check] = {
    "attribute": _attribute,
    "history": _result(_HISTORY),
    "results": _result(_RESULTS),
    "weights": _weights,
    "by_name": _by_name,
    "loss": _loss,
    "no_loss": _no_loss,
    "loss_of_numpy": _loss_of_numpy,
    "layer": _layer,
}
