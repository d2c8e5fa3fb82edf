"""Operations on drawn shapes: `keras.ops` on symbolic tensors and numpy on arrays must give what
kfix says.
"""

from __future__ import annotations

import pytest

from tests.shapes.operations.calls import Drawer, ask_kfix, ask_real


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
