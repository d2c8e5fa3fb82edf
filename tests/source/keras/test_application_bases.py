"""Functional models that go on from the output of a model of keras.applications, listed as real
Keras lists them.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

from kfix.model.program import Program
from kfix.report.naming import Names
from kfix.report.rows import rows, sources_of
from kfix.shapes import Trace
from kfix.shapes.signatures import application_names
from tests.real_keras import weightless
from tests.source.traced import HEAD, reading

SETTINGS = {
    "MobileNet": "alpha=0.25",
    "MobileNetV2": "alpha=1.4, classes=7, input_shape=(75, 90, 3)",
    "MobileNetV3Large": "alpha=0.75, include_top=False, input_shape=(75, 90, 3)",
    "MobileNetV3Small": "minimalistic=True, include_preprocessing=False, "
    "classes=5, input_shape=(90, 75, 3)",
    "EfficientNetV2B0": "include_preprocessing=False, classifier_activation=None, "
    "classes=4, input_shape=(64, "
    "64, 3)",
    "EfficientNetB1": "input_shape=(61, 70, 3), classes=3",
    "ConvNeXtTiny": "include_preprocessing=False, classes=3, "
    "classifier_activation=None, input_shape=(64, "
    "64, 3)",
    "NASNetMobile": "input_shape=(75, 90, 3), include_top=False, pooling='max'",
    "DenseNet121": "include_top=False",
    "InceptionV3": "input_tensor=keras.Input((97, 120, 3)), include_top=False, pooling='avg'",
}
"""Each model is asked for once on an image; these have something else about them as well."""


def really(text: str) -> dict[str, Any]:
    import keras

    names: dict[str, Any] = {}
    keras.backend.clear_session()
    with weightless():
        exec(HEAD + text, names)
    return names


def taken(layer: Any, model: Any) -> set[Any]:
    """Return the layers that a real layer takes its tensors from, operations passed through.

    "input" for an Input.
    """
    found: set[Any] = set()
    waiting = [tensor._keras_history.operation for tensor in layer._inbound_nodes[0].input_tensors]
    while waiting:
        operation = waiting.pop()
        if type(operation).__name__ == "InputLayer":
            found.add("input")
        elif any(operation is each for each in model.layers):
            found.add(operation.name)
        else:
            waiting += [
                tensor._keras_history.operation
                for tensor in operation._inbound_nodes[0].input_tensors
            ]
    return found


def agree(program: Program, trace: Trace, real: Any, inputs: bool = True) -> None:
    """Return the layers of both in the same order, each with its class, name, shape and weights.

    What is trained in all.
    """
    shown = list(rows(trace.listed))
    names = Names(program.models)
    theirs = [layer for layer in real.layers if type(layer).__name__ != "InputLayer"]
    assert [
        (row.cls, names.of(row.node.layer), row.traced.outputs, row.traced.params) for row in shown
    ] == [
        (type(layer).__name__, layer.name, tuple(layer.output.shape), layer.count_params())
        for layer in theirs
    ]
    if inputs:
        sources = sources_of(trace.listed.model, shown)
        outcome = [
            {names.of(shown[s["layer"]].node.layer) if "layer" in s else "input" for s in each}
            for each in sources
        ]
        assert outcome == [taken(layer, real) for layer in theirs]
    assert trace.listed.params == trace.params == real.count_params()
    assert trace.listed.trained_alone == sum(
        math.prod(weight.shape) for weight in real.trainable_weights
    )


FROZEN = "for layer in base.layers[:len(base.layers) * 2 // 3]:\n    layer.trainable = False\n"
POOLED = (
    "a = keras.Model(base.input, layers.Dense(3)(layers.GlobalAveragePooling2D()(base.output)))\n"
)
AS_IT_IS = "a = keras.Model(inputs=base.inputs, outputs=layers.UnitNormalization()(base.output))\n"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", application_names())
def test_each_base_is_listed_layer_by_layer(name: str) -> None:
    plain = (
        f"base = keras.applications.{name}(weights=None, include_top=False, input_shape=(96, "
        "107, 3))\n"
    )
    texts = [plain + FROZEN + POOLED]
    if name in SETTINGS:
        texts.append(
            f"base = keras.applications.{name}(weights=None, {SETTINGS[name]})\n"
            + FROZEN
            + AS_IT_IS
        )
    for text in texts:
        program, (trace,) = reading(text)
        agree(program, trace, really(text)["a"])


BASES = {
    "V": "base = keras.applications.VGG16(weights=None, include_top=False, input_shape=(64, 64, "
    "3))\n",
    "VT": "base = keras.applications.VGG16(weights=None)\n",
    "R": "base = keras.applications.ResNet50(weights=None, include_top=False, input_shape=(64, "
    "64, 3))\n",
    "I": "base = keras.applications.InceptionV3(weights=None, include_top=False, "
    "input_shape=(150, 150, 3))\n",
    "M": "base = keras.applications.MobileNet(\n"
    "    weights=None, include_top=False, input_shape=(64, 64, 3), pooling='avg')\n",
}
IDIOMS = {
    "seq loop -1": BASES["VT"] + "model = keras.Sequential()\n"
    "for layer in base.layers[:-1]:\n"
    "    model.add(layer)\n"
    "for layer in model.layers:\n"
    "    layer.trainable = False\n"
    "model.add(layers.Dense(2, activation='softmax'))\n",
    "seq list": BASES["V"]
    + "model = keras.Sequential(base.layers[:-3] + [layers.Flatten(), layers.Dense(2)])\n",
    "pop no effect": BASES["VT"] + "base.layers.pop()\n"
    "x = base.layers[-1].output\n"
    "model = keras.Model(base.input, layers.Dense(5)(x))\n",
    "layer dict": BASES["V"] + "d = dict([(layer.name, layer) for layer in base.layers])\n"
    "model = keras.Model(base.input, d['block5_conv3'].output)\n",
    "outputs all": BASES["V"]
    + "outs = [layer.output for layer in base.layers if 'conv' in layer.name]\n"
    "model = keras.Model(base.input, outs)\n",
    "call inner": BASES["V"] + "i = keras.Input((32, 32, 3))\n"
    "x = base.layers[1](i)\n"
    "x = base.layers[2](x)\n"
    "x = base.get_layer('block1_pool')(x)\n"
    "model = keras.Model(i, x)\n",
    "call loop": BASES["V"] + "i = keras.Input((32, 32, 3))\n"
    "x = i\n"
    "for layer in base.layers[1:]:\n"
    "    x = layer(x)\n"
    "model = keras.Model(i, layers.Flatten()(x))\n",
    "nested sub": BASES["V"]
    + "feat = keras.Model(base.input, base.get_layer('block3_pool').output)\n"
    "feat.trainable = False\n"
    "i = keras.Input((64, 64, 3))\n"
    "model = keras.Model(i, layers.Dense(2)(layers.GlobalMaxPooling2D()(feat(i))))\n",
    "inner of seq": BASES["V"]
    + "model = keras.Sequential([base, layers.Flatten(), layers.Dense(2)])\n"
    "for layer in model.layers[0].layers[:-4]:\n"
    "    layer.trainable = False\n",
    "fine tune from": BASES["R"] + "base.trainable = True\n"
    "fine = 100\n"
    "for layer in base.layers[:fine]:\n"
    "    layer.trainable = False\n"
    "i = keras.Input((64, 64, 3))\n"
    "x = keras.applications.resnet50.preprocess_input(i)\n"
    "x = base(x, training=False)\n"
    "model = keras.Model(i, layers.Dense(1)(layers.GlobalAveragePooling2D()(x)))\n",
    "set by name": BASES["V"] + "base.trainable = True\n"
    "set_trainable = False\n"
    "for layer in base.layers:\n"
    "    if layer.name == 'block5_conv1':\n"
    "        set_trainable = True\n"
    "    if set_trainable:\n"
    "        layer.trainable = True\n"
    "    else:\n"
    "        layer.trainable = False\n"
    "model = keras.Sequential([base, layers.Flatten(), layers.Dense(1)])\n",
    "set in": BASES["V"] + "for layer in base.layers:\n"
    "    if layer.name in ['block5_conv1', 'block4_conv1']:\n"
    "        layer.trainable = True\n"
    "    else:\n"
    "        layer.trainable = False\n"
    "model = keras.Model(base.input, base.output)\n",
    "startswith": BASES["V"] + "for layer in base.layers:\n"
    "    layer.trainable = layer.name.startswith('block5')\n"
    "model = keras.Model(base.input, base.output)\n",
    "unfreeze bn": BASES["R"] + "for layer in base.layers[-20:]:\n"
    "    if not isinstance(layer, layers.BatchNormalization):\n"
    "        layer.trainable = False\n"
    "model = keras.Model(base.input, base.output)\n",
    "range": BASES["R"] + "for i in range(len(base.layers) - 30):\n"
    "    base.layers[i].trainable = False\n"
    "model = keras.Model(base.input, base.output)\n",
    "enumerate": BASES["R"] + "for i, layer in enumerate(base.layers):\n"
    "    if i < 50:\n"
    "        layer.trainable = False\n"
    "model = keras.Model(base.input, base.output)\n",
    "model layers 249": BASES["I"] + "x = layers.GlobalAveragePooling2D()(base.output)\n"
    "model = keras.Model(inputs=base.input, outputs=layers.Dense(200)(x))\n"
    "for layer in base.layers:\n"
    "    layer.trainable = False\n"
    "for layer in model.layers[:249]:\n"
    "   layer.trainable = False\n"
    "for layer in model.layers[249:]:\n"
    "   layer.trainable = True\n",
    "auto name": BASES["I"]
    + "model = keras.Model(base.input, [base.get_layer('conv2d_93').output, "
    "base.get_layer('activation_40').output])\n",
    "input_tensor": "i = keras.Input((64, 64, 3))\n"
    "base = keras.applications.VGG16(weights=None, include_top=False, input_tensor=i)\n"
    "model = keras.Model(i, layers.Dense(4)(layers.Flatten()(base.output)))\n",
    "input_tensor pre": "i = keras.Input((32, 32, 3))\n"
    "x = layers.Resizing(64, 64)(i)\n"
    "base = keras.applications.VGG16(weights=None, include_top=False, input_tensor=x)\n"
    "for layer in base.layers[:5]:\n"
    "    layer.trainable = False\n"
    "model = keras.Model(inputs=i, outputs=layers.Dense(4)(layers.Flatten()(base.output)))\n",
    "two bases": BASES["V"]
    + "b2 = keras.applications.MobileNetV2(weights=None, include_top=False, "
    "input_tensor=base.input, pooling='avg')\n"
    "model = keras.Model(base.input, "
    "layers.concatenate([layers.GlobalAveragePooling2D()(base.output), b2.output]))\n",
    "two inputs": BASES["V"]
    + "b2 = keras.applications.DenseNet121(weights=None, include_top=False, input_shape=(64, "
    "64, 3), pooling='avg')\n"
    "x = layers.concatenate([layers.GlobalAveragePooling2D()(base.output), b2.output])\n"
    "model = keras.Model([base.input, b2.input], x)\n",
    "clone": BASES["V"] + "b2 = keras.models.clone_model(base)\n"
    "model = keras.Sequential([b2, layers.Flatten(), layers.Dense(2)])\n",
    "model on model": BASES["V"]
    + "top = keras.Sequential([layers.Flatten(input_shape=base.output_shape[1:]), "
    "layers.Dense(9), layers.Dense(1)])\n"
    "model = keras.Model(inputs=base.input, outputs=top(base.output))\n"
    "for layer in model.layers[:15]:\n"
    "    layer.trainable = False\n",
    "functional layers list": BASES["V"] + "model = keras.Sequential()\n"
    "model.add(keras.Input((64, 64, 3)))\n"
    "for layer in base.layers[1:]:\n"
    "    layer.trainable = False\n"
    "    model.add(layer)\n"
    "model.add(layers.GlobalAveragePooling2D())\n",
    "frozen copy by layer": BASES["V"] + "out = keras.Model(base.input, base.layers[-2].output)\n"
    "out.trainable = False\n"
    "model = keras.Sequential([out, layers.Flatten(), layers.Dense(1)])\n",
    "siamese": BASES["M"] + "a = keras.Input((64, 64, 3))\n"
    "b = keras.Input((64, 64, 3))\n"
    "x = layers.Subtract()([base(a), base(b)])\n"
    "model = keras.Model([a, b], layers.Dense(1)(x))\n",
    "time distributed": BASES["M"] + "one = layers.TimeDistributed(base)\n"
    "model = keras.Sequential([keras.Input((5, 64, 64, 3)), one, layers.LSTM(4), "
    "layers.Dense(2)])\n",
    "gradcam": BASES["V"] + "name = None\n"
    "for layer in reversed(base.layers):\n"
    "    if layer.__class__.__name__ == 'Conv2D':\n"
    "        name = layer.name\n"
    "        break\n"
    "model = keras.Model(inputs=base.inputs, outputs=[base.get_layer(name).output, base.output])\n",
    "gradcam isinstance": BASES["V"] + "def last(m):\n"
    "    for layer in reversed(m.layers):\n"
    "        if isinstance(layer, keras.layers.Conv2D):\n"
    "            return layer.name\n"
    "    raise ValueError('none')\n"
    "model = keras.Model(base.inputs, [base.get_layer(last(base)).output, base.output])\n",
    "gradcam rank": BASES["V"] + "for layer in reversed(base.layers):\n"
    "    if len(layer.output.shape) == 4:\n"
    "        name = layer.name\n"
    "        break\n"
    "model = keras.Model([base.inputs], [base.get_layer(name).output, base.output])\n",
    "outputs plus": BASES["V"] + "names = ['block1_conv2', 'block2_conv2']\n"
    "names.reverse()\n"
    "outs = base.outputs + [base.get_layer(n).output for n in names]\n"
    "model = keras.Model(inputs=base.input, outputs=outs)\n",
    "fn fine": "def build(n=10, shape=(64, 64, 3)):\n"
    "    base = keras.applications.EfficientNetB0(include_top=False, weights=None, "
    "input_shape=(*shape[:2], 3))\n"
    "    base.trainable = n > 0\n"
    "    if n > 0:\n"
    "        for layer in base.layers[:-n]:\n"
    "            layer.trainable = False\n"
    "    inputs = layers.Input(shape=shape)\n"
    "    x = base(inputs, training=False)\n"
    "    return keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x)))\n"
    "model = build(20)\n",
    "class": "class Net:\n"
    "    def __init__(self, n):\n"
    "        self.base = keras.applications.ResNet50(include_top=False, weights=None, "
    "input_shape=(64, 64, 3))\n"
    "        for layer in self.base.layers:\n"
    "            layer.trainable = False\n"
    "        self.n = n\n"
    "    def build(self):\n"
    "        x = self.base.output\n"
    "        x = layers.GlobalAveragePooling2D()(x)\n"
    "        return keras.Model(self.base.input, layers.Dense(self.n)(x))\n"
    "model = Net(3).build()\n",
    "dict of bases": "BASES = {'vgg': keras.applications.VGG16, 'mobile': "
    "keras.applications.MobileNetV2}\n"
    "def make(name):\n"
    "    base = BASES[name](weights=None, include_top=False, input_shape=(64, 64, 3))\n"
    "    return keras.Model(base.input, layers.Dense(2)(layers.Flatten()(base.output)), "
    "name=name)\n"
    "model = make('mobile')\n",
    "gray": "i = keras.Input((64, 64, 1))\n"
    "x = layers.Concatenate()([i, i, i])\n"
    "base = keras.applications.MobileNetV2(weights=None, include_top=False, "
    "input_shape=(64, 64, 3))\n"
    "model = keras.Model(i, layers.Dense(2)(layers.GlobalMaxPooling2D()(base(x))))\n",
    "truncate twice": BASES["R"]
    + "a = keras.Model(base.input, base.get_layer('conv4_block6_out').output)\n"
    "b = keras.Model(a.input, a.layers[-10].output)\n"
    "x = layers.Flatten()(b.output)\n"
    "model = keras.Model(b.input, layers.Dense(2)(x))\n",
    "layers after model": BASES["R"]
    + "m = keras.Model(base.input, layers.Dense(7)(layers.GlobalAveragePooling2D()(base.output)))\n"
    "x = m.layers[-2].output\n"
    "model = keras.Model(m.input, layers.Dense(2)(x))\n",
    "pop functional": "m = keras.applications.VGG16(weights=None)\n"
    "m.layers.pop()\n"
    "m.layers.pop()\n"
    "model = keras.Model(inputs=m.inputs, outputs=m.layers[-2].output)\n",
    "while freeze": BASES["R"] + "k = 0\n"
    "while k < 40:\n"
    "    base.layers[k].trainable = False\n"
    "    k += 1\n"
    "model = keras.Model(base.input, base.output)\n",
    "trainable list comp": BASES["R"] + "for l in [x for x in base.layers if 'bn' in x.name]:\n"
    "    l.trainable = False\n"
    "model = keras.Model(base.input, base.output)\n",
    "map setattr": BASES["R"] + "for l in base.layers:\n"
    "    setattr(l, 'trainable', False)\n"
    "model = keras.Model(base.input, layers.Flatten()(base.output))\n",
    "freeze until": BASES["R"] + "flag = False\n"
    "for l in base.layers:\n"
    "    if 'conv5' in l.name:\n"
    "        flag = True\n"
    "    l.trainable = flag\n"
    "model = keras.Model(base.input, layers.Flatten()(base.output))\n",
    "index of": BASES["R"] + "names = [l.name for l in base.layers]\n"
    "at = names.index('conv4_block1_out')\n"
    "for l in base.layers[:at]:\n"
    "    l.trainable = False\n"
    "model = keras.Model(base.input, base.layers[at].output)\n",
    "model trainable": BASES["R"]
    + "model = keras.Model(base.input, layers.Dense(2)(layers.Flatten()(base.output)))\n"
    "model.trainable = False\n"
    "model.layers[-1].trainable = True\n",
    "frozen whole": BASES["R"]
    + "model = keras.Sequential([base, layers.Flatten(), layers.Dense(2)])\n"
    "model.trainable = False\n",
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", IDIOMS)
def test_what_people_do_with_a_base(name: str) -> None:
    real = really(IDIOMS[name])["model"]
    program, traces = reading(IDIOMS[name])
    trace = next(
        t
        for t, model in zip(reversed(traces), reversed(program.models), strict=True)
        if model.name == "model"
    )
    assert not trace.findings
    assert trace.outputs == [tuple(tensor.shape) for tensor in real.outputs]
    if name.startswith("call "):  # `layer.output` of a real layer is that of its first call
        assert trace.listed.params == real.count_params()
    else:
        agree(program, trace, real, inputs=False)
