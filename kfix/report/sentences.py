"""The sentence of a finding, made of its data: the one place where findings become words."""

from __future__ import annotations

import math
from collections.abc import Callable
from string import Formatter
from typing import TYPE_CHECKING

from kfix.findings import Finding
from kfix.findings.data import Rank, written
from kfix.model.naming import SIGNS
from kfix.model.near import did_you_mean
from kfix.model.site import Place
from kfix.model.unknown import Unknown, all_integers
from kfix.report.totals import plural

if TYPE_CHECKING:
    from kfix.findings.initial_states import InitialStates
    from kfix.findings.no_input_shape import NoInputShape
    from kfix.findings.old_argument import OldArgument
    from kfix.findings.old_import import OldImport
    from kfix.findings.old_training import OldTraining
    from kfix.findings.output_shape import OutputShape
    from kfix.findings.training_refused import TrainingRefused
    from kfix.findings.unknown_argument import UnknownArgument

_NO_NAME = "the model"
"""What a model without a variable is called."""


def sentence(finding: Finding) -> str:
    """Return what is wrong in one sentence, with both shapes where there are two."""
    template = finding.template
    if finding.subject in ("", _NO_NAME):
        template = template.replace("`{subject}`", "{subject}")
    return _Filled().vformat(template, (), _Fields(finding))


def hint(finding: Finding) -> str:
    """Return what helps to understand the sentence, as a clause; "" where there is nothing."""
    known = _HINTS.get(finding.code)
    if known is not None:
        return known(finding)
    method = getattr(finding, "method", "")
    if method:
        return f"in {method}"
    return ""


def message(finding: Finding) -> str:
    """Return the sentence with its hint in parentheses."""
    said, more = sentence(finding), hint(finding)
    if more:
        said += f" ({more})"
    return said


def keras_says(finding: Finding) -> str:
    """Return the part of Keras's own message that does not depend on names made up by Keras."""
    return _Filled().vformat(finding.keras, (), _Fields(finding))


class _Fields(dict[str, object]):
    """The fields of a finding by name, for a format string."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self._finding = finding

    def __missing__(self, name: str) -> object:
        value = getattr(self._finding, name)
        if name == "subject":
            return SIGNS.get(value, value) or _NO_NAME
        return value


class _Filled(Formatter):
    """Fills a template: every field is written by its kind, and by the word behind its colon."""

    def get_value(self, key: int | str, args: object, kwargs: object) -> object:
        assert isinstance(kwargs, _Fields)
        return kwargs[str(key)]

    def format_field(self, value: object, format_spec: str) -> str:
        return _KINDS[format_spec](value)


def _named(one: str, several: str) -> Callable[[object], str]:
    """Return what writes a shape behind the word `one`, a list of them behind `several`."""

    def write(value: object) -> str:
        if isinstance(value, list):
            return f"{several} {written(value)}"
        if _is_shape(value):
            return f"{one} {written(value)}"
        return written(value)

    return write


def _elements(value: object) -> str:
    """Return a shape with its number of elements per sample, where that is known."""
    if not isinstance(value, tuple) or not all_integers(value[1:]):
        return written(value)
    return f"{written(value)} ({plural(math.prod(value[1:]), 'element')})"


def _axis(value: object) -> str:
    if isinstance(value, int):
        return f"axis {value}"
    if _is_shape(value):
        return f"axes {written(value)}"
    return written(value)


def _ndim(value: object) -> str:
    """Return a rank as in messages of Keras."""
    if isinstance(value, Rank):
        if value.only is None:
            return f"min_ndim={value.least}"
        return f"ndim={value.least}"
    if isinstance(value, tuple):
        return f"ndim={len(value)}"
    return written(value)


def _reasons(value: object) -> str:
    if isinstance(value, Unknown):
        return value.reasons()
    return written(value)


def _names(value: object) -> str:
    names = value if isinstance(value, list | tuple) else [value]
    return written([f"`{name}`" for name in names])


def _is_shape(value: object) -> bool:
    return isinstance(value, tuple) and not isinstance(value, Rank)


_KINDS: dict[str, Callable[[object], str]] = {
    "": written,
    "input": _named("input shape", "inputs"),
    "shape": _named("shape", "shapes"),
    "elements": _elements,
    "axis": _axis,
    "ndim": _ndim,
    "reasons": _reasons,
    "names": _names,
}
"""How a field is written, by the word behind the colon in a template."""


def _asked(finding: OutputShape) -> str:
    """Return who expects the shape; "" for the command line, where the person knows."""
    if finding.asked is None:
        return finding.source.removeprefix("--target")
    return f"{finding.source}, {_seen(finding, finding.asked)}"


def _unknown_output(finding: OutputShape) -> str:
    if getattr(finding, "input_unknown", False):
        return "--input-shape may help"
    return _asked(finding)


def _other_labels(finding: Finding) -> str:
    method, other = getattr(finding, "method", ""), getattr(finding, "other", None)
    if other is None:
        return str(method)
    return f"the other is {method}, {_seen(finding, other)}"


def _seen(finding: Finding, other: Place) -> str:
    """Return another place than that of a finding in words."""
    own = other.path if finding.site is None else finding.site.path
    return other.seen_from(own)


def _first_call(finding: Finding) -> str:
    if getattr(finding, "first_call", False):
        return "the shape of its first call"
    return ""


def _argument(finding: UnknownArgument) -> str:
    if finding.reason != "unknown" or not isinstance(finding.expected, list):
        return ""
    return did_you_mean(str(finding.actual), finding.expected)


def _states(finding: InitialStates) -> str:
    if finding.units:
        return f"`units={finding.units}` fits"
    return ""


def _late_input(finding: NoInputShape) -> str:
    if finding.behind:
        return "its Input follows a layer, where Keras does not look for it"
    if finding.given is None:
        return ""
    return f"fit builds it, from {written(finding.given)}"


def _old_argument(finding: OldArgument) -> str:
    return "; ".join(finding.remarks)


def _old_import(finding: OldImport) -> str:
    """Return where the names of a module are in Keras 3."""
    if finding.successor:
        return f"use {finding.successor}"
    places = [f"import {_its(finding, names)} from {module}" for module, names in finding.moved]
    if finding.lost and (places or not finding.names):
        places.append(f"Keras 3 has no {_names(finding.lost)}")
    return ", ".join(places)


def _its(finding: OldImport, names: tuple[str, ...]) -> str:
    """Return the imported names; "it" where the sentence has named it."""
    return "it" if names in (("it",), finding.names) else _names(names)


def _old_training(finding: OldTraining) -> str:
    """Return what the names of a call are in Keras 3."""
    said = [f"use {finding.successor}"] if finding.successor else []
    if len(finding.renames) == 1 and not finding.dropped:
        said += [f"use {new}" for _, new in finding.renames]
    else:
        said += [f"{name} is now {new}" for name, new in finding.renames]
    said += [f"{name} is now {new}" if new else f"drop {name}" for name, new in finding.dropped]
    said += [f"{name} counted samples, its successor batches" for name in finding.counted]
    return ", ".join(said)


def _instead(finding: TrainingRefused) -> str:
    return finding.advice


_HINTS: dict[str, Callable[..., str]] = {
    "KFX101": _asked,
    "KFX102": _unknown_output,
    "KFX208": _first_call,
    "KFX301": _argument,
    "KFX304": _old_argument,
    "KFX306": _old_import,
    "KFX307": _old_training,
    "KFX401": _late_input,
    "KFX503": _states,
    "KFX603": _other_labels,
    "KFX605": _asked,
    "KFX613": _instead,
}
"""The findings whose hint is more than the call that it is about."""
