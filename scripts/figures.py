"""Print the figures of the code itself, package by package, and fail where one is over its bound.

`python scripts/figures.py` prints a table; `--check` exits with 1 where a bound is missed, and
names the places; `--tests` lists the modules without a test file of their name; `--edits` counts,
for each kind of edit, the modules that make such edits and those that have to know the kind.

Decisions are `if`, `for`, `while`, `except`, `case`, `and`, `or`, conditional expressions and the
loops and tests of comprehensions, per 100 lines that are neither blank nor comments.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeGuard

ROOT = Path(__file__).parents[1]
BOUNDS = {"decisions": 25.0, "conditional": 10.0, "any": 5.0, "module": 400.0, "function": 50.0}
OPEN = {
    "kfix/engine": {"decisions"},
    "kfix/repair": {"decisions", "conditional", "module", "function"},
}
"""The figures that are over their bounds still, by package: a name goes from here for good."""
DECISIONS = (ast.If, ast.For, ast.While, ast.IfExp, ast.ExceptHandler, ast.match_case)


class Figures(NamedTuple):
    """What was counted in one module or one package."""

    code: int = 0
    comments: int = 0
    decisions: int = 0
    conditional: int = 0
    functions: int = 0
    any: int = 0
    module: int = 0
    function: int = 0

    def plus(self, other: Figures) -> Figures:
        """Return the sums, and the longest module and function of both."""
        sums = [one + two for one, two in zip(self[:6], other[:6], strict=True)]
        return Figures(*sums, *map(max, self[6:], other[6:]))

    def row(self) -> dict[str, float]:
        """Return the figures that have a bound, by name."""
        return {
            "decisions": 100 * self.decisions / max(self.code, 1),
            "conditional": 1000 * self.conditional / max(self.code, 1),
            "any": 100 * self.any / max(self.functions, 1),
            "module": float(self.module),
            "function": float(self.function),
        }


def decisions(node: ast.AST) -> int:
    """Return how many decisions one node of the syntax tree is, without those inside it."""
    if isinstance(node, DECISIONS):
        return 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    return len(node.values) - 1 if isinstance(node, ast.BoolOp) else 0


def figures(path: Path) -> Figures:
    """Return the figures of one module."""
    text = path.read_text()
    lines = [line.strip() for line in text.split("\n")]
    nodes = list(ast.walk(ast.parse(text)))
    defined = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    returns = [ast.unparse(node.returns) for node in defined if node.returns is not None]
    lengths = [(node.end_lineno or node.lineno) - node.lineno + 1 for node in defined]
    return Figures(
        code=sum(bool(line) and not line.startswith("#") for line in lines),
        comments=sum(line.startswith("#") for line in lines),
        decisions=sum(map(decisions, nodes)),
        conditional=sum(isinstance(node, ast.IfExp) for node in nodes),
        functions=len(returns),
        any=returns.count("Any"),
        module=len(lines) - 1,
        function=max(lengths, default=0),
    )


def packages() -> dict[str, Figures]:
    """Return the figures of each package, those of `kfix/source` by its subpackages."""
    found: dict[str, Figures] = {}
    for path in sorted((ROOT / "kfix").rglob("*.py")):
        parts = path.relative_to(ROOT).parent.parts
        name = "/".join(parts[: 3 if parts[1:2] == ("source",) else 2])
        found[name] = found.get(name, Figures()).plus(figures(path))
    return found


def missed(name: str, row: dict[str, float]) -> Iterator[str]:
    """Yield the figures of a package that are over their bounds."""
    for figure, bound in BOUNDS.items():
        if row[figure] > bound:
            yield f"{name}: {figure} {row[figure]:.1f}, at most {bound:g}"


def newly_missed() -> list[str]:
    """Return the figures that are over their bounds in packages that had reached them."""
    return [
        text
        for name, one in packages().items()
        for text in missed(name, one.row())
        if text.split()[1] not in OPEN.get(name, ())
    ]


def long_places() -> Iterator[str]:
    """Yield every module and function that is over its bound."""
    for path in sorted((ROOT / "kfix").rglob("*.py")):
        name = path.relative_to(ROOT)
        text = path.read_text()
        if text.count("\n") > BOUNDS["module"]:
            yield f"{name}: {text.count(chr(10))} lines"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > BOUNDS["function"]:
                    yield f"{name}:{node.lineno}: {node.name} has {length} lines"


def untested() -> Iterator[Path]:
    """Yield the modules that no test file mirrors: `kfix/a/b.py` is for `tests/a/test_b.py`."""
    for path in sorted((ROOT / "kfix").rglob("*.py")):
        name = path.relative_to(ROOT / "kfix")
        mirror = ROOT / "tests" / name.with_name(f"test_{name.name}")
        if not name.name.startswith("__") and not mirror.exists():
            yield name


def kinds_of_edits() -> Iterator[tuple[str, list[Path], list[Path]]]:
    """Yield each kind of edit with the modules that make such edits, and with the others.

    The others import its class and make none: they know the kind beside its own module.
    """
    trees = {path: ast.parse(path.read_text()) for path in (ROOT / "kfix").rglob("*.py")}
    for path in sorted((ROOT / "kfix" / "edits").glob("[!_]*.py")):
        if path.stem in ("base", "graph"):
            continue
        making, knowing = [], []
        for module, tree in sorted(trees.items()):
            names = imported(tree, f"kfix.edits.{path.stem}")
            called = {ast.unparse(node.func) for node in ast.walk(tree) if is_call(node)}
            if names:
                (making if names & called else knowing).append(module.relative_to(ROOT))
        yield path.stem, making, knowing


def is_call(node: ast.AST) -> TypeGuard[ast.Call]:
    """Return whether a node of the syntax tree is a call."""
    return isinstance(node, ast.Call)


def imported(tree: ast.AST, module: str) -> set[str]:
    """Return the names that are imported from a module."""
    found = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return {name.name for node in found if node.module == module for name in node.names}


def print_edits() -> None:
    """Print how many modules each kind of edit stands in."""
    rows = [*kinds_of_edits()]
    print(f"{'kind of edit':22}{'its own':>8}{'make it':>8}{'know it':>8}")
    for kind, making, knowing in rows:
        print(f"{kind:22}{1:8}{len(making):8}{len(knowing):8}  {' '.join(map(str, knowing))}")
    for place, name in enumerate(("make it", "know it"), 1):
        counts = sorted(len(row[place]) for row in rows)
        print(f"modules that {name}: median {counts[len(counts) // 2]}, most {counts[-1]}")


def main() -> int:
    """Print the table, and what the options ask for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="exit with 1 where a bound is missed")
    parser.add_argument("--tests", action="store_true", help="list modules without their own tests")
    parser.add_argument("--edits", action="store_true", help="count modules per kind of edit")
    given = parser.parse_args()
    if given.edits:
        print_edits()
        return 0
    if given.tests:
        print(*untested(), sep="\n")
        return 0
    check = given.check
    found = packages()
    total = Figures()
    over: list[str] = []
    print(
        f"{'package':26}{'lines':>7}{'comments':>9}{'decisions':>10}{'cond.':>7}{'Any':>7}{'module':>8}{'function':>9}"
    )
    for name, one in [*found.items(), ("all", Figures())]:
        shown = total if name == "all" else one
        total = total.plus(one)
        row = shown.row()
        comments = 100 * shown.comments / max(shown.code, 1)
        print(
            f"{name:26}{shown.code:7}{comments:8.1f}%{row['decisions']:10.1f}{row['conditional']:7.1f}"
            f"{row['any']:6.1f}%{shown.module:8}{shown.function:9}"
        )
        over += missed(name, row)
    if check:
        print(*over, *long_places(), sep="\n")
    return int(check and bool(over))


if __name__ == "__main__":
    sys.exit(main())
