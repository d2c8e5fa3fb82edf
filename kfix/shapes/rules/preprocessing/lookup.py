"""StringLookup, IntegerLookup and TextVectorization: the vocabulary decides the last dim."""

from __future__ import annotations

from typing import Any

from kfix.findings.bad_argument import BadArgument
from kfix.model.graph import Array, Shape, Shapes
from kfix.model.unknown import Unknown
from kfix.shapes.binding import Bound
from kfix.shapes.registry import rule
from kfix.shapes.rules.preprocessing.categories import check_salt, encoded
from kfix.shapes.values import known, refuse

_MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf", "binary", "tf-idf")
_ADAPTED = "the size of the vocabulary, which `adapt` reads from the data"


def _check_max_tokens(layer: Bound) -> None:
    tokens = known(layer, "max_tokens")
    if (
        tokens is not None
        and not isinstance(tokens, Unknown)
        and not (isinstance(tokens, int | float) and tokens > 1)
    ):
        raise refuse(layer, "max_tokens", "an integer above 1", tokens)
    if layer["pad_to_max_tokens"] and tokens is None:
        raise refuse(layer, "max_tokens", "a number, with pad_to_max_tokens,", None)


def _check_vocabulary(layer: Bound, mode: str) -> None:
    idf = mode in ("tf_idf", "tf-idf")
    if layer["idf_weights"] is not None and not idf:
        raise refuse(
            layer, "idf_weights", "None, unless output_mode is 'tf_idf',", layer["idf_weights"]
        )
    if idf and layer["vocabulary"] is not None and layer["idf_weights"] is None:
        raise refuse(layer, "idf_weights", "a list, as long as the vocabulary,", None)
    vocabulary_size(layer)


def _check_tokens(layer: Bound) -> None:
    """The special tokens are of the kind of the vocabulary; the oov token is looked at with `invert` alone."""
    wanted: tuple[type, ...] = (int,) if layer.cls == "IntegerLookup" else (str, bytes)
    mask, oov = known(layer, "mask_token"), known(layer, "oov_token")
    if mask is not None and not isinstance(mask, Unknown) and not isinstance(mask, wanted):
        raise refuse(layer, "mask_token", "a token", mask)
    if layer["invert"] and not isinstance(oov, Unknown) and not isinstance(oov, wanted):
        raise refuse(layer, "oov_token", "a token", oov)


def _check_lookup(layer: Bound) -> None:
    _check_max_tokens(layer)
    oov = known(layer, "num_oov_indices")
    if not isinstance(oov, Unknown) and not (isinstance(oov, int) and oov >= 0):
        raise refuse(layer, "num_oov_indices", "a non-negative integer", oov)
    if layer.cls == "IntegerLookup":
        if layer["vocabulary_dtype"] != "int64":
            raise refuse(layer, "vocabulary_dtype", "'int64'", layer["vocabulary_dtype"])
        if layer["oov_method"] not in ("floormod", "farmhash"):
            raise refuse(layer, "oov_method", "'floormod' or 'farmhash'", layer["oov_method"])
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


def vocabulary_size(layer: Bound) -> Any:
    """How many tokens there are, the special ones included; an `Unknown` where only the data tells.

    Raises `BadArgument` for a vocabulary that Keras refuses.
    """
    vocabulary = known(layer, "vocabulary")
    if vocabulary is None:
        if "vocabulary_size" in layer:
            return layer.dim("vocabulary_size")
        return Unknown(_ADAPTED, layer.layer.site)
    if isinstance(vocabulary, Array | Unknown | str):
        return (
            vocabulary
            if isinstance(vocabulary, Unknown)
            else Unknown("the vocabulary", layer.layer.site)
        )
    if not isinstance(vocabulary, list | tuple) or not vocabulary:
        raise refuse(layer, "vocabulary", "a list of tokens", vocabulary)
    wanted: tuple[type, ...] = (int,) if layer.cls == "IntegerLookup" else (str, bytes)
    if any(isinstance(token, Unknown) for token in vocabulary):
        return Unknown("the vocabulary", layer.layer.site)
    if not all(isinstance(token, wanted) for token in vocabulary):
        raise refuse(layer, "vocabulary", "tokens of one kind", vocabulary)
    mask, oov_token = _option(layer, "mask_token"), _option(layer, "oov_token")
    masks = 1 if mask is not None and layer["output_mode"] == "int" else 0
    start = masks + _option(layer, "num_oov_indices")
    special = [mask] * masks + [oov_token] * (start - masks)
    tokens = list(vocabulary[start:] if special == list(vocabulary[:start]) else vocabulary)
    if len(set(tokens)) < len(tokens):
        raise BadArgument(
            layer.cls, expected="a vocabulary without repeated tokens", actual="a repeated token"
        )
    if mask is not None and mask in tokens:
        raise BadArgument(
            layer.cls, expected="a vocabulary without the mask token", actual=repr(mask)
        )
    if oov_token is not None and _option(layer, "invert") and oov_token in tokens:
        raise BadArgument(
            layer.cls, expected="a vocabulary without the oov token", actual=repr(oov_token)
        )
    size = start + len(tokens)
    limit = layer["max_tokens"]
    if limit is not None and size > limit:
        raise BadArgument(layer.cls, expected=f"{limit} tokens at most", actual=size)
    weights = layer["idf_weights"]
    if isinstance(weights, list | tuple) and len(weights) != len(vocabulary):
        raise BadArgument(layer.cls, expected=f"{len(vocabulary)} idf_weights", actual=len(weights))
    return size


_TEXT = {"mask_token": "", "oov_token": "[UNK]", "num_oov_indices": 1, "invert": False}
"""How TextVectorization makes its own StringLookup."""


def _option(layer: Bound, name: str) -> Any:
    return _TEXT[name] if layer.cls == "TextVectorization" else layer[name]


def _depth(layer: Bound) -> Any:
    if layer["pad_to_max_tokens"]:
        depth = layer.dim("max_tokens")
        if isinstance(depth, float):
            raise refuse(layer, "max_tokens", "an integer", depth)
        return depth
    return vocabulary_size(layer)


_HIDDEN = ("vocabulary_size", "has_input_vocabulary", "oov_method", "vocabulary_dtype")


@rule("StringLookup", "IntegerLookup", check=_check_lookup, extra=_HIDDEN[:2])
def lookup(layer: Bound, x: Shape) -> Shapes:
    """Mode "int" keeps the shape. "one_hot" appends the size of the vocabulary (or replaces a last 1), "multi_hot",
    "count" and "tf_idf" replace the last dim by it. The size is known when the vocabulary is written out or padded.
    """
    if layer["output_mode"] == "int":
        return x
    return encoded(x, layer["output_mode"], _depth(layer))


def _check_text(layer: Bound) -> None:
    for name, allowed in (
        ("standardize", ("lower_and_strip_punctuation", "lower", "strip_punctuation")),
        ("split", ("whitespace", "character")),
    ):
        value = layer.dim(name)
        if (isinstance(value, str) and value not in allowed) or isinstance(
            value, int | float | list | tuple
        ):
            raise refuse(layer, name, " or ".join(map(repr, allowed)), value)
    mode = layer["output_mode"]
    if mode not in _MODES:
        raise refuse(layer, "output_mode", "a mode of TextVectorization", mode)
    ngrams = layer["ngrams"]
    if not (ngrams is None or isinstance(ngrams, int | tuple)):
        raise refuse(layer, "ngrams", "integers", ngrams)
    if isinstance(ngrams, tuple) and not all(isinstance(item, int | Unknown) for item in ngrams):
        raise refuse(layer, "ngrams", "integers", ngrams)
    length = known(layer, "output_sequence_length")
    if mode == "int" and not isinstance(length, int | Unknown | None):
        raise refuse(layer, "output_sequence_length", "an integer", length)
    if mode != "int" and length is not None:
        raise refuse(layer, "output_sequence_length", "None, unless output_mode is 'int',", length)
    if layer["ragged"] and mode != "int":
        raise refuse(layer, "ragged", "False, unless output_mode is 'int',", True)
    if layer["sparse"] and mode == "int":
        raise refuse(layer, "sparse", "False, with output_mode 'int',", True)
    _check_max_tokens(layer)
    _check_vocabulary(layer, mode)


@rule("TextVectorization", check=_check_text, extra=_HIDDEN[:2], min_rank=0)
def text_vectorization(layer: Bound, x: Shape) -> Shapes:
    """Mode "int" gives `(batch, output_sequence_length)`, `None` where that is not set; the others end with the size of
    the vocabulary, which is known when it is written out or padded to `max_tokens`.
    """
    if layer["output_mode"] == "int":
        if not x:
            raise refuse(layer, "its input", "a batch of strings", "()")
        length = layer.dim("output_sequence_length")
        if isinstance(length, int) and length < 0:
            raise refuse(layer, "output_sequence_length", "an integer", length)
        return (x[0], length)
    if layer["split"] is not None:
        x = (*x, None)
    elif len(x) <= 1:
        x = (*x, 1)
    return encoded(x, layer["output_mode"], _depth(layer))
