"""`CompileLoss` of Keras (`trainers/compile_utils.py`): which labels a loss compares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeGuard

from kfix.model.record import Value, replace
from kfix.model.unknown import Unknown
from kfix.shapes.losses import other_shape
from kfix.shapes.training.nested import (
    Mismatch,
    Path,
    at,
    flatten,
    is_nested,
    pack,
    paths,
    same,
    same_paths,
)
from kfix.shapes.training.refusals import NotKnown, Refused


class Losses(NamedTuple):
    """The losses of `compile`, and the names of the outputs (`None` of a Sequential)."""

    loss: Any
    weights: Any
    names: Sequence[str] | None


class Compared(Value):
    """One loss: where its labels and its output stand, and both."""

    path: Path
    loss: Any
    labels: Any
    output: Any


def check_weights(weights: object) -> None:
    """Raise `Refused` for `loss_weights` of a type that `compile` does not take."""
    if isinstance(weights, list | tuple | dict | float | Unknown):
        return
    if weights:
        expected = "a float, or a list or dictionary of floats"
        raise Refused("loss_weights", expected, repr(weights))


def compared(losses: Losses, labels: Any, outputs: Any) -> list[Compared]:
    """Return which labels each loss compares with which output, or raise `Refused`."""
    if is_nested(labels) or is_nested(outputs):
        labels = _as_outputs(losses, labels, outputs)
    rows = _build(losses, labels, outputs)
    try:
        found = [
            replace(row, labels=at(row.path, labels), output=at(row.path, outputs)) for row in rows
        ]
    except Mismatch:
        raise _other_labels(labels, outputs) from None
    if any(map(_is_no_tensor, found)):
        raise Refused("loss", f"losses for {form(outputs)}", _losses(losses.loss))
    return found


def _is_no_tensor(row: Compared) -> bool:
    """Return whether no tensor is made of outputs that one loss is for: they are stacked."""
    if isinstance(row.output, dict):
        return True
    shapes = [getattr(leaf, "shape", None) for leaf in flatten(row.output)]
    known = [shape for shape in shapes if isinstance(shape, tuple)]
    return any(other_shape(known[0], shape) for shape in known)


def _as_outputs(losses: Losses, labels: Any, outputs: Any) -> Any:
    """Return the labels in the structure of the outputs."""
    if same(outputs, labels):
        return labels
    if not is_nested(labels) and is_nested(outputs) and len(outputs) == 1:
        labels = [labels]
    elif isinstance(outputs, list | tuple) and isinstance(labels, dict):
        names = losses.names
        labels = [labels[name] for name in names] if _are_keys(names, labels) else labels
    try:
        return pack(outputs, labels)
    except Mismatch:
        if same_paths(labels, outputs):
            return pack(outputs, flatten(labels))
    given, wanted = flatten(labels), flatten(losses.loss)
    present = [number for number, loss in enumerate(wanted) if loss is not None]
    if len(given) != len(present):
        raise _other_labels(labels, outputs)
    rows: list[Any] = [None] * len(wanted)
    for label, number in zip(given, present, strict=True):
        rows[number] = label
    if not is_nested(losses.loss):
        return rows[0]
    return pack(losses.loss, rows)


def _are_keys(names: Sequence[str] | None, labels: dict[Any, Any]) -> TypeGuard[Sequence[str]]:
    return names is not None and set(names) == set(labels)


def _other_labels(labels: object, outputs: object) -> Refused:
    return Refused("y", f"labels for {form(outputs)}", form(labels))


def form(structure: object) -> str:
    """Return in words what a structure is: "2 arrays", "a dictionary of 'a', 'b'"."""
    if isinstance(structure, dict):
        return f"a dictionary of {', '.join(map(repr, structure))}"
    return _COUNTS.get(len(flatten(structure)), f"{len(flatten(structure))} arrays")


_COUNTS = {1: "one array"}


# --- which loss is for which output -----------------------------------------------------------


def _build(losses: Losses, labels: Any, outputs: Any) -> list[Compared]:
    """Return the losses with their paths, as `CompileLoss.build` makes them."""
    loss, weights, names = losses
    if names and isinstance(loss, dict) and not isinstance(outputs, dict):
        if set(names) != set(loss):
            expected, keys = f"the keys {', '.join(map(repr, names))}", tuple(map(str, loss))
            raise Refused("loss", expected, form(loss), keys=keys)
        if isinstance(weights, dict):
            if not set(names) <= set(weights):
                raise Refused(
                    "loss_weights", f"the keys {', '.join(map(repr, names))}", form(weights)
                )
            weights = [weights[name] for name in names]
        loss = [loss[name] for name in names]
    if weights is not None and not same(loss, weights):
        counts = len(flatten(loss)), len(flatten(weights))
        if counts[0] != counts[1]:
            raise Refused("loss_weights", f"{counts[0]} weights, one for each loss", f"{counts[1]}")
    if not is_nested(loss):
        return [
            Compared(path, loss, None, None)
            for path, _ in paths(outputs)
            if _reached(path, labels) and loss is not None
        ]
    found: list[Compared] = []
    _nest(found, loss, labels, outputs, ())
    return found


def _reached(path: Path, labels: Any) -> bool:
    """Return true where labels stand at a path; raise `Refused` where none do."""
    try:
        at(path, labels)
    except Mismatch:
        raise Refused("y", "labels for each output", form(labels)) from None
    return True


def _nest(found: list[Compared], loss: Any, labels: Any, outputs: Any, path: Path) -> None:
    """Add the losses of a structure, as `CompileLoss._build_nested` goes through it."""
    if isinstance(loss, Unknown) or isinstance(labels, Unknown):
        raise NotKnown
    if isinstance(loss, list | tuple):
        if not any(map(is_nested, loss)) and len(loss) == len(flatten(outputs)):
            loss = pack(outputs, list(loss))
        elif not isinstance(outputs, type(loss)):
            for one in filter(_is_given, loss):
                _nest(found, one, labels, outputs, path)
            return
    if is_nested(loss):
        _nest_each(found, loss, labels, outputs, path)
    elif loss is None:
        raise Refused("loss", "a loss", "a list of None")
    else:
        found.append(Compared(path, loss, None, None))


def _is_given(loss: object) -> bool:
    return loss is not None


def _nest_each(found: list[Compared], loss: Any, labels: Any, outputs: Any, path: Path) -> None:
    """Add the losses of a list or dictionary, each with the labels and the output at its place."""
    if not isinstance(loss, type(outputs)):
        raise Refused("loss", f"losses for {form(outputs)}", _losses(loss))
    for key, one in _losses_of(loss):
        if not _has(labels, key, loss) or not _has(outputs, key, loss):
            expected = "an output and labels for each loss"
            raise Refused("loss", expected, f"a loss for {key!r} without them")
        _nest(found, one, labels[key], outputs[key], (*path, key))


def _losses_of(loss: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the losses of a list or dictionary by index or key; `None` is none."""
    items: Iterable[tuple[Any, Any]] = enumerate(loss)
    if isinstance(loss, dict):
        items = loss.items()
    return ((key, one) for key, one in items if one is not None)


def _has(structure: Any, key: int | str, loss: object) -> bool:
    if isinstance(loss, dict):
        return isinstance(structure, dict) and key in structure
    return isinstance(structure, list | tuple) and isinstance(key, int) and key < len(structure)


def _losses(loss: object) -> str:
    if isinstance(loss, dict):
        return "a dictionary of " + ", ".join(map(repr, loss))
    return f"{len(flatten(loss))} losses"
