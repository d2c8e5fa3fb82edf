"""Sizes as arguments hold them: one number, or one for each axis."""

from __future__ import annotations

from collections.abc import Sequence


def most(size: object) -> int:
    """Return the largest number of a size; 1 for what is none."""
    if isinstance(size, tuple | list):
        return max((one for one in size if isinstance(one, int)), default=1)
    return size if isinstance(size, int) else 1


def like(old: object, new: int) -> object:
    """Return one number per axis, where the old value has one."""
    return (new,) * len(old) if isinstance(old, tuple | list) else new


def border(amounts: Sequence[int]) -> object:
    """Return what is to go on or off each axis in all as Cropping and ZeroPadding take it.

    Half of it is before, half behind, the odd one behind: pairs, or one number where all are alike.
    """
    pairs = tuple((amount // 2, amount - amount // 2) for amount in amounts)
    sides = {side for pair in pairs for side in pair}
    if len(sides) == 1:
        return sides.pop()
    return pairs if len(pairs) > 1 else pairs[0]
