"""Sizes as arguments hold them: one number, or one for each axis."""

from __future__ import annotations


def most(size: object) -> int:
    """Return the largest number of a size; 1 for what is none."""
    if isinstance(size, tuple | list):
        return max((one for one in size if isinstance(one, int)), default=1)
    return size if isinstance(size, int) else 1


def like(old: object, new: int) -> object:
    """Return one number per axis, where the old value has one."""
    return (new,) * len(old) if isinstance(old, tuple | list) else new


def halves(number: int) -> tuple[int, int]:
    """Return an amount on both sides of an axis, the odd one behind."""
    return number // 2, number - number // 2
