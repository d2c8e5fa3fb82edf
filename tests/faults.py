"""The faults that people make, each in every form that programs are written in, and what is done
about each.

One row a fault: the edit that an experienced user makes, and the runner-up
that is shown beside it, both in the words of kfix's report. A form that makes
no sense for a fault says why. The programs are in `fixtures/<fault>/<form>`,
repaired as `<form>.fixed`.
"""

from __future__ import annotations

from typing import NamedTuple

FORMS = ("list", "add", "functional", "helper", "loop", "notebook")

REFUSED = None

Shape = tuple[int | None, ...]

DEFAULT = "as of the fault"


class Form(NamedTuple):
    """One program: its output shape before (`REFUSED` where Keras does not build it) and after.

    `target` is what the command line says where the program does not say what
    it wants, `model` the variable that holds the model, `given` the input
    shape that the data gives a model without one. `first` and `runner_up` are
    given where they are others than the fault's.
    """

    before: Shape | None
    after: Shape
    target: str | None = None
    model: str = "model"
    first: str = DEFAULT
    runner_up: str | None = DEFAULT
    given: Shape | None = None
    pick: int | None = None
    """Which repair is asked for, where none is made unasked."""


class Fault(NamedTuple):
    """`row` numbers the faults; `first` and `runner_up` are the edits in words, `…` for what
    differs by program.

    Without a runner-up nobody does another thing about it.
    """

    row: int
    fault: str
    first: str
    runner_up: str | None
    forms: dict[str, Form | str]


class Right(NamedTuple):
    """Programs that look as if something were wrong, and must stay as they are."""

    what: str
    forms: dict[str, Form]


class Noted(NamedTuple):
    """Faults that Keras builds and that change no shape: told by the finding `code`, and edited by
    a person alone.
    """

    row: int
    fault: str
    code: str
    forms: dict[str, Form | str]


FAULTS: dict[str, Fault] = {
    "dense_on_map": Fault(
        1,
        "a Dense on a feature map",
        first="insert Flatten() before Dense(…)",
        runner_up="insert GlobalAveragePooling2D() before Dense(…)",
        forms={
            "list": Form((None, 8, 8, 10), (None, 10)),
            "add": Form((None, 7, 7, 26), (None, 26), model="clf"),
            "functional": Form((None, 3, 3, 1), (None, 1), target="1"),
            "helper": Form((None, 6, 6, 7), (None, 7), target="7"),
            "loop": Form((None, 4, 4, 43), (None, 43), target="43", model="net"),
            "notebook": Form((None, 13, 13, 10), (None, 10)),
        },
    ),
    "conv1d_into_dense": Fault(
        2,
        "convolutions over a sequence, then Dense",
        first="insert Flatten() before Dense(…)",
        runner_up="insert GlobalMaxPooling1D() before Dense(…)",
        forms={
            "list": Form((None, 6, 5), (None, 5)),
            "add": Form((None, 45, 5), (None, 5)),
            "functional": Form((None, 15, 1), (None, 1), target="1"),
            "helper": Form((None, 6, 5), (None, 5), target="5"),
            "loop": Form((None, 8, 1), (None, 1)),
            "notebook": Form((None, 62, 6), (None, 6)),
        },
    ),
    "shrinks_to_nothing": Fault(
        3,
        "the map shrinks to nothing",
        first="set padding='same' on Conv2D",
        runner_up="remove MaxPooling2D(…)",
        forms={
            "list": Form(REFUSED, (None, 100)),
            "add": Form(REFUSED, (None, 10)),
            "functional": Form(REFUSED, (None, 10), model="lenet"),
            "helper": Form(REFUSED, (None, 1)),
            "loop": Form(REFUSED, (None, 10)),
            "notebook": Form(REFUSED, (None, 4)),
        },
    ),
    "channels_first": Fault(
        4,
        "channels first in a model that counts them last",
        first="set …shape=(…) on …",
        runner_up="set data_format='channels_first' on Conv2D and MaxPooling2D",
        forms={
            "list": Form(REFUSED, (None, 10)),
            "add": Form(REFUSED, (None, 10)),
            "functional": Form(REFUSED, (None, 1)),
            "helper": Form(REFUSED, (None, 2), model="net"),
            "loop": Form(REFUSED, (None, 2)),
            "notebook": Form(REFUSED, (None, 10)),
        },
    ),
    "old_kernels": Fault(
        5,
        "Conv2D(32, 3, 3) as Keras 1 wrote it",
        first="set kernel_size=(3, 3) on …; drop strides from …",
        runner_up=None,
        forms={
            "list": Form(REFUSED, (None, 10)),
            "add": Form(REFUSED, (None, 1), model="classifier"),
            "functional": Form(REFUSED, (None, 10)),
            "helper": Form(REFUSED, (None, 7)),
            "loop": Form(REFUSED, (None, 5)),
            "notebook": Form(REFUSED, (None, 10), model="cnn"),
        },
    ),
    "sequences_missing": Fault(
        6,
        "a recurrent layer before another gives no sequences",
        first="set return_sequences=True on …",
        runner_up=None,
        forms={
            "list": Form(REFUSED, (None, 1)),
            "add": Form(REFUSED, (None, 1), model="regressor"),
            "functional": Form(REFUSED, (None, 1)),
            "helper": Form(REFUSED, (None, 1)),
            "loop": Form(REFUSED, (None, 4)),
            "notebook": Form(REFUSED, (None, 1)),
        },
    ),
    "sequences_too_many": Fault(
        7,
        "the last recurrent layer gives sequences",
        first="set return_sequences=False on …",
        runner_up="insert Flatten() before Dense(…)",
        forms={
            "list": Form((None, 24, 1), (None, 1)),
            "add": Form((None, 22, 1), (None, 1), target="1"),
            "functional": Form((None, 28, 3), (None, 3), target="3"),
            "helper": Form((None, 40, 1), (None, 1)),
            "loop": Form((None, 16, 5), (None, 5), target="5"),
            "notebook": Form((None, 60, 1), (None, 1)),
        },
    ),
    "steps_wanted": Fault(
        8,
        "labels for every step, and one output a sequence",
        first="set return_sequences=True on …",
        runner_up="insert RepeatVector(…) before Dense(…)",
        forms={
            "list": Form((None, 1), (None, 229, 1)),
            "add": Form((None, 2), (None, 20, 2), model="tracker"),
            "functional": Form((None, 17), (None, 75, 17)),
            "helper": Form((None, 2), (None, 48, 2), target="none,48,2"),
            "loop": Form((None, 39), (None, 100, 39), target="none,100,39"),
            "notebook": Form((None, 1), (None, 10, 1), target="none,10,1"),
        },
    ),
    "map_into_recurrent": Fault(
        9,
        "feature maps straight into an LSTM",
        first="insert Reshape(…) before …",
        runner_up="insert TimeDistributed(Flatten()) before …",
        forms={
            "list": Form(REFUSED, (None, 10), target="10"),
            "add": Form(REFUSED, (None, 8), target="8"),
            "functional": Form(REFUSED, (None, 6), target="6"),
            "helper": Form(REFUSED, (None, 10), target="10"),
            "loop": Form(REFUSED, (None, 2), target="2"),
            "notebook": Form(REFUSED, (None, 12), target="12", model="net"),
        },
    ),
    "samples_in_shape": Fault(
        10,
        "the number of samples inside the input shape",
        first="set …shape=… on …",
        runner_up=None,
        forms={
            "list": Form(REFUSED, (None, 10)),
            "add": Form(REFUSED, (None, 1)),
            "functional": Form(REFUSED, (None, 1)),
            "helper": Form(REFUSED, (None, 4)),
            "loop": Form(REFUSED, (None, 10)),
            "notebook": Form(REFUSED, (None, 1)),
        },
    ),
    "axis_missing": Fault(
        11,
        "no channel axis in the input shape",
        first="set …shape=(…, 1) on …",
        runner_up="insert Reshape((…, 1)…",
        forms={
            "list": Form(REFUSED, (None, 10)),
            "add": Form(REFUSED, (None, 44)),
            "functional": Form(REFUSED, (None, 2)),
            "helper": Form(REFUSED, (None, 36)),
            "loop": Form(REFUSED, (None, 3), model="net"),
            "notebook": Form(REFUSED, (None, 10)),
        },
    ),
    "embedding_into_dense": Fault(
        12,
        "an Embedding straight into Dense",
        first="insert GlobalAveragePooling1D() …",
        runner_up="insert Flatten() …",
        forms={
            "list": Form((None, 200, 1), (None, 1), given=(None, 200)),
            "add": Form((None, 100, 46), (None, 46), target="46"),
            "functional": Form((None, None, 1), (None, 1), target="1", runner_up=None),
            "helper": Form((None, 20, 9), (None, 9), target="9"),
            "loop": Form((None, 64, 20), (None, 20), target="20", model="clf"),
            "notebook": Form((None, 40, 1), (None, 1), target="1"),
        },
    ),
    "flatten_of_any_size": Fault(
        13,
        "Flatten of a map of any size",
        first="replace Flatten() by GlobalAveragePooling…()",
        runner_up=None,
        forms={
            "list": Form(REFUSED, (None, 5)),
            "add": Form(REFUSED, (None, 3)),
            "functional": Form(REFUSED, (None, 100)),
            "helper": Form(REFUSED, (None, 1)),
            "loop": Form(REFUSED, (None, 1)),
            "notebook": Form(REFUSED, (None, 120)),
        },
    ),
    "autoencoder_size": Fault(
        14,
        "an autoencoder that gives another size than it is fed",
        first="insert Cropping2D(…) after Conv2D(…)",
        runner_up=None,
        forms={
            "list": Form((None, 32, 32, 1), (None, 28, 28, 1)),
            "add": Form(
                (None, 60, 60, 3),
                (None, 64, 64, 3),
                target="input",
                model="dae",
                first="set padding='same' on Conv2D",
            ),
            "functional": Form(
                (None, 28, 28, 1),
                (None, 30, 30, 1),
                model="autoencoder",
                first="set padding='same' on Conv2D; insert Cropping2D(…) after Conv2D(…)",
                runner_up="insert ZeroPadding2D(…) after Conv2D(…)",
            ),
            "helper": Form(
                (None, 52, 52, 1), (None, 50, 50, 1), target="input", model="autoencoder"
            ),
            "loop": Form(
                (None, 1015, 1),
                (None, 1000, 1),
                model="ae",
                first="set padding='same' on Conv1DTranspose",
            ),
            "notebook": Form((None, 28, 28, 1), (None, 27, 27, 1)),
        },
    ),
    "skip_sizes": Fault(
        15,
        "a size that does not halve, in front of a skip connection",
        first="insert ZeroPadding2D(…) …; insert Cropping2D(…) after Conv2D(…)",
        runner_up=None,
        forms={
            "list": "a Sequential has one way through",
            "add": "a Sequential has one way through",
            "functional": Form(REFUSED, (None, 88, 90, 1), target="88,90,1"),
            "helper": Form(REFUSED, (None, 100, 100, 5), target="100,100,5"),
            "loop": Form(REFUSED, (None, 75, 75, 1), target="75,75,1"),
            "notebook": Form(REFUSED, (None, 155, 155, 1), target="155,155,1"),
        },
    ),
    "residual_add": Fault(
        16,
        "a residual block changes size or channels",
        first="insert Conv2D(…) on … before …",
        runner_up=None,
        forms={
            "list": "a Sequential has one way through",
            "add": "a Sequential has one way through",
            "functional": Form(REFUSED, (None, 10)),
            "helper": Form(REFUSED, (None, 4)),
            "loop": Form(REFUSED, (None, 7)),
            "notebook": Form(
                REFUSED, (None, 2), target="2", first="insert Conv1D(64, 1) on ts before Add()"
            ),
        },
    ),
    "generator_size": Fault(
        17,
        "the seed of a generator is too small",
        first="change … to 8",
        runner_up=None,
        forms={
            "list": Form((None, 28, 28, 3), (None, 32, 32, 3), target="32,32,3", model="generator"),
            "add": Form((None, 48, 48, 1), (None, 64, 64, 1), target="64,64,1", model="G"),
            "functional": Form(
                (None, 56, 56, 3), (None, 64, 64, 3), target="64,64,3", model="generator"
            ),
            "helper": Form(
                (None, 56, 56, 3), (None, 64, 64, 3), target="64,64,3", model="generator"
            ),
            "loop": Form((None, 28, 28, 1), (None, 32, 32, 1), target="32,32,1", model="decoder"),
            "notebook": Form(
                (None, 28, 28, 1), (None, 32, 32, 1), target="32,32,1", model="g_model"
            ),
        },
    ),
    "units_not_classes": Fault(
        18,
        "the last units are not the classes",
        first="set units=… on Dense",
        runner_up=None,
        forms={
            "list": Form((None, 3), (None, 22)),
            "add": Form((None, 10), (None, 100)),
            "functional": Form((None, 1), (None, 3)),
            "helper": Form((None, 10), (None, 11), first="change units 10 to 11"),
            "loop": Form((None, 3), (None, 4), model="net"),
            "notebook": Form((None, 32), (None, 33)),
        },
    ),
    "loss_against_labels": Fault(
        19,
        "the loss takes another form of labels",
        first="set loss='sparse_categorical_crossentropy' on compile",
        runner_up="write …to_categorical(…) for …",
        forms={
            "list": Form((None, 10), (None, 10)),
            "add": Form(
                (None, 4),
                (None, 4),
                first="set loss='categorical_crossentropy' on compile",
                runner_up=None,
            ),
            "functional": Form((None, 8), (None, 8)),
            "helper": Form((None, 120), (None, 120)),
            "loop": Form((None, 5), (None, 5)),
            "notebook": Form((None, 10), (None, 10)),
        },
    ),
    "reshape_total": Fault(
        20,
        "Reshape to another number of elements",
        first="change … to …",
        runner_up="set target_shape=… on Reshape",
        forms={
            "list": Form(REFUSED, (None, 28, 28, 1), target="28,28,1"),
            "add": Form(
                REFUSED,
                (None, 10),
                first="set target_shape=(28, 28) on Reshape",
                runner_up="insert Dense(756, …) before Reshape(…; drop input_shape from Reshape",
            ),
            "functional": Form(
                REFUSED,
                (None, 4, 10),
                target="none,4,10",
                first="insert GlobalAveragePooling2D() before Reshape(…); insert Dense(40) "
                "before Reshape(…)",
                runner_up="insert Flatten() before Reshape(…); insert Dense(40) before Reshape(…)",
            ),
            "helper": Form(REFUSED, (None, 64, 64, 1), target="64,64,1"),
            "loop": Form(REFUSED, (None, 32, 32, 3), target="32,32,3", model="generator"),
            "notebook": Form(
                REFUSED,
                (None, 7),
                target="7",
                first="set target_shape=(48, 48, 1) on Reshape",
                runner_up="insert Dense(1936, …) before Reshape(…; drop input_shape from Reshape",
            ),
        },
    ),
    "base_without_top": Fault(
        21,
        "a base without its top straight into Dense",
        first="insert GlobalAveragePooling2D() …",
        runner_up="insert Flatten() …",
        forms={
            "list": Form((None, 5, 5, 2), (None, 2), target="2"),
            "add": Form((None, 7, 7, 5), (None, 5), target="5"),
            "functional": Form((None, 7, 7, 200), (None, 200), target="200"),
            "helper": Form((None, 4, 4, 37), (None, 37), target="37"),
            "loop": Form((None, 3, 3, 1), (None, 1), target="1", model="net"),
            "notebook": Form((None, 5, 5, 1), (None, 1), target="1"),
        },
    ),
    "wrong_order": Fault(
        22,
        "Flatten or a pooling stands too early",
        first="move Flatten() before Dense(…)",
        runner_up=None,
        forms={
            "list": Form(REFUSED, (None, 6)),
            "add": Form(REFUSED, (None, 1), runner_up="remove MaxPooling1D(pool_size=2)"),
            "functional": Form(
                REFUSED,
                (None, 3),
                first="move GlobalAveragePooling2D() before Dense(…)",
                runner_up="remove MaxPooling2D()",
            ),
            "helper": Form(REFUSED, (None, 10), model="m"),
            "loop": Form(REFUSED, (None, 10)),
            "notebook": Form(REFUSED, (None, 4), runner_up="remove MaxPooling2D(…)"),
        },
    ),
    "time_distributed": Fault(
        23,
        "TimeDistributed where there are no steps",
        first="replace TimeDistributed(…) by Dense(…)",
        runner_up=None,
        forms={
            "list": Form(REFUSED, (None, 1), target="1"),
            "add": Form(REFUSED, (None, 4), target="4"),
            "functional": Form(REFUSED, (None, 12), target="12"),
            "helper": Form(REFUSED, (None, 24), target="24"),
            "loop": Form(
                REFUSED, (None, 5), first="set input_shape=(None, 64, 64, 3) on TimeDistributed"
            ),
            "notebook": Form(REFUSED, (None, 1), target="1"),
        },
    ),
    "film_sequences": Fault(
        24,
        "a ConvLSTM2D gives no film",
        first="set return_sequences=True on ConvLSTM2D",
        runner_up=None,
        forms={
            "list": Form(REFUSED, (None, 12, 64, 64, 1), target="none,12,64,64,1"),
            "add": Form(
                (None, 40, 40, 1),
                (None, 10, 40, 40, 1),
                target="none,10,40,40,1",
                model="seq",
                first="set return_sequences=True on ConvLSTM2D; replace Conv2D(…) by "
                "TimeDistributed(Conv2D(…))",
            ),
            "functional": Form(
                (None, 32, 32, 3),
                (None, 8, 32, 32, 3),
                target="none,8,32,32,3",
                first="set return_sequences=True on ConvLSTM2D; replace Conv2D(…) by "
                "TimeDistributed(Conv2D(…))",
            ),
            "helper": Form(REFUSED, (None, 15, 48, 48, 1), target="none,15,48,48,1"),
            "loop": Form(REFUSED, (None, None, 40, 40, 1), target="none,none,40,40,1"),
            "notebook": Form(REFUSED, (None, 100, 100, 1), target="100,100,1"),
        },
    ),
    "bidirectional_states": Fault(
        26,
        "a Bidirectional gives states of twice the units",
        first="set units=2 * … on LSTM",
        runner_up="set units=… on LSTM",
        forms={
            "list": "a Sequential has one way through",
            "add": "a Sequential has one way through",
            "functional": Form((None, None, 8000), (None, None, 8000)),
            "helper": Form(
                (None, 50, 3000),
                (None, 50, 3000),
                first="change units 96 to 192",
                runner_up="change units 96 to 48",
            ),
            "loop": Form((None, 12, 1), (None, 12, 1), first="set units=32 on LSTM"),
            "notebook": Form((None, None, 93), (None, None, 93)),
        },
    ),
    "shape_without_comma": Fault(
        27,
        "(784) is the number 784",
        first="set …shape=(…,) on …",
        runner_up=None,
        forms={
            "list": Form(REFUSED, (None, 1)),
            "add": Form(REFUSED, (None, 10)),
            "functional": Form(REFUSED, (None, 1)),
            "helper": Form(REFUSED, (None, 561)),
            "loop": Form(REFUSED, (None, 3)),
            "notebook": Form(REFUSED, (None, 1), model="network"),
        },
    ),
    "no_input_shape": Fault(
        28,
        "a model is shown before it has an input shape",
        first="insert Input(shape=…) before …",
        runner_up=None,
        forms={
            "list": Form(REFUSED, (None, 1), pick=1),
            "add": Form(REFUSED, (None, 6), pick=1),
            "functional": "a graph begins with an Input",
            "helper": Form(REFUSED, (None, 10), pick=1),
            "loop": Form(REFUSED, (None, 2), pick=1),
            "notebook": Form(REFUSED, (None, 1), pick=1),
        },
    ),
    "batch_input_shape": Fault(
        29,
        "batch_input_shape in Keras 3",
        first="insert Input(batch_shape=…) before …; drop batch_input_shape from …",
        runner_up=None,
        forms={
            "list": Form(REFUSED, (1, 1)),
            "add": Form(REFUSED, (4, 1)),
            "functional": "an Input says its shape itself",
            "helper": Form(REFUSED, (64, None, 65)),
            "loop": Form(REFUSED, (32, 2)),
            "notebook": Form(REFUSED, (8, 1), model="rnn"),
        },
    ),
    "image_size": Fault(
        30,
        "the pictures are loaded in another size",
        first="set …shape=(…) on …",
        runner_up=None,
        forms={
            "list": Form((None, 1), (None, 1)),
            "add": Form((None, 3), (None, 3)),
            "functional": Form((None, 5), (None, 5)),
            "helper": Form((None, 2), (None, 2)),
            "loop": Form((None, 10), (None, 10)),
            "notebook": Form((None, 38), (None, 38)),
        },
    ),
    "add_on_functional": Fault(
        31,
        "a layer is added to a model that is no Sequential",
        first="put model into a Sequential",
        runner_up=None,
        forms={
            "list": "a list of layers is a Sequential already",
            "add": Form(REFUSED, (None, 1)),
            "functional": Form(REFUSED, (None, 4)),
            "helper": Form(REFUSED, (None, 9)),
            "loop": Form(REFUSED, (None, 8)),
            "notebook": Form(REFUSED, (None, 2)),
        },
    ),
}

NOTED: dict[str, Noted] = {
    "normalization_axis": Noted(
        25,
        "a BatchNormalization normalizes rows instead of channels",
        "KFX405",
        {
            "list": Form((None, 10), (None, 10)),
            "add": Form((None, 7), (None, 7)),
            "functional": Form((None, 100), (None, 100)),
            "helper": Form((None, 3), (None, 3)),
            "loop": Form((None, 4), (None, 4)),
            "notebook": Form((None, 10), (None, 10)),
        },
    ),
}

RIGHT: dict[str, Right] = {
    "right_steps": Right(
        "one label for every step",
        {
            "list": Form((None, 1440, 8), (None, 1440, 8)),
            "add": Form((None, 50, 2), (None, 50, 2)),
            "functional": Form((None, 300, 1), (None, 300, 1)),
            "helper": Form((None, 30, 9), (None, 30, 9)),
            "loop": Form((None, 24, 1), (None, 24, 1)),
            "notebook": Form((None, 9, 1), (None, 9, 1), model="ae"),
        },
    ),
    "right_segmentation": Right(
        "one label for every pixel",
        {
            "list": Form((None, 128, 128, 1), (None, 128, 128, 1)),
            "add": Form((None, 64, 64, 5), (None, 64, 64, 5)),
            "functional": Form((None, 96, 96, 7), (None, 96, 96, 7)),
            "helper": Form((None, 80, 80, 3), (None, 80, 80, 3)),
            "loop": Form((None, None, None, 1), (None, None, None, 1), model="net"),
            "notebook": Form((None, 32, 32, 2), (None, 32, 32, 2)),
        },
    ),
    "right_words": Right(
        "one label for every word",
        {
            "list": Form((None, 30, 17), (None, 30, 17)),
            "add": Form((None, 40, 5), (None, 40, 5)),
            "functional": Form((None, None, 3), (None, None, 3)),
            "helper": Form((None, 20, 4), (None, 20, 4)),
            "loop": Form((None, 15, 2), (None, 15, 2)),
            "notebook": Form((None, 12, 6), (None, 12, 6)),
        },
    ),
    "right_column": Right(
        "a column of outputs against a vector of labels",
        {
            "list": Form((None, 1), (None, 1)),
            "add": Form((None, 1), (None, 1)),
            "functional": Form((None, 1), (None, 1)),
            "helper": Form((None, 1), (None, 1)),
            "loop": Form((None, 1), (None, 1)),
            "notebook": Form((None, 1), (None, 1)),
        },
    ),
    "right_sigmoids": Right(
        "two sigmoids against one-hot labels",
        {
            "list": Form((None, 2), (None, 2)),
            "add": Form((None, 2), (None, 2)),
            "functional": Form((None, 2), (None, 2)),
            "helper": Form((None, 2), (None, 2)),
            "loop": Form((None, 2), (None, 2)),
            "notebook": Form((None, 2), (None, 2)),
        },
    ),
}
