"""Gym and Gymnasium: environments whose observations and actions are known by their names."""

from __future__ import annotations

from typing import Any

from kfix.model.graph import Array
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV, Value
from kfix.source.interpreter.conversion import from_shape
from kfix.source.interpreter.partial_values import IntegerV, VersionedV
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.lookup import attribute, function, method

Space = tuple[int, ...] | int
"""A shape of numbers, or how many things there are to choose from."""

_SPACES: dict[str, tuple[Space, Space]] = {
    "CartPole": ((4,), 2),
    "MountainCar": ((2,), 3),
    "MountainCarContinuous": ((2,), (1,)),
    "Pendulum": ((3,), (1,)),
    "Acrobot": ((6,), 3),
    "LunarLander": ((8,), 4),
    "LunarLanderContinuous": ((8,), (2,)),
    "BipedalWalker": ((24,), (4,)),
    "CarRacing": ((96, 96, 3), (3,)),
    "FrozenLake": (16, 4),
    "FrozenLake8x8": (64, 4),
    "Taxi": (500, 6),
    "CliffWalking": (48, 4),
}
"""Observations and actions by https://gymnasium.farama.org/environments/ (version 1.0)."""


@function("gym.make", "gymnasium.make")
def _make(call: Call) -> Value:
    """With arguments of its own an environment may be another (`continuous=True`, `map_name="8x8"`)."""
    known = _SPACES.get(call.text(0, "id").partition("-v")[0])
    plainly = all(
        given.keyword in (None, "id", "render_mode", "max_episode_steps") for given in call.given
    )
    if known is None or not plainly:
        return call.unknown("what this environment shows")
    seen, done = (ObjectV("space", size=_value(size)) for size in known)
    return ObjectV(
        "env", observation=seen, action=done, pairs=Const(call.path.startswith("gymnasium"))
    )


def _value(size: Space) -> Value:
    return Const(size) if isinstance(size, int) else from_shape(size)


def _sample(call: Call, space: ObjectV) -> Value:
    size = space.data["size"]
    why = call.unknown("a number that the environment gives")
    return IntegerV(why) if isinstance(size, Const) else Array(_shape(space), "float32")


def _shape(space: ObjectV) -> tuple[Any, ...]:
    size = space.data["size"]
    return tuple(dim.value for dim in size.items) if isinstance(size, ListV) else ()


@attribute("env.observation_space")
def _observation(interpreter: Any, value: ObjectV, node: Any, where: Any) -> Value:
    return value.data["observation"]


@attribute("env.action_space")
def _action(interpreter: Any, value: ObjectV, node: Any, where: Any) -> Value:
    return value.data["action"]


@attribute("env.unwrapped", "env.env")
def _itself(interpreter: Any, value: ObjectV, node: Any, where: Any) -> Value:
    return value


@attribute("space.shape")
def _space_shape(interpreter: Any, value: ObjectV, node: Any, where: Any) -> Value:
    size = value.data["size"]
    return ListV([], "tuple") if isinstance(size, Const) else size


@attribute("space.n")
def _count(interpreter: Any, value: ObjectV, node: Any, where: Any) -> Value:
    size = value.data["size"]
    return (
        size
        if isinstance(size, Const)
        else interpreter.unknown("how many actions there are", node, where)
    )


@attribute("space.high", "space.low")
def _bounds(interpreter: Any, value: ObjectV, node: Any, where: Any) -> Value:
    return Array(_shape(value), "float32")


@method("space.sample")
def _any(call: Call) -> Value:
    return _sample(call, call.receiver)


@method("env.reset")
def _reset(call: Call) -> Value:
    """The observation; from Gym 0.26 on, and in Gymnasium, with a dictionary."""
    env: ObjectV = call.receiver
    seen, told = _sample(call, env.data["observation"]), DictV({})
    told.unknown = call.unknown("what the environment tells")
    if env.data["pairs"].value:
        return ListV([seen, told], "tuple")
    return (
        VersionedV(seen.shape, seen.dtype, forms=((seen, told),))
        if isinstance(seen, Array)
        else seen
    )


@method("env.step")
def _step(call: Call) -> Value:
    """Observation, reward, whether it is over, and what else is told; newer ones tell in two words that it is over."""
    env: ObjectV = call.receiver
    seen, why = _sample(call, env.data["observation"]), call.unknown("what the environment gives")
    if env.data["pairs"].value:
        return ListV([seen, why, why, why, why], "tuple")
    return VersionedV(why, forms=((seen, why, why, why), (seen, why, why, why, why)))


@method("env.seed", "env.render", "env.close", "space.seed")
def _nothing(call: Call) -> Value:
    return NONE
