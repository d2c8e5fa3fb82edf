"""`%kfix` and `%%kfix`: what kfix says of the cells that were run, or of this one."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from kfix import api
from kfix.notebook import cells as ran
from kfix.notebook.cells import Cells, Failed, History, Ran
from kfix.notebook.view import View

USAGE = """\
  %kfix [options]    the cells that were run up to here, this one included, with the error
                     of the last one
  %%kfix [options]   the cell below it, behind the cells that were run; it is not run itself"""


_OWN = re.compile(r"\s*%{1,2}kfix\b")
"""A cell that is a magic of kfix."""


class Events(Protocol):
    """What is used of the events of a shell."""

    def register(self, event: str, function: Callable[..., object]) -> None:
        """Call a function at an event."""
        ...


class Shell(Protocol):
    """What is used of IPython's shell."""

    history_manager: History
    events: Events
    InteractiveTB: Any

    def register_magic_function(
        self, func: Callable[..., object], magic_kind: str, magic_name: str
    ) -> None:
        """Make a function a magic."""
        ...

    def set_next_input(self, s: str) -> None:
        """Put a text into the next cell."""
        ...


class Usage(Exception):
    """The arguments of a magic are wrong, or its help was asked for."""


class _Parser(argparse.ArgumentParser):
    """A parser that ends no process."""

    def error(self, message: str) -> NoReturn:
        """Raise `Usage`."""
        raise Usage(f"{message}\n{self.format_usage()}")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Raise `Usage`."""
        raise Usage(message or self.format_help())

    def print_help(self, file: Any = None) -> None:
        """Print nothing: `exit` follows."""


def _parser() -> _Parser:
    parser = _Parser(
        "%kfix", description=USAGE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--target", help="the expected output shape: 10, or 28,28,1, or input")
    parser.add_argument("--model", help="the model, by its name or function.name")
    parser.add_argument("--input-shape", help="the input shape, where the cells do not say it")
    parser.add_argument("--fix", action="store_true", help="put the fixed cell into the next one")
    parser.add_argument("--pick", type=int, help="the repair of this number")
    unsafe = "the first repair, though others are as good"
    parser.add_argument("--unsafe", action="store_true", help=unsafe)
    return parser


class Magics:
    """The magics of one shell; nothing is executed."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._cells = Cells()

    def before_cell(self, info: Any) -> None:
        """Note which cell runs: one that is run again counts once."""
        if getattr(info, "store_history", True):
            self._cells.note(self._count(), getattr(info, "cell_id", None))

    def after_cell(self, result: Any) -> None:
        """Keep the error that a cell ended with: `%kfix` behind it reads it."""
        text = str(getattr(result.info, "raw_cell", ""))
        if getattr(result.info, "store_history", True) and not _OWN.match(text):
            self._cells.failed = self._failed(result.error_in_exec)

    def _failed(self, error: BaseException | None) -> Failed | None:
        """Return the error of the last cell as a notebook keeps it, `None` without one."""
        if error is None:
            return None
        kind = type(error)
        lines = self._shell.InteractiveTB.structured_traceback(kind, error, error.__traceback__)
        output = {
            "output_type": "error",
            "ename": kind.__name__,
            "evalue": str(error),
            "traceback": lines,
        }
        return Failed(self._count() - 1, output)

    def _count(self) -> int:
        """Return the number of the cell that is noted next; the shell's own may be ahead."""
        return len(self._shell.history_manager.input_hist_raw)

    def kfix(self, line: str, cell: str | None = None) -> View | None:
        """Say what is wrong in the cells that were run, or in this one; `%kfix --help` has more."""
        cells = self._cells.ran(self._shell.history_manager)
        try:
            given = _parser().parse_args(shlex.split(line))
            if cell is not None:
                cells.append(Ran(self._count() - 1, cell))
            return self._explained(cells, given, cell is not None)
        except (Usage, ValueError) as usage:
            print(str(usage).rstrip())
        except api.Error as error:
            print(f"kfix: {error.message}")
        return None

    def _explained(self, cells: list[Ran], given: argparse.Namespace, alone: bool) -> View:
        """Return the report; with `--fix` the fixed cell is put into the next one."""
        path = ran.path()
        fixed = api.fix(
            ran.notebook(cells),
            path=path,
            target=given.target,
            model=given.model or self._model(cells, path, given, alone),
            input_shape=given.input_shape,
            pick=given.pick,
            unsafe=given.unsafe,
        )
        view = View(fixed, cells)
        if alone:
            view.models = [one for one in view.models if one.place.cell == len(cells) - 1]
        texts = view.fixed_cells()
        if given.fix and texts:
            self._shell.set_next_input("\n\n".join(texts))
            view.next_cell = True
        return view

    def _model(
        self, cells: list[Ran], path: str, given: argparse.Namespace, alone: bool
    ) -> str | None:
        """Return the model that a target is for where only those of the last cell may be meant."""
        if not alone or given.target is None:
            return None
        report = api.check(ran.notebook(cells), path=path, input_shape=given.input_shape)
        last = [model for model in report.models if model.place.cell == len(cells) - 1]
        if len(last) == 1 and last[0].name:
            return ".".join(filter(None, (last[0].function, last[0].name)))
        return None


def load(shell: Shell) -> None:
    """Register the magics; IPython does it for `%load_ext kfix`."""
    magics = Magics(shell)
    shell.register_magic_function(magics.kfix, "line_cell", "kfix")
    shell.events.register("pre_run_cell", magics.before_cell)
    shell.events.register("post_run_cell", magics.after_cell)
