"""What is known of class indices."""

from __future__ import annotations

from kfix.model.graph import Array
from kfix.model.site import Site
from kfix.model.unknown import Impossible


def counted_from_one(labels: object) -> int | None:
    """Return the number of classes of labels that are counted from 1, `None` of any others."""
    if not isinstance(labels, Array) or labels.greatest is None:
        return None
    greatest, written = labels.greatest, set(labels.numbers or ())
    if greatest < 1:
        return None
    if len(written) == greatest and written == {*range(1, greatest + 1)}:
        return greatest
    return greatest if labels.distinct == greatest else None


def rows_too_short(
    labels: Array, count: int | None, site: Site, argument: Site | None
) -> Impossible | None:
    """Return that one-hot rows of `count` classes have no place for one of the labels.

    `to_categorical` at `site` is given them at `argument`. Labels that are counted from 1 on have
    one less than the greatest of them.
    """
    greatest = labels.greatest
    if count is None or greatest is None or greatest < count:
        return None
    instead = None
    if argument is not None and counted_from_one(labels) == count:
        instead = (argument, "{0} - 1")
    expected, actual = f"classes from 0 to {count - 1}", f"class {greatest}"
    return Impossible("to_categorical", expected, actual, site, instead)
