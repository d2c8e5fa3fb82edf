"""What a run is asked to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from kfix.model.record import Value

if TYPE_CHECKING:
    from kfix.engine.results import ModelResult
    from kfix.model.graph import Shape
    from kfix.model.observed import Observed
    from kfix.shapes import Trace


class Misuse(Exception):
    """The command was used wrongly for this file: one line for a person, exit 2."""


class Cancelled(Exception):
    """Nobody waits for the result of a run any more."""


class ConfiguredTarget(Value):
    """A target of pyproject.toml: the model's name (`None`: the only one) and the shape.

    `exact`: the file is named itself, and not by a pattern that other files fit too.
    """

    model: str | None
    shape: str
    exact: bool = True


class Settings(Value):
    """What a run is asked to do.

    `target` and `input_shape` as written on the command line; `targets` are
    those of a model with several outputs, each with the output's name; `model`
    a name or `function.name`; `line` a line within the definition wanted, in a
    notebook of its `cell` (as `Place` counts them).
    """

    target: str | None = None
    targets: tuple[tuple[str, str], ...] = ()
    input_shape: Shape | None = None
    model: str | None = None
    cell: int | None = None
    line: int | None = None
    search: bool = True
    pick: int | None = None
    unsafe: bool = False
    prefer: str | None = None
    only: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    keras: int | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    configured: tuple[ConfiguredTarget, ...] = ()
    """Targets of the configuration for this file."""
    verify: Callable[[Sequence[Trace]], str | None] | None = None
    """Verifies a repair before it is applied: returns why Keras refuses it, or `None`."""
    unused_ignores: bool = False
    """Whether comments are named that suppress nothing."""
    named: bool = True
    """Whether the file itself was named, not found under a folder."""
    review: Callable[[ModelResult], int | None] | None = None
    """Asks a person to choose: returns the index of a repair of a `ModelResult`."""
    cancelled: Callable[[], bool] | None = None
    """Whether nobody waits for the result any more: then the run ends with `Cancelled`."""

    observed: tuple[Observed, ...] | None = None
    """Values that the source does not say, known from an error."""
    error_text: str | None = None
    """The log of a run of the program, which ends with an error."""

    @property
    def declares(self) -> bool:
        """Whether the command line declares a target."""
        return self.target is not None or bool(self.targets)

    @property
    def is_whole(self) -> bool:
        """Whether all models are run, and all findings reported."""
        return not any((self.select, self.ignore, self.model))

    @property
    def narrows(self) -> bool:
        """Whether models are chosen by name or place."""
        return self.model is not None or self.places

    @property
    def chooses(self) -> bool:
        """Whether the command line names a model or declares a target."""
        return self.declares or self.narrows

    def allows(self, kinds: AbstractSet[str]) -> bool:
        """Return whether all these kinds of edits are allowed."""
        return not kinds & self.never and (not self.only or kinds <= self.only)

    @property
    def places(self) -> bool:
        """Whether a model is chosen by its place."""
        return self.cell is not None or self.line is not None

    def wants(self, code: str) -> bool:
        """Return whether a finding with this code is reported."""
        if self.select and not code.startswith(self.select):
            return False
        return not (self.ignore and code.startswith(self.ignore))
