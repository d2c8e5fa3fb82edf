"""Operations on drawn shapes: `keras.ops` on symbolic tensors and numpy on arrays must give what
kfix says.
"""

from __future__ import annotations

import pytest

from kfix.model.unknown import Unknown
from tests.shapes.operations.calls import Drawer, ask_kfix, ask_real
from tests.shapes.operations.sweep import swept


@pytest.mark.parametrize("library", ["keras", "numpy"])
@pytest.mark.parametrize("seed", range(5))
def test_operations(library: str, seed: int) -> None:
    drawer = Drawer(f"{library} {seed}", open_dims=library == "keras")
    refused = 0
    for _ in range(300):
        call = drawer.draw()
        said = ask_kfix(library, call)
        if said[0] == "unknown":
            continue
        truth = ask_real(library, call)
        refused += truth[0] == "refused"
        same = said == truth if truth[0] == "shape" else said[0] == "refused"
        assert same, f"{library} {call}\n  real {truth}\n  kfix {said}"
    assert 10 <= refused <= 150


def agree(said: object, truth: object) -> bool:
    """Return whether shapes are the same; `None` of kfix is any size that depends on values."""
    if isinstance(said, list | tuple) and isinstance(truth, list | tuple):
        return len(said) == len(truth) and all(map(agree, said, truth))
    return said is None or isinstance(said, Unknown) or said == truth


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("library", ["keras", "numpy"])
def test_every_function_with_every_axis(library: str) -> None:
    wrong = []
    drawer = Drawer(library, open_dims=library == "keras")
    reached = {drawer.draw().name for _ in range(3000)}
    never_taken = set()
    for calls in swept(library):
        asked = [(call, ask_real(library, call)) for call in calls]
        if all(truth[0] == "refused" for _, truth in asked):
            never_taken.add(calls[0].name)
            continue
        reached.add(calls[0].name)
        for call, truth in asked:
            said = ask_kfix(library, call)
            same = said[0] == truth[0] and (said[0] == "refused" or agree(said[1], truth[1]))
            if said[0] != "unknown" and not same:
                wrong.append(f"{call}\n  real {truth}\n  kfix {said}")
    assert not wrong, "\n".join(wrong)
    assert never_taken - reached == set(), "give it ARGUMENTS, or draw it"
