"""The arguments of `fit`, `evaluate`, `predict`, …, as Keras's trainer and adapters take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor
from typing import Any

from kfix.model.graph import Argument, Array, Symbol
from kfix.model.program import OwnStep
from kfix.model.unknown import Unknown
from kfix.shapes.training.names import SPREADS, near, table
from kfix.shapes.training.nested import flatten, is_nested, same
from kfix.shapes.training.refusals import Refused

OLD = {
    "nb_epoch": "epochs",
    "show_accuracy": "",
    "workers": "",
    "use_multiprocessing": "",
    "max_queue_size": "",
    "samples_per_epoch": "steps_per_epoch",
    "nb_val_samples": "validation_steps",
}
"""Arguments of Keras 1 and 2 that another finding reports."""


def bound(method: str, arguments: Sequence[Argument]) -> dict[str, Any]:
    """Return the arguments of a call by name; raise `Refused` for one that it does not have.

    Where arguments are spread and not known, any that is not written is unknown.
    """
    known = table()["calls"].get(method)
    written = [one for one in arguments if one.keyword not in SPREADS]
    found: dict[str, Any] = {}
    if len(written) < len(arguments):
        found = dict.fromkeys(known or (), Unknown(f"the arguments that {method} is spread"))
    if known is None:  # `fit_generator`, which another finding reports
        return {one.keyword: one.value for one in written if one.keyword is not None}
    for number, one in enumerate(written):
        name = one.keyword
        if name is None:
            if number >= len(known):
                raise Refused("", f"at most {len(known)} arguments", str(len(arguments)))
            name = known[number]
        elif name not in known and name not in OLD:
            refused = Refused(name, f"an argument of {method}", f"`{name}`")
            raise refused.meaning(near(name, known))
        found[name] = one.value
    return found


def check_class_weight(
    given: Mapping[str, Any], labels: Any, source: str, is_batch: bool = False
) -> None:
    """Raise `Refused` for weights of classes that Keras does not take.

    `is_batch`: of `train_on_batch`, which takes the labels of one output in a list, too.
    """
    weights = given.get("class_weight")
    if weights is None or isinstance(weights, Unknown):
        return
    if source == "generator":
        raise Refused("class_weight", "no class_weight with a generator", _shown(weights))
    if given.get("sample_weight") is not None:
        raise Refused("class_weight", "either class_weight or sample_weight", "both")
    if is_nested(labels) and not (is_batch and len(flatten(labels)) == 1):
        raise Refused("class_weight", "class_weight of a single output", "labels in a structure")
    match labels:
        case Array(shape=(_, _, _, *_)):
            raise Refused("class_weight", "one class for each sample", "labels of several axes")
    is_map = isinstance(weights, dict)
    if not is_map and not isinstance(weights, Symbol):
        advice = "a dictionary such as {0: 1.0, 1: 2.0}"
        shown = _shown(weights)
        form = "dict(enumerate({0}))" if isinstance(weights, Array | list | tuple) else ""
        expected = "a dictionary of class numbers"
        raise Refused("class_weight", expected, shown, advice, form=form)
    if is_map and source == "dataset" and not all(isinstance(key, int) for key in weights):
        raise Refused("class_weight", "a dictionary of class numbers", _shown(weights))


def check_sample_weight(given: Mapping[str, Any], labels: Any, source: str) -> Any:
    """Return the weights of samples in the structure of the labels, or raise `Refused`."""
    weights = given.get("sample_weight")
    if weights is None or isinstance(weights, Unknown):
        return None
    if source:
        expected = f"the weights in the {SOURCES[source]}"
        raise Refused("sample_weight", expected, "the argument sample_weight")
    if any(isinstance(leaf, int | float) for leaf in flatten(weights)):
        advice = "make an array of them: np.array(…)"
        raise Refused("sample_weight", "an array", "Python numbers", advice, form="numpy.array")
    if not is_nested(labels):
        return weights
    if is_nested(weights):
        if not same(labels, weights):
            raise Refused("sample_weight", "one array for each output", "another structure")
        return weights
    match weights:
        case Array(shape=(_,) | (_, 1) | Unknown()):
            pass
        case Array():
            raise Refused("sample_weight", "one weight for each sample", "several")
    return _replicated(labels, weights)


def _replicated(labels: Any, weights: object) -> Any:
    if isinstance(labels, dict):
        return {key: _replicated(item, weights) for key, item in labels.items()}
    if isinstance(labels, list | tuple):
        return type(labels)(_replicated(item, weights) for item in labels)
    return weights


_COUNTS = ("epochs", "steps_per_epoch", "steps", "validation_steps")
"""Arguments that are integers."""

_SIZES = ("batch_size",)
"""Arguments that are integers where arrays are given: a data set has batches of its own."""

_NO_COUNTS = {"epochs": float | str | None}
"""The types that an argument refuses beside `float` and `str`: `epochs` may not be None."""

_CUT = ("batch_size", "steps_per_epoch", "steps")
"""Arguments that split arrays into batches. The first that is given decides, 0 counts as left out.
"""

_CUT_ASIDE = ("validation_batch_size", "batch_size", "validation_steps")
"""Arguments that split the arrays for validation, in the same way."""


def check_numbers(
    given: Mapping[str, Any], source: str, samples: int | None, aside: bool = False
) -> None:
    """Raise `Refused` for a number that a call does not take.

    `samples` is how many samples the arrays of the call have, `aside` says that they are for
    validation.
    """
    of_arrays = source == ""
    for name in (*_COUNTS, *_SIZES * of_arrays):
        value = given.get(name, 1)
        if isinstance(value, _NO_COUNTS.get(name, float | str)):
            raise Refused(name, "an integer", repr(value))
    cut = [name for name in (_CUT_ASIDE if aside else _CUT) * of_arrays if given.get(name)]
    for name in cut[:1]:
        value = given[name]
        if isinstance(value, int) and value < 0:
            raise Refused(name, "a positive integer", repr(value))
    if aside and _is_zero(given.get("validation_freq")):
        raise Refused("validation_freq", "a positive integer", "0")
    if given.get("validation_data") is None:
        _check_split(given.get("validation_split"), source, samples)


def check_executed(steps: object) -> None:
    """Raise `Refused` for `steps_per_execution` of `compile` that no call can run."""
    if isinstance(steps, str) or steps == 0:
        raise Refused("steps_per_execution", "a positive integer", repr(steps))


def _is_zero(value: object) -> bool:
    return isinstance(value, int) and value == 0


def _check_split(split: object, source: str, samples: int | None) -> None:
    """Raise `Refused` for a part of the samples that cannot be split off."""
    if not isinstance(split, int | float) or not split:
        return
    if source:
        raise Refused("validation_split", "arrays", f"a {SOURCES[source]}")
    if samples is not None and floor(samples * (1 - split)) in (0, samples):
        raise Refused("validation_split", "samples on both sides", f"{split} of {samples}")


SOURCES = {"dataset": "data set", "generator": "generator"}
"""What gives x and y together, in words."""


def check_samples(x: Any, labels: Any, weights: Any, of_batch: bool = False) -> None:
    """Raise `Refused` where the arrays of a call have different numbers of samples.

    In one batch, `of_batch`, a single sample is broadcast.
    """
    counts: dict[int, str] = {}
    for role, value in (("x", x), ("y", labels), ("sample_weight", weights)):
        for leaf in flatten(value):
            match leaf:
                case Array(shape=(int() as count, *_)):
                    counts.setdefault(count, f"{role} of {count}")
    if len(counts) > 1 and not (of_batch and 1 in counts):
        role = "y" if weights is None else "sample_weight"
        raise Refused(role, "one number of samples", " and ".join(counts.values()))


def _shown(value: object) -> str:
    if isinstance(value, Array):
        return "an array"
    if isinstance(value, str | int | float | list | tuple | dict):
        return repr(value)
    return "another value"


_VALUES = {
    0: "one tensor",
    2: "2 values (x, y)",
    3: "3 values (x, y, sample_weight)",
}
"""What Keras gives to `train_step`, by its number of values."""


def metrics_of(compiled: Mapping[str, Any]) -> list[Any]:
    """Return the metrics of `compile` one by one."""
    given = [compiled.get("metrics"), compiled.get("weighted_metrics")]
    return [one for one in flatten(given) if one is not None]


def check_own_step(step: OwnStep | None, compiled: Mapping[str, Any], measured: bool) -> None:
    """Raise `Refused` for a step of the program that is refused for itself.

    It may take its data apart into too many or too few values, or leave out the metrics of
    `compile`, which have no result then, unless the model was `measured` before.
    """
    if step is None:
        return
    _check_taken_apart(step, compiled.get("run_eagerly"))
    if measured or step.measures:
        return
    metrics = [compiled.get(name) for name in ("metrics", "weighted_metrics")]
    if metrics != [None, None]:  # an empty list is as good as one with metrics
        expected = f"a `{step.name}` that calls `compute_metrics`"
        raise Refused("metrics", expected, "one that leaves the metrics out")


def _check_taken_apart(step: OwnStep, eager: object) -> None:
    """Raise `Refused` for data that is taken apart into too many or too few values.

    With `run_eagerly` a tensor has rows that can be taken apart.
    """
    apart = step.apart
    if apart is None or (apart.given is None and eager):
        return
    raise Refused("data", f"{apart.count} values in `{step.name}`", _VALUES[apart.given or 0])
