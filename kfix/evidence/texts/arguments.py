"""How layers and models are made and called: arguments, attributes, tensors that are none."""

from __future__ import annotations

from kfix.evidence.row import Row

ROWS = (
    Row(
        "not-a-shape",
        (
            "Cannot convert '{argument}' to a shape.",
            "Error converting shape to a TensorShape: {*}",
        ),
        "An input shape must be a tuple: (784,), with the comma, and not (784).",
        "The comma of a tuple with one number is missing; a whole list of shapes where one shape "
        "belongs.",
        "Cannot convert '784' to a shape.",
        ("KFX209",),
    ),
    Row(
        "unknown-argument",
        (
            "Unrecognized keyword arguments passed to {class}: {'{argument}'",
            "{*}__init__() got an unexpected keyword argument '{argument}'",
            "('Keyword argument not understood:', '{argument}')",
            "Keyword argument not understood:",
        ),
        "The layer has no argument of this name in this version of Keras.",
        "A program for an older Keras (batch_input_shape, border_mode, weights=, input_length), "
        "or a typing error.",
        "Unrecognized keyword arguments passed to LSTM: {'batch_input_shape': (8, 10, 2)}",
        ("KFX304", "KFX301"),
    ),
    Row(
        "bad-units",
        (
            "Received an invalid value for `{argument}`, expected a positive integer. Received: "
            "{*}={value}",
            "Received an invalid value for argument `{argument}`{*}",
            "`{argument}` must be a positive integer. Received: {*}={value} (of type {class})",
            "Invalid value for argument `{argument}`. Expected a strictly positive value. "
            "Received {*}={value}",
            "The `{argument}` argument must be a tuple of {count} integers. Received: {*}",
        ),
        "An argument has a value that the layer does not take. A number that NumPy computed "
        "(np.max(y) + 1) is not a Python integer: int(...) around it helps.",
        "A NumPy number, a float (from a division: use //), or a string.",
        "Received an invalid value for `units`, expected a positive integer. Received: units=3",
        ("KFX303",),
    ),
    Row(
        "keras-tensor",
        (
            "A KerasTensor cannot be used as input to a TensorFlow function",
            "A KerasTensor is symbolic: it's a placeholder for a shape an a dtype. It doesn't "
            "have any actual numerical value.",
            "A KerasTensor cannot be used as input to a JAX function",
        ),
        "A function of TensorFlow or NumPy is called on a tensor of a model that is being built.",
        "tf.reduce_mean(x) or tf.image.resize(x) outside of a layer: keras.ops has the same "
        "functions, Lambda wraps others.",
        "A KerasTensor cannot be used as input to a TensorFlow function. A KerasTensor is a "
        "symbolic placeholder for a shape and dtype, used when constructing Keras Functional "
        "models or Keras Functions.",
        ("KFX213",),
    ),
    Row(
        "no-input-yet",
        (
            "The layer {layer} has never been called and thus has no defined {attribute}.",
            "This model has not yet been built. Build the model first by calling `build()` or by "
            "calling the model on a batch of data.",
            "You tried to call `count_params` on layer '{layer}', but the layer isn't built.",
            "You tried to call `count_params` on layer {layer}, but the layer isn't built.",
            "Weights for model {layer} have not yet been created.",
            "Sequential model '{layer}' has no defined input shape yet.",
            "Sequential model '{layer}' has no defined outputs yet.",
        ),
        "The model has no input shape, so Keras has not built it yet.",
        "A Sequential without an Input as its first layer.",
        "The layer sequential has never been called and thus has no defined input.",
        ("KFX214", "KFX401"),
    ),
    Row(
        "by-position",
        (
            "Only input tensors may be passed as positional arguments. The following argument "
            "value should be passed as a keyword argument: {shown} (of type {*})",
            "A merge layer should be called on a list of inputs. Received: {*}",
            "A merge layer should be called on a list of inputs.",
            "TypeError: too many positional arguments",
            "A `Concatenate` layer should be called on a list of {*}",
            "{*}call() takes {*} positional argument{*} but {given} were given",
        ),
        "A layer is called on its tensors, in a list where there are several; everything else is "
        "given by keyword.",
        "Concatenate()(a, b) in place of Concatenate()([a, b]); layer(x, True) in place of "
        "layer(x, training=True).",
        "Only input tensors may be passed as positional arguments. The following argument value "
        "should be passed as a keyword argument: True (of type <class 'bool'>)",
        ("KFX215", "KFX211"),
    ),
    Row(
        "no-add",
        (
            "'Functional' object has no attribute 'add'",
            "'Model' object has no attribute 'add'",
        ),
        "Only a Sequential has `add`; this model is a functional one, as all of "
        "keras.applications are.",
        "A pretrained base to which layers are added: put it into a Sequential, or call layers "
        "on base.output.",
        "'Functional' object has no attribute 'add'",
        ("KFX212",),
    ),
    Row(
        "no-attribute",
        (
            "'KerasTensor' object has no attribute '{attribute}'",
            "'Tensor' object has no attribute '{attribute}'",
            "'{*}' object has no attribute '_keras_shape'",
            "'{*}' object has no attribute 'get_shape'",
        ),
        "A tensor of Keras 3 does not have this attribute.",
        "A program for an older Keras: use .shape.",
        "'KerasTensor' object has no attribute '_keras_shape'",
        ("KFX214",),
    ),
    Row(
        "old-fit",
        (
            "'{class}' object has no attribute 'fit_generator'",
            "'{class}' object has no attribute 'predict_generator'",
            "'{class}' object has no attribute 'evaluate_generator'",
            "'{class}' object has no attribute 'predict_classes'",
            "{*}fit() got an unexpected keyword argument '{argument}'",
        ),
        "The method or argument was removed: fit, predict and evaluate take generators themselves.",
        "A program for an older Keras.",
        "'Sequential' object has no attribute 'fit_generator'",
        ("KFX307",),
    ),
    Row(
        "disconnected",
        (
            "Output with path `{*} is not connected to `inputs`",
            "`inputs` not connected to `outputs`",
            'Graph disconnected: cannot obtain value for tensor {*} at layer "{layer}"',
            "Graph disconnected: cannot obtain value for tensor {*} at layer '{layer}'",
        ),
        "The outputs of the model are not computed from its inputs.",
        "An Input that is made twice under one name; an output of an inner model (a pretrained "
        "base) with the Input of the outer one.",
        "Output with path `` is not connected to `inputs`",
        ("KFX211", "KFX215"),
    ),
    Row(
        "base-too-small",
        (
            "Input size must be at least {minimum}; Received: input_shape={wanted}",
            "Input size must be at least {minimum}{*}got `input_shape={wanted}`",
            "Input size must be at least {minimum}",
        ),
        "A model of keras.applications needs images of a least size.",
        "Small images: enlarge them where they are loaded, or put a Resizing in front.",
        "Input size must be at least 32x32; Received: input_shape=(28, 28, 3)",
        ("KFX303", "KFX202"),
    ),
    Row(
        "base-channels",
        (
            "The input must have 3 channels; Received `input_shape={wanted}`",
            "When setting `include_top=True` and loading `imagenet` weights, `input_shape` "
            "should be {expected}",
        ),
        "The pretrained weights are for colour images of a certain size.",
        "Grey images: repeat the channel three times, or weights=None.",
        "The input must have 3 channels; Received `input_shape=(64, 64, 1)`",
        ("KFX303", "KFX601"),
    ),
    Row(
        "not-in-sequential",
        (
            "Sequential model '{layer}' has already been configured to use input shape {expected}",
            "All layers added to a Sequential model should have a single output tensor",
            "All layers in a Sequential model should have a single output tensor",
            "The added layer must be an instance of class Layer",
            "Only instances of `keras.Layer` can be added to a Sequential model",
        ),
        "A Sequential takes layers with one input and one output, one after another.",
        "return_state=True in a Sequential; a tensor in place of a layer; a second Input.",
        "Only instances of `keras.Layer` can be added to a Sequential model. Received: 3 (of "
        "type <class 'int'>)",
        ("KFX210",),
    ),
    Row(
        "time-axis",
        (
            "`TimeDistributed` Layer should be passed an `input_shape` with at least 3 "
            "dimensions, received: {input}",
            "`TimeDistributed` Layer should be passed an `input_shape ` with at least 3 "
            "dimensions, received: {input}",
        ),
        "TimeDistributed applies a layer to each step of a sequence, and its input has no axis "
        "of the steps.",
        "return_sequences=True is missing on the recurrent layer in front; or the wrapper is one "
        "too many.",
        "`TimeDistributed` Layer should be passed an `input_shape` with at least 3 dimensions, "
        "received: (None, 16)",
        ("KFX201",),
    ),
    Row(
        "divisible",
        (
            "The number of input channels must be evenly divisible by the number of groups. "
            "Received groups={*}",
            "The number of filters must be evenly divisible by the number of groups. Received: {*}",
            "Number of groups ({*}) must be a multiple of the number of channels ({*})",
        ),
        "A number of channels must be a multiple of `groups`.",
        "groups was copied from a model with more channels.",
        "The number of input channels must be evenly divisible by the number of groups. Received "
        "groups=4",
        ("KFX207",),
    ),
    Row(
        "index-out-of-bounds",
        ("indices[{*}] = {label} is not in [0, {classes})",),
        "An Embedding is asked for a word with a larger number than its input_dim allows.",
        "input_dim is the number of different words + 1 where they are counted from 1: give "
        "Embedding the largest number + 1.",
        "indices[3,17] = 5000 is not in [0, 5000)",
        (),
        era="TensorFlow 2",
    ),
    Row(
        "generator-form",
        (
            "When passing a Python generator to a Keras model, the generator must return a tuple",
            "`output_signature` must contain objects that are subclass of `tf.TypeSpec` but "
            "found <class '{*}'>",
            "`generator` yielded an element {*}. Expected type{*}",
            "TypeError: `generator` yielded an element",
            "The two structures don't have the same nested structure",
            "The two structures don't have the same sequence length",
        ),
        "A generator yields its batch in another form than Keras takes: a tuple (x, y).",
        "A generator that yields [x, y] in a list, or a Sequence that returns one.",
        "When passing a Python generator to a Keras model, the generator must return a tuple, "
        "either (input,) or (inputs, targets) or (inputs, targets, sample_weights).",
        ("KFX610",),
    ),
    Row(
        "infer-output",
        (
            "Could not automatically infer the output shape / dtype of '{layer}' (of type "
            "{class}).",
            "We could not automatically infer the shape of the Lambda's output",
        ),
        "A layer of the program, or a Lambda, failed when Keras tried it on shapes alone. The "
        "error that it gave stands below this text.",
        "The code of the layer does not go with the shape of its input: a table of another "
        "length, a matrix of another size.",
        "Could not automatically infer the output shape / dtype of 'add_position' (of type "
        "AddPosition). Either the `AddPosition.call()` method is incorrect, or you need to "
        "implement ...",
        ("KFX205",),
    ),
)
