"""Which of the places where a rule refuses something were reached."""

from __future__ import annotations

import ast
import os
import sys
from types import FrameType, TracebackType
from typing import Any, NamedTuple

from kfix.findings import Finding

SHAPES = os.path.join(
    os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "kfix", "shapes"
)
FILES = ("binding.py", "einsum.py", "identifiers.py", "sizes.py", "rule_call.py", "values.py")
"""Beside the rules themselves, what they and every layer go through."""


class Reason(NamedTuple):
    """A `raise` of a finding: its file below `kfix/shapes`, its lines, its text."""

    path: str
    first: int
    last: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.first}: {self.text}"


def reasons() -> list[Reason]:
    """Every statement of the rules that raises a finding it makes."""
    paths = [os.path.join(SHAPES, name) for name in FILES]
    for folder, _, names in os.walk(os.path.join(SHAPES, "rules")):
        paths += [os.path.join(folder, name) for name in names if name.endswith(".py")]
    found = []
    for path in sorted(paths):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call):
                continue
            called = ast.unparse(node.exc.func)
            # That a model is no Sequential is not the fault of any layer that could be drawn.
            if called not in (
                "UnknownUsed",
                "NotImplementedError",
                "AssertionError",
                "NotASequential",
            ):
                lines = (node.lineno, node.end_lineno or node.lineno)
                found.append(
                    Reason(os.path.relpath(path, SHAPES), *lines, ast.unparse(node.exc)[:100])
                )
    return found


class Watch:
    """While it is entered, remembers from where findings are made."""

    def __init__(self) -> None:
        self._lines: dict[str, set[int]] = {}
        self._init = Finding.__init__

    def __enter__(self) -> Watch:
        init, lines = self._init, self._lines

        def watched(finding: Finding, *args: Any, **kwargs: Any) -> None:
            frame: FrameType | None = sys._getframe(1)
            while frame is not None and len(frame.f_code.co_filename) > 0:
                name = frame.f_code.co_filename
                if name.startswith(SHAPES):
                    lines.setdefault(os.path.relpath(name, SHAPES), set()).add(frame.f_lineno)
                elif not name.endswith("findings" + os.sep + os.path.basename(name)):
                    break
                frame = frame.f_back
            init(finding, *args, **kwargs)

        Finding.__init__ = watched  # type: ignore[method-assign]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        Finding.__init__ = self._init  # type: ignore[method-assign]

    def missed(self) -> list[Reason]:
        """Return the reasons that nothing was refused for."""
        return [
            reason
            for reason in reasons()
            if self._lines.get(reason.path, set()).isdisjoint(range(reason.first, reason.last + 1))
        ]
