"""Layers and models of other libraries: unknown with the reason, never an alarm.

What they say of themselves counts.
"""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.engine.results import ModelResult
from kfix.model.unknown import Unknown
from kfix.project.project import Project

HEAD = """\
import tensorflow as tf
import tensorflow_hub as hub
from tensorflow import keras
from tensorflow.keras import layers
"""


def outcome(text: str) -> ModelResult:
    """Return the model `m` of a program of which nothing is said."""
    result = run_file(Project({"m.py": (HEAD + text).encode()}), "m.py", Settings(search=False))
    assert result.error is None
    assert not [found.finding for model in result.models for found in model.findings]
    return next(model for model in result.models if model.model.name == "m")


@pytest.mark.parametrize(
    ("text", "outputs"),
    [
        (
            "e = hub.KerasLayer(url, output_shape=[512], input_shape=[], dtype=tf.string)\n"
            "m = keras.Sequential([e, layers.Dense(16), layers.Dense(1)])\n",
            [(None, 512), (None, 16), (None, 1)],
        ),
        (
            "i = keras.Input((), dtype=tf.string)\n"
            "m = keras.Model(i, layers.Dense(3)(hub.KerasLayer(url, trainable=True, "
            "output_shape=(20,))(i)))\n",
            [(None, 20), (None, 3)],
        ),
    ],
)
def test_what_a_layer_says_of_its_output(text: str, outputs: list[tuple[int | None, ...]]) -> None:
    model = outcome(text)
    shown = [traced.outputs for node, traced in model.trace.nodes.items() if node >= 0]
    assert shown[-len(outputs) :] == outputs
    assert isinstance(model.trace.params, Unknown)
    assert "the number of weights of `KerasLayer`" in model.trace.params.reasons()


def test_a_layer_that_is_not_trained_leaves_the_rest_to_be() -> None:
    text = (
        "m = keras.Sequential([hub.KerasLayer(url, output_shape=[8], input_shape=[]{}), "
        "layers.Dense(1)])\n"
    )
    assert outcome(text.replace("{}", "")).trace.trained_alone == 9
    assert isinstance(outcome(text.replace("{}", ", trainable=True")).trace.trained_alone, Unknown)


BERT = (
    "from transformers import TFBertModel\nb = TFBertModel.from_pretrained('bert-base-uncased')\n"
)
BERT += "i = keras.Input((128,), dtype=tf.int32)\nk = keras.Input((128,), dtype=tf.int32)\n"
OTHERS = {
    "a hub layer": "m = keras.Sequential([hub.KerasLayer(url, input_shape=(224, 224, 3)), "
    "layers.Dense(5)])\n",
    "hub layers in a row": "i = keras.Input((), dtype=tf.string)\n"
    "x = hub.KerasLayer(a)(hub.KerasLayer(b)(i))\n"
    "m = keras.Model(i, layers.Dense(1)(layers.Dropout(0.1)(x['pooled_output'])))\n",
    "what a transformer gives by number": BERT
    + "m = keras.Model([i, k], layers.LSTM(2)(b(i, attention_mask=k)[0]))\n",
    "what a transformer gives by name": BERT
    + "m = keras.Model([i, k], layers.Dense(2)(b([i, k]).last_hidden_state[:, 0, :]))\n",
    "two of them": BERT
    + "s, p = b([i, k])[:2]\nm = keras.Model(inputs=[i, k], outputs=layers.Dense(2)(p))\n",
    "its layers": BERT + "for layer in b.layers[:-2]:\n    layer.trainable = False\n"
    "m = keras.Model([i, k], layers.Dense(2)(b.layers[0](i, attention_mask=k)[1]))\n",
    "a backbone in a list": "import keras_cv\n"
    "b = keras_cv.models.ResNetV2Backbone.from_preset('resnet50_v2')\n"
    "m = keras.Sequential([keras.Input((64, 64, 3)), b, layers.GlobalAveragePooling2D(), "
    "layers.Dense(3)])\n",
    "a backbone gone on from": "import keras_hub\nb = keras_hub.models.Backbone.from_preset('x')\n"
    "b.trainable = False\n"
    "m = keras.Model(b.input, layers.Dense(3)(b.output))\n",
    "a layer of another library": "import keras_nlp\nm = keras.Sequential([keras.Input((64,)), "
    "keras_nlp.layers.TokenAndPositionEmbedding(1000, 64, 32), layers.Dense(3)])\n",
    "a model of another library": "import segmentation_models as sm\n"
    "u = sm.Unet('resnet34', classes=1)\n"
    "m = keras.Model(u.input, layers.Conv2D(2, 1)(u.layers[-2].output))\n",
    "a base of another library": "import efficientnet.tfkeras as efn\n"
    "b = efn.EfficientNetB0(input_shape=(224, 224, 3), include_top=False)\n"
    "m = keras.Sequential([b, layers.GlobalAveragePooling2D(), layers.Dense(3)])\n",
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_known_is_said(name: str) -> None:
    model = outcome(OTHERS[name])
    assert isinstance(model.trace.params, Unknown)
    reasons = model.trace.params.reasons()
    assert "not known" in reasons or "declares no output shape" in reasons
