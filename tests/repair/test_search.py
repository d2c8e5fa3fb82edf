"""What the search answers to the faults that people make: the first choice, and the runner-up where
it is shown.
"""

from __future__ import annotations

import pytest

from kfix.model.graph import Argument, Layer, Model, ModelKind
from kfix.model.origin import Literal
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.repair.search import Options, leads
from tests.repair.building import Builder, Found, repair_of

CASES: dict[str, tuple[list[str], str | None, str, str | None]] = {
    "dense-on-a-large-map": (
        ["Input((100,100,3))", "Conv2D(32,3)", "Dense(256)", "Dense(10)"],
        "10",
        "insert GlobalAveragePooling2D() before Dense",
        "insert GlobalMaxPooling2D() before Dense",
    ),
    "autoencoder-loses-pixels": (
        [
            "Input((23,23,1))",
            "Conv2D(16,3,padding='same')",
            "MaxPooling2D(2,padding='same')",
            "Conv2D(16,3,padding='same')",
            "MaxPooling2D(2,padding='same')",
            "Conv2D(16,3,padding='same')",
            "MaxPooling2D(2,padding='same')",
            "Conv2D(8,3,padding='same')",
            "UpSampling2D(2)",
            "Conv2D(8,3,padding='same')",
            "UpSampling2D(2)",
            "Conv2D(16,3)",
            "UpSampling2D(2)",
            "Conv2D(1,3,padding='same')",
        ],
        "23,23,1",
        "padding=same on Conv2D; insert Cropping2D(((0, 1), (0, 1))) after Conv2D",
        "insert ZeroPadding2D(((1, 2), (1, 2))) after Conv2D",
    ),
    "one-answer-a-sequence": (
        [
            "Input((45,2))",
            "LSTM(512,return_sequences=True)",
            "LSTM(512,return_sequences=True)",
            "Dense(1)",
        ],
        "1",
        "return_sequences=False on LSTM",
        "insert GlobalAveragePooling1D() before Dense",
    ),
    "generator-one-seed-too-small": (
        [
            "Input((100,))",
            "Dense(128*7*7)",
            "Reshape((7,7,128))",
            "UpSampling2D()",
            "Conv2D(128,3,padding='same')",
            "UpSampling2D()",
            "Conv2D(64,3,padding='same')",
            "Conv2D(3,3,padding='same')",
        ],
        "32,32,3",
        "size: 4 literals -> 8",
        None,
    ),
    "convolution-into-lstm": (
        [
            "Input((128,128,3))",
            "Conv2D(32,3)",
            "MaxPooling2D(2)",
            "Conv2D(32,3)",
            "MaxPooling2D(2)",
            "Conv2D(64,3)",
            "MaxPooling2D(2)",
            "Conv2D(128,3)",
            "MaxPooling2D(2)",
            "LSTM(64)",
            "Dense(10)",
        ],
        "10",
        "insert Reshape((6, 768)) before LSTM",
        "insert TimeDistributed(Flatten()) before LSTM",
    ),
    "pooled-sequence-into-dense": (
        [
            "Input((98,900))",
            "Conv1D(100,3,padding='same')",
            "MaxPooling1D(98)",
            "Dropout(0.2)",
            "Dense(5)",
        ],
        "5",
        "insert Flatten() before Dense",
        None,
    ),
    "reshape-of-another-total": (
        ["Input((13,13,1024))", "Reshape((4,10))"],
        "4,10",
        "insert GlobalAveragePooling2D() before Reshape; insert Dense(40) before Reshape",
        None,
    ),
    "stack-into-dense": (
        [
            "Conv2D(32,(3,3),input_shape=(28,28,1))",
            "MaxPooling2D()",
            "Conv2D(64,3)",
            "MaxPooling2D()",
            "Dense(10,activation='softmax')",
        ],
        "10",
        "insert Flatten() before Dense",
        "insert GlobalAveragePooling2D() before Dense",
    ),
    "conv1d-into-dense": (
        ["Input((20,8))", "Conv1D(16,3)", "MaxPooling1D(2)", "Dense(1)"],
        "1",
        "insert Flatten() before Dense",
        "insert GlobalMaxPooling1D() before Dense",
    ),
    "kernels-eat-the-map": (
        [
            "Input((28,28,1))",
            "Conv2D(32,5)",
            "MaxPooling2D(2)",
            "Conv2D(64,5)",
            "MaxPooling2D(2)",
            "Conv2D(128,5)",
            "MaxPooling2D(2)",
            "Flatten()",
            "Dense(10)",
        ],
        "10",
        "padding=same on Conv2D+Conv2D+Conv2D",
        "remove MaxPooling2D",
    ),
    "poolings-eat-the-map": (
        [
            "Input((28,28,1))",
            "Conv2D(32,3)",
            "MaxPooling2D(2)",
            "Conv2D(64,3)",
            "MaxPooling2D(2)",
            "Conv2D(128,3)",
            "MaxPooling2D(2)",
            "Conv2D(128,3)",
            "MaxPooling2D(2)",
            "Flatten()",
            "Dense(10)",
        ],
        None,
        "padding=same on Conv2D+Conv2D+Conv2D+Conv2D",
        "remove MaxPooling2D",
    ),
    "channels-first-input": (
        [
            "Input((3,64,64))",
            "Conv2D(32,3)",
            "MaxPooling2D(2)",
            "Conv2D(64,3)",
            "Flatten()",
            "Dense(10)",
        ],
        None,
        "shape=(64, 64, 3)",
        None,
    ),
    "recurrent-layers-feed-each-other": (
        ["LSTM(64,input_shape=(10,8))", "LSTM(32)", "LSTM(16)", "Dense(1)"],
        None,
        "return_sequences=True on LSTM+LSTM",
        None,
    ),
    "lstm-dropout-lstm": (
        ["Embedding(1000,64)", "LSTM(32)", "Dropout(0.2)", "LSTM(16)", "Dense(1)"],
        None,
        "return_sequences=True on LSTM",
        None,
    ),
    "sequences-all-the-way": (
        [
            "Input((10,8))",
            "LSTM(64,return_sequences=True)",
            "Dropout(.2)",
            "LSTM(64,return_sequences=True)",
            "Dropout(0.2)",
            "Dense(1)",
        ],
        "1",
        "return_sequences=False on LSTM",
        "insert GlobalAveragePooling1D() before Dense",
    ),
    "time-distributed-head": (
        ["Input((10,8))", "LSTM(64,return_sequences=True)", "TimeDistributed(Dense(1))"],
        "1",
        "return_sequences=False on LSTM; TimeDistributed -> its child",
        None,
    ),
    "labels-for-each-step": (
        ["Input((10,8))", "LSTM(64)", "Dense(5)"],
        "10,5",
        "return_sequences=True on LSTM",
        "insert RepeatVector(10) before Dense",
    ),
    "no-channel-axis": (
        ["Conv2D(32,3,input_shape=(28,28))", "Flatten()", "Dense(10)"],
        "10",
        "input_shape=(28, 28, 1)",
        None,
    ),
    "embedding-into-dense": (
        ["Input((20,))", "Embedding(1000,16)", "Dense(1,activation='sigmoid')"],
        "1",
        "insert GlobalAveragePooling1D() before Dense",
        "insert Flatten() before Dense",
    ),
    "embedding-of-any-length": (
        ["Input((None,))", "Embedding(1000,16)", "Dense(1,activation='sigmoid')"],
        "1",
        "insert GlobalAveragePooling1D() before Dense",
        None,
    ),
    "flatten-of-any-size": (
        ["Input((None,None,3))", "Conv2D(8,3)", "Flatten()", "Dense(10)"],
        "10",
        "Flatten -> GlobalAveragePooling2D()",
        None,
    ),
    "flatten-of-any-size-no-target": (
        ["Input((None,None,3))", "Conv2D(8,3)", "Flatten()", "Dense(10)"],
        None,
        "Flatten -> GlobalAveragePooling2D()",
        None,
    ),
    "transposed-generator": (
        [
            "Input((100,))",
            "Dense(7*7*128)",
            "Reshape((7,7,128))",
            "Conv2DTranspose(64,5,strides=2,padding='same')",
            "Conv2DTranspose(3,5,strides=2,padding='same')",
        ],
        "32,32,3",
        "size: 4 literals -> 8",
        None,
    ),
    "units-are-not-the-classes": (
        ["Input((20,))", "Dense(64)", "Dense(5,activation='softmax')"],
        "10",
        "units=10 on Dense",
        None,
    ),
    "class-count-is-a-constant": (
        ["Input((20,))", "Dense(64)", "Dense(N,activation='softmax')"],
        "10",
        "units: 1 literals -> 10",
        None,
    ),
    "dense-and-reshape-disagree": (
        ["Input((100,))", "Dense(100)", "Reshape((7,7,2))", "Conv2D(8,3)"],
        None,
        "units=98 on Dense",
        None,
    ),
    "reshape-has-wrong-channels": (
        ["Input((784,))", "Reshape((28,28,3))", "Conv2D(8,3)", "Flatten()", "Dense(10)"],
        "10",
        "target_shape=(28, 28, 1) on Reshape",
        None,
    ),
    "flatten-before-convolution": (
        [
            "Input((28,28,1))",
            "Conv2D(8,3)",
            "Flatten()",
            "Conv2D(8,3)",
            "MaxPooling2D()",
            "Dense(10)",
        ],
        "10",
        "move Flatten before Dense",
        None,
    ),
    "flatten-before-pooling": (
        ["Input((28,28,1))", "Conv2D(8,3)", "Flatten()", "MaxPooling2D()", "Dense(10)"],
        "10",
        "move Flatten before Dense",
        None,
    ),
    "flatten-twice": (
        [
            "Input((28,28,1))",
            "Flatten()",
            "Conv2D(8,3)",
            "MaxPooling2D()",
            "Flatten()",
            "Dense(10)",
        ],
        None,
        "remove Flatten",
        None,
    ),
    "time-distributed-without-time": (
        ["Input((20,))", "TimeDistributed(Dense(10))"],
        "10",
        "TimeDistributed -> its child",
        None,
    ),
    "time-distributed-convolution": (
        ["Input((28,28,1))", "TimeDistributed(Conv2D(8,3))", "Flatten()", "Dense(10)"],
        "10",
        "TimeDistributed -> its child",
        None,
    ),
    "time-distributed-after-last-step": (
        ["Input((20,4))", "LSTM(8)", "TimeDistributed(Dense(3))"],
        "20,3",
        "return_sequences=True on LSTM",
        None,
    ),
    "time-distributed-on-a-vector": (
        ["Input((20,4))", "LSTM(8)", "TimeDistributed(Dense(3))"],
        "3",
        "TimeDistributed -> its child",
        None,
    ),
    "input-shape-is-a-number": (["Dense(10,input_shape=(784))"], "10", "input_shape=(784,)", None),
    "shape-is-a-number": (["Input(shape=(784))", "Dense(10)"], None, "shape=(784,)", None),
    "strided-convolutions": (
        [
            "Input((64,64,3))",
            "Conv2D(32,3,strides=2,padding='same')",
            "Conv2D(64,3,strides=2,padding='same')",
        ],
        "64,64,64",
        "strides=1 on Conv2D+Conv2D",
        None,
    ),
    "decoder-lacks-upsampling": (
        [
            "Input((32,))",
            "Dense(7*7*64)",
            "Reshape((7,7,64))",
            "Conv2D(32,3,padding='same')",
            "UpSampling2D(2)",
            "Conv2D(1,3,padding='same')",
        ],
        "28,28,1",
        "size=4 on UpSampling2D",
        None,
    ),
    "decoder-one-pixel-over": (
        [
            "Input((32,))",
            "Dense(7*7*64)",
            "Reshape((7,7,64))",
            "Conv2DTranspose(32,3,strides=2,padding='same')",
            "Conv2DTranspose(16,3,strides=2)",
            "Conv2D(1,3,padding='same')",
        ],
        "28,28,1",
        "padding=same on Conv2DTranspose",
        None,
    ),
    "two-blocks-into-dense": (
        [
            "Input((28,28,1))",
            "Conv2D(32,3)",
            "MaxPooling2D()",
            "Conv2D(64,3)",
            "MaxPooling2D()",
            "Dense(10)",
        ],
        "10",
        "insert Flatten() before Dense",
        "insert GlobalAveragePooling2D() before Dense",
    ),
    "a-channel-a-class": (
        ["Input((32,32,3))", "Conv2D(16,3)", "Conv2D(10,3)"],
        "10",
        "insert GlobalAveragePooling2D() after Conv2D",
        "insert GlobalMaxPooling2D() after Conv2D",
    ),
    "flatten-as-head": (
        ["Input((32,32,3))", "Conv2D(16,3)", "Conv2D(10,3)", "Flatten()", "Activation('softmax')"],
        "10",
        "Flatten -> GlobalAveragePooling2D()",
        "insert Dense(10) after Flatten",
    ),
    "no-head-at-all": (
        ["Input((32,32,3))", "Conv2D(16,3)", "Conv2D(64,3)"],
        "10",
        "insert Flatten() after Conv2D; insert Dense(10) after Conv2D",
        None,
    ),
    "flatten-and-units-under-activation": (
        [
            "Input((28,28,1))",
            "Conv2D(8,3)",
            "MaxPooling2D()",
            "Dense(64)",
            "Dropout(.5)",
            "Dense(5)",
            "Activation('softmax')",
        ],
        "10",
        "insert Flatten() before Dense; units=10 on Dense",
        None,
    ),
    "conv1d-stack-into-dense": (
        [
            "Input((98,900))",
            "Conv1D(100,3,padding='same')",
            "Conv1D(100,3,padding='same')",
            "Dense(5)",
        ],
        "5",
        "insert Flatten() before Dense",
        "insert GlobalMaxPooling1D() before Dense",
    ),
    "samples-in-the-input-shape": (
        ["LSTM(8,input_shape=(1000,10,4))", "Dense(1)"],
        "1",
        "input_shape=(10, 4)",
        None,
    ),
}
"""The layers, the target, the first choice and the runner-up (`None`: whatever it is)."""


@pytest.mark.parametrize("name", CASES)
def test_first_choice_and_runner_up(name: str) -> None:
    layers, target, first, second = CASES[name]
    found = repair_of(*layers, target=target, N=5)
    assert found.first == first
    if second is not None:
        assert found.words[1] == second
    assert found.search.stopped is None


UNTOUCHED = {
    "numbers-that-no-dense-could-give": (
        ["Input((64,64,3))", "Conv2D(64,3,padding='same')", "Flatten()"],
        "65537",
    ),
    "per-step-labels": (
        ["Input((10, 8))", "LSTM(8, return_sequences=True)", "TimeDistributed(Dense(3))"],
        "10,3",
    ),
    "segmentation-head": (
        ["Input((64, 64, 3))", "Conv2D(8, 3, padding='same')", "Conv2D(2, 1)"],
        "64,64,2",
    ),
    "dense-per-step": (["Input((12,))", "Embedding(100, 8)", "Dense(4)"], "12,4"),
    "met": (["Input((28, 28, 1))", "Conv2D(8, 3)", "Flatten()", "Dense(10)"], "10"),
    "map-into-dense-without-target": (["Input((28, 28, 1))", "Conv2D(8, 3)", "Dense(10)"], None),
    "vector-labels": (["Input((12,))", "Dense(1)"], "1"),
    "no-input-shape": (["Conv2D(8, 3)", "Dense(10)"], None),
    "unknown-layer": (["Input((12,))", "Mystery(3)"], "10"),
}


@pytest.mark.parametrize("name", UNTOUCHED)
def test_what_is_right_or_unknown_stays(name: str) -> None:
    layers, target = UNTOUCHED[name]
    found = repair_of(*layers, target=target)
    assert found.words == []


def test_maps_are_never_flattened() -> None:
    found = repair_of(
        "Input((32, 32, 3))",
        "Conv2D(8, 3, strides=2, padding='same')",
        "Conv2D(2, 1)",
        target="32,32,2",
    )
    assert found.first == "strides=1 on Conv2D"
    assert not any("Flatten" in words or "Global" in words for words in found.words)


def test_nothing_pointless_is_proposed() -> None:
    found = repair_of(
        "Input((6, 6, 1))",
        "Conv2D(8, 3)",
        "MaxPooling2D(2)",
        "Conv2D(8, 3)",
        "Flatten()",
        "Dense(3)",
    )
    for words in found.words:
        assert "pool_size=1" not in words
        assert "kernel_size=1" not in words
        assert "kernel_size=2" not in words


CONVOLUTION = ("Input((28, 28, 1))", "Conv2D(8, 3)", "Dense(10)")


def test_preferences() -> None:
    assert repair_of(*CONVOLUTION, target="10").first == "insert Flatten() before Dense"
    pool = repair_of(*CONVOLUTION, target="10", options=Options(prefer="pool"))
    assert pool.first == "insert GlobalAveragePooling2D() before Dense"
    assert pool.repairs[0].safety == "safe"
    large = ("Input((100, 100, 3))", "Conv2D(32, 3)", "Dense(256)", "Dense(10)")
    flat = repair_of(*large, target="10", options=Options(prefer="flatten"))
    assert (
        flat.first == "insert GlobalAveragePooling2D() before Dense"
    )  # 78.7 million weights are nobody's habit
    assert (
        repair_of(*CONVOLUTION, target="10", options=Options(prefer="flatten")).first
        == "insert Flatten() before Dense"
    )


def test_kinds_of_edits_are_obeyed() -> None:
    only = repair_of(
        "Input((8,))", "Dense(5)", target="10", options=Options(only=frozenset({"insert-layer"}))
    )
    assert all("insert" in words for words in only.words)
    never = repair_of(*CONVOLUTION, target="10", options=Options(never=frozenset({"insert-layer"})))
    assert not any("insert" in words for words in never.words)


def test_the_nearest_is_reported_when_nothing_reaches_the_target() -> None:
    options = Options(only=frozenset({"set-argument"}))
    found = repair_of(
        "Input((23, 23, 1))",
        "MaxPooling2D(2)",
        "UpSampling2D(2)",
        "Conv2D(1, 3)",
        target="23,23,1",
        options=options,
    )
    assert found.words == []
    assert str(found.search.nearest) in ("(None, 22, 22, 1)", "(None, 24, 24, 1)")
    assert found.search.stopped is None


def test_the_budget_is_reported() -> None:
    found = repair_of(
        *CASES["autoencoder-loses-pixels"][0], target="23,23,1", options=Options(steps=5)
    )
    assert found.search.stopped == "5 tries"
    assert found.search.steps <= 5


def test_every_instance_of_a_call_is_repaired() -> None:
    builder = Builder()
    small = builder.chain("Input((28, 28, 1))", "Conv2D(8, 3)", "MaxPooling2D(2)", "Dense(10)")
    first = small.nodes[0].layer
    argument = first.arguments[0]
    other = Layer(first.cls, (Argument(None, (64, 64, 1), None, argument.site),), first.site, 77)
    nodes = tuple(
        type(n)(n.id, other if n.id == 0 else n.layer, n.args, n.site) for n in small.nodes
    )
    large = Model("model", ModelKind.SEQUENTIAL, small.site, nodes, small.inputs, small.outputs, 78)
    found = Found(builder, [small, large], "10", None)
    assert found.first == "insert Flatten() before Dense"


def test_literals_and_arguments() -> None:
    layers = ["Input((8,))", "Dense(N)", "Dense(5)"]
    once = repair_of(*layers, target="3", N=5)
    assert once.first == "units=3 on Dense"
    shared = repair_of("Input((N,))", "Dense(N)", target="3", N=5)
    assert shared.first == "units=3 on Dense"  # the constant is the input's size too
    own = repair_of("Input((8,))", "Dense(N)", target="3", N=5)
    assert own.first == "units: 1 literals -> 3"


def test_what_is_not_known_is_left_alone() -> None:
    builder = Builder()
    classes = Literal(Site("test.py", None, 1), Unknown("an argument of the command"))
    builder.constants["N"] = classes
    vector = builder.chain("Input((8,))", "Dense(N)")
    assert Found(builder, [vector], "10", None).words == []
    stack = builder.chain("Input((8, 8, 3))", "Conv2D(4, 3)", "Dense(N)")
    assert not any("units" in words for words in Found(builder, [stack], "10", None).words)


def test_filters_under_a_pooling() -> None:
    plain = ["Input((32, 32, 3))", "Conv2D(16, 3)", "GlobalAveragePooling2D()"]
    assert repair_of(*plain, target="10").first == "insert Dense(10) after GlobalAveragePooling2D"
    head = [
        "Input((32, 32, 3))",
        "Conv2D(64, 3)",
        "Conv2D(10, 1)",
        "GlobalAveragePooling2D()",
        "Softmax()",
    ]
    assert repair_of(*head, target="22").first == "filters=22 on Conv2D"


def test_channels_that_the_source_leaves_open() -> None:
    builder = Builder()
    builder.constants["filters"] = Literal(Site("test.py", None, 1), Unknown("a parameter"))
    found = Found(
        builder,
        [builder.chain("Input((28, 28, 1))", "Conv2D(filters, 3)", "Dense(10)")],
        "10",
        None,
    )
    assert found.words == [
        "insert Flatten() before Dense",
        "insert GlobalAveragePooling2D() before Dense",
        "insert GlobalMaxPooling2D() before Dense",
    ]
    assert "?" in found.repairs[0].why
    builder.constants["side"] = Literal(Site("test.py", None, 2), Unknown("a parameter"))
    open_sides = builder.chain("Input((side, side, 3))", "Conv2D(8, 3)", "Dense(10)")
    again = Found(builder, [open_sides], "10", None)
    assert again.words == found.words
    assert again.repairs[0].safety == "unsafe"  # the sides may be None, or too large


def test_a_constant_that_other_models_or_loops_use() -> None:
    builder = Builder(N=5)
    model = builder.chain("Input((8,))", "Dense(N)")
    other = builder.chain("Input((N,))", "Dense(3)")
    assert Found(builder, [model], "10", None).first == "units: 1 literals -> 10"
    assert (
        Found(builder, [model], "10", Options(program=(model, other))).first == "units=10 on Dense"
    )
    control = frozenset({builder.constants["N"].site})
    assert Found(builder, [model], "10", Options(control=control)).first == "units=10 on Dense"


def test_a_constant_that_the_seed_is_made_of() -> None:
    layers = [
        "Input((100,))",
        "Dense(S * S * 16)",
        "Reshape((S, S, 16))",
        "UpSampling2D(4)",
        "Conv2D(1, 3, padding='same')",
    ]
    found = repair_of(*layers, target="32,32,1", S=7)
    assert found.first == "size: 1 literals -> 8"
    plain = [
        "Input((100,))",
        "Dense(784)",
        "Reshape((7, 7, 16))",
        "UpSampling2D(4)",
        "Conv2D(1, 3, padding='same')",
    ]
    assert (
        repair_of(*plain, target="32,32,1").first
        == "units=1024 on Dense; target_shape=(8, 8, 16) on Reshape"
    )


def test_reasons_and_safety() -> None:
    found = repair_of(*CONVOLUTION, target="10")
    assert found.repairs[0].safety == "safe"
    assert found.repairs[1].safety == "unsafe"
    assert leads(found.repairs[0], found.repairs[1])
    assert not leads(found.repairs[1], found.repairs[2])
    assert "must be flattened" in found.repairs[0].why
    assert found.repairs[0].params == 54170


def test_the_same_answer_every_time() -> None:
    layers, target, *_ = CASES["autoencoder-loses-pixels"]
    assert repair_of(*layers, target=target).words == repair_of(*layers, target=target).words


def test_the_shape_that_build_was_given() -> None:
    builder = Builder()
    model = builder.chain("Conv2D(8, 3)", "Flatten()")
    outcome = builder.site()
    built = Model(
        *(
            "model",
            ModelKind.SEQUENTIAL,
            model.site,
            model.nodes,
            model.inputs,
            model.outputs,
            model.uid,
        ),
        given=(None, 28, 28),
        given_site=outcome,
    )
    found = Found(builder, [built], None, None)
    assert found.first == "input_shape=(None, 28, 28, 1)"
    assert found.output == (None, 5408)


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_one_layer_more_is_for_as_many_dims_as_the_map_has(dims: int) -> None:
    conv = f"Conv{dims}D({{}}, 3, padding='same')"
    stack = [
        f"Input(({'8, ' * dims}2))",
        conv.format(4),
        f"UpSampling{dims}D(2)",
        conv.format(4),
        conv.format(2),
    ]
    found = repair_of(*stack, target=",".join(["32"] * dims + ["2"]))
    assert f"insert UpSampling{dims}D(2) before Conv{dims}D" in found.words
