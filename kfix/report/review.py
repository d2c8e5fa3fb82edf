"""`--interactive`: show each repair and ask, as `git add -p` does."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from kfix.engine.results import ModelResult
from kfix.report import style
from kfix.report.text import Look, Report

HELP = """\
y - apply the first repair
n - do not change this model
1, 2, … - apply the repair of that number
e - end: ask about no further model, and write what was chosen
a - apply the first repair of this model and of all that follow
"""


class Review:
    """Ask a person about the repairs of one model after another; nothing is written here."""

    def __init__(self, ask: Callable[[str], str]) -> None:
        self._ask = ask
        self._report = Report(Look(style.width(sys.stdout), writes=False))
        self.ended = False
        self.all = False

    def __call__(self, model_result: ModelResult) -> int | None:
        """Return the index of the repair to apply, `None` for none."""
        choices = [model_result.repairs.index(proven) for proven in model_result.choices]
        if self.ended or not choices:
            return None
        if self.all:
            return choices[0]
        click.echo(style.visible("\n".join(self._report.model(model_result, {}))))
        self._show(model_result, choices[0])
        numbers = [str(number + 1) for number in choices]
        while True:
            answer = self._answer(f"Apply repair {numbers[0]} [y,n,{','.join(numbers)},e,a,?]? ")
            if answer in ("y", "a"):
                self.all = answer == "a"
                return choices[0]
            if answer in ("n", "e"):
                self.ended = answer == "e"
                return None
            if answer in numbers:
                return int(answer) - 1
            click.echo(HELP, nl=False)

    def _answer(self, question: str) -> str:
        try:
            return self._ask(click.style(question, fg="blue", bold=True)).strip().lower()
        except EOFError:
            return "e"

    def _show(self, model_result: ModelResult, first: int) -> None:
        for proven in model_result.choices:
            number = model_result.repairs.index(proven)
            shown = style.diff(proven.diff)
            if number != first:
                click.echo(click.style(f"repair {number + 1}:", bold=True))
                shown = _changed(proven.diff)
            click.echo(style.visible(shown), nl=False)


def _changed(diff: str) -> str:
    """Return the changed lines of a diff alone, for an alternative."""
    lines = [
        line
        for line in style.lines_of_diff(diff)
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    return style.diff("".join(lines))
