"""Writes a drawn model out as a program, in one of the many ways in which people lay theirs out."""

from __future__ import annotations

import json
import random
from typing import NamedTuple

from tests.mutants.drafts import KEEP, MERGES, Draft, Name, Spec

IMPORTS = (
    "layers",
    "keras",
    "tf",
    "from-line",
    "from-block",
    "alias",
    "name",
    "star",
    "tf_keras_names",
)
FORMS = (
    "line",
    "rows",
    "rows",
    "rows-bare",
    "add",
    "add",
    "named",
    "tuple",
    "sum",
    "nested",
    "pairs",
    "functional",
    "functional",
    "helper",
)
GRAPHS = ("functional", "helper")
_FUNCTIONAL = (*GRAPHS, "loop-graph", "calls")
LOOPS = ("loop-add", "loop-add", "loop-graph", "calls")
"""The forms of a draft with a loop; `calls` are those of one helper function."""
PLACES = ("module", "module", "module", "function", "method")


class Written(NamedTuple):
    """A program: `touchable` are the 0-based lines that an edit may touch, `notes` the comments
    beside layers.

    `layers` are the layers as they stand in the text; `says_target` tells that
    a comment declares the target; `form` is the layout.
    """

    data: bytes
    touchable: frozenset[int]
    layers: tuple[str, ...]
    notes: tuple[str, ...]
    says_target: bool
    notebook: bool = False
    form: str = ""

    @property
    def text(self) -> str:
        """The program as a string, with its own line endings."""
        return self.code(self.data)

    @property
    def path(self) -> str:
        """The name of its file."""
        return "mutant.ipynb" if self.notebook else "mutant.py"

    def code(self, data: bytes) -> str:
        """Return the program that a file like this one holds; of a notebook all cells."""
        if not self.notebook:
            return data.decode("utf-8-sig")
        cells = json.loads(data)["cells"]
        return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


class _Page:
    """Lines as they are written, each marked whether an edit may touch it."""

    def __init__(self, rng: random.Random, imports: str) -> None:
        self.rng = rng
        self.imports = imports
        self.quote = rng.choice("\"'")
        self.lines: list[str] = []
        self.cells: list[int] = [0]
        self.touchable: set[int] = set()
        self.notes: list[str] = []

    def put(self, line: str, touchable: bool = False) -> None:
        for part in line.split("\n"):
            if touchable:
                self.touchable.add(len(self.lines))
            self.lines.append(part)

    def cell(self) -> None:
        """In a notebook a new cell begins here."""
        self.cells.append(len(self.lines))

    def note(self, chance: float = 0.2) -> str:
        """Return a comment to stand behind a layer, or nothing."""
        if self.rng.random() >= chance:
            return ""
        text = f"# note {len(self.notes)}: café, naïve"
        self.notes.append(text)
        return self.rng.choice(("  ", "   ")) + text

    def value(self, value: object) -> str:
        if isinstance(value, Spec):
            return self.layer(value)
        if isinstance(value, Name):
            return str(value)
        if isinstance(value, str):
            return f"{self.quote}{value}{self.quote}"
        if isinstance(value, tuple):
            inner = ", ".join(self.value(item) for item in value)
            return f"({inner},)" if len(value) == 1 else f"({inner})"
        return repr(value)

    def layer(self, spec: Spec) -> str:
        parts = [
            f"{key}={self.value(value)}" if key else self.value(value) for key, value in spec.args
        ]
        if (
            parts
            and spec.args[-1][0] is not None
            and not isinstance(spec.args[-1][1], Spec)
            and self.rng.random() < 0.04
        ):
            key, value = spec.args[-1]
            parts[-1] = f"**{{{self.value(key)}: {self.value(value)}}}"
        args = ", ".join(parts)
        prefix = {
            "layers": "layers.",
            "keras": "keras.layers.",
            "tf": "tf.keras.layers.",
            "alias": "kl.",
            "name": "L.",
        }.get(self.imports, "")
        return f"{prefix}{spec.cls}({args})"

    @property
    def sequential(self) -> str:
        return {
            "tf": "tf.keras.Sequential",
            "keras": "keras.Sequential",
            "name": "tf.keras.models.Sequential",
            "alias": "keras.models.Sequential",
            "layers": "keras.Sequential",
        }.get(self.imports, "Sequential")

    @property
    def model(self) -> str:
        """How the class of functional models is called."""
        return {"tf": "tf.keras.Model", "name": "tf.keras.Model"}.get(
            self.imports, "keras.Model" if self.imports in ("keras", "alias", "layers") else "Model"
        )


class _Part(NamedTuple):
    """A layer as it is written, or a loop of them."""

    spec: Spec
    text: str = ""
    rounds: tuple[object, ...] = ()
    body: tuple[_Part, ...] = ()


def write(draft: Draft, rng: random.Random, target: str | None) -> Written:
    """Return the program of a draft.

    The same `rng` gives the same layout; `target` may be declared in a comment.
    """
    page = _Page(rng, rng.choice(IMPORTS))
    form, place, how = (
        rng.choice(FORMS),
        rng.choice(PLACES),
        rng.choice(("Input", "argument", "InputLayer")),
    )
    constants, indent = rng.random() < 0.3, rng.choice(("    ", "    ", "  ", "\t"))
    says, crlf, bom, end = (
        rng.random() < 0.3,
        rng.random() < 0.15,
        rng.random() < 0.05,
        rng.random() < 0.9,
    )
    notebook, other = rng.random() < 0.12, rng.random()
    if draft.loop is not None:
        form = LOOPS[int(other * len(LOOPS))]
    if draft.is_graph:
        form = {"loop-add": "loop-graph", "loop-graph": "loop-graph", "calls": "calls"}.get(
            form, "functional"
        )
    graph = form in _FUNCTIONAL
    if graph or (draft.loop is not None and draft.loop.start == 0):
        how = "Input"
    if rng.random() < 0.5:
        page.put(f'"""A model of "{{{draft.family}}}" \\\\ and nothing else."""')
    layers = _with_input(draft, how, constants)
    classes = {inner.cls for layer in layers for inner in _all(layer)} - {KEEP}
    _imports(page, classes)
    if graph and page.model == "Model":
        page.put("from tensorflow.keras.models import Model", touchable=True)
    page.cell()
    page.put("\nnp.random.seed(  7 )\nsettings = { 'a':1,'b' : (1,) }   # odd  spaces,  kept\n")
    if constants:
        for index, dim in enumerate(draft.input_shape):
            page.put(f"SIZE_{index} = {dim}", touchable=True)
        number, layers[-1] = _with_name(layers[-1], "CLASSES")
        page.put(f"CLASSES = {number}\n", touchable=True)
    comment = f"# kfix: target={target}" if says and target is not None else None
    parts = _parts(page, draft, layers)
    page.cell()
    _Definition(page, parts, form, indent, comment).write(place)
    page.cell()
    page.put("\nmodel.summary( )\nx=np.zeros( (3,3) )\n\n\n# the end ")
    texts = [
        text
        for part in parts
        for text in ([part.text] if part.text else [one.text for one in part.body])
    ]
    if notebook:
        data = _notebook(page)
    else:
        text = "\n".join(page.lines) + ("\n" if end else "")
        data = (b"\xef\xbb\xbf" if bom else b"") + text.replace(
            "\n", "\r\n" if crlf else "\n"
        ).encode()
    return Written(
        data,
        frozenset(page.touchable),
        tuple(texts),
        tuple(page.notes),
        comment is not None,
        notebook,
        form,
    )


def _notebook(page: _Page) -> bytes:
    """Return the page as a notebook, a cell of text before its code."""
    cells: list[object] = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# A model\n", "and no more"]}
    ]
    for number, (start, end) in enumerate(
        zip(page.cells, [*page.cells[1:], len(page.lines)], strict=True)
    ):
        source = "\n".join(page.lines[start:end]).splitlines(keepends=True)
        cell = {
            "cell_type": "code",
            "execution_count": number,
            "metadata": {},
            "outputs": [],
            "source": source,
        }
        cells.append(cell)
    whole = {
        "cells": cells,
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False).encode() + b"\n"


def _parts(page: _Page, draft: Draft, layers: list[Spec]) -> list[_Part]:
    """Return the layers in their texts.

    Those of a loop are written once, with a name for the number of the round.
    """
    loop = draft.loop
    if loop is None:
        return [_Part(layer, page.layer(layer)) for layer in layers]
    start = loop.start + len(layers) - len(draft.layers)
    rounds = [
        layers[start + i * loop.period : start + (i + 1) * loop.period] for i in range(loop.count)
    ]
    body, numbers = [], tuple[object, ...](range(loop.count))
    for same in zip(*rounds, strict=True):
        values = tuple(layer.first for layer in same)
        layer = same[0]
        if len(set(values)) > 1:
            layer, numbers = layer.with_first(Name("size")), values
        body.append(_Part(layer, page.layer(layer)))
    end = start + loop.period * loop.count
    before, after = (
        [_Part(layer, page.layer(layer)) for layer in some]
        for some in (layers[:start], layers[end:])
    )
    return [*before, _Part(Spec("for"), "", numbers, tuple(body)), *after]


def _all(layer: Spec) -> list[Spec]:
    return [
        layer,
        *(inner for _, value in layer.args if isinstance(value, Spec) for inner in _all(value)),
    ]


def _with_input(draft: Draft, how: str, constants: bool) -> list[Spec]:
    dims = (
        tuple(Name(f"SIZE_{i}") for i in range(len(draft.input_shape)))
        if constants
        else draft.input_shape
    )
    layers = list(draft.layers)
    if how == "argument" and layers[0].cls not in ("Bidirectional", "TimeDistributed"):
        layers[0] = layers[0].set("input_shape", dims)
        return layers
    return [Spec("InputLayer" if how == "InputLayer" else "Input", (("shape", dims),)), *layers]


def _with_name(layer: Spec, name: str) -> tuple[object, Spec]:
    """Return the first argument of a (wrapped) layer, and the layer with a name in its place."""
    first = layer.args[0][1]
    if isinstance(first, Spec):
        value, inner = _with_name(first, name)
        return value, layer.with_first(inner)
    return first, layer.with_first(Name(name))


def _imports(page: _Page, classes: set[str]) -> None:
    names = sorted(classes)
    page.put("import numpy as np")
    style = page.imports
    if style == "layers":
        page.put(
            "from tensorflow import keras\nfrom tensorflow.keras import layers", touchable=True
        )
    elif style == "keras":
        page.put("import keras", touchable=True)
    elif style == "tf":
        page.put("import tensorflow as tf", touchable=True)
    elif style == "alias":
        page.put("import keras\nfrom keras import layers as kl", touchable=True)
    elif style == "name":
        page.put("import tensorflow as tf\nL = tf.keras.layers", touchable=True)
    elif style == "star":
        page.put("from keras.models import Sequential\nfrom keras.layers import *", touchable=True)
    elif style == "from-line":
        page.put(
            f"from keras import Sequential\nfrom keras.layers import {', '.join(names)}",
            touchable=True,
        )
    elif style == "tf_keras_names":
        half = len(names) // 2
        page.put("from tensorflow.keras.models import Sequential", touchable=True)
        for part in (names[:half], names[half:]):
            if part:
                page.put(f"from tensorflow.keras.layers import {', '.join(part)}", touchable=True)
    else:
        rows = ",\n    ".join(names)
        last = page.rng.choice((",", ""))
        page.put(
            "from tensorflow.keras import Sequential\n"
            f"from tensorflow.keras.layers import (\n    {rows}{last}\n)",
            True,
        )


class _Definition(NamedTuple):
    """The definition of a model to write: its layers, its form, and the comment of its target."""

    page: _Page
    parts: list[_Part]
    form: str
    indent: str
    comment: str | None

    @property
    def texts(self) -> list[str]:
        return [part.text for part in self.parts]

    def put(self, text: str) -> None:
        self.page.put(text, touchable=True)

    def write(self, place: str) -> None:
        """Write it at module level, in a function or in a method; `model` holds it in the end."""
        page, indent = self.page, self.indent
        if place == "module":
            self._define("model", "")
        elif place == "function":
            page.put("\ndef build( ):")
            self._define("net", indent)
            page.put(f"{indent}return net\n\n\nmodel = build()")
        else:
            page.put(f"\nclass Net:\n{indent}def make(self):")
            self._define("model", 2 * indent)
            page.put(f"{2 * indent}return model\n\n\nmodel = Net().make()")

    def _define(self, name: str, before: str) -> None:
        page, form, comment = self.page, self.form, self.comment
        above = comment is not None and (
            form not in ("add", "rows", "rows-bare") or page.rng.random() < 0.5
        )
        beside = f"  {comment}" if comment is not None and not above else ""
        rest = self.texts
        if form in _FUNCTIONAL:
            _graph(page, self.parts, form, before, self.indent)
        elif form in ("sum", "nested", "named"):
            rest = self._base(before)
        if above:
            page.put(f"{before}{comment}")
        if form in _FUNCTIONAL:
            self.put(f"{before}{name} = {page.model}(inputs, x){beside}")
        elif form == "line":
            self.put(f"{before}{name} = {page.sequential}([{', '.join(self.texts)}])")
        elif form == "named":
            self.put(f"{before}{name} = {page.sequential}(base)")
        elif form in ("add", "loop-add", "pairs"):
            self.put(f"{before}{name} = {page.sequential}(){beside}")
            self._adds(name, before)
        else:
            self._rows(rest, f"{before}{name} = {page.sequential}(", beside, before)

    def _base(self, before: str) -> list[str]:
        """Write the first layers as `base`, and return the others."""
        page, texts, nested = self.page, self.texts, self.form == "nested"
        # A nested Sequential of an Input alone has no output shape in Keras, and so is nothing to
        # build on.
        cut = len(texts) if self.form == "named" else page.rng.randrange(2, max(3, len(texts)))
        self.put(f"{before}base = {page.sequential + '(' if nested else ''}[")
        _rows(page, texts[:cut], before + self.indent, True)
        self.put(f"{before}]{')' if nested else ''}")
        return texts[cut:]

    def _adds(self, name: str, before: str) -> None:
        page, texts = self.page, self.texts
        if self.form == "add":
            for text in texts:
                if page.rng.random() < 0.15:
                    page.put(f"{before}{page.rng.choice(('', '# --- next', 'done = 1'))}")
                self.put(f"{before}{name}.add({text}){page.note()}")
        elif self.form == "pairs":
            for index in range(0, len(texts), 2):
                adds = "; ".join(f"{name}.add({text})" for text in texts[index : index + 2])
                self.put(f"{before}{adds}{page.note(0.1)}")
        else:
            for part in self.parts:
                if part.body:
                    self.put(f"{before}for {_variable(part)} in {page.value(part.rounds)}:")
                for one in part.body or (part,):
                    place = before + self.indent if part.body else before
                    self.put(f"{place}{name}.add({one.text}){page.note()}")

    def _rows(self, texts: list[str], start: str, beside: str, before: str) -> None:
        """Write a Sequential with its layers in a list or tuple, one on each line."""
        opening, closing = ("layers=(", ")") if self.form == "tuple" else ("[", "]")
        if self.form == "sum":
            opening = "base + ["
        self.put(f"{start}{opening}{beside}")
        if self.form == "nested":
            self.put(f"{before}{self.indent}base,")
        _rows(self.page, texts, before + self.indent, self.form != "rows-bare")
        self.put(f"{before}{closing})")


def _graph(page: _Page, parts: list[_Part], form: str, before: str, indent: str) -> None:
    """Layers called on tensors; some of them in a helper function, or in a loop."""
    cut = page.rng.choice(_cuts(parts)) if form == "helper" else len(parts)
    if form == "helper":
        page.put(f"{before}def head(x):", touchable=True)
        for part in parts[cut:]:
            _call(page, part, before + indent)
        page.put(f"{before}{indent}return x\n", touchable=True)
    loop = next((part for part in parts if part.body), None)
    if form == "calls" and loop is not None:
        page.put(f"{before}def block(x, {_variable(loop)}):", touchable=True)
        for part in loop.body:
            _call(page, part, before + indent)
        page.put(f"{before}{indent}return x\n", touchable=True)
    page.put(f"{before}inputs = {parts[0].text}", touchable=True)
    page.put(f"{before}x = inputs", touchable=True)
    for part in parts[1:cut]:
        if part is not loop:
            _call(page, part, before)
        elif form == "calls":
            for number in part.rounds:
                page.put(f"{before}x = block(x, {number})", touchable=True)
        else:
            page.put(f"{before}for {_variable(part)} in {page.value(part.rounds)}:", touchable=True)
            for one in part.body:
                _call(page, one, before + indent)
    if form == "helper":
        page.put(f"{before}x = head(x)", touchable=True)


def _cuts(parts: list[_Part]) -> list[int]:
    """Where a helper function may begin: no tensor that was remembered before is used behind."""
    return [
        cut
        for cut in range(1, len(parts))
        if not {part.spec.on for part in parts[:cut]}
        & {part.spec.on for part in parts[cut:]} - {None}
    ]


def _variable(part: _Part) -> str:
    """Return the name of what a loop runs through."""
    return "size" if any("size" in one.text.replace("_size", "") for one in part.body) else "_"


def _call(page: _Page, part: _Part, before: str) -> None:
    layer, text, name = part.spec, part.text, part.spec.on
    if layer.cls == KEEP:
        page.put(f"{before}{name} = x", touchable=True)
    elif name is None:
        page.put(f"{before}x = {text}(x){page.note()}", touchable=True)
    elif layer.cls in MERGES:
        page.put(f"{before}x = {text}([x, {name}]){page.note()}", touchable=True)
    else:
        page.put(f"{before}{name} = {text}({name}){page.note()}", touchable=True)


def _rows(page: _Page, texts: list[str], before: str, comma: bool) -> None:
    for index, text in enumerate(texts):
        if page.rng.random() < 0.1:
            page.put(f"{before}# --- next")
        last = index == len(texts) - 1 and not comma
        page.put(f"{before}{text}{'' if last else ','}{page.note()}", touchable=True)
