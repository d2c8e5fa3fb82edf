"""Edits programs at random through the server: `python scripts/fuzz_server.py [--edits N]`.

After each edit the diagnostics and the hints of the server, which reuses what did not change, must
be those of a fresh start on the same text, and the server must live. Edits leave the program
half typed, full of odd characters, with blocks pasted and lines moved. It prints what differs.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp

from kfix import api
from kfix.lsp.analysis import Answer
from kfix.lsp.diagnostics import diagnostics
from kfix.lsp.documents import Documents
from kfix.lsp.shapes import hints
from kfix.lsp.texts import Text
from scripts.server_client import ServerClient

ROOT = Path(__file__).parents[1]
SNIPPETS = (
    "(", ")", "[", "]", ",", "\n", "    ", "\t", '"""', "'", "#", "\\", "\\\n", "😀", "é",
    "\r\n", "\x0c", "\u2028", "layers.Flatten(),\n", "layers.Dense(3),", "x = x + 1\n", "if x:\n",
    "def f():\n", "else:\n", "import keras\n", "from keras import layers\n", "*", "=", " None", "7",
    "0", "-1", "# kfix: target=10\n", "# kfix: ignore\n", "return_sequences=True", "@f\n", "async ",
    "lambda: ",
)  # fmt: skip
Edit = tuple[int, int, str]
"""From where to where, and the new text."""
LIFE = 60
"""Edits after which another program is opened."""


def programs() -> list[str]:
    """Return the texts that are edited: the fixtures, which all have models."""
    return [path.read_text() for path in sorted((ROOT / "fixtures").glob("*.py"))]


def edits(rng: random.Random, texts: list[str]) -> Iterator[tuple[str, Edit | None]]:
    """Yield texts without end, each with the edit that led to it; `None` with a new program."""
    while True:
        text = rng.choice(texts)
        history = [text]
        yield text, None
        for _ in range(LIFE):
            start, end, new = _edit(rng, text, texts, history)
            text = text[:start] + new + text[end:]
            history.append(text)
            yield text, (start, end, new)


def _edit(
    rng: random.Random, text: str, texts: list[str], history: list[str]
) -> tuple[int, int, str]:
    """Return a random edit: from where to where, and the new text."""
    at = rng.randint(0, len(text))
    lines = text.splitlines(keepends=True) or [""]
    number = rng.randrange(len(lines))
    start = sum(map(len, lines[:number]))
    end = start + len(lines[number])
    match rng.randrange(8):
        case 0:
            edit = at, at, rng.choice(SNIPPETS)
        case 1:
            edit = at, min(len(text), at + rng.choice([1, 1, 2, 5, 40])), ""
        case 2:
            edit = start, end, ""
        case 3:
            edit = start, start, rng.choice(lines)
        case 4:
            digits = [place for place, letter in enumerate(text) if letter.isdigit()] or [at]
            place = rng.choice(digits)
            edit = place, min(place + 1, len(text)), rng.choice("0123456789")
        case 5:
            other = rng.choice(texts).splitlines(keepends=True)
            first = rng.randrange(len(other))
            edit = start, start, "".join(other[first : first + rng.randint(1, 6)])
        case 6:
            edit = 0, len(text), rng.choice(history[-4:])
        case _:
            edit = start, start, rng.choice(SNIPPETS)
    return edit


def expected(uri: str, text: str) -> tuple[Any, Any, bool]:
    """Return the diagnostics and hints of a fresh start, and whether the text can be read."""
    documents = Documents()
    documents.open(lsp.TextDocumentItem(uri, "python", 1, text))
    (path,) = documents.paths()
    workspace = api.Workspace()
    workspace.put(path, text)
    try:
        answer = Answer(workspace.check(path), ())
    except api.Error as error:
        return error.message, error.fault, False
    (found,) = diagnostics(path, answer, documents).values()
    known = documents.text(path, None)
    assert known is not None
    shown = hints(answer, path, None, known, range(known.count), None)
    labels = [(hint.position.line, hint.position.character, hint.label) for hint in shown]
    return sorted(map(_key, found)), labels, True


def _key(one: lsp.Diagnostic) -> tuple[object, ...]:
    return one.range.start.line, one.range.start.character, one.code, one.message


def _key_of(one: dict[str, Any]) -> tuple[object, ...]:
    start = one["range"]["start"]
    return start["line"], start["character"], one.get("code"), one["message"]


def difference(client: ServerClient, uri: str, text: str) -> str:
    """Return what the server says otherwise than a fresh start does, "" if nothing."""
    outcome = sorted(map(_key_of, client.diagnostics(uri)))
    shown = [
        (hint["position"]["line"], hint["position"]["character"], hint["label"])
        for hint in client.hints(uri)
    ]
    findings, labels, readable = expected(uri, text)
    if not readable:
        unread = [one for one in outcome if one[2] == "KFX000"]
        return "" if unread or labels else f"not said: {findings}"
    if outcome != findings:
        return f"diagnostics {outcome}, expected {findings}"
    return "" if shown == labels else f"hints {shown}, expected {labels}"


def change(before: str, edit: tuple[int, int, str]) -> dict[str, Any]:
    """Return an edit as a client sends it, in UTF-16."""
    text = Text("", before, 1)
    start, end = (_position(text, before, offset) for offset in edit[:2])
    return {"range": {"start": start, "end": end}, "text": edit[2]}


def _position(text: Text, before: str, offset: int) -> dict[str, int]:
    lines = before[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    position = text.position(len(lines), len(lines[-1]) + 1)
    return {"line": position.line, "character": position.character}


def run(folder: Path, count: int, seed: int, tell: Any = print) -> int:
    """Make so many edits; return how often the server said something else."""
    rng = random.Random(seed)
    client = ServerClient(folder, delay=0)
    different = number = 0
    uri, before = "", ""
    for text, edit in edits(rng, programs()):
        if number >= count:
            break
        if edit is None:
            uri = (folder / f"net{number}.py").as_uri()
            client.open(uri, text)
        else:
            number += 1
            sent = change(before, edit)
            known = Text("", before, 1)
            # An edit between the two signs of one line end has no position: send all.
            partial = lsp.Range(*(lsp.Position(**sent["range"][side]) for side in ("start", "end")))
            offsets = known.offset(partial.start), known.offset(partial.end)
            client.change(uri, sent if offsets == edit[:2] else {"text": text})
        said = difference(client, uri, text)
        if said:
            different += 1
            tell(f"seed {seed}, edit {number}: {said}\n{text!r}")
        before = text
    faults = [line for line in client.log if "fault" in line or "Error" in line]
    for line in faults:
        tell(line)
    if client.end() != 0:
        tell("the server has not ended as it should")
        different += 1
    return different + len(faults)


def main() -> int:
    """Run and print; exit with 1 where something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    start = time.time()
    with tempfile.TemporaryDirectory() as folder:
        wrong = run(Path(folder), given.edits, given.seed)
    print(f"{given.edits:,} edits, {wrong} differences, {time.time() - start:.0f} s")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
