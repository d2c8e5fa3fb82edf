"""Requirements, configurations, targets, paths and patterns, made of their own pieces."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

from kfix.cli.path_arguments import split_path
from kfix.engine.pyproject import Configs
from kfix.engine.settings import Settings
from kfix.model.target import parse_target
from kfix.project.files import FileTrouble
from kfix.project.keras_version import pinned_to_keras_2
from kfix.project.walk import walk

_PIECES = {
    "requirements": (
        "tensorflow keras tensorflow-gpu == >= <= ~= != < > === ^ ~ = 2.10 2 3 2.* 1.0.0.0 "
        "* . , ; # [ ] [and-cuda] ( ) { } ' \" "
        "version version= python_version - \n"
        " \r \t \0 é  tf-keras 99999999999999999999 0 rc1 @ git+https://x -r file \\\n"
    ),
    "target": "10 28 none None ? input ( ) , = x -1 0 1e9 1.5 ² ٣ * [ ] ' \0 : (None, 10) ,, ,) ",
    "path": "m.py n.ipynb : :: 1 12 cell ² 99999999999 \0 / . .. - a é \udcff C: \\ ",
    "pyproject": (
        "[tool.kfix] [tool.kfix.targets] [tool] [[tool.kfix]] prefer = 'pool' select = "
        "['KFX1'] ignore exclude = [] [1] {} '' targets "
        '"m.py" 10 [1,2] \n'
        " , . 1979-05-27 inf nan -1 true '''x''' # kfix 'a::b' '[z-a]' '!' '**' '*a*a*a*b' "
        "\0 é \ufeff"
    ),
    "ignore": "* ** / a b ? [ab] [!a] [z-a] \\ ! # . \\* [[:alpha:]] [ ] { } \0 é",
}
_LONG = {
    "requirements": (" " * 200, "," * 200, "9" * 5000, "keras " * 50, "=" * 100),
    "target": ("9" * 5000,),
    "path": ("1" * 5000,),
    "pyproject": ("[" * 2000, "9" * 5000, "'" + "*a" * 50 + "'"),
    "ignore": ("*a" * 40, "**/" * 40),
}


def one(draw: random.Random) -> tuple[str, Callable[[], str | None]]:
    """One input, and the run on it: it returns nothing, and raises for a fault."""
    kind = draw.choice(["requirements", "target", "path", "pyproject", "ignore"])
    pieces = (*_PIECES[kind].split(" "), *_LONG[kind])
    joint = (
        draw.choice(["", " ", "\n"])
        if kind in ("requirements", "pyproject")
        else draw.choice(["", "", "/"])
    )
    text = joint.join(draw.choices(pieces, k=draw.choice([1, 3, 8, 20])))
    return f"{kind}: {text[:500]!r}", lambda: _run(kind, text)


def _run(kind: str, text: str) -> None:
    if kind == "target":
        try:
            parse_target(text)
        except ValueError:
            return
    elif kind == "path":
        split_path(text)
    else:
        with tempfile.TemporaryDirectory() as folder:
            _in_folder(kind, text, Path(folder))


def _in_folder(kind: str, text: str, folder: Path) -> None:
    name = {
        "requirements": "requirements.txt",
        "pyproject": "pyproject.toml",
        "ignore": ".gitignore",
    }[kind]
    (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    program = folder / ("a" * 100) / "a" / ("ab" * 50 + ".py")
    program.parent.mkdir(parents=True)
    program.write_text("")
    if kind == "requirements":
        pinned_to_keras_2([str(folder)])
    elif kind == "ignore":
        list(walk(str(folder)))
    else:
        try:
            config = Configs().of(str(program))
            if config is not None:
                config.excludes(str(program))
                config.settings(str(program), Settings())
        except FileTrouble:
            return
