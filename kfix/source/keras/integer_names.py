"""The names of integers, and of tensors, that a program has at hand where it makes or calls a layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kfix.model.graph import AtHand, TensorRef
from kfix.model.site import Site
from kfix.source.interpreter.containers import Const
from kfix.source.interpreter.interpreter import Frame, Interpreter
from kfix.source.interpreter.values import InstanceV, ObjectV, TensorV

_MOST_TURNS = 8
"""How often one call is looked at that makes a layer again and again."""

Seen = tuple[dict[str, Any], ...]
"""The names of the scopes around a call as they were then, the innermost first."""


def note(interpreter: Interpreter, frame: Frame, site: Site) -> None:
    """Remembers what the names around a call that makes a layer stand for; what they say is looked up when asked."""
    seen = interpreter.reach.setdefault(site, [])
    if len(seen) > _MOST_TURNS:
        return
    scopes: list[dict[str, Any]] = []
    scope = frame.scope
    while True:
        if scope is frame.scope or not scope.is_class:
            scopes.append(dict(scope.names))
        if scope.parent is None:
            break
        scope = scope.parent
    seen.append(tuple(scopes))


def at_hand(interpreter: Interpreter, site: Site) -> dict[str, AtHand]:
    """The names of whole numbers at a place, attributes of objects (`self.units`, `args.units`) among them.

    Of a call that makes several layers those that mean the same number each time.
    """
    seen: list[Seen] = getattr(interpreter, "reach", {}).get(site, [])  # nothing once it is closed
    if not 0 < len(seen) <= _MOST_TURNS:
        return {}
    first, *more = map(_numbers, seen)
    return {
        name: found
        for name, found in first.items()
        if all(other.get(name) == found for other in more)
    }


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


def _numbers(scopes: Seen) -> dict[str, AtHand]:
    found: dict[str, AtHand] = {}
    hidden: set[str] = set()
    for depth, names in enumerate(scopes):
        local = depth < len(scopes) - 1
        for name, value in names.items():
            if name not in hidden:
                attributes = _attributes(value)
                for written, inner in (
                    attributes.items() if attributes is not None else ((None, value),)
                ):
                    if isinstance(inner, Const) and type(inner.value) is int:
                        found[name if written is None else f"{name}.{written}"] = AtHand(
                            inner.value, local
                        )
        hidden.update(names)
    return found


def _attributes(value: Any) -> Mapping[str, Any] | None:
    if isinstance(value, InstanceV):
        return value.attributes
    return value.data if isinstance(value, ObjectV) and value.kind == "namespace" else None
