"""Gym and Gymnasium: environments whose observations and actions are known by their names."""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Shape
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, DictV, ListV
from kfix.source.interpreter.conversion import from_shape, to_shape
from kfix.source.interpreter.partial_values import IntegerV, VersionedV
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.arguments import Bound, kept, receiver_of
from kfix.source.library.signatures import attribute, function, method, method_row

Space = tuple[int, ...] | int
"""A shape of numbers, or the number of things to choose from."""

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

method_row("env.seed env.render env.close space.seed", "**_", "None")

_PLAIN = {None, "id", "render_mode", "max_episode_steps"}
"""Arguments that leave an environment what it is; others may make it another."""


@function("gym.make gymnasium.make")
def _make(call: Bound) -> AbstractValue:
    known = _SPACES.get(call.text(0, "id").partition("-v")[0])
    if known is None or not {given.keyword for given in call.given} <= _PLAIN:
        return call.unknown("the observations of the environment are not known")
    observation, action = (ObjectV("space", size=_size(space)) for space in known)
    pairs = Const(call.path.startswith("gymnasium"))
    return ObjectV("env", observation=observation, action=action, pairs=pairs)


def _size(space: Space) -> AbstractValue:
    if isinstance(space, int):
        return Const(space)
    return from_shape(space)


def _sample(call: Bound, space: ObjectV) -> AbstractValue:
    why = call.unknown("a number of the environment is not known")
    is_choice = isinstance(space.data["size"], Const)
    if is_choice:
        return IntegerV(why)
    return Array(_shape(space), "float32")


def _shape(space: ObjectV) -> Shape | Unknown:
    size = space.data["size"]
    if isinstance(size, ListV):
        return to_shape(size)
    return ()


@attribute("env.observation_space")
def _observation(call: Call) -> AbstractValue:
    return kept(call, "observation")


@attribute("env.action_space")
def _action(call: Call) -> AbstractValue:
    return kept(call, "action")


@attribute("env.unwrapped env.env")
def _itself(call: Call) -> AbstractValue:
    return receiver_of(call)


@attribute("space.shape")
def _space_shape(call: Call) -> AbstractValue:
    size = kept(call, "size")
    if isinstance(size, Const):
        return ListV([], "tuple")
    return size


@attribute("space.n")
def _count(call: Call) -> AbstractValue:
    size = kept(call, "size")
    if isinstance(size, Const):
        return size
    return call.unknown("the number of actions is not known")


@attribute("space.high space.low")
def _bounds(call: Call) -> AbstractValue:
    return Array(_shape(call.receiver), "float32")


@method("space.sample")
def _any(call: Bound) -> AbstractValue:
    return _sample(call, call.receiver)


@method("env.reset")
def _reset(call: Bound) -> AbstractValue:
    """Return the observation; from Gym 0.26 on, and in Gymnasium, a pair with a dictionary."""
    env: ObjectV = call.receiver
    observation, info = _sample(call, env.data["observation"]), DictV({})
    info.unknown = call.unknown("the info of the environment is not known")
    if env.data["pairs"].value:
        return ListV([observation, info], "tuple")
    if not isinstance(observation, Array):
        return observation
    return VersionedV(observation.shape, observation.dtype, forms=((observation, info),))


@method("env.step")
def _step(call: Bound) -> AbstractValue:
    """Return observation, reward, whether it is over (newer ones: in two flags), and info."""
    env: ObjectV = call.receiver
    observation = _sample(call, env.data["observation"])
    why = call.unknown("the result of a step is not known")
    if env.data["pairs"].value:
        return ListV([observation, why, why, why, why], "tuple")
    return VersionedV(why, forms=((observation, why, why, why), (observation, why, why, why, why)))
