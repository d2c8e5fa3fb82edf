"""Which model, and which of its outputs, a declared target is for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import chain

from kfix.engine.results import FileResult, Reading
from kfix.engine.settings import ConfiguredTarget, Misuse, Settings
from kfix.model.deciding import Row, decide
from kfix.model.graph import Model
from kfix.model.near import did_you_mean, with_hint
from kfix.model.program import Directive, Program
from kfix.model.record import Value
from kfix.model.site import Place, cell_name, line_name
from kfix.model.target import Target, parse_target

DIRECTIVES = ("target", "input")
"""The keys of a comment `# kfix: KEY=SHAPE`."""

_Spot = tuple[int, int]
"""A cell and a line."""

Wanted = dict[int, Target]
"""The targets of a model, by the number of the output."""


def choose(reading: Reading, settings: Settings, result: FileResult) -> dict[int, Wanted]:
    """Return the declared targets of this run, by the index of the group.

    If the settings choose models, the groups of those are there, with or without targets. Raises
    `Misuse` where it is not clear which model a target is for.
    """
    _check_directives(reading.program, result)
    return _Selection(reading, settings, result).targets()


_NUMBER = re.compile(r"[0-9]{1,9}")


class _Selection:
    """The models of a file that the settings choose, with the targets that are declared of them."""

    def __init__(self, reading: Reading, settings: Settings, result: FileResult) -> None:
        self.reading = reading
        self.settings = settings
        self.result = result
        groups = list(enumerate(reading.groups))
        self.models = {index: group.models[0] for index, group in groups}
        self.made = [index for index, group in groups if not group.called]
        self.outermost = [index for index, group in groups if group.outermost]

    def targets(self) -> dict[int, Wanted]:
        """Return the declared targets by the index of the group; raise `Misuse`."""
        targets: dict[int, Wanted] = {}
        for one in self.settings.configured:
            wanted = {0: parse_target(one.shape, "pyproject.toml")}
            targets.update(dict.fromkeys(self._configured(one), wanted))
        for directive in self.reading.program.directives:
            self._add_directive(directive, targets)
        candidates = self.outermost
        if self.settings.narrows:
            candidates = self._named() or self._none_named()
            targets = {index: targets.get(index, {}) for index in candidates}
        if not self.settings.declares:
            return targets
        if not candidates and self.settings.named and not self.settings.narrows:
            raise Misuse("no Keras model here that kfix can read, so none to give the target")
        for index in self._of_rank(self._one_of(candidates)):
            targets[index] = self._declared(index)
        return {index: wanted for index, wanted in targets.items() if candidates and wanted}

    def _add_directive(self, directive: Directive, targets: dict[int, Wanted]) -> None:
        """Add the target of a comment `# kfix: target=SHAPE`; raise `Misuse`."""
        groups = enumerate(self.reading.groups)
        indices = [index for index, group in groups if directive.model in group.uids]
        for index in indices[-1:] * (directive.key == "target"):
            name, has_name, shape = directive.value.rpartition("=")
            try:
                target = parse_target(shape, "comment", directive.site)
            except ValueError as error:
                place = self.reading.program.place(directive.site)
                raise Misuse(f"{place}: {error}") from None
            if not has_name:
                targets[index] = {0: target}
                continue
            number, others = self._output(index, name.strip()), targets.get(index, {}).items()
            kept = {output: other for output, other in others if other.source == "comment"}
            targets[index] = kept | {number: target}

    def _none_named(self) -> list[int]:
        """Return no models; raise `Misuse` if the file itself was named, and not its folder."""
        if not self.settings.named:  # another file of the folder may have the model
            return []
        if not self.made:
            raise Misuse("no Keras model here that kfix can read")
        there = f"there is {self._list(self.made)}"
        if not self.settings.model:
            raise Misuse(f"no outermost model; {there}")
        names = chain.from_iterable(map(self._names, self.made))
        near = did_you_mean(self.settings.model, list(names))
        raise Misuse(f"no model named {self.settings.model!r}: {near or there}")

    def _one_of(self, candidates: list[int]) -> list[int]:
        """Return the one model that a target without a name is for.

        It is the only one, the only one that is trained, or the only one that is given data.

        Raises `Misuse` where several are.
        """
        if len(candidates) < 2:
            return candidates
        program, groups = self.reading.program, self.reading.groups
        uses = {"compiled or fitted": program.trained, "given data": program.used}
        for use, uids in uses.items():
            in_use = [index for index in candidates if uids & groups[index].uids]
            if len(in_use) == 1:
                name = self.models[in_use[0]].qualified
                note = f"the target is taken for `{name}`, the only model that is {use}"
                self.result.notes.append(note)
                return in_use
        how = self._how(candidates)
        raise Misuse(f"several models, choose one with {how}: {self._list(candidates)}")

    def _of_rank(self, chosen: list[int]) -> list[int]:
        """Return the part of the one model whose output alone has as many dims as the target.

        The images that are asked for are those of the generator, where the model that is
        trained gives a verdict on them.
        """
        if len(chosen) != 1 or self.settings.narrows or self.settings.target is None:
            return chosen
        target = parse_target(self.settings.target)
        ranks = {index: self._rank(index) for index in self.made}
        fitting = [index for index, rank in ranks.items() if rank == target.rank]
        whole = ranks[chosen[0]]
        if target.same_as_input or whole in (None, target.rank) or len(fitting) != 1:
            return chosen
        if whole > target.rank:  # a map where a vector is wanted is what people come with
            return chosen
        name = self.models[fitting[0]].qualified
        note = f"the target is taken for `{name}`, the only model with {target.rank} dims"
        self.result.notes.append(note)
        return fitting

    def _rank(self, index: int) -> int | None:
        """Return the number of dims of the first output of a model, as far as it is known.

        Of a model that is refused it is that of the model that it ends with.
        """
        shape = next(iter(self.reading.groups[index].traces[0].outputs), None)
        if isinstance(shape, tuple):
            return len(shape)
        model = self.models[index]
        ends = [node.layer.model for node in model.nodes if node.id == model.outputs[0].node]
        uids = {end.uid for end in ends if end is not None} - {model.uid}
        inner = [one for one, other in self.models.items() if other.uid in uids]
        return self._rank(inner[0]) if inner else None

    def _configured(self, target: ConfiguredTarget) -> list[int]:
        """Return the models that a target of pyproject.toml is for; raise `Misuse` for several."""
        if target.model is not None:
            return self._configured_by_name(target, target.model)
        if self.settings.declares:
            return self.outermost
        meant = set(self._named() if self.settings.narrows else self.outermost)
        return self._one_of([index for index in self.outermost if index in meant])

    def _configured_by_name(self, target: ConfiguredTarget, name: str) -> list[int]:
        """Return the models of a name that pyproject.toml has; raise `Misuse` without one."""
        found = [index for index in self.outermost if name in self._names(index)]
        if not found and target.exact:
            said = f"no model named {name!r}, as pyproject.toml says"
            known = chain.from_iterable(map(self._names, self.outermost))
            raise Misuse(with_hint(said, name, known))
        return found

    def _declared(self, index: int) -> Wanted:
        """Return the target of the command line for the model of this group."""
        if self.settings.target is not None:
            return {0: parse_target(self.settings.target)}
        targets = self.settings.targets
        return {self._output(index, name): parse_target(shape) for name, shape in targets}

    def _output(self, index: int, name: str) -> int:
        """Return the number of the output that a target names; raise `Misuse`."""
        model = self.models[index]
        names = output_names(model)
        if name in names:
            return names.index(name)
        if _NUMBER.fullmatch(name) and int(name) < len(names):
            return int(name)
        raise Misuse(f"`{model.qualified}` has no output {name!r}, but {', '.join(names)}")

    # --- names ----------------------------------------------------------------------------------

    def _named(self) -> list[int]:
        """Return the groups that `--model`, `PATH::NAME` or `PATH:LINE` chooses."""
        if self.settings.places:
            return self._around()
        qualified = [one for one in self.made if self.models[one].qualified == self.settings.model]
        plain = [one for one in self.made if self.models[one].name == self.settings.model]
        others = (one for one in self.made if self.settings.model in self._others(one))
        return qualified or plain or [*others]

    def _others(self, index: int) -> tuple[str, ...]:
        """Return the other variables that hold a model."""
        return self.reading.program.known_as.get(self.models[index].uid, ())

    def _names(self, index: int) -> tuple[str, ...]:
        """Return all names of a model."""
        model = self.models[index]
        return model.name, model.qualified, *self._others(index)

    def _how(self, indices: Sequence[int]) -> str:
        """Return how one of these models is chosen: by its name if the names differ."""
        models = [self.models[index] for index in indices]
        if len({model.qualified for model in models}) == len(models):
            return "--model NAME"
        if models[0].site.cell is None:
            return "PATH:LINE"
        return "PATH:CELL:LINE"

    def _list(self, indices: Sequence[int]) -> str:
        """Return models in words, with their places."""
        place, models = self.reading.program.place, self.models
        names = {one: [models[one].qualified, *self._others(one)] for one in indices}
        rows = (f"{' or '.join(names[one])} ({place(models[one].site).where})" for one in indices)
        return ", ".join(rows)

    # --- places ---------------------------------------------------------------------------------

    @cached_property
    def _spans(self) -> dict[int, _Span]:
        """Where the models are defined in this file, by group."""
        spans = {index: self._span(index) for index in self.made}
        return {index: span for index, span in spans.items() if span.places}

    def _span(self, index: int) -> _Span:
        """Return where a model and its layers are in this file."""
        model = self.models[index]
        sites = [model.site, *(node.site for node in model.nodes)]
        places = map(self.reading.program.place, sites)
        here = [place for place in places if place.path == self.result.path]
        return _Span(here, self.reading.groups[index].nested)

    def _around(self) -> list[int]:
        """Return the model defined at a place, else the one that the code there follows.

        A layer of another model is chosen by a line of its own, and not by one inside the
        definition of the other. A whole cell of a notebook chooses all outermost models that are
        defined in it.
        """
        spans, line = self._spans, self.settings.line
        start = self.settings.cell or 0, line or 0
        end = (start[0] + 1, 0) if line is None else start
        inside = [index for index, span in spans.items() if span.start <= end and start <= span.end]
        outer = [index for index in inside if not spans[index].nested]
        own = [index for index in inside if spans[index].owns(start)]
        own_outer = [index for index in own if index in outer]
        if not inside:
            return self._nearest(start)
        if line is None:
            return outer or inside
        if own and not own_outer:
            return [max(own, key=lambda index: spans[index].length)]
        return [min(own_outer or inside, key=lambda index: spans[index].length)]

    def _nearest(self, start: _Spot) -> list[int]:
        """Return the model that a place between models follows, and note it."""
        spans, settings = self._spans, self.settings
        before = [index for index, span in spans.items() if span.end < start]
        before.sort(key=lambda index: (spans[index].end, not spans[index].nested), reverse=True)
        behind = sorted(
            spans, key=lambda index: (spans[index].nested, spans[index].start, spans[index].end)
        )
        cells = [cell_name(cell) for cell in [settings.cell] if cell is not None]
        lines = [f"line {line}" for line in [settings.line] if line is not None]
        for nearest in (before or behind)[:1]:
            here, where = ", ".join(cells + lines), spans[nearest].first.where
            name = self.models[nearest].qualified
            self.result.notes.append(f"{here} is in no model: taken for `{name}`, {where}")
        return (before or behind)[:1]


def _check_directives(program: Program, result: FileResult) -> None:
    """Raise `Misuse` for a comment to kfix that it does not know; note one that is at no model."""
    # One without a line is read from words of a comment, and not addressed to kfix.
    for directive in (one for one in program.directives if one.line):
        at = line_name(directive.site.cell, directive.line)
        fault = decide(_DIRECTIVE_FAULTS, directive)
        if fault is not None:
            raise Misuse(f"{at}: {fault}")
        if directive.model is None:
            key = directive.key
            result.notes.append(f"{at}: `kfix: {key}` has no effect: no model is defined there")


def _has_unknown_key(directive: Directive) -> bool:
    return directive.key not in DIRECTIVES


def _has_no_value(directive: Directive) -> bool:
    return not directive.value


def _is_no_input_shape(directive: Directive) -> bool:
    from kfix.source.syntax.directives import input_shape

    return directive.key == "input" and input_shape(directive.value) is None


def _of_unknown_key(directive: Directive) -> str:
    near = did_you_mean(directive.key, DIRECTIVES) or "target or input"
    return f"unknown comment `kfix: {directive.key}`: {near}"


def _of_no_value(directive: Directive) -> str:
    return f"unknown comment `kfix: {directive.key}`: write {directive.key}=SHAPE"


def _of_no_input_shape(directive: Directive) -> str:
    return f"{directive.value!r} is not an input shape: write it as 28,28,1"


_DIRECTIVE_FAULTS: tuple[Row[Directive, str], ...] = (
    Row((_has_unknown_key,), _of_unknown_key),
    Row((_has_no_value,), _of_no_value),
    Row((_is_no_input_shape,), _of_no_input_shape),
)


def output_names(model: Model) -> list[str]:
    """Return the names of the outputs: those of their layers, else their numbers."""
    names = {node.id: node.layer.name for node in model.nodes}
    return [names.get(ref.node) or str(number) for number, ref in enumerate(model.outputs)]


class _Span(Value):
    """Where a model is defined in the file."""

    places: list[Place]
    """The places of the model and its layers."""
    nested: bool

    @property
    def first(self) -> Place:
        """The first place."""
        return min(self.places, key=_start)

    @property
    def start(self) -> _Spot:
        """The first cell and line."""
        return _start(self.first)

    @property
    def end(self) -> _Spot:
        """The last cell and line."""
        return max(map(_end, self.places))

    @property
    def length(self) -> _Spot:
        """The number of cells and lines."""
        return self.end[0] - self.start[0], self.end[1] - self.start[1]

    def owns(self, spot: _Spot) -> bool:
        """Return whether one of the places has this line."""
        return any(_start(place) <= spot <= _end(place) for place in self.places)


def _start(place: Place) -> _Spot:
    return place.cell or 0, place.line


def _end(place: Place) -> _Spot:
    return place.cell or 0, place.end_line
