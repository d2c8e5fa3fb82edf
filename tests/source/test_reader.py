from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pytest

from kfix.model.graph import (
    Layer,
    Library,
    Model,
    ModelKind,
    Node,
    Shape,
    Shapes,
    Symbol,
    TensorRef,
)
from kfix.model.origin import Literal, evaluate, literals
from kfix.model.program import Program
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.reader import read
from kfix.source.syntax.document import Document

LAYERS = {
    *(
        "Add",
        "BatchNormalization",
        "Concatenate",
        "Conv2D",
        "Dense",
        "Dropout",
        "Flatten",
        "GlobalAveragePooling2D",
    ),
    *("InputLayer", "LSTM", "Lambda", "MaxPooling2D", "ReLU", "Reshape", "TimeDistributed"),
}


class Shaper:
    """Knows Dense, Flatten, inputs and what keeps the shape: enough to answer the reader."""

    def __init__(self) -> None:
        self.nodes: Sequence[Node] = ()

    def _use(self, layer: Layer, shape: Shapes) -> Shapes:
        if layer.cls in ("Input", "InputLayer"):
            whole, rest = layer.argument("batch_shape"), layer.argument("shape")
            if whole is not None:
                return whole.value  # type: ignore[return-value]
            value = rest.value if rest is not None else layer.arguments[0].value
            return (None, *value)  # type: ignore[misc]
        if layer.unknown is not None:
            return layer.unknown
        if layer.is_model and layer.model is not None:
            return self.model_outputs(layer.model)
        if not isinstance(shape, tuple):
            return Unknown("no shape")
        return self._by_rule(layer, shape)

    def _by_rule(self, layer: Layer, shape: Shape) -> Shapes:
        if layer.cls == "Dense":
            return (*shape[:-1], layer.arguments[0].value)  # type: ignore[return-value]
        if layer.cls == "Flatten":
            return (shape[0], math.prod(shape[1:]))  # type: ignore[arg-type]
        return shape

    def refuses(self, nodes: Sequence[Node], node: int) -> bool:
        return False

    def outputs(self, nodes: Sequence[Node], node: int) -> Shapes:
        at = nodes[node]
        if at.layer.body is not None:
            inner = at.layer.body(self._shapes(nodes, at.args[0][1]))
            return inner if isinstance(inner, Unknown) else self.model_outputs(inner)
        return self._use(
            at.layer, self._shapes(nodes, at.args[0][1]) if at.args else Unknown("none")
        )

    def _shapes(self, nodes: Sequence[Node], value: object) -> Shapes:
        if isinstance(value, TensorRef):
            return self.tensor(nodes, value)
        if isinstance(value, list):
            return self._shapes(nodes, value[0])
        return Unknown("no tensor")

    def tensor(self, nodes: Sequence[Node], ref: TensorRef) -> Shapes:
        return self.outputs(nodes, ref.node)

    def application_input(self, layer: Layer) -> Shapes:
        return (None, 224, 224, 3)

    def model_inputs(self, model: Model) -> Shapes:
        first = model.nodes[0].layer
        shape = first.argument("input_shape")
        return (None, *shape.value) if shape is not None else self._use(first, Unknown("none"))  # type: ignore[misc]

    def model_outputs(self, model: Model) -> Shapes:
        if model.is_sequential:
            shape = self.model_inputs(model)
            for node in model.nodes:
                shape = self._use(node.layer, shape)
            return shape
        known: dict[int, Shapes] = {}
        for node in model.nodes:
            ref = node.args[0][1] if node.args else None
            refs = ref if isinstance(ref, list) else [ref]
            known[node.id] = self._use(
                node.layer, known[refs[0].node] if refs[0] is not None else Unknown("none")
            )
        return known[model.outputs[0].node]

    def count_params(self, model: Model) -> int | Unknown:
        return Unknown("not counted")

    def is_layer(self, name: str) -> bool:
        return name in LAYERS

    def is_application(self, name: str) -> bool:
        return name == "VGG16"

    def is_operation(self, path: str) -> bool:
        return path in ("keras.layers.add", "operator.add", "tf.reshape", "keras.ops.mean")

    def operation(self, path: str, args: Sequence[tuple[str | None, object]]) -> Shapes:
        return Unknown("no rule")


def reading(text: str, **more: object) -> Program:
    document = Document.load("m.py", text.encode())
    return read(document, Shaper(), **more)  # type: ignore[arg-type]


def model(text: str, **more: object) -> Model:
    (found,) = reading(text, **more).models
    return found


def layers(found: Model) -> list[str]:
    return [said(node.layer) for node in found.nodes]


def said(layer: Layer) -> str:
    parts = [f"{a.keyword}={a.value!r}" if a.keyword else repr(a.value) for a in layer.arguments]
    return f"{layer.cls}({', '.join(parts)})"


IMPORTS = {
    "import keras": "keras.Sequential([keras.layers.Dense(10)])",
    "from tensorflow import keras": "keras.Sequential([keras.layers.Dense(10)])",
    "import tensorflow as tf": "tf.keras.Sequential([tf.keras.layers.Dense(10)])",
    "import tensorflow": "tensorflow.keras.models.Sequential([tensorflow.keras.layers.Dense(10)])",
    "import tensorflow.keras.layers as L, keras": "keras.Sequential([L.Dense(10)])",
    "from keras import layers, models": "models.Sequential([layers.Dense(10)])",
    "from tensorflow.keras.layers import Dense as D\n"
    "from keras import Sequential": "Sequential([D(10)])",
    "from keras.layers import *\nfrom keras.models import *": "Sequential([Dense(10)])",
    "import tensorflow as tf\n"
    "keras = tf.keras\nL = keras.layers": "keras.Sequential([L.Dense(10)])",
    "import tensorflow as tf\n"
    "layers = tf.keras.layers\nM = layers": "tf.keras.Sequential([M.Dense(10)])",
    "import tf_keras": "tf_keras.Sequential([tf_keras.layers.Dense(10)])",
    "from tensorflow.python.keras import layers, models": "models.Sequential([layers.Dense(10)])",
    "from tensorflow.python.keras.layers.core import Dense\n"
    "from keras.engine.sequential import Sequential": ("Sequential([Dense(10)])"),
    "try:\n    from tensorflow import keras\nexcept ImportError:\n    import keras": (
        "keras.Sequential([keras.layers.Dense(10)])"
    ),
}


@pytest.mark.parametrize("imports", IMPORTS)
def test_import_forms(imports: str) -> None:
    found = model(f"{imports}\nmodel = {IMPORTS[imports]}\n")
    assert layers(found) == ["Dense(10)"]
    assert (found.kind, found.name, found.function) == (ModelKind.SEQUENTIAL, "model", "")


def test_imports_in_functions_and_other_libraries() -> None:
    program = reading(
        "import torch\nt = torch.nn.Sequential(torch.nn.Linear(1, 2))\n"
        "def build():\n    from keras import Sequential, layers\n"
        "    m = Sequential([layers.Dense(3)])\n    return m\n"
    )
    (found,) = program.models
    assert found.qualified == "build.m"
    assert program.keras is None
    assert reading("import tf_keras").keras == 2


def test_what_nothing_calls_is_left_out_where_the_version_is_asked() -> None:
    text = "import {0} as keras\ndef build():\n    return keras.Sequential([])\n"
    assert reading(text.format("tf_keras"), asks_version=True).models == ()
    assert len(reading(text.format("tf_keras")).models) == 1
    assert len(reading(text.format("keras"), asks_version=True).models) == 1


HEAD = "import keras\nfrom keras import layers, Sequential, Input\nfrom keras.layers import *\n"

SEQUENTIALS = {
    "m = Sequential((Dense(1), Dense(2)))": ["Dense(1)", "Dense(2)"],
    "m = Sequential(layers=[Dense(1), Dense(2)], name='n')": ["Dense(1)", "Dense(2)"],
    "l = [Dense(1)]\nl.append(Dense(2))\nm = Sequential(l)": ["Dense(1)", "Dense(2)"],
    "m = Sequential()\nprint(1)\nm.add(Dense(1))\nx = 3\nm.add(Dense(x))": ["Dense(1)", "Dense(3)"],
    "m = Sequential([Dense(1), Dense(2)])\nm.pop()\nm.add(Dense(7))": ["Dense(1)", "Dense(7)"],
    "a = [Dense(1)]\nb = Dense(2)\nc = (Dense(3),)\nm = Sequential(a + [b] + [*c])": [
        "Dense(1)",
        "Dense(2)",
        "Dense(3)",
    ],
    "m = Sequential()\nfor n in (4, 5):\n    m.add(Dense(n))": ["Dense(4)", "Dense(5)"],
    "m = Sequential([Dense(2 * i) for i in range(1, 4) if i != 2])": ["Dense(2)", "Dense(6)"],
    "layers_ = []\nlayers_ += [Dense(1)]\nlayers_.extend([Dense(2)])\nm = Sequential(layers_)": [
        "Dense(1)",
        "Dense(2)",
    ],
    "class A:\n    def build(self):\n        m = Sequential()\n        m.add(Dense(1))\n"
    "        return m": ["Dense(1)"],
    "if True:\n    m = Sequential([Dense(1)])\nelse:\n    m = Sequential([Dense(2)])": ["Dense(1)"],
    "if __name__ == '__main__':\n    m = Sequential([Dense(1)])": ["Dense(1)"],
    "class S(Sequential):\n    def __init__(s, n):\n        super().__init__()\n"
    "        s.add(Dense(n))\nm = S(4)": ["Dense(4)"],
}


@pytest.mark.parametrize("text", SEQUENTIALS)
def test_sequentials(text: str) -> None:
    found = model(HEAD + text)
    assert layers(found) == SEQUENTIALS[text]
    assert found.name == "m"
    assert [node.args for node in found.nodes] == [
        ((None, TensorRef(i - 1)),) for i in range(len(found.nodes))
    ]
    assert found.outputs == (TensorRef(len(found.nodes) - 1),)


ARGUMENTS = {
    "Dense(units=3, activation='relu')": "Dense(units=3, activation='relu')",
    "Conv2D(8, (3, 3), input_shape=(IMG, IMG, 3))": "Conv2D(8, (3, 3), input_shape=(28, 28, 3))",
    "Dense(2 * units)": "Dense(8)",
    "Dense(**{'units': 3})": "Dense(units=3)",
    "Dense(**dict(units=units))": "Dense(units=4)",
    "Dense(*[5], **options)": "Dense(5, activation='tanh')",
    "Reshape(img_size + (3,))": "Reshape((28, 28, 3))",
    "Dense(int(units / 3) + len(img_size))": "Dense(3)",
    "Dense(-units if units < 0 else units)": "Dense(4)",
    "Dense(units // 2 ** 1 % 5, name=f'd_{units:02d}')": "Dense(2, name='d_04')",
    "Dense(sizes['a'][1])": "Dense(9)",
    "Dense(max(3, units), use_bias=not True)": "Dense(4, use_bias=False)",
    "Dense(float('3'))": "Dense(3.0)",
}


@pytest.mark.parametrize("text", ARGUMENTS)
def test_arguments(text: str) -> None:
    head = (
        "IMG = 5\nIMG = 28\nimg_size = (IMG, IMG)\nunits = 2\nunits += 2\n"
        "options = {'activation': 'tanh'}\n"
    )
    head += "sizes = {'a': [8, 9]}\n"
    found = model(f"{HEAD}{head}m = Sequential([{text}])")
    assert layers(found) == [ARGUMENTS[text]]


def test_values_keep_where_they_came_from() -> None:
    text = (
        HEAD + "UNITS = 64\nm = Sequential([Dense(2 * UNITS, input_shape=(UNITS, 3)), Dense(-1)])\n"
    )
    document = Document.load("m.py", text.encode())
    unit = document.units[0]
    program = read(document, Shaper())
    first, second = program.models[0].nodes
    units = first.layer.arguments[0]
    assert units.origin is not None
    assert [literal.value for literal in literals(units.origin)] == [2, 64]
    constant = list(literals(units.origin))[1]
    assert str(program.place(constant.site)) == "m.py:4:9"
    assert evaluate(units.origin, {constant.site: 10}) == 20
    shape = first.layer.arguments[1]
    assert shape.origin is not None
    assert evaluate(shape.origin, {constant.site: 10}) == (10, 3)
    negative = second.layer.arguments[0].origin
    assert isinstance(negative, Literal)
    assert text_of(document, negative.site) == "-1"
    assert units.site is not None
    assert text_of(document, units.site) == "2 * UNITS"
    assert text_of(document, first.site) == "Dense(2 * UNITS, input_shape=(UNITS, 3))"
    assert text_of(document, program.models[0].site).startswith("Sequential([")
    assert type(unit.node(first.site)).__name__ == "Element"
    assert type(unit.node(first.layer.site)).__name__ == "Call"
    assert program.models[0].tail == second.site


def text_of(document: Document, site: Site) -> str:
    unit = document.unit(site.cell)
    start, end = unit.span(site)
    return unit.text[start:end]


def test_add_is_the_place() -> None:
    text = HEAD + "m = Sequential()\nm.add(Dense(1))\nm.add(Dense(2))\n"
    document = Document.load("m.py", text.encode())
    found = read(document, Shaper()).models[0]
    assert [type(document.units[0].node(node.site)).__name__ for node in found.nodes] == [
        "Arg",
        "Arg",
    ]
    assert found.tail == found.nodes[-1].site


def test_a_class_that_is_not_defined_keeps_its_name() -> None:
    program = reading(
        "from keras import Input, Model, Sequential, layers\n"
        "m = Sequential([Mist(3), foo.Bar(2), layers.Dense(1)])\n"
        "x = Input((4,))\n"
        "n = Model(x, layers.Dense(2)(Haze(5)(x)))\n"
    )
    assert [node.layer.cls for node in program.models[0].nodes] == ["Mist", "Bar", "Dense"]
    assert "Haze" in [node.layer.cls for node in program.models[1].nodes]


def test_tail_of_an_empty_list() -> None:
    document = Document.load("m.py", (HEAD + "m = Sequential([])").encode())
    found = read(document, Shaper()).models[0]
    assert found.tail is not None
    assert text_of(document, found.tail) == "[]"


def test_inputs() -> None:
    found = model(
        HEAD
        + "m = Sequential([Input(shape=(3,)), InputLayer((4,)), keras.Input(batch_shape=(1, 2))])"
    )
    assert layers(found) == ["Input(shape=(3,))", "InputLayer((4,))", "Input(batch_shape=(1, 2))"]
    built = model(HEAD + "m = Sequential([Dense(3)])\nm.build((None, 7))")
    assert built.given == (None, 7)
    assert built.given_site is not None
    assert model(HEAD + "m = Sequential([Dense(3)])", given=(None, 9)).given == (None, 9)


def test_nested_models_are_layers() -> None:
    program = reading(
        HEAD + "inner = Sequential([Dense(1)])\nouter = Sequential([inner, Dense(2)])"
    )
    inner, outer = program.models
    assert outer.nodes[0].layer.is_model
    assert outer.nodes[0].layer.model is not None
    assert layers(outer.nodes[0].layer.model) == ["Dense(1)"]
    assert outer.nodes[0].layer.uid == inner.uid
    assert program.nested == {inner.uid}


def test_wrappers_symbols_and_unknowns() -> None:
    found = model(
        HEAD + "m = Sequential([TimeDistributed(Dense(3)), Dense(N, "
        "kernel_initializer=keras.initializers.Zeros())])"
    )
    inner = found.nodes[0].layer.arguments[0].value
    assert isinstance(inner, Layer)
    assert inner.cls == "Dense"
    units, zeros = found.nodes[1].layer.arguments
    assert isinstance(units.value, Unknown)
    assert "`N`" in units.value.why
    assert zeros.value == Symbol("keras.initializers.Zeros", True)


def test_what_is_no_layer_is_unknown_by_name() -> None:
    found = model(HEAD + "import foo\nm = Sequential([foo.Bar(3), layers.Klingon(3), Dense(1)])")
    assert [node.layer.library for node in found.nodes] == [
        Library.UNKNOWN,
        Library.UNKNOWN,
        Library.KERAS,
    ]
    assert found.nodes[0].layer.unknown is not None
    assert "foo.Bar" in found.nodes[0].layer.unknown.reasons()
    assert found.nodes[1].layer.cls == "Klingon"


def test_functions_called_and_not_called() -> None:
    text = HEAD + (
        "def build(n, m=2, *rest, width=3, **options):\n"
        "    model = Sequential([Dense(n), Dense(m), Dense(width), *[Dense(r) for r in rest]])\n"
        "    return model\n"
    )
    free = model(text)
    assert isinstance(free.nodes[0].layer.arguments[0].value, Unknown)
    assert free.nodes[0].layer.arguments[0].value.why == "`n` is a parameter of `build`"
    assert [node.layer.arguments[0].value for node in free.nodes[1:3]] == [2, 3]
    program = reading(text + "a = build(1)\nb = build(4, 5, 6, width=7)\n")
    assert [layers(m) for m in program.models] == [
        ["Dense(1)", "Dense(2)", "Dense(3)"],
        ["Dense(4)", "Dense(5)", "Dense(7)", "Dense(6)"],
    ]
    assert len({m.site for m in program.models}) == 1
    assert [m.qualified for m in program.models] == ["build.model", "build.model"]


def test_unknown_conditions_give_variants() -> None:
    program = reading(
        HEAD + "m = Sequential([Dense(1)])\nif flag:\n    m.add(Dropout(0.5))\nm.add(Dense(2))"
    )
    assert [(m.condition, layers(m)) for m in program.models] == [
        ("flag", ["Dense(1)", "Dropout(0.5)", "Dense(2)"]),
        ("not (flag)", ["Dense(1)", "Dense(2)"]),
    ]
    many = reading(
        HEAD
        + "m = Sequential()\n"
        + "".join(f"if f{i}:\n    m.add(Dense({i}))\n" for i in range(5))
    )
    assert len(many.models) == 8
    assert any("variants" in limit.why for limit in many.limits)


def test_values_that_differ_are_unknown() -> None:
    found = model(HEAD + "n = 1\nif flag:\n    n = 2\nm = Sequential([Dense(n)])")
    value = found.nodes[0].layer.arguments[0].value
    assert isinstance(value, Unknown)
    assert "flag" in value.reasons()
    same = model(HEAD + "if flag:\n    n = 2\nelse:\n    n = 2\nm = Sequential([Dense(n)])")
    assert layers(same) == ["Dense(2)"]
    checked = model(
        HEAD + "n = 3\nif flag:\n    n = 4\n    raise ValueError\nm = Sequential([Dense(n)])"
    )
    assert layers(checked) == ["Dense(3)"]


def test_unknown_loops_taint() -> None:
    found = model(
        HEAD + "m = Sequential([Dense(1)])\nfor u in units:\n    m.add(Dense(u))\nm.add(Dense(2))"
    )
    assert [node.layer.library for node in found.nodes] == [
        Library.KERAS,
        Library.UNKNOWN,
        Library.KERAS,
    ]


def test_control() -> None:
    text = (
        HEAD + "N = 3\nYES = True\nm = Sequential([Dense(4)])\nfor _ in range(N):\n"
        "    m.add(Dense(4))\nif YES:\n    pass\n"
    )
    document = Document.load("m.py", text.encode())
    program = read(document, Shaper())
    assert sorted(text_of(document, site) for site in program.control) == ["3", "True"]


def test_compile_and_fit() -> None:
    program = reading(
        HEAD + "m = Sequential([Dense(1)])\nm.compile(loss='mse')\nm.fit(x, x, epochs=3)\n"
        "m.predict(x)\nm.evaluate(x, y)"
    )
    assert [c.arguments[0].value for c in program.compiles] == ["mse"]
    assert [(f.method, f.same) for f in program.fits] == [
        ("fit", True),
        ("predict", False),
        ("evaluate", False),
    ]
    assert {f.model for f in program.fits} == {program.models[0].uid}


def test_directives() -> None:
    program = reading(
        HEAD + "# kfix: target=(None, 10) input=28,28,1\nm = Sequential([Dense(1)])\n"
        "n = Sequential()  # kfix: target=3\n"
    )
    one, two = program.models
    assert [(d.key, d.value, d.model) for d in program.directives] == [
        ("target", "(None, 10)", one.uid),
        ("input", "28,28,1", one.uid),
        ("target", "3", two.uid),
    ]
    assert one.given == (None, 28, 28, 1)


def test_functional() -> None:
    program = reading(
        HEAD + "from keras import Model\ni = Input((4,))\nd = Dense(3)\nx = d(i)\n"
        "y = layers.add([x, d(i)])\nz = x + y\n"
        "m = Model(inputs=i, outputs=Dense(z.shape[-1] * 2)(z))"
    )
    (found,) = program.models
    assert found.is_functional
    assert [node.layer.cls for node in found.nodes] == [
        "Input", "Dense", "Dense", "keras.layers.add", "operator.add", "Dense"
    ]  # fmt: skip
    assert found.nodes[1].layer.uid == found.nodes[2].layer.uid
    assert found.nodes[-1].layer.arguments[0].value == 6
    assert found.inputs == (TensorRef(found.nodes[0].id),)


def test_functional_variants() -> None:
    program = reading(
        HEAD + "i = Input((4,))\nx = Dense(3)(i)\nif bn:\n    x = BatchNormalization()(x)\n"
        "m = keras.Model(i, Dense(2)(x))"
    )
    assert [(m.condition, len(m.nodes)) for m in program.models] == [("bn", 4), ("not (bn)", 3)]


def test_subclassed_model() -> None:
    program = reading(
        HEAD + "class Net(keras.Model):\n    def __init__(self, n):\n        super().__init__()\n"
        "        self.d = Dense(n)\n"
        "    def call(self, x, training=None):\n        return self.d(x)\nnet = Net(5)\n"
        "net.build((None, 3))"
    )
    (found,) = program.models
    assert (found.kind, found.name) == (ModelKind.SUBCLASSED, "net")
    assert [node.layer.cls for node in found.nodes] == ["Input", "Dense"]


def test_layers_and_outputs_of_models() -> None:
    program = reading(
        HEAD + "s = Sequential([Dense(3, input_shape=(2,)), Dense(4)])\n"
        "m = keras.Model(s.input, s.layers[-2].output)\n"
        "t = Sequential(s.layers[:-1])\nt.add(Dense(s.output_shape[-1]))"
    )
    first, cut, extended = program.models
    assert [node.layer.cls for node in cut.nodes] == ["Input", "Dense"]
    assert cut.nodes[1].layer is first.nodes[0].layer
    assert layers(extended)[-1] == "Dense(4)"


def test_project_modules() -> None:
    files: Mapping[tuple[str, int], bytes] = {
        ("config", 0): b"SIZE = 12\n",
        (
            "nets.cnn",
            0,
        ): b"from .parts import head\ndef build(n):\n    from keras import Sequential\n"
        b"    return Sequential([head(n)])\n",
        ("parts", 1): b"from keras.layers import Dense\ndef head(n):\n    return Dense(n)\n",
    }

    class Modules:
        def locate(self, importer: str, name: str, level: int) -> str | None:
            return f"{name}.py" if (name, level) in files else None

        def open(self, path: str) -> Document | None:
            return Document.load(path, next(files[key] for key in files if f"{key[0]}.py" == path))

    text = "from config import SIZE\nfrom nets.cnn import build\nm = build(SIZE)\n"
    program = read(Document.load("m.py", text.encode()), Shaper(), project=Modules())
    (found,) = program.models
    assert layers(found) == ["Dense(12)"]
    assert found.site.path == "nets.cnn.py"
    assert program.place(found.site).line == 4
    assert found.nodes[0].layer.site.path == "parts.py"


def test_budgets() -> None:
    program = reading(
        HEAD + "def f(n):\n    return f(n + 1)\nf(0)\nn = 0\nwhile True:\n    n += 1\n"
        "m = Sequential([Dense(1)])"
    )
    assert any("deep" in limit.why for limit in program.limits)
    assert layers(program.models[0]) == ["Dense(1)"]
    endless = reading(
        "import keras\nl = []\nwhile True:\n    for i in range(500):\n"
        "        l.append(keras.layers.Dense(i))\n"
    )
    assert endless.limits
    after = reading(
        HEAD
        + "l = []\nfor i in range(500):\n    for j in range(500):\n        l.append(Dense(i))\n"
        + "m = Sequential([Dense(1)])\n"
    )
    assert any("steps" in limit.why for limit in after.limits)
    assert layers(after.models[0]) == ["Dense(1)"]


def test_read_again_a_function_that_has_nothing_to_do_with_models_is_passed_by() -> None:
    source = """\
from keras import layers, Sequential

def prepare(x):
    return x / 255

def build(units=3):
    return Sequential([layers.Input((4,)), layers.Dense(units)])

model = Sequential([layers.Input((4,)), layers.Dense(2)])
"""
    document = Document.load("m.py", source.encode())
    first = read(document, Shaper())
    assert len(first.models) == 2
    assert len(document.units[0].idle) == 1
    # Statements that an edit left alone keep their nodes, so that what is known of them still
    # holds.
    changed = document.edited(source.replace("Dense(2)", "Dense(5)").encode())
    again = read(changed, Shaper())
    assert [model.name for model in again.models] == [model.name for model in first.models]
    # One that the edit changed is read anew.
    builds = "return Sequential([layers.Input((x,))])"
    other = document.edited(source.replace("return x / 255", builds).encode())
    assert len(read(other, Shaper()).models) == 3
