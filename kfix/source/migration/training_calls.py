"""Calls of `fit`, `compile` and optimizers as Keras 1 and 2 had them.

Kept by hand, as Keras 3 no longer knows these names: from the release notes of Keras 2 and 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import libcst as cst

from kfix.model.record import Record
from kfix.model.site import Site
from kfix.source.library.keras import ORDERINGS
from kfix.source.syntax.document import Document, Unit

METHODS = {
    "fit_generator": "fit",
    "evaluate_generator": "evaluate",
    "predict_generator": "predict",
}
"""Methods of Keras 1 and 2, and what they are now."""
BY_PLACE = {
    "fit_generator": (
        *("x", "steps_per_epoch", "epochs", "verbose", "callbacks", "validation_data"),
        *("validation_steps", "class_weight"),
    ),
    "evaluate_generator": ("x", "steps"),
    "predict_generator": ("x", "steps"),
}
"""What they took by position."""
RENAMED = {"nb_epoch": "epochs"}
OF_OPTIMIZERS = {"lr": "learning_rate"}
OF_GENERATORS = {"generator": "x"}
GONE = (
    "show_accuracy",
    "workers",
    "nb_worker",
    "use_multiprocessing",
    "pickle_safe",
    "max_queue_size",
    "max_q_size",
)
GONE_OF = {"compile": ("class_mode",)}
"""Arguments that are gone: of most methods, and of some those alone."""
COUNTED = {
    "samples_per_epoch": "steps_per_epoch",
    "nb_val_samples": "validation_steps",
    "val_samples": "steps",
}
"""These counted samples, and what came after them counts batches."""


ORDERING, DATA_FORMAT = "set_image_dim_ordering", "set_image_data_format"
"""What Keras 1 called the order of the axes, and what it is called now."""


class OldSetting(Record):
    """A call of `K.set_image_dim_ordering`.

    It has the place of the call and of its string, and what the string is now.
    """

    site: Site
    literal: Site
    value: str


class OldCall(Record):
    """One call, and what is old in it.

    `method` is the one that it is now ("": the same), `renames` are arguments by their new names,
    `drops` those that go.

    `counted` are arguments whose number would be another one now.
    """

    site: Site
    written: str
    method: str
    renames: tuple[tuple[Site, str, str], ...]
    drops: tuple[tuple[Site, str], ...]
    counted: tuple[str, ...]

    @property
    def is_old(self) -> bool:
        """Whether anything of the call is old."""
        return any((self.method, self.renames, self.drops, self.counted))


def old_calls(document: Document, calls: Iterable[tuple[Site, str]]) -> Iterator[OldCall]:
    """Yield what is old in these calls of a program, in their order.

    Each call comes with the name of its method or optimizer.
    """
    units = {(unit.path, unit.cell): unit for unit in document.units}
    for site, written in dict.fromkeys(calls):
        unit = units.get((site.path, site.cell))
        if unit is None or written in METHODS:
            continue
        node = unit.node(site)
        if not isinstance(node, cst.Call):
            continue
        call = _old_call(site, written, _keywords(unit, node))
        if call.is_old:
            yield call


Keyword = tuple[Site, str]
"""An argument that is given by its name: its place and that name."""


def _keywords(unit: Unit, node: cst.Call) -> list[Keyword]:
    """Return the arguments of a call that are given by their names."""
    return [(unit.site(arg), arg.keyword.value) for arg in node.args if arg.keyword is not None]


def _old_call(site: Site, written: str, given: list[Keyword]) -> OldCall:
    """Return what is old in a call of a method or an optimizer."""
    names = _new_names(written)
    return OldCall(
        site,
        written,
        METHODS.get(written, ""),
        renames=tuple((place, name, names[name]) for place, name in given if name in names),
        drops=tuple(one for one in given if one[1] in GONE_OF.get(written, GONE)),
        counted=tuple(name for _, name in given if name in COUNTED),
    )


def _new_names(written: str) -> dict[str, str]:
    """Return what arguments of a method or an optimizer are called now."""
    if written in METHODS:
        return RENAMED | OF_GENERATORS
    if written.islower():
        return RENAMED
    return OF_OPTIMIZERS


def old_settings(document: Document) -> Iterator[OldSetting]:
    """Yield the statements of a program that set the order of the axes as Keras 1 did."""
    for unit in document.units:
        if ORDERING not in unit.text:
            continue
        for call in filter(_sets_ordering, _calls(unit.module)):
            given = _only_string(call)
            if given is not None and given.evaluated_value in ORDERINGS:
                value = ORDERINGS[str(given.evaluated_value)]
                yield OldSetting(unit.site(call), unit.site(given), value)


def _only_string(call: cst.Call) -> cst.SimpleString | None:
    """Return the only argument of a call, given by position, where that is a string."""
    match call.args:
        case [cst.Arg(keyword=None, value=cst.SimpleString() as value)]:
            return value
    return None


def _calls(module: cst.Module) -> Iterator[cst.Call]:
    """Yield the calls that are statements of a module."""
    lines = (line.body for line in module.body if isinstance(line, cst.SimpleStatementLine))
    for node in chain.from_iterable(lines):
        match node:
            case cst.Expr(value=cst.Call() as call):
                yield call


def _sets_ordering(call: cst.Call) -> bool:
    """Return whether a call is `K.set_image_dim_ordering`."""
    match call.func:
        case cst.Attribute(value=cst.Name(), attr=cst.Name(value=name)):
            return name == ORDERING
    return False
