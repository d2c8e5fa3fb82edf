"""Functions and objects of `keras.losses` and `keras.metrics` on labels and outputs.

Measured on Keras 3.15 for each function, with labels and outputs of ranks 1 to 3.
"""

from __future__ import annotations

from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.model.graph import Shape, Shapes
from kfix.model.ranks import same_rank
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.losses import indices_of, other_shape
from kfix.shapes.operations.elementwise import broadcast
from kfix.shapes.operations.table import Call, operation

_SQUEEZED = (
    "mean_squared_error mean_absolute_error mean_absolute_percentage_error "
    "mean_squared_logarithmic_error huber log_cosh cosine_similarity"
)
_AS_THEY_ARE = (
    "hinge squared_hinge categorical_hinge poisson kl_divergence categorical_focal_crossentropy"
)
_ROWS = "categorical_crossentropy binary_crossentropy binary_focal_crossentropy"
_OF_INDICES = "sparse_categorical_crossentropy"

_OBJECTS = (
    "MeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredLogarithmicError "
    "Huber LogCosh CosineSimilarity Hinge SquaredHinge CategoricalHinge Poisson KLDivergence"
)
_OBJECTS_OF_ROWS = "CategoricalCrossentropy BinaryCrossentropy BinaryFocalCrossentropy"

_PARAMETERS = "y_true y_pred axis=-1"


def _path(call: Call) -> str:
    """Return the name that a program calls."""
    return call.path.removesuffix(".__call__")


def _both(names: str) -> str:
    """Return the names of functions that are losses and metrics."""
    return " ".join(f"{home}:{name}" for home in ("losses", "metrics") for name in names.split())


def _objects(names: str) -> str:
    """Return the names of the calls of losses of these classes."""
    return " ".join(f"losses:{name}.__call__" for name in names.split())


def _pair(call: Call) -> tuple[Shape, Shape]:
    return call.shape("y_true"), call.shape("y_pred")


def _mean(call: Call, values: Shape) -> Shape:
    """Return the shape of the means over the last axis; raise `UnknownUsed` for another axis."""
    if call.get("axis", -1) != -1 or not values:
        raise UnknownUsed(Unknown(f"the axis of `{call.path}`"))
    return values[:-1]


def _refuse(call: Call, labels: Shape, output: Shape) -> InputsDoNotMatch:
    expected = "labels that fit the output"
    return InputsDoNotMatch(_path(call), expected=expected, actual=[labels, output])


@operation(_both(_SQUEEZED), _PARAMETERS)
def squeezed(call: Call) -> Shapes:
    """Return one value for each row of labels and output, which are brought to one rank first."""
    return _mean(call, broadcast(_path(call), *same_rank(*_pair(call))))


@operation(_both(_AS_THEY_ARE), _PARAMETERS)
def as_they_are(call: Call) -> Shapes:
    """Return one value for each row of labels and output, broadcast as they are."""
    return _mean(call, broadcast(_path(call), *_pair(call)))


@operation(_both(_ROWS), _PARAMETERS)
def of_rows(call: Call) -> Shapes:
    """Return one value for each row; refuse labels of another shape than the output."""
    labels, output = _pair(call)
    if other_shape(labels, output):
        raise _refuse(call, labels, output)
    return _mean(call, output)


@operation(_both(_OF_INDICES), _PARAMETERS)
def of_indices(call: Call) -> Shapes:
    """Return one value for each row; refuse class indices that are not one for each."""
    labels, output = _pair(call)
    if not output or other_shape(indices_of(labels, output), output[:-1]):
        raise _refuse(call, labels, output)
    return _mean(call, output)


@operation("metrics:binary_accuracy", "y_true y_pred threshold=0")
def of_elements(call: Call) -> Shapes:
    """Return one value for each element."""
    return broadcast(_path(call), *same_rank(*_pair(call)))


@operation(_objects(_OBJECTS), "y_true y_pred")
def of_object(call: Call) -> Shapes:
    """Return the mean over all elements, where labels and output are broadcast."""
    broadcast(_path(call), *same_rank(*_pair(call)))
    return ()


@operation(_objects(_OBJECTS_OF_ROWS), "y_true y_pred")
def of_object_of_rows(call: Call) -> Shapes:
    """Return the mean over all rows; refuse labels of another shape than the output."""
    labels, output = same_rank(*_pair(call))
    if other_shape(labels, output):
        raise _refuse(call, labels, output)
    return ()


@operation("losses:SparseCategoricalCrossentropy.__call__", "y_true y_pred")
def of_object_of_indices(call: Call) -> Shapes:
    """Return the mean over all rows; refuse class indices that are not one for each."""
    of_indices(call)
    return ()
