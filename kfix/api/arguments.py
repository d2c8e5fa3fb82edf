"""The arguments of the API as settings of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kfix.api.results import Error, Target
from kfix.edits import kinds
from kfix.engine.settings import Settings
from kfix.findings.codes import codes
from kfix.model.target import parse_input_shape, parse_target


def settings_of(  # noqa: PLR0913 - what the functions of the API have in common
    target: Target | None,
    model: str | None,
    input_shape: str | Sequence[int | None] | None,
    keras: int | None,
    select: Iterable[str],
    ignore: Iterable[str],
) -> Settings:
    """Return the arguments as settings; raises `Error` for a shape or a code that is none."""
    try:
        targets: tuple[tuple[str, str], ...] = ()
        if isinstance(target, Mapping):
            targets = tuple((name, _shape_text(shape)) for name, shape in target.items())
            target = None
        return Settings(
            target=None if target is None else _shape_text(target),
            targets=targets,
            input_shape=None if input_shape is None else parse_input_shape(_text(input_shape)),
            model=model,
            keras=keras,
            select=codes(select),
            ignore=codes(ignore),
        )
    except ValueError as error:
        raise Error(str(error), "") from None


def _shape_text(shape: str | int | Sequence[int | None]) -> str:
    """Return a shape as `--target` takes it; raises `ValueError`."""
    text = _text(shape)
    parse_target(text)
    return text


def _text(shape: str | int | Sequence[int | None]) -> str:
    if isinstance(shape, str):
        return shape
    if isinstance(shape, int):
        shape = (shape,)
    return f"({', '.join(['None', *map(str, shape)])})"


def kinds_of(given: Iterable[str]) -> frozenset[str]:
    """Return names of kinds of edits; raise `Error` for one that is none."""
    found = frozenset(given)
    unknown = sorted(found - set(kinds()))
    if unknown:
        raise Error(f"unknown kind of edit {unknown[0]!r}", "")
    return found
