"""Which weights of samples a loss refuses, by shapes."""

from __future__ import annotations

from kfix.model.graph import Shape
from kfix.model.ranks import same_rank
from kfix.shapes.losses import differ, plain


def loss_values(name: str, labels: Shape, output: Shape) -> Shape:
    """Return the shape of what a loss gives: one value for each row of the output."""
    if plain(name) == "sparsecategoricalcrossentropy":
        return output[:-1]
    longer = max(*same_rank(labels, output), key=len)
    return longer[:-1] if len(longer) > 1 else longer


def weights_refuse(values: Shape, weights: Shape) -> bool:
    """Return whether weights of samples of a shape do not fit the values of a loss."""
    if len(weights) == len(values) + 1 and weights[-1] == 1:
        weights = weights[:-1]
    elif len(values) == len(weights) + 1 and values[-1] == 1:
        values = values[:-1]
    return differ(values, weights)
