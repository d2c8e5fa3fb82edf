"""Blocks of pictures against real Keras."""

from __future__ import annotations

import pytest

from tests.shapes.operations.calls import Drawn, T, ask_kfix, ask_real

SHAPES = [(None, 8, 6, 12), (2, None, 6, 9), (None, 8, 6, None), (8, 8, 4), (1, 4, 8, 6)]


@pytest.mark.keras
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("block", [1, 2, 3])
@pytest.mark.parametrize("name", ["depth_to_space", "space_to_depth"])
def test_blocks(name: str, block: int, data_format: str, shape: tuple[int | None, ...]) -> None:
    call = Drawn(name, (T(shape), block, data_format), {})
    said, shapes = ask_real("keras", call)
    found = ask_kfix("keras", call)
    assert found[0] == said
    assert said != "shape" or found[1] == shapes
