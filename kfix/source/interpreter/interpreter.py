"""The abstract interpreter: runs a program over abstract values, the way Python would.

Here is the state, and the walking of statements and expressions by the class
of the node; what each class of node means is in `expressions`, `statements`
and `functions`, what libraries mean in `library`, what Keras objects do in
`building`.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.deferred import Deferred
from kfix.model.graph import Model, Node, Shapes
from kfix.model.origin import Literal, places
from kfix.model.program import Asserted, Discarded, Unpacking
from kfix.model.protocols import ShapeOf
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter.choices import MAX_VARIANTS, choice, merge, options_of
from kfix.source.interpreter.compiled import Compiled
from kfix.source.interpreter.containers import NONE, Const
from kfix.source.interpreter.conversion import origin_of
from kfix.source.interpreter.facts import Condition
from kfix.source.interpreter.module_values import ModuleV
from kfix.source.interpreter.state import Journal, Scope, Written
from kfix.source.interpreter.values import (
    ClassV,
    FunctionV,
    InstanceV,
    ModelV,
    SequentialV,
    TensorV,
)
from kfix.source.syntax.positions import code_of

if TYPE_CHECKING:
    from kfix.source.syntax.document import Unit

MAX_STEPS = 160_000
"""Expressions that are evaluated for one file: some 0.8 seconds."""

MAX_STATEMENT_STEPS = 50_000
"""Expressions that are evaluated for one statement of a module, or for one body of a layer."""

MAX_DEPTH = 48
"""Calls of the program's functions within one another."""

MAX_RECURSION = 8
"""Calls of one function within itself."""

MAX_TURNS = 600
"""Turns of one loop."""

BACKEND = "KERAS_BACKEND"
"""The variable of the environment, and the setting, that name the backend."""

LINE = 60
"""Characters of a source that are shown."""

MAX_INNER = 10_000
"""Models within models: one that holds another twice, which holds another twice, …, doubles them.
"""


class BudgetHit(Exception):
    """A budget of steps is used up: that of a statement, of a body, or of the file."""


class Frame:
    """One run of a module, a function or a class body."""

    __slots__ = (
        "cls",
        "condition",
        "elsewhere",
        "function",
        "instance",
        "known",
        "left",
        "returns",
        "scope",
        "unit",
        "unsure",
        "yields",
    )

    def __init__(self, unit: Unit, scope: Scope, function: str = "") -> None:
        self.unit = unit
        self.scope = scope
        self.function = function
        self.returns: list[tuple[Condition, AbstractValue]] = []
        self.yields: list[AbstractValue] | None = None
        self.condition: Condition = ()
        self.known: Condition = ()  # what holds wherever it was called from
        self.cls: ClassV | None = None
        self.instance: AbstractValue | None = None
        self.unsure: Unknown | None = None
        self.left: list[tuple[Any, Written, int]] = []  # what ways out of a turn of a loop wrote
        self.elsewhere: dict[str, Scope] = {}

    @property
    def facts(self) -> Condition:
        """What holds here: what held at the call, and what the tests on the way gave."""
        return self.known + self.condition

    def dotted(self, name: str) -> str:
        """Return a name that is defined here behind the names of the functions and classes around
        it.
        """
        return f"{self.function}.{name}" if self.function else name


Body = Callable[[Shapes], "Model | Unknown"]
"""What reads the `call` of a layer on inputs of these shapes."""

Ending = typing.Literal["return", "raise", "break", "continue"]
"""How a block ends that does not come to its end."""

Evaluate = Callable[["Interpreter", Any, Frame], AbstractValue]
Execute = Callable[["Interpreter", Any, Frame], "Ending | None"]

EXPRESSIONS: dict[type[cst.CSTNode], Evaluate] = {}
STATEMENTS: dict[type[cst.CSTNode], Execute] = {}


def expression(*kinds: type[cst.CSTNode]) -> Callable[[Evaluate], Evaluate]:
    """Return a decorator for a function that evaluates expressions of these classes."""

    def register(function: Evaluate) -> Evaluate:
        for kind in kinds:
            EXPRESSIONS[kind] = function
        return function

    return register


def statement(*kinds: type[cst.CSTNode]) -> Callable[[Execute], Execute]:
    """Return a decorator that registers how statements of these classes are run."""

    def register(function: Execute) -> Execute:
        for kind in kinds:
            STATEMENTS[kind] = function
        return function

    return register


class Interpreter:
    """The state of one reading."""

    def __init__(self, shapes: ShapeOf, project: Any = None) -> None:
        self.shapes = shapes
        self.project = project
        self.journal = Journal()
        self.arena: list[Node] = []
        self.units: dict[tuple[str, int | None], Unit] = {}
        self._begin_counts()
        self._begin_results()
        self._begin_memory()

    def _begin_counts(self) -> None:
        """Set what bounds the reading, and what says whether it gets on."""
        self.steps = 0
        self.stop = MAX_STEPS
        self.depth = self.doubting = 0
        self.trying = 0  # `try` blocks within one another, and branches in doubt as well
        self.loose: list[int] = []  # nodes made outside the `call` of a layer and any `try`
        self.inside: list[int] = []  # nodes made inside one, whatever branches are taken
        self.mapping = 0  # functions of `tf.data` that are read within one another
        self.builds = 0  # how often layers, models and tensors were made
        self.grown = 0  # how often lists were made longer
        self.inner = 0
        self.last_uid = 0
        self.modules_read = self.module_bytes = self.module_depth = 0
        self.reading = False
        self.ended = False  # the program ran to its end: what is read now, nothing called

    def _begin_results(self) -> None:
        """Set what a reading finds, for the Program."""
        self.keras: int | None = None
        self.legacy_keras = False  # `tf.keras` is Keras 2, by the environment
        self.own_keras = False  # Keras is imported without TensorFlow
        self.policy: str | Unknown | None = None
        self.control: set[Site] = set()
        self.limits: dict[str, Unknown] = {}
        self.unread: list[Unknown] = []
        self.models: list[SequentialV | ModelV] = []
        self.shown: list[tuple[AbstractValue, Site]] = []
        self.compiles: list[Compiled] = []
        self.fits: list[tuple[AbstractValue, dict[str, Any]]] = []
        self.asserts: list[Asserted] = []
        # what is asked of models that they may not have, and the names that the program gives them
        self.asked: list[tuple[AbstractValue, dict[str, Any]]] = []
        self.own_names: set[str] = set()
        self.discarded: list[Discarded] = []
        self.unpackings: list[Unpacking] = []
        # what is taken apart into another number of targets than it holds
        self.unpacked: list[tuple[AbstractValue, int]] = []
        # labels and outputs that a program gives to the loss of `compile`
        self.compared: list[tuple[AbstractValue | None, AbstractValue | None]] = []
        self.optimizers: list[tuple[Site, str]] = []
        # the calls of models, by their places
        self.applied: dict[Site, tuple[int, cst.CSTNode, Frame]] = {}
        self.switched: dict[int, AbstractValue] = {}
        self.reach: dict[Site, list[Any]] = {}  # what names stand for where layers are made

    def _begin_memory(self) -> None:
        """Set up the caches of functions, classes, layers and files of one reading."""
        # what the program has set for all that it makes afterwards
        self.settings: dict[str, AbstractValue] = {}
        self.functions: dict[int, FunctionV] = {}
        self.classes: list[ClassV] = []
        self.called: set[int] = set()
        self.active: dict[tuple[int, int], int] = {}
        self.endless: set[int] = set()
        self.bodies: list[Body] = []
        self.modules: dict[str, ModuleV] = {}
        self.mentions = cache(lambda path, word: self.project.mentions(path, word))
        self.layers: dict[int, AbstractValue] = {}
        self.instances: dict[int, InstanceV] = {}
        self.unrolled: dict[int, tuple[tuple[int, ...], list[int]]] = {}
        self.opened: dict[int, Any] = {}
        self.whole: dict[int, ModelV] = {}
        self.saved: dict[str, AbstractValue] = {}
        self.copies: dict[int, tuple[Any, ...]] = {}
        # by the number of a layer that was copied the first, whose name it has
        self.twins: dict[int, Any] = {}
        # the numbers given behind a test or in a loop that is not known
        self.doubtful: list[tuple[int, int]] = []
        self.cleared = (
            0  # the last number that was given before the names that Keras makes up were cleared
        )
        self.tests: dict[str, str] = {}
        """The sources of tests, by what is shown of them."""
        self.unknown_nodes: dict[int, tuple[Unknown, TensorV]] = {}

    # --- walking --------------------------------------------------------------------------

    def eval(self, node: cst.CSTNode, frame: Frame) -> AbstractValue:
        """Return what an expression is worth; raises `BudgetHit`."""
        self.steps += 1
        if self.steps > self.stop:
            raise BudgetHit
        handler = EXPRESSIONS.get(type(node))
        if handler is None:
            return Unknown(f"a {type(node).__name__} is not read", frame.unit.site(node))
        return handler(self, node, frame)

    def is_past_end(self, cell: int | None) -> bool:
        """Return whether a function of a cell is read with the names of the notebook's end."""
        return self.ended and cell is not None

    def expressions_of(self, site: Site) -> list[str]:
        """Return the expressions whose value is the unknown of a place, where they are noted."""
        return []

    def eval_optional(self, node: cst.CSTNode | None, frame: Frame) -> AbstractValue:
        """Return what an expression is worth that may be left out, as that of `return`."""
        if node is None:
            return NONE
        return self.eval(node, frame)

    def run(self, statements: Iterable[cst.CSTNode], frame: Frame) -> Ending | None:
        """Run statements in order until one ends the block.

        Returns how, `None` at its end; raises `BudgetHit`.
        """
        held = len(self.journal.stack)
        for node in statements:
            self.steps += 1
            if self.steps > self.stop:
                raise BudgetHit
            handler = STATEMENTS.get(type(node))
            if handler is not None:
                try:
                    ended = handler(self, node, frame)
                except RecursionError:
                    self.journal.keep_to(held)
                    self.limit("an expression is too deeply nested", frame.unit.site(node))
                    continue
                if ended is not None:
                    return ended
        return None

    # --- small services -------------------------------------------------------------------

    def uid(self) -> int:
        """Return a number that no layer or model has yet."""
        self.last_uid += 1
        return self.last_uid

    def limit(self, why: str, site: Site | None = None) -> None:
        """Note that a budget was hit."""
        self.limits.setdefault(why, Unknown(why, site))

    def leave(self, why: str, site: Site | None = None) -> None:
        """Note that a part of the program is left unread that may make models: a budget was hit, or
        it is not a program.
        """
        self.limit(why, site)
        self.unread.append(Unknown(why, site))

    def decide(self, value: AbstractValue) -> None:
        """Note that a value decided a condition or a loop: its literals cannot be changed without
        another reading.
        """
        for literal in places(origin_of(value)):
            if isinstance(literal, Literal):
                self.control.add(literal.site)

    def note_environment(self, name: AbstractValue, value: AbstractValue) -> None:
        """Note a variable of the environment that is set: one makes `tf.keras` Keras 2."""
        if isinstance(name, Const) and name.value == BACKEND:
            self.journal.set(self.settings, BACKEND, value)
        if not isinstance(name, Const) or name.value != "TF_USE_LEGACY_KERAS":
            return
        if isinstance(value, Const) and str(value.value).lower() in ("1", "true"):
            self.legacy_keras = True

    @property
    def version(self) -> int | None:
        """The version of Keras that the program asks for, `None` where it does not."""
        if self.legacy_keras and not self.own_keras:
            return 2
        return self.keras

    def note_doubtful(self, born: int) -> None:
        """Note that what was made since the number `born` was given may not be made, or more than
        once.
        """
        if self.last_uid > born:
            self.doubtful.append((born, self.last_uid))

    def text(self, node: cst.CSTNode, frame: Frame) -> str:
        """Return the source of a small node on one line of at most 60 characters, for a person."""
        return _cut(self.code(node, frame), LINE)

    def code(self, node: cst.CSTNode, frame: Frame) -> str:
        """Return the source of a node on one line."""
        try:
            return " ".join(code_of(frame.unit.module, node).split())
        except RecursionError:
            return "…"

    def test_text(self, code: str) -> str:
        """Return a test for a person, long enough to differ from all others."""
        length = LINE
        while self.tests.setdefault(_cut(code, length), code) != code and length < len(code):
            length *= 2
        return _cut(code, length)

    def unknown(self, why: str, node: cst.CSTNode, frame: Frame, because: object = None) -> Unknown:
        """Return an `Unknown` at the place of a node; `because` counts where it is an `Unknown`."""
        reason = None
        if isinstance(because, Unknown):
            reason = because
        return Unknown(why, frame.unit.site(node), reason)

    def defer(self, body: Body) -> Body:
        """Return a body as a layer holds it, which does not keep the whole program alive."""
        self.bodies.append(body)
        return Deferred(self.bodies, len(self.bodies) - 1)

    def close(self) -> None:
        """Let go of the program: what was read stays, but its bodies cannot be asked any more."""
        self.bodies.clear()
        self.__dict__.clear()
        self.bodies = []

    # --- values of several kinds ----------------------------------------------------------

    def spread(
        self, function: Callable[[list[AbstractValue]], AbstractValue], values: list[AbstractValue]
    ) -> AbstractValue:
        """Return `function(values)` for every combination of what a `Choice` among them may be."""
        combos: list[tuple[Condition, list[AbstractValue]]] = [((), [])]
        for value in values:
            longer = [
                (both, [*chosen, option])
                for condition, chosen in combos
                for more, option in options_of(value)
                if (both := merge(condition, more)) is not None
            ]
            combos = longer[:MAX_VARIANTS]
            if len(longer) > MAX_VARIANTS:
                self.limit(f"more than {MAX_VARIANTS} variants of one model")
        return choice([(condition, function(chosen)) for condition, chosen in combos])


def _cut(code: str, length: int) -> str:
    if len(code) <= length:
        return code
    return code[: length - 3] + "…"
