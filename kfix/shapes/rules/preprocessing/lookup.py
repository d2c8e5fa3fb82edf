"""StringLookup, IntegerLookup and TextVectorization: the vocabulary decides the last dim."""

from __future__ import annotations

from kfix.findings.bad_argument import BadArgument
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown, any_unknown, as_unknown, require_known
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.formatting import show_value
from kfix.shapes.registry import rule
from kfix.shapes.rules.preprocessing.categories import check_salt, encoded
from kfix.shapes.values import check_choice, integer, optional_integer, refuse, value_of

_MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf", "binary", "tf-idf")
_IDF_MODES = ("tf_idf", "tf-idf")
_ADAPTED = "the size of the vocabulary, which `adapt` reads from the data"


def _check_max_tokens(layer: Bound) -> None:
    tokens = value_of(layer, "max_tokens")
    if isinstance(tokens, int | float):
        if tokens <= 1:
            raise refuse(layer, "max_tokens", "an integer above 1", tokens)
    elif tokens is not None and not isinstance(tokens, Unknown):
        raise refuse(layer, "max_tokens", "an integer above 1", tokens)
    if layer["pad_to_max_tokens"] and tokens is None:
        raise refuse(layer, "max_tokens", "an integer, with pad_to_max_tokens,", None)


def _check_vocabulary(layer: Bound, mode: str) -> None:
    weights = layer["idf_weights"]
    if weights is not None and mode not in _IDF_MODES:
        raise refuse(layer, "idf_weights", "None, unless output_mode is 'tf_idf',", weights)
    if weights is None and mode in _IDF_MODES and layer["vocabulary"] is not None:
        raise refuse(layer, "idf_weights", "a list, as long as the vocabulary,", None)
    vocabulary_size(layer)


def _token_types(layer: Bound) -> tuple[type, ...]:
    if layer.cls == "IntegerLookup":
        return (int,)
    return (str, bytes)


def _check_tokens(layer: Bound) -> None:
    """Raise `BadArgument` for special tokens that are of another kind than the vocabulary.

    The oov token is only looked at with `invert`.
    """
    accepted = (*_token_types(layer), Unknown)
    mask, oov = value_of(layer, "mask_token"), value_of(layer, "oov_token")
    if mask is not None and not isinstance(mask, accepted):
        raise refuse(layer, "mask_token", "a token", mask)
    if layer["invert"] and not isinstance(oov, accepted):
        raise refuse(layer, "oov_token", "a token", oov)


def _check_lookup(layer: Bound) -> None:
    _check_max_tokens(layer)
    integer(layer, "num_oov_indices", 0)
    if layer.cls == "IntegerLookup":
        check_choice(layer, "vocabulary_dtype", ("int64",))
        check_choice(layer, "oov_method", ("floormod", "farmhash"))
        if layer["salt"] is not None and layer["oov_method"] != "farmhash":
            raise refuse(layer, "salt", "None, unless oov_method is 'farmhash',", layer["salt"])
    check_salt(layer)
    _check_tokens(layer)
    mode = layer["output_mode"]
    if mode not in _MODES:
        raise refuse(layer, "output_mode", "a mode of lookup layers", mode)
    if mode != "int" and layer["invert"]:
        raise refuse(layer, "output_mode", "'int', with invert,", mode)
    if mode == "int" and layer["sparse"]:
        raise refuse(layer, "sparse", "False, with output_mode 'int',", True)
    _check_vocabulary(layer, mode)


# --- the vocabulary -------------------------------------------------------------------------------


def vocabulary_size(layer: Bound) -> int | Unknown:
    """Return the number of tokens, the special ones included; an `Unknown` if the data decides it.

    Source: `IndexLookup.set_vocabulary` in Keras's `layers/preprocessing/index_lookup.py`. Raises
    `BadArgument` for a vocabulary that Keras refuses.
    """
    vocabulary = value_of(layer, "vocabulary")
    if vocabulary is None:
        given = None
        if "vocabulary_size" in layer:
            given = optional_integer(layer, "vocabulary_size")
        if given is None:
            return Unknown(_ADAPTED, layer.layer.site)
        return given
    if isinstance(vocabulary, Unknown | str):  # a string is the name of a file
        return as_unknown(vocabulary, "the vocabulary", layer.layer.site)
    if not isinstance(vocabulary, list | tuple) or not vocabulary:
        raise refuse(layer, "vocabulary", "a list of tokens", vocabulary)
    if any_unknown(vocabulary):
        return Unknown("the vocabulary", layer.layer.site)
    if not all(isinstance(token, _token_types(layer)) for token in vocabulary):
        raise refuse(layer, "vocabulary", "tokens of one kind", vocabulary)
    return _size_of(layer, list(vocabulary))


def _size_of(layer: Bound, vocabulary: list[object]) -> int:
    """Return the number of tokens of a vocabulary and of the special ones; raise `BadArgument`."""
    mask, oov_token = _option(layer, "mask_token"), _option(layer, "oov_token")
    masks = []
    if mask is not None and layer["output_mode"] == "int":
        masks = [mask]
    oov_indices = _oov_indices(layer)
    start = len(masks) + oov_indices
    tokens = vocabulary
    if start <= len(tokens) and tokens[:start] == [*masks, *[oov_token] * oov_indices]:
        tokens = tokens[start:]
    _check_no_special(layer, tokens, mask, oov_token)
    size = start + len(tokens)
    limit = require_known(value_of(layer, "max_tokens"))
    if isinstance(limit, int | float) and size > limit:
        raise BadArgument(layer.cls, expected=f"{limit} tokens at most", actual=size)
    weights = layer["idf_weights"]
    if isinstance(weights, list | tuple) and len(weights) != len(vocabulary):
        expected = f"{len(vocabulary)} idf_weights"
        raise BadArgument(layer.cls, expected=expected, actual=len(weights))
    return size


def _check_no_special(layer: Bound, tokens: list[object], mask: object, oov_token: object) -> None:
    """Raise `BadArgument` for a token that is there twice, or that is a special token."""
    expected = "a vocabulary without "
    if len(set(tokens)) < len(tokens):
        raise BadArgument(layer.cls, expected + "repeated tokens", actual="a repeated token")
    if mask is not None and mask in tokens:
        raise BadArgument(layer.cls, expected + "the mask token", actual=show_value(mask))
    if oov_token is not None and _option(layer, "invert") and oov_token in tokens:
        raise BadArgument(layer.cls, expected + "the oov token", actual=show_value(oov_token))


_TEXT = {"mask_token": "", "oov_token": "[UNK]", "invert": False}
"""The arguments of the StringLookup that a TextVectorization makes for itself."""


def _option(layer: Bound, name: str) -> object:
    if layer.cls == "TextVectorization":
        return _TEXT[name]
    return layer[name]


def _oov_indices(layer: Bound) -> int:
    if layer.cls == "TextVectorization":
        return 1
    return require_known(integer(layer, "num_oov_indices", 0))


def _depth(layer: Bound) -> Dim:
    """Return the last dim of an encoding; raise `BadArgument`."""
    if layer["pad_to_max_tokens"]:
        return optional_integer(layer, "max_tokens")
    return vocabulary_size(layer)


_HIDDEN = ("vocabulary_size", "has_input_vocabulary")


@rule(
    "StringLookup",
    "IntegerLookup",
    check=_check_lookup,
    extra=_HIDDEN,
    effects=fx.encoded("vocabulary", "max_tokens", "pad_to_max_tokens", "num_oov_indices"),
)
def lookup(layer: Bound, x: Shape) -> Shapes:
    """Keep the shape in mode "int".

    "one_hot" appends the size of the vocabulary (or replaces a last 1), "multi_hot", "count" and
    "tf_idf" replace the last dim with it. The size is known when the vocabulary is written out or
    padded.

    Refused: a vocabulary with a repeated or a special token, or with more than `max_tokens`; modes
    and arguments that exclude one another.
    """
    if layer["output_mode"] == "int":
        return x
    return encoded(x, layer["output_mode"], _depth(layer))


# --- TextVectorization ----------------------------------------------------------------------------

_TEXT_CHOICES = {
    "standardize": ("lower_and_strip_punctuation", "lower", "strip_punctuation"),
    "split": ("whitespace", "character"),
}


def _check_text(layer: Bound) -> None:
    for name, choices in _TEXT_CHOICES.items():
        value = layer.dim(name)  # a function is accepted
        wrong = isinstance(value, str) and value not in choices
        if wrong or isinstance(value, int | float | list | tuple):
            raise refuse(layer, name, " or ".join(map(repr, choices)), value)
    mode = layer["output_mode"]
    if mode not in _MODES:
        raise refuse(layer, "output_mode", "a mode of TextVectorization", mode)
    _check_ngrams(layer)
    _check_sequences(layer, mode)
    _check_max_tokens(layer)
    _check_vocabulary(layer, mode)


def _check_ngrams(layer: Bound) -> None:
    ngrams = layer["ngrams"]
    if ngrams is None or isinstance(ngrams, int):
        return
    if not isinstance(ngrams, tuple) or not all(isinstance(n, int | Unknown) for n in ngrams):
        raise refuse(layer, "ngrams", "integers", ngrams)


def _check_sequences(layer: Bound, mode: str) -> None:
    """Raise `BadArgument` for arguments that only one of the modes has."""
    length = value_of(layer, "output_sequence_length")
    if mode == "int":
        optional_integer(layer, "output_sequence_length")
        if layer["sparse"]:
            raise refuse(layer, "sparse", "False, with output_mode 'int',", True)
        return
    if length is not None:
        expected = "None, unless output_mode is 'int',"
        raise refuse(layer, "output_sequence_length", expected, length)
    if layer["ragged"]:
        raise refuse(layer, "ragged", "False, unless output_mode is 'int',", True)


@rule(
    "TextVectorization",
    check=_check_text,
    extra=_HIDDEN,
    min_rank=0,
    effects=fx.mixed(
        "output_sequence_length",
        "output_mode",
        "vocabulary",
        "max_tokens",
        "pad_to_max_tokens",
        "split",
    ),
)
def text_vectorization(layer: Bound, x: Shape) -> Shapes:
    """Return `(batch, output_sequence_length)` in mode "int", `None` where that is not set.

    The other modes end with the size of the vocabulary, which is known when it is written out or
    padded to `max_tokens`.

    Refused: a vocabulary with a repeated or a special token, or with more than `max_tokens`; modes
    and arguments that exclude one another.
    """
    if layer["output_mode"] == "int":
        if not x:
            raise refuse(layer, "its input", "a batch of strings", "()")
        return (x[0], optional_integer(layer, "output_sequence_length", 0))
    if layer["split"] is not None:
        x = (*x, None)
    elif len(x) <= 1:
        x = (*x, 1)
    return encoded(x, layer["output_mode"], _depth(layer))
