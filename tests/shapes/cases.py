"""Draws cases: constructor arguments and input shapes for any class of `keras.layers`.

A case starts from arguments and a shape that the class takes; then, often, one
or more things in it are made unusual: an edge value, a wrong type, a wrong
name, another rank, a `None`, a 0. The pools of values go by the argument's
name, so that a new class is covered by what is here already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from kfix.model.graph import Symbol
from kfix.shapes import signatures
from tests.shapes import family_pools
from tests.shapes.judge import Case, ask_kfix

T = TypeVar("T")


class Draw(Protocol):
    """What chooses: hypothesis or a seeded random generator."""

    def choice(self, values: Sequence[T]) -> T:
        """One of the values."""
        ...

    def chance(self, percent: int) -> bool:
        """Return True in `percent` of the calls."""
        ...


Pool = tuple[Sequence[object], Sequence[object]]
"""Values that are right, and values at the edge or wrong."""

WHOLE: Pool = ([1, 2, 3, 4, 5, 8, 16], [0, -1, True, False, None, 2.0, 2.5, "3", (3,), 1000])
FLAG: Pool = ([True, False], [None, 0, 1, "yes"])
RATE: Pool = ([0.0, 0.1, 0.5, 1.0, 0, 1], [-0.1, 1.5, 2, None, "0.5", True])
SEED: Pool = ([None, 1, 1337], ["x", 1.5])
DATA_FORMAT: Pool = (
    [None, "channels_last", "channels_first"],
    ["channels_Last", "CHANNELS_FIRST", "NHWC", 3, ""],
)
ACTIVATION: Pool = (
    [None, "relu", "softmax", "tanh", Symbol("keras.activations.gelu")],
    ["Relu", "no_such", 3, "", "glu"],
)
INITIALIZER: Pool = (
    ["glorot_uniform", "zeros", "he_normal", "HeNormal", Symbol("keras.initializers.Ones"), None],
    ["no_such", 3],
)
REGULARIZER: Pool = ([None, "l1", "l2", "L1L2"], ["l3", 0.1])
CONSTRAINT: Pool = ([None, "max_norm", "non_neg"], ["no_such", 2])
ANY: Pool = ([None], [0, 1, "foo"])
AXES: Pool = (
    [-1, 1, 2],
    [0, 3, 4, -2, -5, (1, 2), [1, 2], (-1,), None, "1", 1.0, (), (9,), (5.0,), (1.0,), ("1",)],
)


def per_dim(n: int, good: Sequence[int], zero: bool = False) -> Pool:
    """One number or one for each of `n` dims."""
    least = 0 if zero else 1
    right: list[object] = [*good, *((value,) * n for value in good), [good[-1]] * n]
    if n > 1:
        right.append((*good[: n - 1], good[-1]) if len(good) >= n else (good[0],) * n)
    wrong: list[object] = [
        least - 1,
        (least - 1,) * n,
        (2,) * (n + 1),
        (),
        -3,
        2.0,
        (2.0,) * n,
        None,
        "3",
        "3" * n,
    ]
    return right, [*wrong, True, (True,) * n, (None,) * n, 9]


def pairs(n: int) -> Pool:
    """Return paddings and croppings of `n` dims."""
    right: list[object] = [
        0,
        1,
        2,
        (1,) * n,
        (0, 2, 1)[:n],
        ((1, 0),) * n,
        ((0, 2), (1, 1), (2, 0))[:n],
        [[1, 2]] * n,
    ]
    wrong: list[object] = [
        -1,
        -2,
        (-1,) * n,
        ((1, -1),) * n,
        (1,) * (n + 1),
        ((1, 1, 1),) * n,
        "a",
        "ab",
        None,
        1.0,
        9,
    ]
    return right, [*wrong, ((9, 9),) * n, True, (1.0,) * n, ((1.0, 1.0),) * n]


def spatial_dims(cls: str) -> int:
    """Return the number in the name of a class, 0 without one."""
    return next((int(letter) for letter in cls if letter.isdigit()), 0)


BY_NAME: dict[str, Callable[[int], Pool] | Pool] = {
    "units": WHOLE,
    "filters": ([1, 2, 3, 4, 6, 8], [0, -1, True, None, 2.0, 2.5, "3", (3,)]),
    "kernel_size": lambda n: per_dim(n or 1, [1, 2, 3, 5]),
    "strides": lambda n: per_dim(n or 1, [1, 1, 2, 3]),
    "dilation_rate": lambda n: per_dim(n or 1, [1, 1, 2]),
    "pool_size": lambda n: per_dim(n or 1, [1, 2, 3]),
    "output_padding": lambda n: (
        [None, *per_dim(n or 1, [0, 1], True)[0]],
        per_dim(n or 1, [0, 1], True)[1],
    ),
    "size": lambda n: per_dim(n or 1, [1, 2, 3]),
    "output_size": lambda n: per_dim(n or 1, [1, 2, 3]),
    "padding": (["valid", "same"], ["causal", "SAME", "foo", 1, None, ["valid"], ("same", "same")]),
    "groups": ([1, 1, 1, 2, 3], [0, -1, None, 2.0, True, "1"]),
    "depth_multiplier": ([1, 2, 3], [0, -1, None, 2.0, "1", True]),
    "data_format": DATA_FORMAT,
    "activation": ACTIVATION,
    "recurrent_activation": ACTIVATION,
    "use_bias": FLAG,
    "rate": RATE,
    "stddev": RATE,
    "seed": SEED,
    "noise_shape": ([None, (None, 1), (2, 3), [1, None, 1]], ["ab", 3, (0,), (1.0,), (-1, 2), ()]),
    "name": ([None, "a_layer"], [3, "a/b", ""]),
    "dtype": ([None, "float32", "float16", "mixed_float16"], ["float33", 5]),
    "trainable": ([True, False], [1, None, "no"]),
    "keepdims": FLAG,
    "axis": AXES,
    "target_shape": (
        [(-1,), (4,), (2, 6), (3, 4), (-1, 2), (-1, 3), (2, -1, 2), [12], (24,), (6, 4), (1, -1)],
        [
            (),
            (-1, -1),
            (-2,),
            (0,),
            (0, -1),
            (None, 4),
            12,
            None,
            (2.0, 6),
            "12",
            (5, 7),
            (True, -1),
        ],
    ),
    "dims": (
        [(2, 1), (1, 2), [2, 1], (2, 1), (3, 1, 2), [2, 3, 1]],
        [(0, 1), (1, 1), (2, 3), (), 1, "12", (1.0,)],
    ),
    "n": WHOLE,
    "interpolation": (["nearest", "bilinear", "bicubic"], ["foo", 3]),
    "shared_axes": ([None, (1,), [1, 2], 1, (1, 2, 3), -1], [0, (0,), 9, "1", 1.0, ()]),
    "max_value": ([None, 6, 6.0, 0], [-1, "6"]),
    "negative_slope": ([0.0, 0.3, 1], [-0.1, None, "0"]),
    "threshold": ([0.0, 0.5, 1], [-0.1, None, "0"]),
    "alpha": ([1.0, 0.3, 2], [-1.0]),
    "l1": ([0.0, 0.01, 0], [None, -1.0]),
    "l2": ([0.0, 0.01, 0], [None, -1.0]),
    "mask_value": ([0.0, -1, 5], []),
    "mask_zero": FLAG,
    "input_dim": ([1, 10, 1000], [0, -1, True, None, 2.0, "3"]),
    "output_dim": ([1, 4, 8], [0, -1, True, None, 2.0, "3"]),
    "input_length": ([None, 10, 3], []),
    "tie_weights": FLAG,
    "logit_soft_cap": ([None, 1.0, 30.0], []),
    "reverse_dtype": ([None, "float32", "float16"], []),
    "lora_rank": ([None, None, 2, 4], [0, -1]),
    "lora_alpha": ([None, 2, 1.0], []),
    "weights": ([None], [[], 3]),
    "quantization_config": ([None], ["int9", 3]),
    "gptq_unpacked_column_size": ([None, 3, 8], []),
    "equation": (
        [
            "ab,bc->ac",
            "abc,cd->abd",
            "...x,xy->...y",
            "abc,cde->abde",
            "ab...,bc->ac...",
            "...ab,bc->...ac",
        ],
        ["ab->ab", "a,b", 3, "ab,bc->ad", "ab,xc->ac", "", "ab,bc->ac...", "aab,bc->ac"],
    ),
    "output_shape": (
        [4, (4,), (None, 4), (3, 4), (None, 3, 4), [None, 4]],
        [(), None, "a", (2, 3, 4, 5), 2.0],
    ),
    "bias_axes": ([None, "c", "d", "y", "de", "e"], ["", "z", "ab", 3]),
}
"""By an argument's name (for the number of spatial dims in the class's name)."""

BY_CLASS: dict[tuple[str, str], Pool] = {
    ("ZeroPadding1D", "padding"): per_dim(2, [0, 1, 2], zero=True),
    ("ZeroPadding2D", "padding"): pairs(2),
    ("ZeroPadding3D", "padding"): pairs(3),
    ("Cropping1D", "cropping"): per_dim(2, [0, 1, 2], zero=True),
    ("Cropping2D", "cropping"): pairs(2),
    ("Cropping3D", "cropping"): pairs(3),
    ("Conv1D", "padding"): (["valid", "same", "causal"], ["Causal", "foo", 1, None, ["valid"]]),
    ("Lambda", "function"): (
        [Symbol("keras.ops.relu"), Symbol("keras.ops.tanh"), Symbol("keras.ops.abs")],
        [],
    ),
    ("Lambda", "output_shape"): ([(4,), (None, 4), (3, 4)], []),
    ("Lambda", "mask"): ([None, Symbol("keras.ops.not_equal"), Symbol("keras.ops.equal")], []),
    ("Lambda", "arguments"): ([None, {}, {"a": 1}], []),
}
"""Where one class means something of its own by a name."""

HIDDEN: dict[str, tuple[str, ...]] = {
    "Embedding": ("input_length",),
    "LeakyReLU": ("alpha",),
    "Conv1D": ("lora_rank",),
    "Conv2D": ("lora_rank",),
    "Conv3D": ("lora_rank",),
}
"""Keywords that a class takes without declaring them."""

WRONG_NAMES = ("border_mode", "batch_input_shape", "no_such", "filter", "shape")


def signature_family(cls: str) -> str:
    """Return the sub-package of `keras.layers` that a class lives in."""
    signature = signatures.signature(cls)
    assert signature is not None
    return signature.family


def pool_of(cls: str, name: str) -> Pool:
    """Return the values to draw for an argument."""
    own = BY_CLASS.get((cls, name)) or family_pools.BY_CLASS.get((cls, name))
    if own is not None:
        return own
    family = signature_family(cls)
    found = family_pools.BY_NAME.get(name) if family in family_pools.FAMILIES else None
    found = found or BY_NAME.get(name) or family_pools.BY_NAME.get(name)
    if found is not None:
        return found if isinstance(found, tuple) else found(spatial_dims(cls))
    for ending, pool in (
        ("_initializer", INITIALIZER),
        ("_regularizer", REGULARIZER),
        ("_constraint", CONSTRAINT),
        ("activation", ACTIVATION),
    ):
        if name.endswith(ending):
            return pool
    signature = signatures.signature(cls)
    default = signature.defaults.get(name) if signature is not None else None
    if isinstance(default, bool):
        return FLAG
    return [default], ANY[1]


DIMS: Sequence[int | None] = (1, 2, 3, 4, 5, 6, 7, 8, 12, 16)


def draw_shape(draw: Draw, rank: int, odd: int = 12) -> tuple[int | None, ...]:
    """Return a shape of this rank; `odd` percent of its dims are `None`, 0 or 1."""
    dims = [
        draw.choice((None, 1, 0)) if draw.chance(odd) else draw.choice(DIMS)
        for _ in range(rank - 1)
    ]
    return (draw.choice((None, None, None, 1, 2)), *dims)


RANKS: dict[str, Sequence[int]] = {
    "Dense": (2, 2, 3, 4),
    "Embedding": (1, 2, 2, 3),
    "RepeatVector": (2,),
    "Flatten": (1, 2, 3, 4, 5),
    "Reshape": (2, 3, 4),
    "Permute": (3, 3, 3, 4),
    "EinsumDense": (2, 3, 4),
    "Lambda": (2, 3),
}
"""The ranks that a class without a number in its name takes; else 2 to 5."""


def draw_inputs(draw: Draw, cls: str) -> tuple[tuple[str | None, object], ...]:
    """Return a call's arguments: one tensor of a rank that fits, or one time in ten does not."""
    own = INPUTS.get(cls)
    if own is not None:
        return own(draw)
    n = spatial_dims(cls)
    ranks = RANKS.get(cls) or family_pools.RANKS.get(cls) or ((n + 2,) if n else (2, 3, 4, 5))
    rank = draw.choice(ranks)
    if draw.chance(10):
        rank = draw.choice((1, 2, 3, 4, 5, 6))
    if draw.chance(
        3
    ):  # poolings make nonsense of a list of one tensor: [(None, 8, 3), (None, 8, 3)]
        many = (2,) if "Pooling" in cls or cls.startswith("SpatialDropout") else (1, 2)
        return ((None, [draw_shape(draw, rank) for _ in range(draw.choice(many))]),)
    return ((None, draw_shape(draw, rank)),)


INPUTS: dict[str, Callable[[Draw], tuple[tuple[str | None, object], ...]]] = {**family_pools.INPUTS}
"""How calls of classes with several inputs are drawn."""


def _drawn(draw: Draw, pool: Pool, is_odd: bool, odd: int) -> object:
    """Return a value of a pool: an edge value if it `is_odd`, or in `odd` percent of the calls."""
    good, edge = pool
    if edge and (is_odd or draw.chance(odd)):
        return draw.choice(edge)
    return draw.choice(good)


def _declared(
    draw: Draw, signature: signatures.Signature, single: str, value_of: Callable[[str], object]
) -> tuple[list[object], dict[str, object]]:
    """Return arguments for parameters of a signature; those by position come first."""
    args: list[object] = []
    kwargs: dict[str, object] = {}
    by_place = True
    for name in signature.names:
        required = name not in signature.defaults
        goes_on = by_place and name in signature.positional
        if required and draw.chance(98):
            by_place = goes_on and draw.chance(70)
        elif not required and (
            name == single or draw.chance(max(8, 150 // max(1, len(signature.names))))
        ):
            by_place = goes_on and len(args) == signature.positional.index(name)
        else:
            by_place = False
            continue
        if by_place:
            args.append(value_of(name))
        else:
            kwargs[name] = value_of(name)
    return args, kwargs


def draw_case(
    draw: Draw,
    cls: str,
    odds: Sequence[int] = (0, 0, 5, 15, 40),
    spoil: bool = True,
    given: tuple[str, object] | None = None,
) -> Case:
    """Return a layer of this class and a call of it; about half of them are such that Keras refuses
    them.

    `odds` are the percentages of edge values among the arguments, one of which is drawn for the
    case. `spoil`: may the call itself be wrong, with names that are none, or too many arguments?
    `given`: an argument that is there, with its value.
    """
    signature = signatures.signature(cls)
    assert signature is not None
    if spoil and cls in family_pools.RARE and draw.chance(6):
        return draw.choice(family_pools.RARE[cls])
    odd = draw.choice(odds)
    if len(signature.names) > 9:
        odd //= 3  # of many arguments one is soon wrong
    hidden = (*HIDDEN.get(cls, ()), *family_pools.HIDDEN.get(cls, ()))
    single = draw.choice((*signature.names, *hidden, "")) if spoil and draw.chance(25) else ""
    if given is not None:
        single = given[0]
    if single:
        odd = 0

    def value_of(name: str) -> object:
        if given is not None and name == single:
            return given[1]
        return _drawn(draw, pool_of(cls, name), name == single, odd)

    args, kwargs = _declared(draw, signature, single, value_of)
    others = (*hidden, *(("name", "dtype", "trainable") if signature.open else ()))
    for name in others:
        taken = name in kwargs or name in signature.names
        if not taken and (name == single or draw.chance(4)):
            kwargs[name] = value_of(name)
    refuses_much = spatial_dims(cls) > 0 and len(signature.names) > 3
    if spoil and draw.chance(4 if refuses_much else 18):
        _spoil(draw, cls, args, kwargs)
    return Case(cls, tuple(args), kwargs, draw_inputs(draw, cls))


def sweep(draw: Draw, cls: str) -> Iterator[Case]:
    """Yield the rare cases of a class, then each value of each argument once, the others right."""
    yield from family_pools.RARE.get(cls, ())
    signature = signatures.signature(cls)
    assert signature is not None
    for name in (*signature.names, *HIDDEN.get(cls, ()), *family_pools.HIDDEN.get(cls, ())):
        for value in (value for values in pool_of(cls, name) for value in values):
            yield draw_case(draw, cls, (0,), spoil=False, given=(name, value))


def draw_leaning(draw: Draw, cls: str, refused: bool, tries: int = 40) -> Case:
    """Return a case that kfix expects to be refused, or to be taken, as wanted, if one is drawn
    soon.
    """
    case = draw_case(draw, cls)
    for _ in range(tries):
        if (ask_kfix(case).verdict == "refused") == refused:
            break
        case = draw_case(draw, cls)
    return case


def _spoil(draw: Draw, cls: str, args: list[object], kwargs: dict[str, object]) -> None:
    """Make a call that no constructor takes, or none of most classes."""
    how = draw.choice(("name", "name", "places", "trainable", "dtype", "label", "twice"))
    if how == "name":
        kwargs[draw.choice(WRONG_NAMES)] = 1
    elif how == "places":
        args += [1] * draw.choice((1, 2, 9))
    elif how == "trainable":
        kwargs["trainable"] = draw.choice((None, 1, "yes"))
    elif how == "dtype":
        kwargs["dtype"] = "float33"
    elif how == "label":
        kwargs["name"] = draw.choice((3, "a/b"))
    else:
        kwargs.update(input_shape=(3,), input_dim=3)


SIZES = (4, 6, 8, 5, 3)
LISTS_AS_SHAPES = ("Pooling", "SpatialDropout", "Resizing")
"""In the names of classes that take a list of tensors for the shape of one, and make nonsense."""


def sweep_inputs(draw: Draw, cls: str) -> Iterator[Case]:
    """Yield calls on every rank, `None` on every axis, and lists, of the layer with right arguments
    and with nothing but what it needs.
    """
    signature = signatures.signature(cls)
    assert signature is not None
    drawn = draw_case(draw, cls, (0,), spoil=False)
    given = {**dict(zip(signature.positional, drawn.args, strict=False)), **drawn.kwargs}
    needed = {name: value for name, value in given.items() if name not in signature.defaults}
    shapes = [(None, *SIZES[: rank - 1]) for rank in range(1, 7)]
    inputs: list[object] = [*shapes]
    for shape in shapes:
        inputs += [(*shape[:axis], None, *shape[axis + 1 :]) for axis in range(1, len(shape))]
    if not any(name in cls for name in LISTS_AS_SHAPES):
        inputs += [[shape] * many for shape in shapes[1:4] for many in (1, 2, 5)]
    for arguments in (needed, given):
        yield from (Case(cls, (), arguments, ((None, one),)) for one in inputs)
