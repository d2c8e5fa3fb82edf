"""The labels against the output of the model, under its loss and its metrics."""

from __future__ import annotations

from kfix.evidence.row import Row

ROWS = (
    Row(
        "labels-rank",
        (
            "Arguments `target` and `output` must have the same rank (ndim). Received: "
            "target.shape={target}, output.shape={output}",
            "Argument `output` must have rank (ndim) `target.ndim - 1`. Received: "
            "target.shape={target}, output.shape={output}",
            "`y_true` and `y_pred` must have the same rank{*}Received: "
            "y_true.shape={target}{*}y_pred.shape={output}",
        ),
        "The labels and the output of the model have different ranks. target.shape is that of a "
        "batch of labels, output.shape that of what the model returns.",
        "Integer labels under categorical_crossentropy, which takes one-hot rows "
        "(sparse_categorical_crossentropy takes integers), or the other way round; a Dense on a "
        "feature map without a Flatten; an LSTM with return_sequences=True in front of the last "
        "Dense, or without it where there is a label for each step.",
        "Arguments `target` and `output` must have the same rank (ndim). Received: "
        "target.shape=(None,), output.shape=(None, 4)",
        ("KFX602", "KFX101"),
    ),
    Row(
        "labels-shape",
        (
            "Arguments `target` and `output` must have the same shape. Received: "
            "target.shape={target}, output.shape={output}",
            "Arguments `target` and `output` must have the same shape up until the last dimension: "
            "target.shape={target}, output.shape={output}",
            "Shapes {target} and {output} are incompatible",
            "A target array with shape {target} was passed for an output of shape {output} while "
            "using as loss `{*}`",
            "You are passing a target array of shape {target} while using as loss `{*}`",
            "`logits` and `labels` must have the same shape, received ({output} vs {target}).",
            "logits and labels must have the same shape, received ({output} vs {target}).",
            "logits and labels must have the same shape ({output} vs {target})",
        ),
        "The labels and the output of the model have different shapes under a loss that compares "
        "them place by place.",
        "The last Dense has another number of units than there are classes or columns of labels; "
        "integer labels under categorical_crossentropy; an autoencoder whose output is not of "
        "the size of its input.",
        "Arguments `target` and `output` must have the same shape. Received: target.shape=(None, "
        "22), output.shape=(None, 3)",
        ("KFX101", "KFX602", "KFX612"),
    ),
    Row(
        "labels-array",
        (
            "Error when checking target: expected {layer} to have shape {expected} but got array "
            "with shape {target}",
            "Error when checking target: expected {layer} to have {ndim} dimensions, but got "
            "array with shape {target}",
            "Error when checking model target: expected {layer} to have shape {expected} but got "
            "array with shape {target}",
            "Error when checking model target: expected {layer} to have {ndim} dimensions, but "
            "got array with shape {target}",
        ),
        "The labels do not have the shape of the model's output. The layer that is named is the "
        "last one.",
        "The last Dense has another number of units than there are classes; integer labels under "
        "categorical_crossentropy; a Flatten is missing, or a return_sequences is too many.",
        "Error when checking target: expected dense_2 to have shape (3,) but got array with "
        "shape (22,)",
        ("KFX101", "KFX602"),
        era="Keras 2",
    ),
    Row(
        "loss-operands",
        (
            "Dimensions must be equal, but are {*} for '{{node {node}}} = SquaredDifference[{*}' "
            "with input shapes: {output}, {target}.",
            "Dimensions must be equal, but are {*} for '{{node mean_absolute_error/sub}} = {*}' "
            "with input shapes: {output}, {target}.",
            "Dimensions must be equal, but are {*} for '{{node {node}}} = {*}' with input "
            "shapes: {target}, {output}.",
            "Dimensions must be equal, but are {*} for '{node}' (op: '{*}') with input shapes: "
            "{target}, {output}.",
            "Incompatible shapes: {target} vs. {output}{*}[[node {node}",
            "Incompatible shapes: {target} vs. {output}{*}[[{{node {node}}}]]",
            "Incompatible shapes: {target} vs. {output}",
            "sub got incompatible shapes for broadcasting: {target}, {output}",
            "Incompatible shapes for broadcasting: shapes=[{target}, {output}]",
        ),
        "Two tensors are computed with each other place by place and have different shapes. In a "
        "node of the loss the one is the labels, the other the output of the model.",
        "An autoencoder whose output is not of the size of its input; another number of units "
        "than columns of labels; two tensors of the program's own loss or layer.",
        "Dimensions must be equal, but are 5 and 3 for '{{node compile_loss/mse/sub}} = "
        "Sub[T=DT_FLOAT](data_1, sequential_1/dense_1/Softmax)' with input shapes: [?,5], [?,3].",
        ("KFX101", "KFX612", "KFX602", "KFX205"),
    ),
    Row(
        "label-range",
        (
            "Received a label value of {label} which is outside the valid range of [0, "
            "{classes}). Label values: {labels}[[",
            "Received a label value of {label} which is outside the valid range of [0, "
            "{classes}). Label values: {labels}",
            "Received a label value of {label} which is outside the valid range of [0, {classes})",
            "Target {label} is out of bounds.",
        ),
        "A label is larger than the number of units of the last layer allows: with 3 units the "
        "labels are 0, 1 and 2.",
        "The last Dense has fewer units than there are classes; the labels count from 1 and not "
        "from 0.",
        "Received a label value of 3 which is outside the valid range of [0, 3). Label values: 1 "
        "2 3 3 1 2",
        ("KFX101", "KFX612", "KFX602"),
    ),
    Row(
        "logits-and-labels",
        (
            "logits and labels must have the same first dimension, got logits shape {output} and "
            "labels shape {target}",
            "`labels.shape` must equal `logits.shape` except for the last dimension. Received: "
            "labels.shape={target} and logits.shape={output}",
            "logits and labels must be broadcastable: logits_size={output} labels_size={target}",
            "logits and labels must be same size: logits_size={output} labels_size={target}",
        ),
        "The labels and the output of the model do not go together, once every axis but the last "
        "is counted as samples.",
        "One-hot labels under sparse_categorical_crossentropy; a Dense on a feature map without "
        "a Flatten; another number of units than classes.",
        "logits and labels must have the same first dimension, got logits shape [32,10] and "
        "labels shape [320]",
        ("KFX602", "KFX101"),
        era="TensorFlow 2",
    ),
    Row(
        "outputs-structure",
        (
            "tuple arity mismatch; expected: {count}, got: {given};",
            "Invalid `metrics`. `metrics` should contain metrics objects and either be a dict or "
            "a list matching the output names",
            "The path: {*} in the `loss` argument, can't be found in either the model's output "
            "(`y_pred`) or in the labels (`y_true`).",
            "y_true and y_pred have different structures.",
            "For a model with multiple outputs, when providing the `metrics` argument as a list, "
            "it should have as many entries as the model has outputs. Received:{*}",
            "For a model with multiple outputs{*}`loss` argument{*}as many entries as the model "
            "has outputs",
            "In the dict argument `{argument}`, key '{keys}' does not correspond to any model "
            "output. Received:{*}",
            "Found unexpected losses or metrics that do not correspond to any Model output: "
            "{keys}. Valid mode output names: {names}.",
            "Expected float32, but got {keys} of type 'str'",
            "Expected keys {names} in `y_true`, but found keys: {keys}",
            'No data provided for "{names}". Need data for each key in: {keys}',
            "Expected to see {count} array(s), but instead got the following list of {given} "
            "arrays",
            "Error when checking model target: the list of Numpy arrays that you are passing to "
            "your model is not the size the model expected. Expected to see {count} array(s), "
            "but instead got",
            "Error when checking model input: the list of Numpy arrays that you are passing to "
            "your model is not the size the model expected. Expected to see {count} array(s), "
            "but instead got",
        ),
        "A model with several outputs needs labels, losses and metrics for each of them, in a "
        "list or by the names of the outputs.",
        "One array of labels for several outputs; one flat list of metrics; a key that is not "
        "the name of an output.",
        "tuple arity mismatch; expected: 2, got: 3; tuple: ('mae', 'mse', 'mape').",
        ("KFX610", "KFX613", "KFX612"),
    ),
    Row(
        "metric-shape",
        (
            "Argument `{argument}` must have {*}. Received: {*}y_pred.shape={output}",
            "Shape {output} must have rank {ndim}",
        ),
        "A metric does not take the shape of the output or of the labels.",
        "A metric for classes with an output of one unit, or one for integers with one-hot labels.",
        "Shape (None, 3) must have rank 1",
        ("KFX602",),
        era="TensorFlow 2",
    ),
)
