"""Dense, Embedding, Masking, Identity and the wrappers, as in Keras's own `layers/core`."""

from __future__ import annotations

from kfix.findings.bad_argument import BadArgument
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.model import Shape, Shapes, Unknown
from kfix.shapes.bind import Bound
from kfix.shapes.registry import rule


def _check_dense(layer: Bound) -> None:
    units = layer["units"]
    if not isinstance(units, int) or units <= 0:
        raise BadArgument(layer.cls, expected="a whole number above 0 as units", actual=repr(units))


def _dense_weights(layer: Bound, x: Shape) -> int | Unknown:
    units = layer.dim("units")
    return x[-1] * units + (units if layer["use_bias"] else 0)


@rule("Dense", min_rank=2, check=_check_dense, weights=_dense_weights)
def dense(layer: Bound, x: Shape) -> Shapes:
    """`in[:-1] + (units,)`."""
    if x[-1] is None:
        raise DimNotDefined(layer.cls, expected="its last dim", actual="None")
    return (*x[:-1], layer.dim("units"))
