"""Values to draw for recurrent, normalizing, preprocessing, merging and attention layers, and how
they are called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kfix.model.graph import Array
from tests.shapes.judge import Case

Pool = tuple[Sequence[object], Sequence[object]]
Call = tuple[tuple[str | None, object], ...]

FAMILIES = ("rnn", "normalization", "preprocessing", "merging", "attention")
"""The families whose arguments are meant where a name means several things."""

FACTOR: Pool = (
    [0.1, 0.5, 0.2, 0.3, (0.1, 0.5), [0.2, 0.2]],
    [0, 1, 1.0, -0.5, -1, 1.5, 2, None, "x", (1, 2), (1, 2, 3), (-1, 0.5), (0.5, -0.2), True, 9],
)


def lstm(**kwargs: object) -> Case:
    """Return a small recurrent child."""
    return Case("LSTM", (3,), kwargs)


RECURRENT: Pool = (
    [
        lstm(),
        lstm(return_sequences=True),
        lstm(return_sequences=True, return_state=True),
        lstm(use_bias=False, go_backwards=True),
        Case("GRU", (2,), {"return_sequences": True}),
        Case("GRU", (), {"units": 2, "reset_after": False, "return_state": True}),
        Case("SimpleRNN", (4,), {}),
        Case("RNN", (Case("LSTMCell", (2,), {}),), {"return_sequences": True}),
    ],
    [
        Case("Dense", (3,), {}),
        3,
        None,
        Case("LSTMCell", (2,), {}),
        Case("LSTM", (0,), {}),
        Case("ConvLSTM1D", (2, 2), {}),
        Case("Bidirectional", (lstm(),), {}),
    ],
)
CHILDREN: Pool = (
    [
        Case("Dense", (3,), {}),
        Case("Flatten", (), {}),
        Case("Conv1D", (4, 2), {}),
        Case("Conv2D", (2,), {"kernel_size": 2, "padding": "same"}),
        Case("MaxPooling2D", (), {}),
        lstm(),
        lstm(return_sequences=True),
        Case("BatchNormalization", (), {}),
        Case("Dropout", (0.5,), {}),
        Case("TimeDistributed", (Case("Dense", (2,), {}),), {}),
        Case("GlobalAveragePooling1D", (), {}),
    ],
    [
        3,
        None,
        Case("Dense", (0,), {}),
        Case("Dense", (), {"unit": 3}),
        Case("Embedding", (3, 2), {}),
    ],
)
KERNELS: Pool = (
    [
        Case("Dense", (3,), {}),
        Case("Dense", (), {"units": 2, "use_bias": False}),
        Case("Conv2D", (4, 2), {}),
        Case("Conv1D", (3, 2), {}),
        Case("DepthwiseConv2D", (2,), {"depth_multiplier": 3}),
        Case("Conv2DTranspose", (3, 2), {}),
        Case("Embedding", (9, 3), {}),
    ],
    [
        3,
        None,
        Case("Flatten", (), {}),
        lstm(),
        Case("SeparableConv2D", (2, 2), {}),
        Case("BatchNormalization", (), {}),
    ],
)
CELL: Pool = (
    [
        Case("LSTMCell", (3,), {}),
        Case("GRUCell", (2,), {"reset_after": False}),
        Case("SimpleRNNCell", (4,), {"use_bias": False}),
        [Case("LSTMCell", (3,), {}), Case("GRUCell", (2,), {})],
        Case("StackedRNNCells", ([Case("GRUCell", (3,), {}), Case("LSTMCell", (2,), {})],), {}),
    ],
    [3, None, [], Case("Dense", (3,), {}), Case("GRUCell", (0,), {})],
)
WORDS: Pool = ([["a", "b"], ["a", "b", "c"], ["[UNK]", "a"], None], [["a", "a"], [], [1, 2], 3])
MODE: Pool = (["one_hot", "multi_hot", "count", "int"], ["binary", "tf_idf", "foo", None])

BY_NAME: dict[str, Pool] = {
    "stateful": ([False, False, False, True], [0, None]),
    "dropout": ([0.0, 0.2, 0.5], [1, 2, -1, None, "0.5"]),
    "recurrent_dropout": ([0.0, 0.2, 0.5], [1, 2, -1, None, "0.5"]),
    "use_cudnn": (["auto", True, False], ["foo", None, 0]),
    "merge_mode": (["concat", "sum", "mul", "ave", None], ["foo", 3]),
    "backward_layer": ([None, None, lstm(go_backwards=True)], [lstm(), 3]),
    "cell": CELL,
    "cells": (
        [[Case("LSTMCell", (3,), {})], [Case("GRUCell", (2,), {}), Case("LSTMCell", (3,), {})], []],
        [3, [3]],
    ),
    "momentum": ([0.99, 0.5, 1], [None, "x", "0.5"]),
    "epsilon": ([1e-3, 1, 0.1], [None, "x"]),
    "renorm_clipping": ([None, {}, {"rmax": 3}], [{"rmax": 1, "rmin": 2}, {"dmax": -1}, {"x": 1}]),
    "power_iterations": ([1, 2, 0.5], [0, -1, None, "x"]),
    "factor": FACTOR,
    "height_factor": FACTOR,
    "width_factor": FACTOR,
    "x_factor": FACTOR,
    "y_factor": FACTOR,
    "addition_factor": FACTOR,
    "threshold_factor": FACTOR,
    "brightness_factor": FACTOR,
    "contrast_factor": FACTOR,
    "saturation_factor": FACTOR,
    "hue_factor": FACTOR,
    "sigma": FACTOR,
    "value_range": ([(0, 255), (0.0, 1.0), [1, 0]], [(0,), None, 3, "ab", ("a", 1)]),
    "fill_mode": (["reflect", "wrap", "constant", "nearest"], ["mirror", "x", None]),
    "interpolation": (["nearest", "bilinear"], ["bicubic", "x", None]),
    "height": ([3, 7, 8], [0, None, -1, 2.5, "x", True]),
    "width": ([4, 5, 8], [0, None, -1, 2.5, "x", True]),
    "max_number": ([3, 1], ["x", "4", None, 2.5]),
    "num_tokens": ([3, 5], [1, 0, None, 2.5, "x", True]),
    "num_bins": ([3, 4], [1, 0, -1, None, 2.5, "x"]),
    "bin_boundaries": ([None, [1.0, 2.0], [0.0]], [[], 3, "x"]),
    "output_mode": MODE,
    "sparse": ([False, False, False, True], [None, 1]),
    "salt": ([None, 1, (1, 2)], [(1,), "x", 1.5]),
    "mean": ([None, None, 0.5, [1.0, 2.0, 3.0]], [[[1.0]]]),
    "variance": ([None, None, 1.0, [1.0, 2.0, 3.0]], []),
    "max_tokens": ([None, 5, 10], [1, 0, "x", 2]),
    "num_oov_indices": ([1, 0, 2], [-1]),
    "mask_token": ([None, "", "m"], [1, 2.5, True]),
    "oov_token": (["[UNK]", "oov"], ["a", 1, None]),
    "vocabulary": WORDS,
    "idf_weights": ([None], [[1.0, 2.0], [0.5], [1.0, 2.0, 3.0]]),
    "standardize": (["lower", None, "strip_punctuation"], ["x", 3]),
    "split": (["whitespace", None, "character"], ["x", 3]),
    "ngrams": ([None, 2, (1, 2)], ["x", [1], (1, "x")]),
    "output_sequence_length": ([None, 5, 7], [-1, 2.5, "x"]),
    "ragged": ([False], [True, None]),
    "pad_to_max_tokens": ([False, True], [None, 1]),
    "vocabulary_dtype": (["int64"], ["int32", "string", None]),
    "oov_method": (["floormod", "farmhash"], ["x"]),
    "mode": (["horizontal", "vertical"], ["x", None]),
    "frame_length": ([4, 3, 8], [1, 0, -1]),
    "frame_step": ([None, 1, 2, 3], [5, 0, 9, 1.5, 2.0]),
    "fft_length": ([None, 8, 16], [4, 2]),
    "window": (["hann", "hamming", None], []),
    "scaling": (["density", "spectrum", None], ["x"]),
    "sequence_stride": ([2, 512, 1], [0, -1, 2.5, None, "x"]),
    "sequence_length": ([None, 8], [4096]),
    "num_mel_bins": ([4, 128], [0, 2.5]),
    "sampling_rate": ([16000, 8000], [None]),
    "layers": (
        [[Case("Rescaling", (0.5,), {})], [Case("Flatten", (), {}), Case("Dense", (3,), {})]],
        [[], 3, [3]],
    ),
    "num_heads": ([1, 2, 3], [0, -1, None, 2.0, "x", True]),
    "key_dim": ([1, 2, 4], [0, -1, None, 2.0, "x"]),
    "value_dim": ([None, 3, 4], [0, -1, 2.5]),
    "attention_axes": ([None, 1, (1,)], [-1, "x", (1, 2), 2.5, 9, (1, "a")]),
    "sliding_window": ([None, 1, 3], [0, "x"]),
    "flash_attention": ([None, False], [True]),
    "score_mode": (["dot", "concat"], ["x"]),
    "head_dim": ([1, 2, 4], [0, -1, None, 2.0]),
    "num_query_heads": ([2, 4], [0, -1, 3]),
    "num_key_value_heads": ([1, 2], [0, 3, None]),
    "axes": ([1, 2, -1, (1, 1), (2, 1), [1, 2]], [0, 4, -5, None, 1.5, (1,), (1, "a"), (1, 1, 1)]),
    "use_scale": ([True, False], [1, None]),
    "use_gate": ([False, True], [1, None]),
    "constant_values": ([0], []),
    "bins": ([256, 3, 10], []),
    "normalize": ([False, True], [1, None]),
}
"""By an argument's name."""

BY_CLASS: dict[tuple[str, str], Pool] = {
    ("Bidirectional", "layer"): RECURRENT,
    ("TimeDistributed", "layer"): CHILDREN,
    ("SpectralNormalization", "layer"): KERNELS,
    ("GroupNormalization", "groups"): ([1, 2, 4, -1, 3], [0, -2, None, "x", 2.0, True, 32]),
    ("RandomGaussianBlur", "kernel_size"): ([3, 5, (3, 5)], [2, 0, (3, 4), (1,), 1.5, None, "x"]),
    ("RandomPosterization", "factor"): ([1, 8, 3, (2, 5)], [0, 9, None, "x", (0, 0.5), (9, 10)]),
    ("RandomErasing", "scale"): ([(0.02, 0.33), 0.5], [2, None, (1, 2, 3)]),
    ("RandomElasticTransform", "scale"): FACTOR,
    ("RandomPerspective", "scale"): ([1.0, 0.5, 0], [2, -1, "x", None]),
    ("Rescaling", "scale"): ([1 / 255, 2], [None, (0.1, 0.2)]),
    ("STFTSpectrogram", "mode"): (
        ["log", "magnitude", "stft", "real", "imag", "angle", "psd"],
        ["x"],
    ),
    ("IntegerLookup", "vocabulary"): ([[1, 2, 3], [5], [-1, 1], None], [[1, 1], ["a"], []]),
    ("IntegerLookup", "mask_token"): ([None, 0, 5], ["x", 2.5, True]),
    ("IntegerLookup", "oov_token"): ([-1, 9], [1, "x", None]),
    ("Concatenate", "axis"): ([-1, 1, 2, -2], [0, 3, 4, -5, None, 1.0, "a", (1,), True]),
    ("MultiHeadAttention", "output_shape"): (
        [None, 5, (5,), (2, 3), [4]],
        [0, (), -1, 2.5, "x", (2, "x")],
    ),
    ("MultiHeadAttention", "kernel_initializer"): (["ones", "glorot_uniform"], [None, "foo"]),
    ("MultiHeadAttention", "bias_initializer"): (["ones", "zeros"], [None, "foo"]),
    ("MultiHeadAttention", "dropout"): ([0.0, 0.1, 1], [2, -1, None]),
    ("GroupedQueryAttention", "kernel_initializer"): (["ones", "glorot_uniform"], [None, "foo"]),
    ("GroupedQueryAttention", "bias_initializer"): (["ones", "zeros"], [None, "foo"]),
}
"""Where one class means something of its own by a name."""

RARE: dict[str, list[Case]] = {
    "Conv2D": [Case("Conv2D", (4, 2), {"groups": 2.0}, ((None, (None, 5, 5, 4)),))],
    "Concatenate": [
        Case("Concatenate", (5,), {}, ((None, [(2, 3), (2, 3)]),)),
    ],
    "STFTSpectrogram": [
        Case("STFTSpectrogram", (), {"scaling": "x"}, ((None, (None, 400, 1)),)),
        Case("STFTSpectrogram", (), {"mode": "x"}, ((None, (None, 400, 1)),)),
        Case("STFTSpectrogram", (), {}, ((None, (None, 400, None)),)),
        Case("STFTSpectrogram", (), {"frame_length": 1}, ((None, (None, 400, 1)),)),
        Case(
            "STFTSpectrogram", (), {"frame_length": 4, "frame_step": 1.5}, ((None, (None, 20, 1)),)
        ),
    ],
    "CategoryEncoding": [
        Case("CategoryEncoding", (2.5,), {"output_mode": "one_hot"}, ((None, (None, 1)),)),
    ],
    "Dense": [
        Case(
            "Dense", (3,), {"lora_rank": 2, "kernel_constraint": "max_norm"}, ((None, (None, 3)),)
        ),
        Case("Dense", (3,), {}, ((None, 5),)),
    ],
    "IntegerLookup": [
        Case("IntegerLookup", (), {"oov_method": "x", "vocabulary": [1, 2]}, ((None, (None, 3)),)),
    ],
    "Hashing": [
        Case("Hashing", (3,), {"dtype": "float32"}, ((None, (None, 3)),)),
    ],
    "AdaptiveAveragePooling1D": [
        Case("AdaptiveAveragePooling1D", (2,), {}, ((None, (4,)),)),
    ],
    "Add": [Case("Add", (), {}, ((None, [[(2, 3)], (2, 3)]),))],
    "AdditiveAttention": [
        Case("AdditiveAttention", (), {}, ((None, [(2, 3, None), (2, 3, 4)]),)),
        Case("AdditiveAttention", (), {}, ((None, [(), (3,)]),)),
    ],
    "Attention": [
        Case("Attention", (), {"dropout": 0.5, "seed": "x"}, ((None, [(2, 3, 4), (2, 3, 4)]),)),
        Case("Attention", (), {}, ((None, [(2,), (2,)]), ("return_attention_scores", True))),
    ],
    "BatchNormalization": [
        Case(
            "BatchNormalization",
            (),
            {"renorm": True, "renorm_clipping": clipping},
            ((None, (None, 3)),),
        )
        for clipping in (
            {"rmax": 1, "rmin": 2},
            {"dmax": -1},
            {"x": 1},
            {"rmax": 3, "rmin": 1, "dmax": 5},
        )
    ],
    "ConvLSTM1D": [Case("ConvLSTM1D", (2, 2, 2), {"dilation_rate": 2}, ((None, (None, 2, 9, 3)),))],
    "Discretization": [
        Case("Discretization", (), {**given, "output_mode": "one_hot"}, ((None, (None, 3)),))
        for given in ({"num_bins": 2.5}, {"bin_boundaries": 3}, {"bin_boundaries": "x"})
    ],
    "Embedding": [
        Case("Embedding", (3, 2), {"weights": weights}, ((None, (None, 5)),))
        for weights in (
            Array((3, 2)),
            [Array((3, 2))],
            Array((2, 3)),
            [Array((4, 2))],
            [Array((3, 2)), 1],
        )
    ],
    "Dot": [Case("Dot", ((1, 0),), {}, ((None, [(2, 3), (3,)]),))],
    "EinsumDense": [
        Case("EinsumDense", ("ab,xc->ac", 4), {}, ((None, (None, 3)),)),
        Case("EinsumDense", ("ab,bc->ad", 4), {}, ((None, (None, 3)),)),
        Case(
            "EinsumDense",
            ("abc,cd->abd", (None, 3)),
            {"bias_axes": "bd"},
            ((None, (None, None, 4)),),
        ),
        Case("EinsumDense", ("abc,cd->abd", (5, 3)), {"bias_axes": "bd"}, ((None, (None, 5, 4)),)),
        Case(
            "EinsumDense",
            ("abcd,cde->abe", (None, 3)),
            {"bias_axes": "e"},
            ((None, (None, None, 4, 2)),),
        ),
    ],
    "GroupedQueryAttention": [
        Case("GroupedQueryAttention", (2, 2, 1), {}, ((None, (2, 3, None)), (None, (2, 3, None)))),
        Case(
            "GroupedQueryAttention", (2.0, 2, 1), {}, ((None, (None, 3, 4)), (None, (None, 3, 4)))
        ),
        Case(
            "GroupedQueryAttention",
            (2, 2, 1),
            {},
            ((None, (None, 3, 2, None)), (None, (None, 3, 2, None))),
        ),
        Case(
            "GroupedQueryAttention",
            (2, 2, 1),
            {},
            ((None, (None, 3, 2, 4)), (None, (None, 3, 2, 4))),
        ),
    ],
    "HashedCrossing": [
        Case("HashedCrossing", (5,), {}, ((None, shapes),))
        for shapes in ((2, 1), [(2, 1), (2, 2)], [(), ()], [(2,), (2,), (2,)])
    ],
    "LSTMCell": [
        Case("LSTMCell", (3,), {}, ((None, [(2, 3), (2, 3)]), ("states", [(2, 3), (2, 3)])))
    ],
    "LayerNormalization": [Case("LayerNormalization", ((1, "a"),), {}, ((None, (None, 3, 4)),))],
    "MelSpectrogram": [
        Case("MelSpectrogram", (), {"sampling_rate": None}, ((None, (None, 64)),)),
        Case("MelSpectrogram", (), {"num_mel_bins": -1}, ((None, (None, 64)),)),
        Case("MelSpectrogram", (), {"sequence_stride": 0}, ((None, (None, 64)),)),
    ],
    "MultiHeadAttention": [
        Case(
            "MultiHeadAttention",
            (2, 2),
            {"output_shape": 2.5},
            ((None, (2, 3, 4)), (None, (2, 3, 4))),
        ),
        Case(
            "MultiHeadAttention",
            (2, 2),
            {"dropout": 0.5, "flash_attention": True},
            ((None, (None, 3, 4)), (None, (None, 3, 4))),
        ),
    ],
    "Normalization": [
        Case("Normalization", (), {"mean": [1.0, 2.0], "variance": 1.0}, ((None, (None, 2)),)),
        Case("Normalization", (), {}, ((None, (None, None)),)),
        *[
            Case("Normalization", (), {"mean": mean, "variance": mean}, ((None, (None, 2)),))
            for mean in ([[1.0, 2.0]], "a", [1.0, 2.0], [1.0, 2.0, 3.0])
        ],
    ],
    "Pipeline": [
        Case("Pipeline", ([Case("CenterCrop", (3, 4), {})],), {}, ((None, shape),))
        for shape in ((2, 9), (2, 9, 9, 3))
    ]
    + [Case("Pipeline", ([Case("RandomFlip", (), {})],), {}, ((None, (2, 9)),))],
    "RNN": [Case("RNN", (Case("GRUCell", (3,), {}),), {}, ((None, (4,)),))],
    "RandomGrayscale": [Case("RandomGrayscale", (), {}, ((None, [(2, 9, 9, 3)]),))],
    "Resizing": [Case("Resizing", (3, 4), {"factor": 0.5}, ((None, (None, 9, 9, 3)),))],
    "StackedRNNCells": [
        Case(
            "StackedRNNCells",
            ([Case("GRUCell", (3,), {})],),
            {},
            ((None, (2, 4)), ("states", (2, 3))),
        ),
        Case(
            "StackedRNNCells",
            ([Case("GRUCell", (3,), {})],),
            {},
            ((None, (2, 4)), ("states", [(2, 3)])),
        ),
    ],
    "StringLookup": [
        Case("StringLookup", (), {"vocabulary": ["a", "b"], **more}, ((None, (None, 1)),))
        for more in (
            {"output_mode": "tf_idf"},
            {"max_tokens": 2},
            {"invert": True, "output_mode": "multi_hot"},
            {"max_tokens": 3},
            {"output_mode": "tf_idf", "idf_weights": [1.0]},
            {"output_mode": "tf_idf", "idf_weights": [1.0, 2.0]},
            {"mask_token": "b"},
            {"mask_token": 1},
            {"oov_token": "b", "invert": True},
            {"oov_token": 1, "invert": True},
            {"output_mode": "multi_hot", "pad_to_max_tokens": True, "max_tokens": 4.5},
            {"output_mode": "multi_hot", "pad_to_max_tokens": True, "max_tokens": 5},
        )
    ],
    "TextVectorization": [
        Case("TextVectorization", (), {"output_sequence_length": -1}, ((None, (None, 1)),)),
        Case(
            "TextVectorization", (), {"output_mode": "count", "ragged": True}, ((None, (None, 1)),)
        ),
        Case(
            "TextVectorization",
            (),
            {"output_mode": "count", "output_sequence_length": 5},
            ((None, (None, 1)),),
        ),
        Case(
            "TextVectorization",
            (),
            {"vocabulary": ["a", "b"], "output_mode": "tf_idf"},
            ((None, (None, 1)),),
        ),
        Case("TextVectorization", (), {}, ((None, ()),)),
    ],
    "TimeDistributed": [
        Case(
            "TimeDistributed",
            (Case("TimeDistributed", (Case("Dense", (2,), {}),), {}),),
            {},
            ((None, (2, 3, 4)),),
        ),
        Case("TimeDistributed", (Case("ConvLSTM1D", (2, 2), {}),), {}, ((None, (None, 2, 9, 3)),)),
        Case("TimeDistributed", (lstm(return_state=True),), {}, ((None, (None, 2, 9, 3)),)),
        Case("TimeDistributed", (Case("UpSampling2D", (), {}),), {}, ((None, (None, 2, 9, 3)),)),
    ],
}
"""Whole calls for what values drawn one by one hardly ever hit together."""

HIDDEN: dict[str, tuple[str, ...]] = {
    "LSTM": ("implementation", "zero_output_for_mask"),
    "GRU": ("implementation", "zero_output_for_mask"),
    "SimpleRNN": ("zero_output_for_mask",),
    "ConvLSTM2D": ("unroll",),
    "LayerNormalization": ("rms_scaling",),
    "RandomFlip": ("factor", "bounding_box_format"),
    "CenterCrop": ("factor",),
    "AdditiveAttention": ("score_mode",),
    "RandomHue": ("bounding_box_format",),
}
"""Keywords that a class takes without declaring them."""

RANKS: dict[str, Sequence[int]] = {
    "LSTM": (3,),
    "GRU": (3,),
    "SimpleRNN": (3,),
    "RNN": (3,),
    "Bidirectional": (3,),
    "ConvLSTM1D": (4,),
    "ConvLSTM2D": (5,),
    "ConvLSTM3D": (6,),
    "TimeDistributed": (3, 4, 5),
    "STFTSpectrogram": (3,),
    "MelSpectrogram": (2,),
    "CategoryEncoding": (1, 2, 2, 3),
    "StringLookup": (1, 2),
    "IntegerLookup": (1, 2),
    "TextVectorization": (1, 2),
    "Hashing": (1, 2),
    "Discretization": (1, 2, 3),
    "RandomColorDegeneration": (4, 4, 3),
}
"""The ranks that a class takes."""


def _shape(draw: Any, rank: int) -> tuple[int | None, ...]:
    dims = [
        draw.choice((None, 1, 0)) if draw.chance(8) else draw.choice((1, 2, 3, 4, 5))
        for _ in range(rank - 1)
    ]
    return (draw.choice((None, None, None, 2, 4)), *dims) if rank else ()


def _like(draw: Any, shape: tuple[int | None, ...], odd: int = 10) -> tuple[int | None, ...]:
    """Return a shape that is the same, but for a dim or the rank now and then."""
    dims = [draw.choice((None, 1, 2, 3)) if draw.chance(odd) else dim for dim in shape]
    if draw.chance(5):
        dims = dims[1:]
    if draw.chance(5):
        dims.append(3)
    return tuple(dims)


def _several(least: int, most: int, odd: int = 10) -> Callable[[Any], Call]:
    def inputs(draw: Any) -> Call:
        first = _shape(
            draw, draw.choice((2, 3, 3, 4)) if draw.chance(95) else draw.choice((0, 1, 5))
        )
        number = draw.choice(range(least, most + 1)) if draw.chance(90) else draw.choice((1, 2, 3))
        shapes = [first, *(_like(draw, first, odd) for _ in range(number - 1))]
        return ((None, shapes[0] if draw.chance(4) else shapes),)

    return inputs


def _attention(draw: Any) -> Call:
    call = _several(2, 3)(draw)
    return (*call, ("return_attention_scores", True)) if draw.chance(20) else call


def _heads(draw: Any) -> Call:
    query = _shape(draw, draw.choice((3, 3, 3, 4, 2)))
    value = _like(draw, query, 5)
    places: Call = ((None, query), (None, value))
    if draw.chance(40):
        places = (*places, (None, _like(draw, value, 5)))
    if draw.chance(4):
        places = places[:1]
    return (*places, ("return_attention_scores", True)) if draw.chance(20) else places


def _cell(draw: Any) -> Call:
    x, units = _shape(draw, 2), draw.choice((1, 2, 3, 4, 5, 8, 16))
    states: object = [(None, units)] * draw.choice((1, 2, 2)) if draw.chance(80) else (None, units)
    return ((None, x), ("states", states)) if draw.chance(95) else ((None, x),)


def _image(draw: Any) -> Call:
    return (
        (
            None,
            _shape(draw, draw.choice((3, 4, 4, 4)) if draw.chance(90) else draw.choice((1, 2, 5))),
        ),
    )


def _crossed(draw: Any) -> Call:
    one = _shape(draw, draw.choice((1, 2)))
    return ((None, [one, _like(draw, one)]),)


INPUTS: dict[str, Callable[[Any], Call]] = {
    **dict.fromkeys(
        ("Add", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"), _several(2, 3)
    ),
    **dict.fromkeys(("Subtract", "Dot"), _several(2, 2, 5)),
    **dict.fromkeys(("Attention", "AdditiveAttention"), _attention),
    **dict.fromkeys(("MultiHeadAttention", "GroupedQueryAttention"), _heads),
    **dict.fromkeys(("LSTMCell", "GRUCell", "SimpleRNNCell"), _cell),
    "StackedRNNCells": lambda draw: (
        (None, _shape(draw, 2)),
        ("states", [[(None, 3), (None, 3)], [(None, 2)]]),
    ),
    "HashedCrossing": _crossed,
    **dict.fromkeys(("Resizing", "RandomCrop", "CenterCrop"), _image),
}
"""How calls of classes with several inputs are drawn."""
