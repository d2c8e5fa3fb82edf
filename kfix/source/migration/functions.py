"""Functions and classes of Keras whose arguments have other names now, and those that are gone.

Kept by hand, as Keras 3 does not know them any more: from the release notes of Keras 2 and 3.
"""

from __future__ import annotations

ARGUMENTS: dict[str, dict[str, str]] = {
    "layers.Embedding": {"dropout": ""},
    "layers.embeddings.Embedding": {"dropout": ""},
    "datasets.imdb.load_data": {"nb_words": "num_words", "test_split": ""},
    "datasets.reuters.load_data": {"nb_words": "num_words"},
    "utils.to_categorical": {"nb_classes": "num_classes"},
    "utils.np_utils.to_categorical": {"nb_classes": "num_classes"},
    "preprocessing.text.Tokenizer": {"nb_words": "num_words"},
    "models.Model": {"input": "inputs", "output": "outputs"},
    "engine.Model": {"input": "inputs", "output": "outputs"},
    "engine.training.Model": {"input": "inputs", "output": "outputs"},
    "engine.topology.Input": {"batch_input_shape": "batch_shape"},
    "callbacks.ReduceLROnPlateau": {"epsilon": "min_delta"},
    "callbacks.ModelCheckpoint": {"period": ""},
    "callbacks.TensorBoard": {
        "write_grads": "",
        "batch_size": "",
        "embeddings_layer_names": "",
        "embeddings_data": "",
    },
    "applications.imagenet_utils._obtain_input_shape": {
        "dim_ordering": "data_format",
        "include_top": "require_flatten",
    },
}
"""By function: the new names of its arguments, "" for one that is gone."""

OPTIMIZERS = (
    *("SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam", "Ftrl"),
    *("sgd", "rmsprop", "adagrad", "adadelta", "adam", "adamax", "nadam"),
)
"""Optimizers that had a rate by the name of `lr`."""

TO_FUNCTIONS = {
    "concat": "concatenate",
    "sum": "add",
    "mul": "multiply",
    "ave": "average",
    "max": "maximum",
    "dot": "dot",
}
"""What each mode of `merge` is now."""

KEPT_OF_MERGE = {"concat_axis": "axis", "dot_axes": "axes", "name": "name"}
"""The arguments of `merge` that stay, by their new names."""

AXIS_OF_MERGE = {"concat": "concat_axis", "dot": "dot_axes"}
"""The argument of an axis that a mode of `merge` takes."""

THEANO = ("convert_all_kernels_in_model", "convert_kernel", "convert_dense_weights_data_format")
"""Functions for weights of Theano, which Keras 3 has no more."""

TENSORFLOW = {
    "GPUOptions": "compat.v1.GPUOptions",
    "ConfigProto": "compat.v1.ConfigProto",
    "Session": "compat.v1.Session",
    "InteractiveSession": "compat.v1.InteractiveSession",
    "set_random_seed": "random.set_seed",
    "random_normal": "random.normal",
    "random_uniform": "random.uniform",
    "log": "math.log",
    "logging.set_verbosity": "compat.v1.logging.set_verbosity",
    "logging.ERROR": "compat.v1.logging.ERROR",
    "logging.INFO": "compat.v1.logging.INFO",
    "reset_default_graph": "compat.v1.reset_default_graph",
    "global_variables_initializer": "compat.v1.global_variables_initializer",
    "to_float": "compat.v1.to_float",
}
"""Names of TensorFlow 1, and where TensorFlow 2 has them."""

NUMPY = {"float": "float", "int": "int", "bool": "bool", "object": "object"}
"""Names of NumPy that are those of Python now."""
