"""Lists, tuples and dictionaries, as `keras.tree` flattens, packs and compares them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeGuard

Path = tuple[int | str, ...]


class Mismatch(Exception):
    """Two structures differ."""


def is_nested(value: object) -> TypeGuard[list[Any] | tuple[Any, ...] | dict[Any, Any]]:
    """Return whether a value is a list, a tuple or a dictionary; all else is a leaf."""
    return isinstance(value, list | tuple | dict)


def children(value: object) -> list[tuple[int | str, Any]]:
    """Return the keys and values of a structure, those of a dictionary in the order of its keys."""
    if isinstance(value, dict):
        return [(key, value[key]) for key in sorted(value)]
    if isinstance(value, list | tuple):
        return list(enumerate(value))
    return []


def paths(value: object) -> Iterator[tuple[Path, Any]]:
    """Yield the leaves of a structure, each with the keys that lead to it."""
    if not is_nested(value):
        yield (), value
        return
    for key, item in children(value):
        for path, leaf in paths(item):
            yield (key, *path), leaf


def flatten(value: object) -> list[Any]:
    """Return the leaves of a structure."""
    return [leaf for _, leaf in paths(value)]


def same(one: object, two: object) -> bool:
    """Return whether two structures are the same; a list and a tuple are not."""
    if not is_nested(one) or not is_nested(two):
        return is_nested(one) == is_nested(two)
    if type(one) is not type(two):
        return False
    pairs = list(zip(children(one), children(two), strict=False))
    if len(one) != len(two) or any(first[0] != second[0] for first, second in pairs):
        return False
    return all(same(first[1], second[1]) for first, second in pairs)


def same_paths(one: object, two: object) -> bool:
    """Return whether two structures have leaves at the same paths; a list and a tuple may."""
    return {path for path, _ in paths(one)} == {path for path, _ in paths(two)}


def pack(structure: object, leaves: object) -> Any:
    """Return a structure with other leaves: the items of a list or the keys of a dictionary.

    Raises `Mismatch` where these are not as many as the structure has leaves, or cannot be counted.
    """
    if not is_nested(leaves):
        raise Mismatch
    given = list(leaves)
    if len(given) != len(flatten(structure)):
        raise Mismatch
    return _filled(structure, iter(given))


def _filled(structure: object, leaves: Iterator[object]) -> object:
    if not is_nested(structure):
        return next(leaves)
    rows = {key: _filled(item, leaves) for key, item in children(structure)}
    if isinstance(structure, dict):
        return rows
    return type(structure)(rows.values())


def tuples(structure: object) -> object:
    """Return a structure with tuples for its lists."""
    if isinstance(structure, list | tuple):
        return tuple(map(tuples, structure))
    if isinstance(structure, dict):
        return {key: tuples(item) for key, item in structure.items()}
    return structure


def zipped(shallow: object, others: Sequence[object]) -> Iterator[tuple[Any, ...]]:
    """Yield what others have at the leaves of the shallow structure, or raise `Mismatch`."""
    if not is_nested(shallow):
        yield tuple(others)
        return
    for other in others:
        if type(other) is not type(shallow) or len(other) != len(shallow):
            raise Mismatch
        if isinstance(shallow, dict) and isinstance(other, dict) and shallow.keys() != other.keys():
            raise Mismatch
    for key, item in children(shallow):
        yield from zipped(item, [_at(other, key) for other in others])


def _at(structure: Any, key: int | str) -> object:
    return structure[key]


def at(path: Path, structure: Any) -> Any:
    """Return what stands at a path; raise `Mismatch` where there is nothing."""
    for key in path:
        try:
            structure = structure[key]
        except (KeyError, IndexError, TypeError):
            raise Mismatch from None
    return structure
