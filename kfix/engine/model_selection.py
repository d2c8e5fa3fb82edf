"""Which model, and which of its outputs, a declared target is for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain

from kfix.engine.model_definition import Definition, Spot, definitions
from kfix.engine.results import FileResult, Reading
from kfix.engine.settings import ConfiguredTarget, Misuse, Settings
from kfix.model.deciding import Row, decide
from kfix.model.near import did_you_mean, with_hint
from kfix.model.program import Directive, Program
from kfix.model.site import cell_name, line_name
from kfix.model.target import Target, parse_target

DIRECTIVES = ("target", "input")
"""The keys of a comment `# kfix: KEY=SHAPE`."""

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
        self.program = reading.program
        self.settings = settings
        self.result = result
        self.all = definitions(reading, result.path)
        self.made = [one for one in self.all if not one.group.called]
        self.outermost = [one for one in self.all if one.group.outermost]

    def targets(self) -> dict[int, Wanted]:
        """Return the declared targets by the index of the group; raise `Misuse`."""
        settings, targets = self.settings, self._standing()
        candidates = self.outermost
        if settings.narrows:
            candidates = self._named() or self._none_named()
            targets = {one.index: targets.get(one.index, {}) for one in candidates}
        if not settings.declares:
            return targets
        if not candidates and settings.named and not settings.narrows:
            raise Misuse("no Keras model here that kfix can read, so none to give the target")
        for one in self._of_rank(self._one_of(candidates)):
            targets[one.index] = self._declared(one)
        return {index: wanted for index, wanted in targets.items() if candidates and wanted}

    def _standing(self) -> dict[int, Wanted]:
        """Return the targets of pyproject.toml and of comments; raise `Misuse`."""
        targets: dict[int, Wanted] = {}
        for configured in self.settings.configured:
            target = parse_target(configured.shape, "pyproject.toml")
            for one in self._configured(configured):
                targets[one.index] = {0: self._meant(one, target)}
        for directive in self.program.directives:
            self._add_directive(directive, targets)
        return targets

    def _add_directive(self, directive: Directive, targets: dict[int, Wanted]) -> None:
        """Add the target of a comment `# kfix: target=SHAPE`; raise `Misuse`."""
        found = [one for one in self.all if directive.model in one.group.uids]
        if directive.key != "target" or not found:
            return
        definition, (name, has_name, shape) = found[-1], directive.value.rpartition("=")
        try:
            target = self._meant(definition, parse_target(shape, "comment", directive.site))
        except ValueError as error:
            raise Misuse(f"{self.program.place(directive.site)}: {error}") from None
        kept: Wanted = {}
        number = 0
        if has_name:  # one comment for each output
            number = self._output(definition, name.strip())
            others = targets.get(definition.index, {}).items()
            kept = {output: other for output, other in others if other.source == "comment"}
        targets[definition.index] = kept | {number: target}

    def _none_named(self) -> list[Definition]:
        """Return no models; raise `Misuse` if the file itself was named, and not its folder."""
        if not self.settings.named:  # another file of the folder may have the model
            return []
        if not self.made:
            raise Misuse("no Keras model here that kfix can read")
        there = f"there is {self._list(self.made)}"
        if not self.settings.model:
            raise Misuse(f"no outermost model; {there}")
        near = did_you_mean(self.settings.model, list(_names(self.made)))
        raise Misuse(f"no model named {self.settings.model!r}: {near or there}")

    def _one_of(self, candidates: list[Definition]) -> list[Definition]:
        """Return the one model that a target without a name is for.

        It is the only one, the only one that is trained, or the only one that is given data.

        Raises `Misuse` where several are.
        """
        if len(candidates) < 2:
            return candidates
        uses = {"compiled or fitted": self.program.trained, "given data": self.program.used}
        for use, uids in uses.items():
            in_use = [one for one in candidates if uids & one.group.uids]
            if len(in_use) == 1:
                self._note_taken(in_use[0], f"the only model that is {use}")
                return in_use
        how = _how(candidates)
        raise Misuse(f"several models, choose one with {how}: {self._list(candidates)}")

    def _note_taken(self, definition: Definition, why: str) -> None:
        name = definition.model.qualified
        self.result.notes.append(f"the target is taken for `{name}`, {why}")

    def _of_rank(self, chosen: list[Definition]) -> list[Definition]:
        """Return the part of the one model whose output alone has as many dims as the target.

        The images that are asked for are those of the generator, where the model that is
        trained gives a verdict on them.
        """
        if len(chosen) != 1 or self.settings.narrows or self.settings.target is None:
            return chosen
        target = parse_target(self.settings.target)
        fitting = [one for one in self.made if self._rank(one) == target.rank]
        rank = self._rank(chosen[0])
        # A map instead of a vector is the usual fault: of a model of more dims no part is meant.
        if target.same_as_input or len(fitting) != 1 or rank is None or rank >= target.rank:
            return chosen
        self._note_taken(fitting[0], f"the only model with {target.rank} dims")
        return fitting

    def _rank(self, definition: Definition) -> int | None:
        """Return the number of dims of the first output of a model, as far as it is known.

        Of a model that is refused it is that of the model that it ends with.
        """
        if definition.output is not None:
            return len(definition.output)
        inner = [one for one in self.all if one.model.uid in definition.ends]
        return self._rank(inner[0]) if inner else None

    def _configured(self, target: ConfiguredTarget) -> list[Definition]:
        """Return the models that a target of pyproject.toml is for; raise `Misuse` for several."""
        if target.model is not None:
            return self._configured_by_name(target, target.model)
        if self.settings.declares:
            return self.outermost
        meant = self.outermost
        if self.settings.narrows:
            meant = [one for one in self._named() if one.group.outermost]
        return self._one_of(meant)

    def _configured_by_name(self, target: ConfiguredTarget, name: str) -> list[Definition]:
        """Return the models of a name that pyproject.toml has; raise `Misuse` without one."""
        found = [one for one in self.outermost if name in one.names]
        if not found and target.exact:
            said = f"no model named {name!r}, as pyproject.toml says"
            raise Misuse(with_hint(said, name, _names(self.outermost)))
        return found

    def _declared(self, definition: Definition) -> Wanted:
        """Return the target of the command line for a model."""
        if self.settings.target is not None:
            return {0: self._meant(definition, parse_target(self.settings.target))}
        return {
            self._output(definition, name): self._meant(definition, parse_target(shape))
            for name, shape in self.settings.targets
        }

    def _meant(self, definition: Definition, target: Target) -> Target:
        """Return a target as it is meant of a model.

        The first number of `(20, 1)` is the batch of a model that has a fixed one. Where the batch
        is variable, no output has a number there: it is a dim of one sample.
        """
        if target.batch is None or definition.has_fixed_batch:
            return target
        name = definition.model.qualified
        self.result.notes.append(
            f"the target {target} is taken for {target.per_sample}: the batch of `{name}` is "
            "variable"
        )
        return target.per_sample

    def _output(self, definition: Definition, name: str) -> int:
        """Return the number of the output that a target names; raise `Misuse`."""
        names = definition.output_names
        if name in names:
            return names.index(name)
        if _NUMBER.fullmatch(name) and int(name) < len(names):
            return int(name)
        raise Misuse(
            f"`{definition.model.qualified}` has no output {name!r}, but {', '.join(names)}"
        )

    # --- names ----------------------------------------------------------------------------------

    def _named(self) -> list[Definition]:
        """Return the definitions that `--model`, `PATH::NAME` or `PATH:LINE` chooses."""
        if self.settings.places:
            return self._around()
        for names_of in _KINDS_OF_NAMES:
            found = [one for one in self.made if self.settings.model in names_of(one)]
            if found:
                return found
        return []

    def _list(self, definitions: Sequence[Definition]) -> str:
        """Return models in words, with their places."""
        place = self.program.place
        return ", ".join(f"{one.title} ({place(one.model.site).where})" for one in definitions)

    # --- places ---------------------------------------------------------------------------------

    def _around(self) -> list[Definition]:
        """Return the model defined at a place, else the one that the code there follows.

        A layer of another model is chosen by a line of its own, and not by one inside the
        definition of the other. A whole cell of a notebook chooses all outermost models that are
        defined in it.
        """
        line = self.settings.line
        start = self.settings.cell or 0, line or 0
        end = (start[0] + 1, 0) if line is None else start
        here = [one for one in self.made if one.places]
        inside = [one for one in here if one.start <= end and start <= one.end]
        if not inside:
            return self._nearest(here, start)
        if line is None:
            return [one for one in inside if not one.group.nested] or inside
        return [min(inside, key=partial(_closeness, spot=start))]

    def _nearest(self, here: list[Definition], start: Spot) -> list[Definition]:
        """Return the model that a place between models follows, and note it."""
        before = [one for one in here if one.end < start]
        before.sort(key=lambda one: (one.end, not one.group.nested), reverse=True)
        behind = sorted(here, key=lambda one: (one.group.nested, one.start, one.end))
        nearest = (before or behind)[:1]
        for one in nearest:
            taken = f"taken for `{one.model.qualified}`, {one.first.where}"
            self.result.notes.append(f"{self._asked_place()} is in no model: {taken}")
        return nearest

    def _asked_place(self) -> str:
        """Return the cell and the line that the settings name, in words."""
        cell, line = self.settings.cell, self.settings.line
        if cell is not None and line is None:
            return cell_name(cell)
        return line_name(cell, line or 0)


_KINDS_OF_NAMES: tuple[Callable[[Definition], tuple[str, ...]], ...] = (
    lambda one: (one.model.qualified,),
    lambda one: (one.model.name,),
    lambda one: one.aliases,
)
"""What a model may be called: a name of the first kind that some model has is meant."""


def _closeness(definition: Definition, spot: Spot) -> tuple[bool, bool, int, int]:
    """Return a key by which the least of several definitions around a line is meant.

    It is the shortest that has the line as one of its own; of parts of other models the longest.
    """
    own = definition.owns(spot)
    part = own and definition.group.nested
    cells, lines = definition.length()
    sign = (1, -1)[part]
    return not own, part, sign * cells, sign * lines


def _names(definitions: Iterable[Definition]) -> Iterable[str]:
    """Return all names of models."""
    return chain.from_iterable(one.names for one in definitions)


def _how(definitions: Sequence[Definition]) -> str:
    """Return how one of these models is chosen: by its name if the names differ."""
    models = [one.model for one in definitions]
    if len({model.qualified for model in models}) == len(models):
        return "--model NAME"
    if models[0].site.cell is None:
        return "PATH:LINE"
    return "PATH:CELL:LINE"


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
