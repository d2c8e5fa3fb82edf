"""Where drawn programs take their data from: data sets, generators, kinds of arrays."""

from __future__ import annotations

from collections.abc import Sequence

from tests.calls.drawing import Draw

_KINDS = (
    *("{}", "np.array({})", "np.asarray({})", "tf.constant({})", "np.array({}).astype('float32')"),
    *("np.array({}, dtype='float64')", "np.float32({})", "keras.ops.convert_to_tensor({})"),
)
_ODD_KINDS = (
    *("np.array({}).tolist()", "list(np.array({}))", "np.array({}).astype('int32')"),
    *("np.array({}).astype(bool)", "np.array({}).astype(str)", "tuple(np.array({}))"),
    *("np.array({}).astype('uint8')", "tf.Variable({})", "np.array({}, dtype=object)"),
    *("np.array({}).astype('complex64')", "np.array({})[0]", "np.array({})[np.newaxis]"),
    *("np.array({}).T", "np.squeeze({})", "np.array({})[:, 0]", "np.expand_dims({}, -1)"),
    *("np.array({}).flatten()", "np.array({})[:2]", "iter(np.array({}))", "tf.cast({}, 'int64')"),
)


def array_kind(draw: Draw, array: str, odd: bool) -> str:
    """Write an array as another kind of data."""
    if odd:
        return draw.choice(_ODD_KINDS).format(array)
    if draw.chance(6):
        return draw.choice(_KINDS).format(array)
    return array


def as_frame(draw: Draw, shape: tuple[int, ...], array: str) -> str:
    """Write an array of two axes, or one, as data of pandas."""
    if len(shape) == 2 and draw.chance(60):
        return f"pd.DataFrame(np.array({array}))"
    if len(shape) == 1 and draw.chance(60):
        return f"pd.Series(np.array({array}))"
    return array


_ENDS = (
    *(".prefetch(1)", ".cache()", ".shuffle(4)", ".take(1)", ".repeat(2)", ".skip(1)"),
    *(".unbatch().batch(2)", ".map(lambda *rows: rows[0] if len(rows) == 1 else rows)"),
)


def dataset(draw: Draw, parts: Sequence[str]) -> str:
    """Write a data set of x and perhaps y."""
    held = f"({', '.join(parts)})" if len(parts) > 1 else parts[0]
    odd = draw.has("data set") and draw.chance(70)
    if odd and len(parts) > 1:
        held = draw.choice((f"[{', '.join(parts)}]", parts[0], f"({', '.join(parts)},)", held))
    elif len(parts) == 1 and draw.chance(50):
        held = f"({held},)"
    made = f"tf.data.Dataset.from_tensor_slices({held})"
    if not odd and len(parts) > 1 and draw.chance(10):
        each = (f"tf.data.Dataset.from_tensor_slices({part})" for part in parts)
        made = f"tf.data.Dataset.zip(({', '.join(each)}))"
    if odd and draw.chance(40):
        return made
    made = f"{made}.batch({draw.choice((2, 4))}{', drop_remainder=True' * draw.chance(10)})"
    if odd and draw.chance(30):
        return made + draw.choice((".batch(2)", ".unbatch()", ".map(lambda x, y: x)", ".take(0)"))
    return made + draw.choice(_ENDS) * draw.chance(15)


def generator(draw: Draw, parts: Sequence[str], name: str = "batches") -> str:
    """Write the definition of a generator of x and perhaps y."""
    held = ", ".join(parts)
    if (draw.has("generator") or draw.has("validation source")) and draw.chance(50):
        held = draw.choice((f"[{held}]", parts[0], f"({parts[0]},)", held))
    if "," not in held and draw.chance(50):
        held = f"({held},)"
    if draw.chance(20):
        return (
            f"class {name.title()}(keras.utils.PyDataset):\n"
            "    def __len__(self):\n        return 2\n\n"
            f"    def __getitem__(self, index):\n        return {held}\n\n\n"
            f"{name} = {name.title()}\n"
        )
    end = "    while True:\n        yield {}" if draw.chance(80) else "    yield {}"
    return f"def {name}():\n{end.format(held)}\n\n"
