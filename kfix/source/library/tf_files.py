"""What TensorFlow reads of files: their bytes, and pictures, whose size nobody can tell."""

from __future__ import annotations

from kfix.model.graph import Array
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, Value
from kfix.source.library.lookup import function

_ANY = ("jpeg", "png", "bmp")


@function("tf.io.read_file")
def _read_file(call: Call) -> Value:
    """The bytes of one file, as one string."""
    return Array((), "object")


@function(
    *(
        f"tf.{home}.decode_{kind}"
        for home in ("io", "image")
        for kind in (*_ANY, "image", "and_crop_jpeg")
    )
)
def _decode(call: Call) -> Value:
    """Height and width are the file's to say; so are the channels where no number of them is asked for.

    `decode_image` may give several pictures unless `expand_animations` is off.
    """
    place = 2 if call.name == "decode_and_crop_jpeg" else 1
    channels = call.get(place, "channels")
    size = call.unknown("the size of a picture in a file")
    if call.name == "decode_image":
        moving = call.get(4, "expand_animations")
        if not (isinstance(moving, Const) and moving.value is False):
            return Array(call.unknown("whether a file holds one picture or several"), "uint8")
    known = isinstance(channels, Const) and isinstance(channels.value, int) and channels.value > 0
    return Array(
        (
            size,
            size,
            channels.value if known else call.unknown("the channels of a picture in a file"),
        ),
        "uint8",
    )
