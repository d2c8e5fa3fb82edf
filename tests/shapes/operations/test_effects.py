"""The effects of operations against their rules: one axis or one argument is varied at a time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kfix.model.graph import Shape, TensorRef
from kfix.shapes.effects import Effect, Kind
from kfix.shapes.operations.effects import effects_of_call, parameters_of, result_of
from tests.shapes.operations.calls import Drawer, Drawn, T
from tests.shapes.test_effects import others

CALLS = 400

Args = tuple[tuple[str | None, object], ...]


def split(call: Drawn) -> tuple[str, Args, list[Shape]]:
    """Return the path, the arguments with tensors for shapes, and the shapes in their order."""
    shapes: list[Shape] = []

    def walk(value: object) -> object:
        if isinstance(value, T):
            shapes.append(tuple(value))
            return TensorRef(len(shapes) - 1)
        if isinstance(value, list | tuple):
            return type(value)([walk(item) for item in value])
        return value

    args = (*((None, walk(value)) for value in call.args), *call.kwargs.items())
    path = "operator.getitem" if call.name == "getitem" else f"keras.ops.{call.name}"
    return path, args, shapes


def drawn(seed: int) -> Iterator[tuple[str, Args, list[Shape], Shape, tuple[Effect, ...]]]:
    """Yield calls that give a shape, with their effects."""
    drawer = Drawer(f"effects {seed}", open_dims=False)
    for _ in range(CALLS):
        path, args, shapes = split(drawer.draw())
        result = result_of(path, args, shapes)
        if result is not None:
            yield path, args, shapes, result, effects_of_call(path, args, shapes)


@pytest.mark.parametrize("seed", range(4))
def test_axes(seed: int) -> None:
    """An axis that changes with an input axis comes from it; a kept one takes its size."""
    kinds = set()
    for path, args, shapes, before, stated in drawn(seed):
        assert len(stated) == len(before), (path, args, shapes)
        kinds |= {effect.kind for effect in stated}
        for of, shape in enumerate(shapes):
            for axis, dim in enumerate(shape):
                for more in (1, 4):
                    grown = (*shape[:axis], (dim or 0) + more, *shape[axis + 1 :])
                    after = result_of(path, args, [*shapes[:of], grown, *shapes[of + 1 :]])
                    if after is None or len(after) != len(before):
                        continue
                    for place, effect in enumerate(stated):
                        said = (path, args, shapes, (of, axis), effect, before, after)
                        assert before[place] == after[place] or (of, axis) in effect.axes, said
                        if effect == Effect(Kind.KEPT, ((of, axis),)):
                            assert after[place] == grown[axis], said
    assert kinds >= {Kind.KEPT, Kind.MERGED, Kind.DECIDED, Kind.SCALED, Kind.EQUAL, Kind.PRODUCT}


@pytest.mark.parametrize("seed", range(4))
def test_equal_axes_change_together(seed: int) -> None:
    seen = 0
    for path, args, shapes, _, stated in drawn(seed):
        for place, effect in enumerate(stated):
            if effect.kind is Kind.EQUAL and len(effect.axes) > 1:
                grown = [
                    tuple(
                        97 if (of, axis) in effect.axes else dim for axis, dim in enumerate(shape)
                    )
                    for of, shape in enumerate(shapes)
                ]
                after = result_of(path, args, grown)
                assert after is not None, (path, args, shapes, effect)
                assert after[place] == 97
                seen += 1
    assert seen


@pytest.mark.parametrize("seed", range(4))
def test_arguments(seed: int) -> None:
    """An axis that changes with a number in an argument is stated to come from it."""
    for path, args, shapes, before, stated in drawn(seed):
        for number, name in enumerate(parameters_of(path, args)):
            if name in ("axis", "axes", "source", "destination", "axis1", "axis2", "key"):
                continue  # which axis is meant: the ranks and places of all of them change with it
            for other in others(args[number][1]):
                changed = (*args[:number], (args[number][0], other), *args[number + 1 :])
                after = result_of(path, changed, shapes)
                if after is None or len(after) != len(before):
                    continue
                for place, effect in enumerate(stated):
                    said = (path, args, shapes, name, other, effect, before, after)
                    assert before[place] == after[place] or name in effect.arguments, said


def test_a_reshape_and_a_slice() -> None:
    x = TensorRef(0)
    reshaped = effects_of_call("keras.ops.reshape", ((None, x), (None, (-1, 28))), [(None, 7, 4)])
    assert reshaped[1] == Effect(Kind.DECIDED, (), ("shape",))
    assert reshaped[0].kind is Kind.SCALED
    key = (slice(None), slice(10, 70))
    sliced = effects_of_call("operator.getitem", ((None, x), (None, key)), [(None, 100, 4)])
    assert sliced[0] == Effect(Kind.KEPT, ((0, 0),))
    assert sliced[1] == Effect(Kind.SCALED, ((0, 1),), ("key",))
    assert sliced[2] == Effect(Kind.KEPT, ((0, 2),))
