"""What a model or a layer is given and does not take."""

from __future__ import annotations

from kfix.evidence.row import Row

_OF_LAYER = (
    "Input {index} with name '{*}' of layer '{layer}' is incompatible with the layer: ",
    'Input {index} of layer "{layer}" is incompatible with the layer: ',
    "Input {index} of layer {layer} is incompatible with the layer: : ",
    "Input {index} of layer {layer} is incompatible with the layer: ",
    "Input {index} is incompatible with layer {layer}: ",
)
"""How Keras 3 begins, TensorFlow 2.6 to 2.15, TensorFlow 2.2 to 2.5, and Keras 2."""


def _of_layer(*ends: str) -> tuple[str, ...]:
    return tuple(start + end for start in _OF_LAYER for end in ends)


ROWS = (
    Row(
        "input-shape",
        _of_layer("expected shape={expected}, found shape={data}"),
        "The model was made for an input of one shape and is given data of another. Both shapes "
        "are in the text: the expected one is that of the Input layer, the found one that of the "
        "data.",
        "The input shape was copied from another program; the data lacks the axis of the "
        "channels, or was not reshaped; x.shape was used where x.shape[1:] belongs; one sample "
        "was passed in place of a batch.",
        "Input 0 with name 'input_layer' of layer 'functional' is incompatible with the layer: "
        "expected shape=(None, 28, 28), found shape=(None, 20)",
        ("KFX601", "KFX604", "KFX211"),
    ),
    Row(
        "input-shape-of-graph",
        (
            "Invalid input shape for input {*}Expected shape {expected}, but input has "
            "incompatible shape {data}",
        ),
        "The model was made for an input of one shape and is given data of another. The first "
        "shape is that of the Input layer, the second that of the data.",
        "The input shape was copied from another program; the data was not reshaped; one sample "
        "was passed in place of a batch.",
        'Invalid input shape for input Tensor("data:0", shape=(4, 30), dtype=float32) with name '
        "'keras_tensor' and path ''. Expected shape (None, 30, 2), but input has incompatible "
        "shape (4, 30)",
        ("KFX601", "KFX604"),
    ),
    Row(
        "input-shape-warned",
        (
            "Model was constructed with shape {expected} for input {*}, but it was called on an "
            "input with incompatible shape {data}.",
        ),
        "A warning of TensorFlow 2: the data has another shape than the Input layer. The error "
        "behind it is usually a consequence of this.",
        "The input shape was copied from another program, or one sample was passed in place of a "
        "batch.",
        "WARNING:tensorflow:Model was constructed with shape (None, 4) for input "
        "KerasTensor(...), but it was called on an input with incompatible shape (None, 1, 4).",
        ("KFX601", "KFX604"),
        era="TensorFlow 2",
    ),
    Row(
        "array-shape",
        (
            "Error when checking input: expected {layer} to have shape {expected} but got array "
            "with shape {data}",
            "Error when checking : expected {layer} to have shape {expected} but got array with "
            "shape {data}",
            "Cannot feed value of shape {data} for Tensor {*}, which has shape {*}{expected}",
        ),
        "The data has another shape than the input of the model. The array's shape is given with "
        "or without the samples.",
        "The data was not reshaped, or the input shape was copied from another program.",
        "Error when checking input: expected dense_1_input to have shape (784,) but got array "
        "with shape (28,)",
        ("KFX601",),
        era="Keras 2",
    ),
    Row(
        "array-rank",
        (
            "Error when checking model input: expected {layer} to have {ndim} dimensions, but got "
            "array with shape {data}",
            "Error when checking input: expected {layer} to have {ndim} dimensions, but got "
            "array with shape {data}",
            "Error when checking : expected {layer} to have {ndim} dimensions, but got array "
            "with shape {data}",
        ),
        "The data has another rank than the input of the model: an axis is missing, or one is "
        "too many.",
        "Images without the axis of the channels, sequences without the axis of the features, "
        "one sample in place of a batch, or the number of samples in the input shape.",
        "Error when checking input: expected conv2d_1_input to have 4 dimensions, but got array "
        "with shape (60000, 28, 28)",
        ("KFX601", "KFX604"),
        era="Keras 2",
    ),
    Row(
        "axis-value",
        _of_layer(
            "expected axis {axis} of input shape to have value {value}, but received input with "
            "shape {input}",
            "expected axis {axis} of input shape to have value {value} but received input with "
            "shape {input}",
        ),
        "The layer has weights for one number of features or channels, and its input has another.",
        "The data has another number of columns than the input shape says; a model made for "
        "three channels gets grey images; a layer was used for two inputs of different sizes.",
        "Input 0 with name 'None' of layer 'dense' is incompatible with the layer: expected axis "
        "-1 of input shape to have value 8, but received input with shape (None, 10)",
        ("KFX601", "KFX208"),
    ),
    Row(
        "least-rank",
        _of_layer(
            "expected min_ndim={ndim}, found ndim={found_ndim}. Full shape received: {input}",
            "expected min_ndim={ndim}, found ndim={found_ndim}",
        ),
        "The layer takes inputs with more axes. A Conv2D takes images of (height, width, "
        "channels), a Conv1D sequences of (steps, features).",
        "Grey images without the axis of the channels; a table where a sequence belongs; a "
        "Flatten in front of a convolution.",
        "Input 0 with name 'None' of layer 'conv2d' is incompatible with the layer: expected "
        "min_ndim=4, found ndim=3. Full shape received: (None, 28, 28)",
        ("KFX201", "KFX601"),
    ),
    Row(
        "rank",
        _of_layer(
            "expected ndim={ndim}, found ndim={found_ndim}. Full shape received: {input}",
            "expected ndim={ndim}, found ndim={found_ndim}",
        ),
        "The layer takes inputs of another rank. A recurrent layer takes (steps, features), a "
        "pooling or convolution (height, width, channels), a RepeatVector (features).",
        "A recurrent layer in front of another lacks return_sequences=True; images go straight "
        "into an LSTM; the number of samples stands in the input shape; a Flatten stands too "
        "early.",
        "Input 0 with name 'None' of layer 'lstm_1' is incompatible with the layer: expected "
        "ndim=3, found ndim=2. Full shape received: (None, 32)",
        ("KFX201", "KFX601"),
    ),
    Row(
        "most-rank",
        _of_layer("expected max_ndim={ndim}, found ndim={found_ndim}"),
        "The layer takes inputs with fewer axes.",
        "An axis too many in the data or in the input shape.",
        'Input 0 of layer "dense" is incompatible with the layer: expected max_ndim=2, found '
        "ndim=3",
        ("KFX201", "KFX601"),
        era="TensorFlow 2",
    ),
    Row(
        "kernel-rank",
        (
            "Kernel shape must have the same length as input, but received kernel of shape "
            "{kernel} and input of shape {input}",
        ),
        "The convolution takes images or sequences of another rank than its input has.",
        "The number of samples stands in the input shape (x.shape in place of x.shape[1:]), or "
        "an axis too many in the data.",
        "Kernel shape must have the same length as input, but received kernel of shape (3, 3, 1, "
        "16) and input of shape (None, 50, 28, 28, 1).",
        ("KFX201", "KFX601"),
    ),
    Row(
        "inputs-count",
        (
            'Layer "{layer}" expects {count} input(s), but it received {given} input tensors',
            'Layer "{layer}" expects {count} named input(s) with keys {names}, but it received '
            "{given} input tensors",
            "Layer {layer} expects {count} input(s), but it received {given} input tensors",
            "Layer {layer} expects {count} inputs, but it received {given} input tensors",
        ),
        "The model or layer gets another number of tensors than it has inputs.",
        "A Python list of samples was passed in place of one array; a generator yields lists; a "
        "model with two inputs gets one array.",
        "Layer \"functional\" expects 2 named input(s) with keys ['input_layer', "
        "'input_layer_1'], but it received 1 input tensors. Pass inputs as a dict",
        ("KFX610", "KFX608", "KFX211"),
    ),
    Row(
        "inputs-structure",
        (
            "The structure of `inputs` doesn't match the expected structure.{*}Expected: {names} "
            "Received: inputs={keys}",
            "Function `{*}` expects {names} but got {keys} as data",
        ),
        "The data is nested in another way than the inputs of the model.",
        "A list was passed where the model has one input, or one array where it has several.",
        "The structure of `inputs` doesn't match the expected structure. Expected: ['a', 'b'] "
        "Received: inputs=...",
        ("KFX610", "KFX608"),
        era="Keras 3, a warning",
    ),
    Row(
        "input-missing",
        (
            'Missing data for input "{names}". You passed a data dictionary with keys {keys}. '
            "Expected the following keys: {*}",
        ),
        "The data is a dictionary, and one of the model's inputs has no entry in it.",
        "A key is written in another way than the name of the Input.",
        "Missing data for input \"age\". You passed a data dictionary with keys ['Age', 'size']. "
        "Expected the following keys: ['age', 'size']",
        ("KFX610",),
    ),
    Row(
        "stateful-batch",
        (
            "When using `stateful=True` in a RNN, the batch size must be static. Found dynamic "
            "batch size: sequence.shape={input}",
            "When using `stateful=True` in a RNN, the batch size must be static",
            "the batch size of the input sequences must be the same as the batch size of the "
            "initial state. - Expected batch size: {size} - Received batch size: {given}{*}"
            "sequences=tf.Tensor(shape={data},",
            "the batch size of the input sequences must be the same as the batch size of the "
            "initial state. - Expected batch size: {size} - Received batch size: {given}",
            "If a RNN is stateful, it needs to know its batch size",
            "If an RNN is stateful, it needs to know its batch size",
            "In a stateful network, you should only pass inputs with a number of samples that "
            "can be divided by the batch size{*}Found: {size} samples",
            "Specify the `batch_size`, i.e. dimensions of a stateful RNN",
        ),
        "A stateful layer keeps a state for each sample of a batch, so the batch size must be "
        "known and always the same.",
        "No batch_shape on the Input; batches of another size in fit, evaluate or predict; a "
        "last batch that is smaller.",
        "When using `stateful=True` in a RNN, the batch size must be static. Found dynamic batch "
        "size: sequence.shape=(None, 5, 3)",
        ("KFX611",),
    ),
    Row(
        "no-samples-axis",
        (
            "Data cardinality is ambiguous{*}'x' sizes: {sizes}Make sure that all arrays contain "
            "the same number of samples",
            "Data cardinality is ambiguous. Make sure all arrays contain the same number of "
            "samples.{*}'x' sizes: {sizes} 'y' sizes: {given}",
            "Data cardinality is ambiguous{*}x sizes: {sizes}y sizes: {given}",
            "Data cardinality is ambiguous{*}sizes: {sizes}",
            "Input arrays should have the same number of samples as target arrays. Found {count} "
            "input samples and {given} target samples",
            "All input arrays (x) should have the same number of samples. Got array shapes: "
            "{inputs}",
        ),
        "The arrays of one call have different numbers of samples: the first axis of x, of y and "
        "of every input must be the same.",
        "x and y come from different splits; a Python list of arrays was passed for one array; "
        "an array has its samples along another axis; one sample lacks the axis of the batch.",
        "Data cardinality is ambiguous. Make sure all arrays contain the same number of "
        "samples.'x' sizes: 100 'y' sizes: 90",
        ("KFX609", "KFX604", "KFX608", "KFX610"),
    ),
    Row(
        "not-an-array",
        (
            "Unrecognized data type: x={*} (of type <class '{attribute}'>)",
            "Unrecognized data type: x=",
            "Failed to find data adapter that can handle input: {keys}",
            "Failed to convert a NumPy array to a Tensor (Unsupported object type list)",
            "Failed to convert a NumPy array to a Tensor (Unsupported object type numpy.ndarray)",
            "Inputs to a layer should be tensors. Got '{*}' (of type <class '{attribute}'>) as "
            "input for layer '{layer}'",
            "setting an array element with a sequence{*}inhomogeneous shape",
        ),
        "The data is not an array: a Python list, a None, rows of different lengths, or columns of "
        "text.",
        "np.array(...) is missing around a list; the rows have different lengths; the table has "
        "columns that are not numbers.",
        "Unrecognized data type: x=[...] (of type <class 'list'>)",
        ("KFX608",),
    ),
)
