"""Another loss in `compile`, with the metrics that go with it; or the labels in another form."""

from __future__ import annotations

from kfix.checks.dims import Dims, agree
from kfix.checks.fault import Subject
from kfix.checks.label_faults import Output
from kfix.checks.loss import BINARY, SPARSE, Loss, name_of
from kfix.checks.numbers import are_fractions
from kfix.edits.base import Edit
from kfix.edits.exchange_name import ExchangeName
from kfix.edits.give_data import GiveData
from kfix.edits.set_argument import SetArgument
from kfix.edits.set_literal import SetLiteral
from kfix.model.class_indices import counted_from_one
from kfix.model.code import Number, OutputCount, Slot
from kfix.model.graph import Array, Symbol
from kfix.model.program import Compile, Fit, Part
from kfix.model.record import Value
from kfix.repair.data.forms import (
    ARGMAX,
    NOTHING,
    RESHAPE,
    TO_CATEGORICAL,
    Wrap,
    Wraps,
    wraps,
)
from kfix.shapes.view import elements

_COMMON = {None, "name", "dtype", "reduction", "axis", "from_logits"}
_TAKES = {
    "sparse_categorical_crossentropy": _COMMON | {"ignore_class"},
    "categorical_crossentropy": _COMMON | {"label_smoothing"},
    "binary_crossentropy": _COMMON | {"label_smoothing"},
    "binary_accuracy": {None, "name", "dtype"},
    "sparse_categorical_accuracy": {None, "name", "dtype"},
    "categorical_accuracy": {None, "name", "dtype"},
    "sparse_top_k_categorical_accuracy": {None, "k", "name", "dtype"},
    "top_k_categorical_accuracy": {None, "k", "name", "dtype"},
}
"""The arguments that the classes of these names take; `None` for one positional argument."""

_BY_CLASS = {"".join(name.split("_")): name for name in _TAKES}

ONE_HOT_METRICS = frozenset(
    (
        *(
            "precision",
            "recall",
            "auc",
            "f1score",
            "fbetascore",
            "precisionatrecall",
            "recallatprecision",
        ),
        *("sensitivityatspecificity", "specificityatsensitivity", "truepositives", "truenegatives"),
        *(
            "falsepositives",
            "falsenegatives",
            "binaryaccuracy",
            "binarycrossentropy",
            "meaniou",
            "mse",
        ),
        *(
            "meansquarederror",
            "mae",
            "meanabsoluteerror",
            "rootmeansquarederror",
            "kldivergence",
            "hinge",
        ),
        *("categoricalhinge", "poisson", "cosinesimilarity"),
    )
)
"""Metrics that want labels of the shape of the output, without a sibling for class indices."""


class Exchanged(Value):
    """The edits of `compile`, none where the loss stays; `against` is a metric that needs it."""

    edits: tuple[Edit, ...]
    against: str = ""


def exchange(loss: Loss, new: str, number: int, name: str) -> Exchanged:
    """Return the edits to the loss `new` (a function's name), with the metrics of that output."""
    first = _edit(loss.compile, loss.part, new)
    if first is None:
        return Exchanged(())
    edits = [first]
    for part in loss.compile.parts:
        if part.role != "metrics" or part.key not in (None, number, name):
            continue
        metric = name_of(part.value)
        plain = metric.lower().replace("_", "")
        if new == SPARSE and plain in ONE_HOT_METRICS:
            return Exchanged((), metric)
        other = _goes_with(new, _BY_CLASS.get(plain))
        if other is None:
            continue
        edit = _edit(loss.compile, part, other)
        if edit is None:
            return Exchanged((), metric)
        edits.append(edit)
    return Exchanged(tuple(dict.fromkeys(edits)))


def _goes_with(loss: str, metric: str | None) -> str | None:
    """Return the metric that counts the same with labels of the other form, `None` to keep it."""
    if metric is None or metric.startswith("binary_"):
        return None
    if loss == BINARY:
        return (
            "binary_accuracy"
            if metric.endswith("categorical_accuracy") and "top_k" not in metric
            else None
        )
    if metric.startswith("sparse_") == (loss == SPARSE):
        return None
    return f"sparse_{metric}" if loss == SPARSE else metric.removeprefix("sparse_")


def _edit(record: Compile, part: Part, new: str) -> Edit | None:
    """Return the edit of a loss or metric where it is written: a string, a function or a class."""
    value, site = part.value, part.site
    if site is None:
        return None
    if isinstance(value, str):
        whole = next((given for given in record.arguments if given.site == site), None)
        if whole is not None:
            return SetArgument((Slot(record.site, site),), part.role, new)
        return SetLiteral((site,), new, part.role)
    if not isinstance(value, Symbol):
        return None
    if not set(value.given) <= _TAKES[new] or value.given.count(None) > 1:
        return None
    written = name_of(value)
    return ExchangeName(
        site, new if written == written.lower() else "".join(map(str.title, new.split("_")))
    )


def relabelled(
    subject: Subject, output: Output, classes: int | None, per_step: bool = False
) -> Wraps | None:
    """Return the labels of one output in the form that its loss takes, around every call.

    `per_step` says that they are class indices, one for each time step.
    """
    kind = output.loss.kind

    def mine(fit: Fit, part: Part) -> bool:
        return part.role == "y" and part.key in (None, *output.keys)

    def needs(fit: Fit, y: Array) -> Wrap | None:
        dims = y.shape[1:] if isinstance(y.shape, tuple) else ()
        indices = (per_step or dims in ((), (1,))) and not y.one_hot
        if kind == "sparse":
            return NOTHING if indices else _argmax(dims)
        if are_fractions(y):
            return None
        if not indices:
            return NOTHING if len(dims) == 1 else None
        if classes is None:
            return Wrap(TO_CATEGORICAL)
        return Wrap(TO_CATEGORICAL, ((None, Number(classes, OutputCount())),))

    return wraps(subject.program, subject.uids, mine, needs)


def laid_out(subject: Subject, flat: Dims, *keys: object) -> Wraps | None:
    """Return the labels of one output, of which a sample is laid out with other axes.

    `keys` are what the labels of that output may have.
    """

    def mine(fit: Fit, part: Part) -> bool:
        return part.role == "y" and part.key in (None, *keys)

    def needs(fit: Fit, y: Array) -> Wrap | None:
        if not isinstance(y.shape, tuple) or agree(flat, y.shape[1:]):
            return NOTHING
        same = elements(y.shape[1:]) == elements(flat)
        return Wrap(RESHAPE, ((None, (-1, *flat)),)) if same else None

    return wraps(subject.program, subject.uids, mine, needs)


FROM_ONE = "the classes of the labels are counted from 1, and Keras counts them from 0"
"""Why labels are made one less."""


def counted_from_zero(subject: Subject, classes: int | None, *keys: object) -> tuple[Edit, ...]:
    """Return the class indices of one output, one less where they are counted from 1.

    `keys` are what the labels of that output may have. Nothing is edited unless all labels are
    known to be counted so.
    """
    if classes is None:
        return ()
    labels = [
        part
        for fit in subject.program.fits
        if fit.model in subject.uids
        for part in fit.parts
        if part.role == "y" and part.key in (None, *keys)
    ]
    if any(counted_from_one(part.value) != classes for part in labels):
        return ()
    sites = dict.fromkeys(part.site for part in labels)
    return tuple(GiveData(site, "{0} - 1") for site in sites if site is not None)


def _argmax(dims: Dims) -> Wrap | None:
    return Wrap(ARGMAX, (("axis", -1),)) if len(dims) == 1 else None
