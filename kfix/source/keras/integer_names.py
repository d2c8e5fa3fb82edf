"""The names of integers, tensors and arrays that a program may use where it calls a layer."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, TensorRef
from kfix.model.program import AtHand
from kfix.model.site import Site
from kfix.source.interpreter.containers import Const
from kfix.source.interpreter.interpreter import Frame, Interpreter
from kfix.source.interpreter.values import InstanceV, ObjectV, TensorV

_MOST_TURNS = 8
"""How often one call is looked at that makes a layer again and again."""

Seen = tuple[dict[str, AbstractValue], ...]
"""The names of the scopes around a call as they were then, the innermost first."""


def note(interpreter: Interpreter, frame: Frame, site: Site) -> None:
    """Remember what the names around a call that makes a layer stand for.

    What they say is looked up when asked.
    """
    seen = interpreter.reach.setdefault(site, [])
    if len(seen) <= _MOST_TURNS:
        seen.append(tuple(dict(scope.names) for scope in frame.scope.around()))


def at_hand(interpreter: Interpreter, site: Site) -> dict[str, AtHand]:
    """Return the names of integers at a place.

    Attributes of objects (`self.units`, `args.units`) are among them. Of a call that makes several
    layers they are those that mean the same integer each time.
    """
    seen: list[Seen] = getattr(interpreter, "reach", {}).get(site, [])  # nothing once it is closed
    if not 0 < len(seen) <= _MOST_TURNS:
        return {}
    head, *rest = map(_integers, seen)
    return {name: found for name, found in head.items() if all(o.get(name) == found for o in rest)}


def tensors_at_hand(interpreter: Interpreter, site: Site) -> dict[str, TensorRef]:
    """Return the variables that hold tensors at a place that the program came to once."""
    seen: list[Seen] = getattr(interpreter, "reach", {}).get(site, [])
    if len(seen) != 1:
        return {}
    found: dict[str, TensorRef] = {}
    for names in reversed(seen[0]):  # the innermost last: its names hide the others
        for name, value in names.items():
            found.pop(name, None)
            if isinstance(value, TensorV):
                found[name] = value.ref
    return found


def arrays_at_hand(interpreter: Interpreter, site: Site) -> dict[str, Array]:
    """Return the variables that hold arrays at a place that the program came to once."""
    seen: list[Seen] = getattr(interpreter, "reach", {}).get(site, [])
    names = ChainMap(*seen[0]) if len(seen) == 1 else {}
    return {name: value for name, value in names.items() if isinstance(value, Array)}


def _integers(scopes: Seen) -> dict[str, AtHand]:
    """Return the names of integers in scopes: those of the inner hide the same of the outer."""
    found: dict[str, AtHand] = {}
    hidden: set[str] = set()
    for depth, names in enumerate(scopes):
        local = depth < len(scopes) - 1
        for name, value in names.items():
            if name not in hidden:
                found.update(_integers_of(name, value, local))
        hidden.update(names)
    return found


def _integers_of(name: str, value: AbstractValue, local: bool) -> Iterator[tuple[str, AtHand]]:
    """Yield a name if it is one of an integer, or of its attributes those that are integers."""
    attributes = _attributes(value)
    written = {name: value}
    if attributes is not None:
        written = {f"{name}.{attribute}": inner for attribute, inner in attributes.items()}
    for path, inner in written.items():
        if isinstance(inner, Const) and type(inner.value) is int:
            yield path, AtHand(inner.value, local)


def _attributes(value: AbstractValue) -> Mapping[str, AbstractValue] | None:
    """Return the attributes of an object of the program or of a namespace.

    It is `None` for any other value.
    """
    match value:
        case InstanceV(attributes=attributes) | ObjectV(kind="namespace", data=attributes):
            return attributes
    return None
