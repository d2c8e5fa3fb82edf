"""The keywords that the functions of `keras.ops` have."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.findings.unknown_argument import UnknownArgument
from kfix.shapes.tables import table

_OPS = "keras.ops."


def check_keywords(path: str, args: Sequence[tuple[str | None, object]]) -> None:
    """Raise `UnknownArgument` for a keyword that a function of `keras.ops` does not have.

    NumPy and TensorFlow have other names for the same: `keep_dims`, `transpose_b`, `name`.
    """
    keywords = [keyword for keyword, _ in args if keyword not in (None, "*", "**")]
    if not keywords or not path.startswith(_OPS):
        return
    name = path.removeprefix(_OPS).removeprefix("numpy.").removeprefix("nn.")
    known = table("operations").get(name)
    for keyword in keywords:
        if known is not None and keyword not in known:
            raise UnknownArgument(path, actual=keyword, expected=known)
