"""What the names in a program say about the integers that they stand for."""

from __future__ import annotations

import re

CLASSES = {
    "class",
    "classes",
    "label",
    "labels",
    "category",
    "categories",
    "nclass",
    "nclasses",
    "nlabels",
}
"""Words for the classes of a classifier."""

_OUTPUTS = CLASSES | {
    *("action", "actions", "output", "outputs", "out", "target", "targets"),
    *("token", "tokens", "word", "words", "vocab", "vocabulary"),
}
_COUNTS = {
    "n",
    "nb",
    "nr",
    "num",
    "no",
    "number",
    "count",
    "total",
    "of",
    "size",
    "dim",
    "dims",
    "len",
    "length",
    "units",
}
_BESIDE = {"decoder"}

_NO_WIDTHS = {
    *(
        "batch",
        "batches",
        "epoch",
        "epochs",
        "step",
        "steps",
        "seed",
        "head",
        "heads",
        "block",
        "blocks",
        "stack",
    ),
    *(
        "layers",
        "depth",
        "kernel",
        "pool",
        "stride",
        "strides",
        "rate",
        "width",
        "height",
        "rows",
        "cols",
        "samples",
    ),
    *(
        "window",
        "past",
        "future",
        "max",
        "maxlen",
        "length",
        "len",
        "time",
        "timesteps",
        "seq",
        "sequence",
        "i",
        "j",
        "k",
    ),
}
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def parts(name: str) -> set[str]:
    """Return the words of the last part of a name: `self.numClasses` has num and classes."""
    return {part.lower() for part in _PART.findall(name.rpartition(".")[2])}


def counts_outputs(name: str) -> bool:
    """Return whether a name stands for the size of an output: `num_classes`, `vocab_size`."""
    words = parts(name)
    things = words & _OUTPUTS
    return (
        bool(things) and bool(words & (CLASSES | _COUNTS)) and words <= _OUTPUTS | _COUNTS | _BESIDE
    )


_SIZES = {
    *("height", "width", "rows", "cols", "columns", "side", "channels", "features"),
    *("length", "len", "maxlen", "timesteps", "dim", "dims", "size", "shape"),
}
_OF_NO_DATA = {
    *("batch", "kernel", "pool", "filter", "filters", "stride", "window", "buffer", "chunk"),
    *("hidden", "latent", "embedding", "embed", "vocab", "vocabulary", "dict", "crop", "patch"),
}


def sizes_data(name: str) -> bool:
    """Return whether a name stands for the size of an axis of the data: `img_height`."""
    words = parts(name)
    return bool(words & _SIZES) and not words & _OF_NO_DATA


def sizes_batch(name: str) -> bool:
    """Return whether a name stands for the number of samples of a batch: `batch_size`."""
    return "batch" in parts(name)


def may_be_width(name: str) -> bool:
    """Return whether a name may stand for a number of units or channels."""
    return not _NO_WIDTHS & parts(name)
