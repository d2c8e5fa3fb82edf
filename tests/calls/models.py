"""The models of drawn programs: one to three inputs and outputs, named or not, in every form."""

from __future__ import annotations

from typing import NamedTuple

from tests.calls.drawing import Draw, Input, Output

BATCH = 2
"""The batch of a stateful model."""


class Drawn(NamedTuple):
    """A model as text, with its inputs and outputs."""

    text: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    named: bool = True
    """Whether the program itself names inputs and outputs."""
    keys: tuple[str, ...] = ()
    """The keys of a dictionary of outputs."""
    stateful: bool = False
    keyed: bool = False
    """Whether it is called with a dictionary alone."""
    kind: str = ""


def draw_model(draw: Draw) -> Drawn:
    """Draw a model of layers."""
    if draw.has("stateful calls") or (draw.has("batch size") and draw.chance(60)):
        return _stateful(draw)
    if draw.chance(45):
        return _sequential(draw)
    return _functional(draw)


def _stateful(draw: Draw) -> Drawn:
    units = draw.number(1, 3)
    text = (
        "model = Sequential([\n"
        f"    Input(batch_shape=({BATCH}, 4, 3)),\n"
        "    layers.LSTM(4, stateful=True),\n"
        f"    layers.Dense({units}),\n])"
    )
    outputs = (Output("", (units,), "values"),)
    return Drawn(text, (Input("", (4, 3)),), outputs, named=False, stateful=True, kind="stateful")


def draw_masked(draw: Draw) -> Drawn:
    """Draw a Sequential of words or padded steps, with a mask."""
    wrong = draw.has("masks")
    steps, words, units = draw.choice((5, 6)), draw.choice((7, 10)), draw.number(2, 4)
    masked = draw.chance(60)
    flag = ", mask_zero=True" if draw.chance(70) else ""
    first = [f"Input(({steps},))", f"layers.Embedding({words}, 3{flag})"]
    shape: tuple[int, ...] = (steps,)
    if not masked:
        first, shape = [f"Input(({steps}, 3))", "layers.Masking()"], (steps, 3)
    keep = draw.chance(40)
    body = [f"layers.LSTM({units}, return_sequences={keep})"]
    if wrong:
        body = draw.choice(_OF_MASKS)
        keep = draw.chance(50)
    elif draw.chance(30):
        body = [f"layers.Bidirectional(layers.GRU({units}, return_sequences={keep}))"]
    task = draw.choice(("classes", "binary", "values"))
    last = {"classes": units, "binary": 1, "values": 2}[task]
    output = Output("", (steps, last) if keep else (last,), task)
    listed = [*first, *body, head_layer(output)]
    text = "\n".join(["model = Sequential([", *(f"    {layer}," for layer in listed), "])"])
    most = words if masked else 0
    return Drawn(text, (Input("", shape, most),), (output,), named=False, kind="masks")


_OF_MASKS = (
    *(["layers.Flatten()"], ["layers.GlobalAveragePooling1D()"], ["layers.Conv1D(4, 3)"]),
    *(["layers.TimeDistributed(layers.Dense(3))"], ["layers.Dropout(0.2)", "layers.Flatten()"]),
    *(["layers.LSTM(4, go_backwards=True)"], ["layers.MultiHeadAttention(2, 3)"]),
    *(["layers.Reshape((-1,))"], ["layers.Conv1D(4, 7)"], ["layers.GlobalMaxPooling1D()"]),
    *(["layers.LSTM(4)", "layers.LSTM(4)"], ["layers.SpatialDropout1D(0.2)", "layers.GRU(4)"]),
    *(["layers.Permute((2, 1))", "layers.GRU(4)"], ["layers.RepeatVector(3)"], ["layers.LSTM(4)"]),
    *(["layers.LSTM(4)", "layers.RepeatVector(3)", "layers.LSTM(4, return_sequences=True)"],),
)
"""Layers behind a mask; some refuse what is before them, or change what the labels have to be."""


# --- one input, one output ------------------------------------------------------------------


def _sequential(draw: Draw) -> Drawn:
    shape = draw.choice(((4,), (6,), (1,), (5, 3), (8, 8, 3)))
    body, middle = _body(draw, shape, keep=draw.chance(30))
    output = _output(draw, "", middle)
    how = draw.choice(("Input", "Input", "Input", "input_shape", "nothing", "add"))
    listed = [*body, head_layer(output)]
    if how == "input_shape":
        first = listed[0]
        comma = "" if first.endswith("()") else ", "
        listed[0] = f"{first[:-1]}{comma}input_shape={shape})"
    elif how != "nothing":
        listed.insert(0, f"Input({shape})" if draw.chance(50) else f"Input(shape={shape})")
    if how == "add":
        text = "\n".join(["model = Sequential()", *(f"model.add({layer})" for layer in listed)])
    else:
        text = "\n".join(["model = Sequential([", *(f"    {layer}," for layer in listed), "])"])
    return Drawn(text, (Input("", shape),), (output,), named=False, kind="sequential")


def _body(draw: Draw, shape: tuple[int, ...], keep: bool) -> tuple[list[str], tuple[int, ...]]:
    """Draw layers for an input, and the shape behind them; `keep` its steps or its map."""
    if len(shape) == 1:
        return [f"layers.Dense({draw.number(3, 6)}, activation='relu')"], (6,)
    if len(shape) == 2:
        if keep:
            return ["layers.LSTM(4, return_sequences=True)"], (shape[0], 4)
        layers = ["layers.LSTM(4)", "layers.Flatten()", "layers.GlobalAveragePooling1D()"]
        return [draw.choice(layers)], (4,)
    if keep:
        return ["layers.Conv2D(4, 3, padding='same')"], (*shape[:2], 4)
    last = draw.choice(("layers.Flatten()", "layers.GlobalAveragePooling2D()"))
    return ["layers.Conv2D(4, 3)", last], (4,)


def _output(draw: Draw, name: str, before: tuple[int, ...]) -> Output:
    task = draw.choice(("classes", "classes", "binary", "values", "values"))
    last = {"classes": draw.number(2, 4), "binary": 1, "values": draw.number(1, 3)}[task]
    return Output(name, (*before[:-1], last), task)


def head_layer(output: Output, name: str = "") -> str:
    """Write the last layer of an output."""
    activation = {"classes": ", activation='softmax'", "binary": ", activation='sigmoid'"}
    named = f", name='{name}'" if name else ""
    return f"layers.Dense({output.shape[-1]}{activation.get(output.task, '')}{named})"


# --- functional -----------------------------------------------------------------------------


def _functional(draw: Draw) -> Drawn:
    named = draw.chance(75)
    count = draw.choice((1, 1, 2, 2, 3))
    shapes = [draw.choice(((4,), (6,), (5, 3), (8, 8, 3))) for _ in range(count)]
    inputs = tuple(Input(f"in_{'abc'[n]}", shape) for n, shape in enumerate(shapes))
    keep = count == 1 and draw.chance(30)
    lines, ends = [], []
    middle: tuple[int, ...] = (4,)
    for one in inputs:
        name = f", name='{one.name}'" if named else ""
        lines.append(f"{one.name} = Input({one.shape}{name})")
        body, middle = _body(draw, one.shape, keep)
        end = one.name
        for layer in body:
            lines.append(f"h_{one.name} = {layer}({end})")
            end = f"h_{one.name}"
        ends.append(end)
    before = ends[0]
    if count > 1:
        lines.append(f"h = layers.Concatenate()([{', '.join(ends)}])")
        before, middle = "h", (4,)
    number = draw.choice((1, 1, 2, 2, 3))
    outputs = tuple(_output(draw, f"out_{'abc'[n]}", middle) for n in range(number))
    for output in outputs:
        head = head_layer(output, output.name if named else "")
        lines.append(f"{output.name} = {head}({before})")
    taken, _ = _ends(draw, [one.name for one in inputs])
    given, keys = _ends(draw, [one.name for one in outputs])
    lines.append(f"model = Model({taken}, {given})")
    return Drawn("\n".join(lines), inputs, outputs, named, keys, kind=_kind(inputs, outputs))


def _kind(inputs: tuple[Input, ...], outputs: tuple[Output, ...]) -> str:
    """Return what a functional model is counted as."""
    if len(outputs) > 1:
        return "several outputs"
    return "several inputs" if len(inputs) > 1 else "functional"


def _ends(draw: Draw, names: list[str]) -> tuple[str, tuple[str, ...]]:
    """Write inputs or outputs alone or in a structure; return the keys of a dictionary, too."""
    rows = ", ".join(names)
    form = draw.choice(("plain", "plain", "plain", "list", "tuple", "dict"))
    if form == "dict":
        keys = tuple(names) if draw.chance(60) else tuple(f"key_{name}" for name in names)
        pairs = (f"'{key}': {name}" for key, name in zip(keys, names, strict=True))
        return "{" + ", ".join(pairs) + "}", keys
    if form == "plain" and len(names) == 1:
        return names[0], ()
    if form == "tuple":
        return f"({rows},)", ()
    return f"[{rows}]", ()
