"""KFX404."""

from __future__ import annotations

from kfix.findings.base import Finding, Severity


class ChannelsFirst(Finding):
    """A convolution uses `channels_first`, which TensorFlow cannot run on every CPU.

    It builds everywhere, and it runs on a GPU and on a CPU with oneDNN, which
    TensorFlow uses on x86 since version 2.9. Where oneDNN is missing
    or switched off (`TF_ENABLE_ONEDNN_OPTS=0`), `Conv1D`, `Conv2D`, the
    transposed convolutions and the ConvLSTMs are refused when data goes
    through; `Conv3D`, depthwise and separable convolutions and poolings run.

    What Keras says:

    - Keras 3: `The Conv2D op currently only supports the NHWC tensor format on
      the CPU. The op was given the format: NCHW`; `Conv2DCustomBackpropInputOp
      only supports NHWC`.
    - Keras 2: `The Conv2D op currently only supports the NHWC tensor format on
      the CPU`; `Conv2DCustomBackpropInputOp only supports NHWC`.
    """

    code = "KFX404"
    bad = """
        x = keras.Input((3, 28, 28))
        model = keras.Model(x, layers.Conv2D(8, 3, data_format="channels_first")(x))
    """
    good = """
        x = keras.Input((28, 28, 3))
        model = keras.Model(x, layers.Conv2D(8, 3)(x))
    """
    severity: Severity = "note"
    sentence = "{subject} with channels first runs only on a GPU or where TensorFlow has oneDNN"
