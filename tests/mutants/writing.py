"""Writes a drawn model out as a program, in one of the many ways in which people lay theirs out."""

from __future__ import annotations

import random
from typing import NamedTuple

from tests.mutants.drafts import Draft, Name, Spec

IMPORTS = ("layers", "keras", "tf", "from-line", "from-block", "alias", "name", "star", "tf_keras_names")
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
PLACES = ("module", "module", "module", "function", "method")


class Written(NamedTuple):
    """A program: `touchable` are the 0-based lines that an edit may touch, `notes` the comments beside layers.

    `layers` are the layers as they stand in the text; `says_target` tells that
    a comment declares the target.
    """

    data: bytes
    touchable: frozenset[int]
    layers: tuple[str, ...]
    notes: tuple[str, ...]
    says_target: bool

    @property
    def text(self) -> str:
        """The program as a string, with its own line endings."""
        return self.data.decode("utf-8-sig")


class _Page:
    """Lines as they are written, each marked whether an edit may touch it."""

    def __init__(self, rng: random.Random, imports: str) -> None:
        self.rng = rng
        self.imports = imports
        self.quote = rng.choice("\"'")
        self.lines: list[str] = []
        self.touchable: set[int] = set()
        self.notes: list[str] = []

    def put(self, line: str, touchable: bool = False) -> None:
        for part in line.split("\n"):
            if touchable:
                self.touchable.add(len(self.lines))
            self.lines.append(part)

    def note(self, chance: float = 0.2) -> str:
        """A comment to stand behind a layer, or nothing."""
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
        parts = [f"{key}={self.value(value)}" if key else self.value(value) for key, value in spec.args]
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


def write(draft: Draft, rng: random.Random, target: str | None) -> Written:
    """The program of a draft. The same `rng` gives the same layout; `target` may be declared in a comment."""
    page = _Page(rng, rng.choice(IMPORTS))
    form, place, how = rng.choice(FORMS), rng.choice(PLACES), rng.choice(("Input", "argument", "InputLayer"))
    constants, indent = rng.random() < 0.3, rng.choice(("    ", "    ", "  ", "\t"))
    says, crlf, bom, end = rng.random() < 0.3, rng.random() < 0.15, rng.random() < 0.05, rng.random() < 0.9

    graph = form in ("functional", "helper")
    if graph:
        how = "Input"
    if rng.random() < 0.5:
        page.put(f'"""A model of "{{{draft.family}}}" \\\\ and nothing else."""')
    layers = _with_input(draft, how, constants)
    _imports(page, {inner.cls for layer in layers for inner in _all(layer)})
    if graph and page.model == "Model":
        page.put("from tensorflow.keras.models import Model", touchable=True)
    page.put("\nnp.random.seed(  7 )\nsettings = { 'a':1,'b' : (1,) }   # odd  spaces,  kept\n")
    if constants:
        for index, dim in enumerate(draft.input_shape):
            page.put(f"SIZE_{index} = {dim}", touchable=True)
        classes, layers[-1] = _with_name(layers[-1], "CLASSES")
        page.put(f"CLASSES = {classes}\n", touchable=True)
    comment = f"# kfix: target={target}" if says and target is not None else None
    texts = [page.layer(layer) for layer in layers]
    _model(page, texts, form, place, indent, comment)
    page.put("\nmodel.summary( )\nx=np.zeros( (3,3) )\n\n\n# the end ")
    text = "\n".join(page.lines) + ("\n" if end else "")
    data = text.replace("\n", "\r\n" if crlf else "\n").encode()
    return Written(
        (b"\xef\xbb\xbf" if bom else b"") + data,
        frozenset(page.touchable),
        tuple(texts),
        tuple(page.notes),
        comment is not None,
    )


def _all(layer: Spec) -> list[Spec]:
    return [layer, *(inner for _, value in layer.args if isinstance(value, Spec) for inner in _all(value))]


def _with_input(draft: Draft, how: str, constants: bool) -> list[Spec]:
    dims = tuple(Name(f"SIZE_{i}") for i in range(len(draft.input_shape))) if constants else draft.input_shape
    layers = list(draft.layers)
    if how == "argument" and layers[0].cls not in ("Bidirectional", "TimeDistributed"):
        layers[0] = layers[0].set("input_shape", dims)
        return layers
    return [Spec("InputLayer" if how == "InputLayer" else "Input", (("shape", dims),)), *layers]


def _with_name(layer: Spec, name: str) -> tuple[object, Spec]:
    """The first argument of a layer (of the wrapped one), and the layer with a name in its place."""
    first = layer.args[0][1]
    if isinstance(first, Spec):
        value, inner = _with_name(first, name)
        return value, Spec(layer.cls, ((None, inner), *layer.args[1:]))
    return first, Spec(layer.cls, ((None, Name(name)), *layer.args[1:]))


def _imports(page: _Page, classes: set[str]) -> None:
    names = sorted(classes)
    page.put("import numpy as np")
    style = page.imports
    if style == "layers":
        page.put("from tensorflow import keras\nfrom tensorflow.keras import layers", touchable=True)
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
        page.put(f"from keras import Sequential\nfrom keras.layers import {', '.join(names)}", touchable=True)
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
            f"from tensorflow.keras import Sequential\nfrom tensorflow.keras.layers import (\n    {rows}{last}\n)", True
        )


def _model(page: _Page, texts: list[str], form: str, place: str, indent: str, comment: str | None) -> None:
    """The definition, at module level, in a function or in a method; `model` holds it in the end."""
    if place == "module":
        _definition(page, texts, form, "model", "", indent, comment)
        return
    if place == "function":
        page.put("\ndef build( ):")
        _definition(page, texts, form, "net", indent, indent, comment)
        page.put(f"{indent}return net\n\n\nmodel = build()")
        return
    page.put(f"\nclass Net:\n{indent}def make(self):")
    _definition(page, texts, form, "model", 2 * indent, indent, comment)
    page.put(f"{2 * indent}return model\n\n\nmodel = Net().make()")


def _definition(
    page: _Page, texts: list[str], form: str, name: str, before: str, indent: str, comment: str | None
) -> None:
    rng = page.rng
    above = comment is not None and (form not in ("add", "rows", "rows-bare") or rng.random() < 0.5)
    beside = f"  {comment}" if comment is not None and not above else ""
    rest = texts
    start = f"{name} = {page.sequential}("
    if form in ("functional", "helper"):
        _graph(page, texts, form, name, before, indent)
        if above:
            page.put(f"{before}{comment}")
        page.put(f"{before}{name} = {page.model}(inputs, x){beside}", touchable=True)
        return
    if form in ("sum", "nested", "named"):
        # A nested Sequential of an Input alone has no output shape in Keras, and so is nothing to build on.
        cut = len(texts) if form == "named" else rng.randrange(2, max(3, len(texts)))
        page.put(f"{before}base = {page.sequential + '(' if form == 'nested' else ''}[", touchable=True)
        _rows(page, texts[:cut], before + indent, True)
        page.put(f"{before}]{')' if form == 'nested' else ''}", touchable=True)
        rest = texts[cut:]
    if above:
        page.put(f"{before}{comment}")
    if form == "line":
        page.put(f"{before}{start}[{', '.join(texts)}])", touchable=True)
    elif form == "named":
        page.put(f"{before}{start}base)", touchable=True)
    elif form == "add":
        page.put(f"{before}{name} = {page.sequential}(){beside}", touchable=True)
        for text in texts:
            if rng.random() < 0.15:
                page.put(f"{before}{rng.choice(('', '# --- next', 'done = 1'))}")
            page.put(f"{before}{name}.add({text}){page.note()}", touchable=True)
    elif form == "pairs":
        page.put(f"{before}{name} = {page.sequential}()", touchable=True)
        for index in range(0, len(texts), 2):
            adds = "; ".join(f"{name}.add({text})" for text in texts[index : index + 2])
            page.put(f"{before}{adds}{page.note(0.1)}", touchable=True)
    else:
        opening, closing = ("layers=(", ")") if form == "tuple" else ("[", "]")
        if form == "sum":
            opening = "base + ["
        page.put(f"{before}{start}{opening}{beside}", touchable=True)
        if form == "nested":
            page.put(f"{before}{indent}base,", touchable=True)
        _rows(page, rest, before + indent, form != "rows-bare")
        page.put(f"{before}{closing})", touchable=True)


def _graph(page: _Page, texts: list[str], form: str, name: str, before: str, indent: str) -> None:
    """Layers called on tensors; those of a helper function in the middle of them."""
    cut = page.rng.randrange(1, len(texts)) if form == "helper" else len(texts)
    if form == "helper":
        page.put(f"{before}def head(x):", touchable=True)
        for text in texts[cut:]:
            page.put(f"{before}{indent}x = {text}(x){page.note()}", touchable=True)
        page.put(f"{before}{indent}return x\n", touchable=True)
    page.put(f"{before}inputs = {texts[0]}", touchable=True)
    page.put(f"{before}x = inputs", touchable=True)
    for text in texts[1:cut]:
        page.put(f"{before}x = {text}(x){page.note()}", touchable=True)
    if form == "helper":
        page.put(f"{before}x = head(x)", touchable=True)


def _rows(page: _Page, texts: list[str], before: str, comma: bool) -> None:
    for index, text in enumerate(texts):
        if page.rng.random() < 0.1:
            page.put(f"{before}# --- next")
        last = index == len(texts) - 1 and not comma
        page.put(f"{before}{text}{'' if last else ','}{page.note()}", touchable=True)
