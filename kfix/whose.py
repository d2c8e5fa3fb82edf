"""Which model, and which of its outputs, a declared target is for."""

from __future__ import annotations

from collections.abc import Sequence

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
        candidates = _named(reading, settings, result)
        if not candidates:
            if not reading.groups:
                raise Misuse("no Keras model here")
            name = f"no model named {settings.model!r}" if settings.model else "no outermost model"
            raise Misuse(f"{name}; there is {_list(reading, range(len(reading.groups)))}")
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
            raise Misuse(f"several models, choose one with --model NAME: {_list(reading, candidates)}")
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


def _named(reading: Reading, settings: Settings, result: FileResult) -> list[int]:
    """The groups that `--model`, `PATH::NAME` or `PATH:LINE` means."""
    if settings.line is not None:
        return _around(reading, settings.line, result)
    models = {index: group.models[0] for index, group in enumerate(reading.groups)}
    exact = [index for index, model in models.items() if model.qualified == settings.model]
    return exact or [index for index, model in models.items() if model.name == settings.model]


def _around(reading: Reading, line: int, result: FileResult) -> list[int]:
    """The outermost model defined at that line; else the one that the code there follows, as an editor means it."""
    spans = {}
    for index, group in enumerate(reading.groups):
        if not group.nested:
            sites = [group.models[0].site, *(node.site for node in group.models[0].nodes)]
            places = [place for place in map(reading.program.place, sites) if place.path == result.path]
            if places:
                spans[index] = (min(place.line for place in places), max(place.end_line for place in places))
    inside = [index for index, (first, last) in spans.items() if first <= line <= last]
    if inside:
        return [min(inside, key=lambda index: spans[index][1] - spans[index][0])]
    if not spans:
        return []
    before = [index for index, (_, last) in spans.items() if last < line]
    nearest = max(before, key=lambda index: spans[index][1]) if before else min(spans, key=lambda index: spans[index])
    name = reading.groups[nearest].models[0].qualified
    result.notes.append(f"line {line} is in no model: taken for `{name}`, line {spans[nearest][0]}")
    return [nearest]


def _list(reading: Reading, indices: Sequence[int]) -> str:
    rows = []
    for index in indices:
        model = reading.groups[index].models[0]
        rows.append(f"{model.qualified} (line {reading.program.place(model.site).line})")
    return ", ".join(rows)
