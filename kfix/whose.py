"""Which model, and which of its outputs, a declared target is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.model import Model
from kfix.repair.target import Target, parse_target
from kfix.results import FileResult, Reading
from kfix.settings import Misuse, Settings

Wanted = dict[int, Target]
"""What is wanted of a model, by the number of the output."""


def choose(reading: Reading, settings: Settings, result: FileResult) -> dict[int, Wanted]:
    """The declared targets of this run, by the index of the group; raises `Misuse` when it is not clear whose it is.

    Where the settings choose models, the groups of those are there, with or without targets.
    """
    program = reading.program
    targets: dict[int, Wanted] = {}
    uids = {model.uid: index for index, group in enumerate(reading.groups) for model in group.models}
    for name, shape in settings.configured:
        for index, group in enumerate(reading.groups):
            if not group.nested and (name is None or name in (group.models[0].name, group.models[0].qualified)):
                targets[index] = {0: parse_target(shape, "pyproject.toml")}
    for directive in program.directives:
        if directive.key == "target" and directive.model in uids:
            index = uids[directive.model]
            name, equals, shape = directive.value.rpartition("=")
            try:
                target = parse_target(shape, "comment", directive.site)
            except ValueError as error:
                raise Misuse(f"{program.place(directive.site)}: {error}") from None
            number = _output(reading, index, name.strip()) if equals else 0
            before = targets.get(index, {})
            kept = {n: t for n, t in before.items() if t.source == "comment"} if equals else {}
            targets[index] = kept | {number: target}
    candidates = [index for index, group in enumerate(reading.groups) if not group.nested]
    if settings.model is not None or settings.line is not None:
        candidates = [
            index for index in _named(reading, settings) if not reading.groups[index].nested or settings.model
        ]
        if not candidates:
            wanted = f"no model named {settings.model!r}" if settings.model else f"no model at line {settings.line}"
            raise Misuse(f"{wanted}{_list(reading, range(len(reading.groups)))}")
        targets = {index: target for index, target in targets.items() if index in candidates}
    if not settings.declares:
        if settings.model is not None:
            return {index: targets.get(index, {}) for index in candidates}
        return targets
    if not candidates:
        result.notes.append("no Keras model found")
        return {}
    if len(candidates) > 1:
        used = {record.model for record in program.compiles} | {record.model for record in program.fits}
        in_use = [i for i in candidates if any(model.uid in used for model in reading.groups[i].models)]
        if len(in_use) != 1:
            raise Misuse(f"several models, choose one with --model NAME{_list(reading, candidates)}")
        name = reading.groups[in_use[0]].models[0].qualified
        result.notes.append(f"the target is taken for `{name}`, the only model that is compiled or fitted")
        candidates = in_use
    targets[candidates[0]] = _declared(reading, candidates[0], settings)
    return targets


def _declared(reading: Reading, index: int, settings: Settings) -> Wanted:
    """What the command line wants of the model of this group."""
    if settings.target is not None:
        return {0: parse_target(settings.target)}
    return {_output(reading, index, name): parse_target(shape) for name, shape in settings.targets}


def output_names(model: Model) -> list[str]:
    """What a person may call the outputs: the names of the layers that give them, else their numbers."""
    nodes = {node.id: node for node in model.nodes}
    names = []
    for number, ref in enumerate(model.outputs):
        node = nodes.get(ref.node)
        names.append((node.layer.name if node is not None else None) or str(number))
    return names


def _output(reading: Reading, index: int, name: str) -> int:
    """The number of the output that a target names; raises `Misuse`."""
    model = reading.groups[index].models[0]
    names = output_names(model)
    if name in names:
        return names.index(name)
    if name.isdecimal() and int(name) < len(names):
        return int(name)
    raise Misuse(f"`{model.qualified}` has no output {name!r}, but {', '.join(names)}")


def _named(reading: Reading, settings: Settings) -> Iterator[int]:
    best: tuple[int, int] | None = None
    for index, group in enumerate(reading.groups):
        model = group.models[0]
        if settings.model is not None:
            if settings.model in (model.name, model.qualified):
                yield index
            continue
        assert settings.line is not None
        place = reading.program.place(model.site)
        last = max([place.end_line, *(reading.program.place(node.site).end_line for node in model.nodes)])
        if place.line <= settings.line <= last and (best is None or last - place.line < best[1]):
            best = (index, last - place.line)
    if best is not None:
        yield best[0]


def _list(reading: Reading, indices: Sequence[int]) -> str:
    rows = []
    for index in indices:
        model = reading.groups[index].models[0]
        rows.append(f"{model.qualified} (line {reading.program.place(model.site).line})")
    return ": " + ", ".join(rows) if rows else ": the file has no Keras model"
