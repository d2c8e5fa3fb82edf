"""Arguments that Keras looks up by name: activations, initializers, dtypes and others.

Every constructor looks them up in the same way, so that one check does for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from kfix.findings.bad_argument import BadArgument
from kfix.model.graph import Argument, Array, Layer, Symbol
from kfix.model.unknown import Unknown


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ACTIVATIONS = _words(
    "celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh"
    " leaky_relu linear log_sigmoid log_softmax mish relu relu6 selu sigmoid silu soft_shrink"
    " softmax softplus softsign sparse_plus sparse_sigmoid sparsemax squareplus swish tanh"
    " tanh_shrink threshold"
)
INITIALIZERS = _words(
    "Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity IdentityInitializer"
    " Initializer LecunNormal LecunUniform Ones Orthogonal OrthogonalInitializer RandomNormal"
    " RandomUniform STFT STFTInitializer TruncatedNormal VarianceScaling Zeros constant"
    " glorot_normal glorot_uniform he_normal he_uniform identity initializer lecun_normal"
    " lecun_uniform normal one ones orthogonal random_normal random_uniform stft"
    " truncated_normal uniform variance_scaling zero zeros"
)
REGULARIZERS = _words(
    "L1 L1L2 L2 OrthogonalRegularizer Regularizer l1 l1l2 l2 orthogonal_regularizer regularizer"
)
CONSTRAINTS = _words(
    "Constraint MaxNorm MinMaxNorm NonNeg UnitNorm constraint max_norm min_max_norm non_neg"
    " unit_norm"
)
DTYPES = _words(
    "bool uint8 uint16 uint32 uint64 int8 int16 int32 int64 float16 float32 float64 bfloat16"
    " string complex64 complex128 mixed_float16 mixed_bfloat16 int"
)

REGISTERED = "an initializer of Keras"
"""What is expected where a program may have registered a name of its own.

Keras 3 does not look up activations, regularizers or constraints among registered names.
"""

_KINDS = {
    "activation": ("an activation of Keras", ACTIVATIONS),
    "initializer": (REGISTERED, INITIALIZERS),
    "regularizer": ("a regularizer of Keras", REGULARIZERS),
    "constraint": ("a constraint of Keras", CONSTRAINTS),
    "dtype": ("a dtype of Keras", DTYPES),
}
"""By the last word of an argument's name: what is expected, and the accepted strings.

From Keras 3.15.
"""


PACKAGE = ">"
"""What stands in a name between the package that it is registered for and its own name."""

_UNCHECKED = {
    "StringLookup": ("dtype", "trainable"),
    "IntegerLookup": ("dtype", "trainable"),
    "HashedCrossing": ("trainable",),
    "SimpleRNN": ("activity_regularizer",),
}
"""The arguments that these layers do not look at."""


def check_names(
    cls: str, given: Iterable[tuple[str, Argument]], open_names: bool = False, keras: int = 3
) -> None:
    """Raise `BadArgument` for names that `keras.activations.get` and the like do not know.

    A wrong `name` and a `trainable` that is not a boolean are refused too. What is not a
    plain value (a function, a layer, a dict) is accepted; so is any name of an initializer where
    `open_names` says that the program registers names of its own. Keras 2 accepts any such name,
    and '/' in the name of a layer.
    """
    unchecked = _UNCHECKED.get(cls, ())
    for keyword, argument in given:
        value = argument.value
        if keyword in unchecked or isinstance(value, Unknown | Symbol | Layer | Array | dict):
            continue
        expected = _expected(keyword, value, open_names, keras)
        if expected:
            raise BadArgument(cls, argument=keyword, expected=expected, actual=_shown(value))


def _shown(value: object) -> str | None:
    if value is None:
        return None
    return repr(value)


def _expected(keyword: str, value: object, open_names: bool, keras: int) -> str:
    """Return what an argument should be, "" if the value is accepted."""
    if keyword == "trainable":
        accepted, expected = isinstance(value, bool), "True or False"
    elif keyword == "name":
        accepted = value is None or (isinstance(value, str) and (keras < 3 or "/" not in value))
        expected = "a string without '/'"
    else:
        expected, names = _KINDS.get(keyword[keyword.rfind("_") + 1 :], ("", DTYPES))
        accepted = value is None or (isinstance(value, str) and value in names)
        if isinstance(value, str) and (expected == REGISTERED or keras < 3):
            accepted = accepted or open_names or PACKAGE in value
    if accepted:
        return ""
    return expected
