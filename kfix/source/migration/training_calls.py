"""Calls of `fit`, `compile` and optimizers as Keras 1 and 2 had them.

Kept by hand, as Keras 3 no longer knows these names: from the release notes of Keras 2 and 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from kfix.model.record import Record
from kfix.model.site import Site
from kfix.source.library.keras import ORDERINGS
from kfix.source.syntax.document import Document

METHODS = {"fit_generator": "fit", "evaluate_generator": "evaluate"}
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
GONE_OF_COMPILE = ("class_mode",)
COUNTED = {
    "samples_per_epoch": "steps_per_epoch",
    "nb_val_samples": "validation_steps",
    "val_samples": "steps",
}
"""These counted samples, and what came after them counts batches."""


ORDERING, DATA_FORMAT = "set_image_dim_ordering", "set_image_data_format"
"""What Keras 1 called the order of the axes, and what it is called now."""


class OldSetting(Record):
    """A call of `K.set_image_dim_ordering`: the call, the place of its string, and what that is now."""

    site: Site
    literal: Site
    value: str


class OldCall(Record):
    """One call: the method that it is now ("": the same), its arguments by their new names, and those that go.

    `counted` are arguments whose number would be another one now.
    """

    site: Site
    written: str
    method: str
    renames: tuple[tuple[Site, str, str], ...]
    drops: tuple[tuple[Site, str], ...]
    counted: tuple[str, ...]


def old_calls(document: Document, calls: Iterable[tuple[Site, str]]) -> Iterator[OldCall]:
    """What is old in these calls of a program, each with the name of its method or optimizer, in their order."""
    for site, written in dict.fromkeys(calls):
        unit = next(
            (unit for unit in document.units if (unit.path, unit.cell) == (site.path, site.cell)),
            None,
        )
        node = unit.node(site) if unit is not None else None
        if unit is None or not isinstance(node, cst.Call):
            continue
        method = METHODS.get(written, "")
        names = (
            RENAMED | OF_GENERATORS if method else RENAMED if written.islower() else OF_OPTIMIZERS
        )
        gone = GONE_OF_COMPILE if written == "compile" else GONE
        given = [
            (unit.site(arg), arg.keyword.value) for arg in node.args if arg.keyword is not None
        ]
        renames = tuple((place, name, names[name]) for place, name in given if name in names)
        drops = tuple((place, name) for place, name in given if name in gone)
        counted = tuple(name for _, name in given if name in COUNTED)
        if method or renames or drops or counted:
            yield OldCall(site, written, method, renames, drops, counted)


def old_settings(document: Document) -> Iterator[OldSetting]:
    """The calls among a program's statements that set the order of the axes as Keras 1 did."""
    for unit in document.units:
        lines = unit.module.body if ORDERING in unit.text else ()
        for line in lines:
            for node in line.body if isinstance(line, cst.SimpleStatementLine) else ():
                call = node.value if isinstance(node, cst.Expr) else None
                if (
                    not isinstance(call, cst.Call)
                    or len(call.args) != 1
                    or not isinstance(call.func, cst.Attribute)
                ):
                    continue
                given = call.args[0].value
                value = given.evaluated_value if isinstance(given, cst.SimpleString) else None
                plain = isinstance(call.func.value, cst.Name) and call.args[0].keyword is None
                if plain and call.func.attr.value == ORDERING and value in ORDERINGS:
                    yield OldSetting(unit.site(call), unit.site(given), ORDERINGS[str(value)])
