"""What a layer refuses while a model is built."""

from __future__ import annotations

from kfix.evidence.row import Row

ROWS = (
    Row(
        "window-too-large",
        (
            "Computed output size would be zero or negative. Received `inputs shape={input}`, "
            "`kernel shape={kernel}`",
            "Computed output size would be zero or negative. Received: `inputs.shape={input}`",
            "Computed output size would be negative. Received `inputs shape={input}`",
            "Negative dimension size caused by subtracting {size} from {value} for '{*}' (op: "
            "'{class}') with input shapes: {input}, {kernel}",
            "Negative dimension size caused by subtracting {size} from {value} for '{*}' (op: "
            "'{class}') with input shapes: {input}",
            "Negative dimension size caused by subtracting {size} from {value} for '{*}= "
            "{class}[{*}' with input shapes: {input}, {kernel}",
            "Negative dimension size caused by subtracting {size} from {value} for '{*}= "
            "{class}[{*}' with input shapes: {input}",
            "Negative dimension size caused by subtracting {size} from {value}",
            "One of the dimensions in the output is <= 0 due to downsampling in {layer}",
            "Values in `cropping` argument should be smaller than the corresponding spatial "
            "dimension of the input. Received: {*}shape={input}",
            "Calculated padded input size per channel: {*}Kernel size: {*}Kernel size can't be "
            "greater than actual input size",
        ),
        "The window of a convolution or pooling is larger than what is left of the image or "
        "sequence at this layer.",
        "Too many poolings for images of this size; padding='same' is missing; the channels "
        "stand first in the data while the layers take them last; a smaller image than the model "
        "was made for.",
        "Computed output size would be zero or negative. Received `inputs shape=(None, 4, 4, "
        "32)`, `kernel shape=(5, 5, 32, 64)`, `dilation_rate=[1 1]`, `strides=(1, 1)`, "
        "`padding=valid`.",
        ("KFX202",),
    ),
    Row(
        "dim-not-defined",
        (
            "Shapes used to initialize variables must be fully-defined (no `None` dimensions). "
            "Received: shape={weight} for variable path='{layer}'",
            "The last dimension of the inputs to a Dense layer should be defined. Found None",
            "The last dimension of the inputs to `Dense` should be defined. Found `None`",
            "The channel dimension of the inputs should be defined",
            "The last dimension of the inputs should be defined. Found `None`",
        ),
        "A layer makes its weights from the size of the last axis of its input, and that size is "
        "not known.",
        "Flatten of an input with None in its shape; an Input with None for the features or "
        "channels.",
        "Shapes used to initialize variables must be fully-defined (no `None` dimensions). "
        "Received: shape=(None, 5) for variable path='sequential/dense/kernel'",
        ("KFX203",),
    ),
    Row(
        "reshape-total",
        (
            "The total size of the tensor must be unchanged. Received: input_shape={input}, "
            "target_shape={wanted}",
            "The total size of the tensor must be unchanged. Received: input_shape={input}, "
            "newshape={wanted}",
            "The total size of the tensor must be unchanged, however, the input size cannot by "
            "divided by the specified dimensions in {*}. Received: input_shape={input}, "
            "{*}={wanted}",
            "total size of new array must be unchanged, input_shape = {input}, output_shape = "
            "{wanted}",
            "total size of new array must be unchanged",
            "Cannot reshape a tensor with {size} elements to shape {wanted} ({*} elements) for "
            "'{*}' with input shapes: {input}",
            "Input to reshape is a tensor with {size} values, but the requested shape has {value}",
        ),
        "A Reshape must keep the number of elements: the product of the dims before and behind "
        "it is the same.",
        "The target shape was copied from a model for another image size; a Dense in front of "
        "the Reshape has other units than the product of the target shape.",
        "The total size of the tensor must be unchanged. Received: input_shape=(1152,), "
        "target_shape=(12, 12, 32)",
        ("KFX204",),
    ),
    Row(
        "array-reshape",
        ("cannot reshape array of size {size} into shape {wanted}",),
        "NumPy cannot give this array that shape: the number of elements differs. It is the "
        "data, not the model.",
        "The images have another size or another number of channels than the numbers in reshape; "
        "some files were not read.",
        "cannot reshape array of size 47040 into shape (60,28,28,3)",
        (),
        other="an array whose number of elements does not fit the shape that NumPy is asked for",
        era="NumPy",
    ),
    Row(
        "concatenate",
        (
            "A `Concatenate` layer requires inputs with matching shapes except for the "
            "concatenation axis. Received: input_shape={inputs}",
            "A `Concatenate` layer requires inputs with matching shapes except for the concat "
            "axis. Got inputs shapes: {inputs}",
        ),
        "The inputs of a Concatenate must be alike in all axes but the one along which they are "
        "joined.",
        "An odd size was halved by a pooling and doubled again, so a skip is one larger; the "
        "wrong skip; the wrong axis (channels are -1).",
        "A `Concatenate` layer requires inputs with matching shapes except for the concatenation "
        "axis. Received: input_shape=[(None, 44, 44, 32), (None, 45, 45, 16)]",
        ("KFX205",),
    ),
    Row(
        "merge",
        (
            "Inputs have incompatible shapes. Received shapes {one} and {other}",
            "Operands could not be broadcast together with shapes {one} {other}",
            "Cannot broadcast shape, the failure dim has value {*}, which cannot be broadcasted "
            "to {*}. Input shapes are: {one} and {other}",
            "Incompatible input shapes: axis values {*} != {*}. Full input shapes: {one}, {other}",
            "Cannot do batch_dot on inputs with shapes {one} and {other}",
            "Dimension incompatibility {*}layer input shapes: {one}, {other}",
            '"concat" mode can only merge layers with matching output shapes except for the concat '
            "axis. Layer shapes: {inputs}",
            "Cannot merge tensors with different batch sizes. Received tensors with shapes "
            "{inputs}",
        ),
        "Add, Multiply, Dot and the operators need inputs whose axes are equal (or one of them 1).",
        "A residual connection around layers that change the number of filters or the size: the "
        "shortcut needs a 1×1 convolution with the same filters and strides; an odd size that "
        "was halved and doubled.",
        "Inputs have incompatible shapes. Received shapes (32, 32, 64) and (32, 32, 32)",
        ("KFX205",),
    ),
    Row(
        "matmul",
        (
            "Inner dimensions (`x1.shape[-1]` and `x2.shape[-2]`) must be equal, but received "
            "`x1.shape={one}` and `x2.shape={other}`",
            "Matrix size-incompatible: In[0]: {one}, In[1]: {other}",
            "In[0] mismatch In[1] shape: {*}: {one} {other}",
            "mat1 and mat2 shapes cannot be multiplied ({shown})",
            "Dimensions must be equal, but are {*} for '{*}MatMul[{*}' with input shapes: {one}, "
            "{other}",
            "Dimensions must be equal, but are {*} (op: 'MatMul') with input shapes: {one}, "
            "{other}",
            "dot_general requires contracting dimensions to have the same shape, got {one} and "
            "{other}",
        ),
        "A Dense or another product of matrices has weights for another number of features than "
        "its input has.",
        "The data has another number of features than at training; initial states with other "
        "units than the recurrent layer; weights of another model.",
        "Inner dimensions (`x1.shape[-1]` and `x2.shape[-2]`) must be equal, but received "
        "`x1.shape=(None, 5, 32)` and `x2.shape=(None, 48, 7)`.",
        ("KFX208", "KFX601", "KFX503"),
    ),
)
