"""The page of `--output-format html` as text and data; test_html_browser.py opens it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from kfix.report.formats import html
from tests.cli.test_main import REFUSED, WRONG, run
from tests.report.html_pages import BRANCHES, LARGE, data, page, report, written

VENDOR = Path(html.__file__).parent / "vendor"


class Parts(HTMLParser):
    """The elements of a page with their attributes, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_data(self, data: str) -> None:
        if self._open in ("script", "style"):
            self.texts.append((self._open, data))

    def handle_endtag(self, tag: str) -> None:
        self._open = ""


def graph(model: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return the edges of a graph by the classes of its boxes, with their shapes."""
    boxes = [box["cls"] for box in model["graph"]["boxes"]]
    return [
        (boxes[source], boxes[target], shape) for source, target, shape in model["graph"]["edges"]
    ]


def only_model(*args: object) -> dict[str, Any]:
    ((model,),) = [file["models"] for file in report(*args)["files"]]
    assert isinstance(model, dict)
    return model


def test_the_page_needs_nothing_but_itself(tmp_path: Path) -> None:
    text = page(written(tmp_path, WRONG), "--target", "10", "--dry-run")
    parts = Parts(text)
    taken = [
        value for _, given in parts.tags for key, value in given.items() if key in ("src", "href")
    ]
    assert taken == ["#main"]
    assert "@import" not in text
    assert not re.search(
        r"url\((?!#)", "".join(body for tag, body in parts.texts if tag == "style")
    )


def test_the_policy_allows_the_scripts_of_the_page_alone(tmp_path: Path) -> None:
    parts = Parts(page(written(tmp_path, WRONG)))
    (policy,) = [
        given["content"] or ""
        for tag, given in parts.tags
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    bodies = [body for tag, body in parts.texts if not body.startswith("{")]
    hashes = [base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() for body in bodies]
    assert hashes
    assert sorted(re.findall(r"'sha256-(.*?)'", policy)) == sorted(hashes)


HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "\"'&amp;<b>",
    "\x1b[31mred\x1b[2J",
    "\u202egnp.exe\u2066",
    "{{policy}}{{data}}",
    "\u2028\u2029\x00\x07",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_text_of_the_program_stays_text(hostile: str, tmp_path: Path) -> None:
    literal = hostile.replace("\x00", "\\x00").replace('"', '\\"')
    program = WRONG.replace("layers.Dense(10)", f'layers.Dense(10, name="{literal}")')
    text = page(written(tmp_path, program), "--target", "10", "--dry-run")
    plain = page(written(tmp_path, WRONG), "--target", "10", "--dry-run")
    assert [tag for tag, _ in Parts(text).tags] == [tag for tag, _ in Parts(plain).tags]
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]",
        json.dumps(data(text), ensure_ascii=False),
    )


def test_layers_are_boxes_and_shapes_are_on_the_edges(tmp_path: Path) -> None:
    model = only_model(written(tmp_path, BRANCHES), "--dry-run")
    edges = graph(model)
    assert ("Conv2D", "MaxPooling2D", "(None, 57, 57, 64)") in edges
    assert ("MaxPooling2D", "Add", "(None, 28, 28, 64)") in edges
    assert ("Conv2D", "Add", "(None, 29, 29, 64)") in edges
    boxes = {box["cls"]: box for box in model["graph"]["boxes"]}
    assert boxes["Add"]["fault"] == "KFX205"
    assert boxes["MaxPooling2D"]["arguments"] == "2"
    assert boxes["MaxPooling2D"]["line"] == 6
    assert boxes["Dense"]["status"] == "after-refusal"


def test_each_repair_has_its_graph_diff_and_parameters(tmp_path: Path) -> None:
    model = only_model(written(tmp_path, WRONG), "--target", "10", "--dry-run")
    first, second, *_ = model["repairs"]
    assert first["applied"]
    assert first["label"] == "would fix"
    assert second["label"] == "--pick 2"
    assert "+    layers.Flatten()" in first["diff"]
    assert first["outputs"] == ["(None, 10)"] == second["outputs"]
    assert first["params"] != second["params"]
    added = [box["cls"] for box in first["graph"]["boxes"] if box.get("change") == "added"]
    assert added == ["Flatten"]


def test_a_changed_layer_is_marked_before_and_after(tmp_path: Path) -> None:
    model = only_model(written(tmp_path, BRANCHES), "--dry-run")
    repair = model["repairs"][0]
    before = {model["graph"]["boxes"][int(n)]["cls"] for n in repair["changes"]}
    after = {box["cls"] for box in repair["graph"]["boxes"] if box.get("change") == "changed"}
    assert before & after


def test_findings_have_sentence_source_and_explanation(tmp_path: Path) -> None:
    path = written(tmp_path, WRONG)
    found = report(path, "--target", "10", "--check")
    error = found["files"][0]["models"][0]["findings"][0]
    assert (error["code"], error["severity"]) == ("KFX101", "error")
    assert "(None, 10)" in error["message"]
    (marked,) = [line for line in error["source"] if "mark" in line]
    start, length = marked["mark"]
    assert marked["text"][start : start + length] == "layers.Dense"
    assert "output shape" in found["codes"]["KFX101"]
    assert found["files"][0]["models"][0]["repairs"] == []


def test_repeated_blocks_of_a_large_model_fold(tmp_path: Path) -> None:
    model = only_model(written(tmp_path, LARGE), "--target", "10", "--dry-run")
    boxes, folds = model["graph"]["boxes"], model["graph"]["folds"]
    assert len(boxes) > 170
    # The identity blocks of the four stages.
    assert [fold["times"] for fold in folds if fold["times"] > 1] == [2, 3, 5, 2]
    hidden = sum(fold["end"] - fold["start"] for fold in folds)
    assert len(boxes) - hidden + len(folds) < 30
    for fold in folds:
        size = (fold["end"] - fold["start"]) // fold["times"]
        blocks = [
            [(box["cls"], box.get("arguments")) for box in boxes[start : start + size]]
            for start in range(fold["start"], fold["end"], size)
        ]
        assert all(block == blocks[0] for block in blocks)


def test_small_models_are_shown_whole(tmp_path: Path) -> None:
    layers = "\n".join("    layers.Dense(8)," for _ in range(12))
    program = WRONG.replace("    layers.Dense(10),", layers)
    assert only_model(written(tmp_path, program))["graph"]["folds"] == []


def test_every_file_and_mode_has_a_page(tmp_path: Path) -> None:
    written(tmp_path, WRONG, "a.py")
    written(tmp_path, REFUSED, "b.py")
    written(tmp_path, "import keras\nx = keras.Sequential([\n", "c.py")
    written(tmp_path, "x = 1\n", "d.py")
    cells = [
        {
            "cell_type": "code",
            "source": WRONG,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    written(tmp_path, json.dumps(notebook), "e.ipynb")
    for mode in (("--check",), ("--dry-run",), ("--summary",), ()):
        found = report(tmp_path, *mode)
        names = [Path(file["path"]).name for file in found["files"]]
        assert names == ["a.py", "b.py", "c.py", "d.py", "e.ipynb"]
        assert found["files"][2]["error"]
        assert found["files"][4]["models"][0]["place"].endswith("cell 1:4:9")
    assert found["files"][1]["models"][0]["status"] == "fixed"


def test_the_page_goes_into_a_file(tmp_path: Path) -> None:
    path, target = written(tmp_path, WRONG), tmp_path / "report.html"
    result = run(path, "--check", "--output-format", "html", "--output-file", target)
    assert result.stdout == ""
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_what_is_vendored_is_what_its_origin_says() -> None:
    origin = json.loads((VENDOR / "origin.json").read_text())
    library = (VENDOR / origin["file"]).read_bytes()
    assert hashlib.sha256(library).hexdigest() == origin["sha256"]
    assert origin["licence"] == "MIT"
    assert "Permission is hereby granted" in (VENDOR / "LICENSE.txt").read_text()
