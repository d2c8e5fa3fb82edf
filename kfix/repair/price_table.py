"""The rows of the price list that are of no single kind of edit, each with its reason.

A number here is a preference; how they are added up stands in `kfix.repair.prices`.
"""

from __future__ import annotations

from kfix.edits.base import Price

TABLE: tuple[Price, ...] = (
    # From many dims to one vector.
    Price(
        "flatten",
        1.0,
        "Flatten before the first Dense is what nearly everybody does, and it loses nothing.",
    ),
    Price(
        "flatten-heavy",
        2.2,
        "The Dense after it would pass 5 million weights: pooling is what people choose then.",
    ),
    Price("flatten-pretrained", 1.9, "A pretrained base is made to be pooled."),
    Price(
        "flatten-sequence",
        1.45,
        "Flattening steps ties the weights to the length; the layer before can do better.",
    ),
    Price(
        "pool",
        1.3,
        "Global average pooling throws positions away, but costs no weights: the "
        "runner-up of Flatten.",
    ),
    Price(
        "pool-heavy",
        1.0,
        "On a large map, or on a pretrained base, global average pooling is the first choice.",
    ),
    Price(
        "pool-embedding",
        0.9,
        "The mean of the word vectors is the usual bridge from Embedding to Dense.",
    ),
    Price(
        "pool-head",
        0.9,
        "The map has one channel a class already: averaging each is the whole head.",
    ),
    Price(
        "pool-max",
        1.5,
        "Global maximum pooling asks whether something occurs: a narrower meaning than the mean.",
    ),
    Price(
        "collapse-siblings",
        0.7,
        "What is merged with it is made a vector of in this way: here it was forgotten.",
    ),
    Price(
        "flatten-inputs",
        1.35,
        "What is flattened behind a merge may be flattened before it, where nothing else fits.",
    ),
    Price("preferred", -0.6, "What --prefer names comes first wherever it can stand."),
    # Recurrent layers.
    Price(
        "sequences-on",
        0.8,
        "A recurrent layer that feeds another must return sequences: nothing else can be meant.",
    ),
    Price("sequences-off", 0.9, "One output per sequence is the last step of the last such layer."),
    Price("steps-laid-out", 0.6, "Labels for the steps of the input are one for each of them."),
    Price("repeat", 1.4, "RepeatVector starts a decoder from one vector: a change of the design."),
    Price(
        "time-distributed",
        1.5,
        "TimeDistributed keeps the steps apart, where a Reshape mixes rows into features.",
    ),
    Price(
        "wrap", 1.1, "A layer for one image works on each image of a sequence in TimeDistributed."
    ),
    Price(
        "unwrap",
        0.9,
        "TimeDistributed without a time axis says nothing: the layer alone is what is meant.",
    ),
    # Numbers of units and channels.
    Price("units", 1.0, "The last layer has as many units as there are classes."),
    Price("index", 0.8, "Another axis of the same shape has just the size that is wanted."),
    Price("channels", 1.0, "The last convolution has as many filters as the output has channels."),
    Price(
        "channels-pooled",
        1.7,
        "Filters under a global pooling decide what is learned, not only what comes out.",
    ),
    Price(
        "inner-units",
        1.2,
        "Units further back, where a Reshape or a merge needs another number of them.",
    ),
    Price("hidden", 1.1, "Behind a hidden layer that of the output is missing: its units stay."),
    Price("append-dense", 1.5, "A new last layer: when there is none to set the units of."),
    Price(
        "append-convolution",
        1.7,
        "A 1×1 convolution as the head of a map: a new layer with new weights.",
    ),
    Price(
        "shortcut",
        1.0,
        "A 1×1 convolution on the shortcut is how residual networks match their branches.",
    ),
    Price(
        "shortcut-strides",
        0.75,
        "A convolution on a shortcut has the strides of the branch beside it.",
    ),
    # Sizes.
    Price(
        "same",
        1.0,
        "padding='same' keeps every size, and is what was meant by nearly all who lost pixels.",
    ),
    Price(
        "same-some",
        1.35,
        "padding='same' on one layer of a stack that is written alike breaks the pattern.",
    ),
    Price(
        "same-single",
        0.4,
        "Of a map of one place a window sees that place alone, with padding='same' or without.",
    ),
    Price(
        "valid",
        1.1,
        "padding='valid' gives up the border: rarer than 'same', as good where it fits.",
    ),
    Price(
        "valid-up",
        1.65,
        "A transposed convolution without padding adds a border that nobody asked for.",
    ),
    Price(
        "valid-seed",
        1.6,
        "A decoder is given another size by the map that it starts from, not by its border.",
    ),
    Price(
        "valid-back",
        1.8,
        "What gives back the size it is fed keeps it all the way, and is cropped at the end.",
    ),
    Price("strides-one", 1.0, "A stride of 1 keeps the size."),
    Price("strides", 1.1, "Another stride halves or doubles the size, with the same weights."),
    Price("near", 0.005, "Every layer further back: what is near to the conflict comes first."),
    Price("stride-large", 0.05, "A stride above 2 leaves out more than it looks at."),
    Price(
        "strides-small",
        0.2,
        "A stride is there to halve the map: where a window is too large, others come first.",
    ),
    Price("group", 0.05, "One setting on a whole stack is one thought, but touches more lines."),
    Price("pool-size", 1.35, "A smaller window keeps more of the map."),
    Price("upsampling", 1.1, "The factor of an upsampling layer is there to be set."),
    Price("kernel", 1.4, "Another kernel changes what the layer can see."),
    Price(
        "knob",
        1.4,
        "Another argument of the layer, of which the layer itself says that it may be turned.",
    ),
    Price("dot-axes", 0.6, "A dot product sums over two axes of one size, wherever they stand."),
    Price("include-top", 0.6, "The classifier of ImageNet has its size and its classes."),
    Price(
        "three-channels",
        0.9,
        "A 1 x 1 convolution makes three channels of those that there are, as a base needs them.",
    ),
    Price("remove-pooling", 1.35, "One pooling fewer: the map was too small for it."),
    Price("remove-more", 0.3, "Every further layer that goes with it."),
    Price(
        "rescale-more",
        0.15,
        "One line of a helper function or a loop that scales each of its blocks otherwise.",
    ),
    Price(
        "old-kernel",
        0.6,
        "Conv2D(32, 3, 3) is how Keras 1 wrote a 3×3 kernel; now the second 3 is the stride.",
    ),
    Price(
        "far",
        0.3,
        "Every doubling beyond a factor of 4: nobody divides or multiplies a map by 32 "
        "in one layer.",
    ),
    Price("insert-pooling", 1.4, "One pooling more halves the map."),
    Price(
        "counterpart",
        1.05,
        "A branch that enlarges the map once more than it halves it lacks a pooling at its start.",
    ),
    Price(
        "instead",
        0.3,
        "Another layer turned in the place of the one that is missing among its kind.",
    ),
    Price("insert-upsampling", 1.4, "One upsampling more doubles the map."),
    Price("remove-upsampling", 1.35, "One upsampling fewer."),
    Price("crop", 1.15, "Cutting the border off at the end brings a size to the very pixel."),
    Price("crop-skips", 1.3, "The U-Net of the paper cuts its skips, since it pads nothing."),
    Price("pad", 1.45, "Zeros around the output are invented, so that this comes after cropping."),
    Price(
        "pad-border",
        0.7,
        "Zeros where a convolution has cut the true border off: padding='same' keeps that.",
    ),
    Price(
        "edge-seed",
        0.2,
        "What is cut or added at the edge of a decoder that could start from another map.",
    ),
    Price(
        "crop-border",
        0.2,
        "A border that one transposed convolution alone adds: padding='same' keeps it out.",
    ),
    Price("crop-pixel", 0.12, "Every further pixel that is cut off an axis."),
    Price("pad-pixel", 0.4, "Every further pixel that is invented on an axis."),
    Price(
        "pad-input",
        0.9,
        "Zeros around the input, cut off at the end: what U-Nets are given for sizes "
        "that do not halve.",
    ),
    Price(
        "branch",
        0.1,
        "Where two branches do not fit, either could be turned: what joins them comes first.",
    ),
    Price(
        "weigh-input",
        0.2,
        "What is multiplied with an input is made for it: the input is what it is.",
    ),
    Price(
        "product",
        0.25,
        "A width under a Flatten is one factor of what comes out: a wish for the "
        "product says less of it.",
    ),
    Price("seed", 1.3, "The first map of a decoder and the Dense that feeds it change together."),
    # Order and presence of layers.
    Price(
        "without-top",
        0.8,
        "A base whose top is left on classifies already: without it, it gives the map.",
    ),
    Price("move", 1.0, "The layer is right, its place is not."),
    Price("move-up", 0.85, "Flatten behind the Dense layers that it should feed has slipped down."),
    Price("remove", 1.25, "The layer has no place here."),
    Price("remove-double", 0.9, "Another layer of its kind, near it or further down, does this."),
    Price("replace", 1.05, "Its neighbour of another number of dims, or of the same purpose."),
    Price(
        "replace-siblings",
        0.85,
        "The layers around it are for one number of dims, and this one slipped to another.",
    ),
    Price("reshape", 1.2, "Reshape keeps every element, and changes only how they are laid out."),
    Price("reshape-shape", 1.15, "The target shape of Reshape has as many elements as its input."),
    Price("map-rows", 0.7, "A table has a row for each place of the map: that is its layout."),
    Price("permute", 0.95, "What was transposed on the way is transposed back where it is joined."),
    Price("axes-moved", 0.85, "Without the Permute the axis has the size that is expected of it."),
    Price("axes-mixed", 0.7, "A Reshape to the same dims in another order mixes the elements."),
    Price("batch-joined", 0.6, "A merge joins features: the first axis is that of the samples."),
    Price("bridge", 0.2, "What must come along with another edit to make it fit."),
    Price("resizing", 1.9, "Resizing invents pixels, as no other repair of a size does."),
    Price("anew", 2.5, "All elements through one Dense: nothing of the layout is left."),
    Price(
        "last-resort",
        2.0,
        "An adapter before a refused layer, where nothing says that it is meant: better than none.",
    ),
    # The input.
    Price(
        "input-order",
        0.7,
        "Channels first in a model that counts them last: one slip explains everything.",
    ),
    Price(
        "input-format",
        1.15,
        "Channels first has to be said at every layer, and does not run on every CPU.",
    ),
    Price(
        "input-axes",
        2.2,
        "The axes of the input in another order, where nothing speaks for it but the result.",
    ),
    Price("input-channel", 0.8, "An image without its channel axis."),
    Price("input-colors", 0.8, "The weights of ImageNet are for images of three channels."),
    Price("input-samples", 0.8, "The number of samples is not a part of an input shape."),
    Price(
        "input-words",
        0.8,
        "An Embedding takes one row of word numbers per sample: another axis is one too many.",
    ),
    Price("input-data", 0.9, "The data is what it is: the model's input is made for it."),
    Price("input-declared", 0.5, "The model says what the data says of its input: it is built."),
    Price("input-batch", 0.5, "A stateful layer needs the batch size, and `fit` says which."),
    Price("input-tuple", 0.5, "A number where a tuple belongs: (784) is 784."),
    Price(
        "input-size",
        2.9,
        "The size of the input belongs to the data, and is taken as right unless nothing else is.",
    ),
    Price(
        "input-inner",
        1.3,
        "The Input of a part follows what it is called on; its layers were made for that Input.",
    ),
    # What speaks for less.
    Price("next", 0.02, "Every further value of one kind: the likelier comes first."),
    Price("runner-up", 0.1, "Another way to the same, which people take less often."),
    Price("spelled-out", 0.05, "The number itself, where the program has a name for it."),
    Price("doubtful", 0.3, "The same edit where less speaks for it: another cause is likelier."),
    Price("samples-few", 0.5, "As few rows may well be the steps of one sequence."),
    Price("replace-alone", 0.15, "No neighbour is for the number of dims that it would be for."),
    Price("unasked", 1.0, "Without a target nobody says that the layer has no place here."),
    # What the model is compiled with.
    Price(
        "loss",
        0.6,
        "The labels are of one form, and another loss of the same purpose takes that form.",
    ),
    Price("sigmoid", 0.7, "Softmax of one unit is always 1: sigmoid is the activation for one."),
    # What the program gives to the model.
    Price("labels", 0.9, "to_categorical around the labels of every call; compile needs one word."),
    Price(
        "data",
        1.2,
        "Data in another form has to be given by every call: the model stands in one place.",
    ),
    Price("ends-named", 0.6, "Data by name says how the inputs and the outputs are called."),
    Price(
        "data-made",
        1.2,
        "The literal that the data is loaded, cut or padded with: the data is what it "
        "is, so that the input of the model comes first.",
    ),
    Price(
        "data-asked",
        0.8,
        "What predict alone is given is prepared as the model takes it: it was trained "
        "on data like that.",
    ),
    Price(
        "labels-made",
        1.2,
        "What the labels are made with: they are what they are, so that the output follows them.",
    ),
    Price(
        "labels-few",
        0.8,
        "One-hot rows that are shorter than the labels have classes: their length is the slip.",
    ),
    Price(
        "labels-colors",
        0.8,
        "A mask has one channel, and three where the loader reads it as a photograph.",
    ),
    Price(
        "label-mode",
        0.8,
        "The form of labels is said by every loader, where one word in compile says it for all.",
    ),
    Price(
        "label-mode-two",
        0.3,
        "Labels of two classes contradict the units and the loss, which both are for several.",
    ),
    Price(
        "batch-size",
        0.8,
        "The batch size of one call changes no layer, and every other call keeps its own.",
    ),
    Price("batch", 0.4, "One sample is given as a batch of one: nothing else can be meant."),
    # Where a value is written.
    Price("shared", 0.15, "The constant is used for other things too, which would change with it."),
    Price(
        "levels",
        0.8,
        "One call makes several layers, each with a value of its own: that is meant.",
    ),
    Price("levels-none", 0.2, "The same where the argument could be left out for all of them."),
    Price(
        "bypass", 0.1, "The argument is made of constants that the edit would leave behind unused."
    ),
)
