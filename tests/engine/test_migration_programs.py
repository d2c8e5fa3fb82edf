"""Programs of Keras 1 and 2: real Keras 3 refuses each, and runs what `--select KFX3` makes of
it.
"""

from __future__ import annotations

import textwrap

import numpy as np
import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.source.migration import backend
from tests.calls.judging import keras_refuses

PROGRAMS = {
    "backend-in-a-lambda": """\
        import numpy as np
        from keras.models import Model
        from keras.layers import Input, Lambda
        from keras import backend as K

        def distance(pair):
            one, other = pair
            return K.sqrt(K.sum(K.square(one - other), axis=1, keepdims=True))

        a, b = Input((4,)), Input((4,))
        model = Model([a, b], Lambda(distance)([a, b]))
        model.predict([np.ones((2, 4)), np.zeros((2, 4))], verbose=0)
        """,
    "backend-defaults": """\
        from keras import backend as K
        x = K.variable([[1.0, 2.0], [3.0, 4.0]])
        assert K.get_value(K.concatenate([x, x])).shape == (2, 4)
        assert K.get_value(K.argmax(x)).tolist() == [1, 1]
        assert K.get_value(K.gather(x, [1])).shape == (1, 2)
        assert K.int_shape(K.expand_dims(K.permute_dimensions(x, (1, 0)))) == (2, 2, 1)
        K.set_value(x, [[0.0, 0.0], [0.0, 0.0]])
        K.set_learning_phase(1)
        """,
    "order-of-axes": """\
        from keras import backend as K
        from keras.layers import Input, MaxPooling2D
        if K.image_dim_ordering() == 'th':
            shape = (3, 8, 8)
        else:
            shape = (8, 8, 3)
        y = MaxPooling2D((2, 2), dim_ordering=K.image_dim_ordering())(Input(shape))
        assert y.shape[1:] == (4, 4, 3)
        """,
    "layers-of-unknown-sizes": """\
        import os
        from keras.models import Sequential
        from keras.layers.convolutional import Convolution2D, Deconv2D

        def block(model, filters, size):
            model.add(Convolution2D(filters, size, size, border_mode='same', subsample=(2, 2)))
            model.add(Convolution2D(nb_filter=filters, nb_row=size, nb_col=1, init='he_normal'))
            model.add(Deconv2D(filters, (3, 3), padding='same'))
            return model

        model = block(Sequential(), len(os.sep), len(os.sep) + 2)
        model.build((None, 16, 16, 3))
        """,
    "merge-in-a-function": """\
        from keras.layers import Dense, Input, merge

        def joined(tensors, mode):
            if mode:
                return merge(tensors, mode='concat', concat_axis=-1, name='all')
            return merge(tensors, mode='sum')

        x = Input((4,))
        assert joined([x, x], True).shape == (None, 8)
        assert joined([x, x], False).shape == (None, 4)
        """,
    "generators": """\
        import numpy as np
        from keras.models import Sequential
        from keras.layers import Dense, Flatten
        from keras.preprocessing.image import ImageDataGenerator
        x, y = np.zeros((8, 4, 4, 3)), np.zeros((8, 1))
        model = Sequential([Flatten(input_shape=(4, 4, 3)), Dense(1, activation='sigmoid')])
        model.compile(loss='binary_crossentropy', optimizer='sgd')
        flow = ImageDataGenerator().flow(x, y, batch_size=4)
        model.fit_generator(flow, samples_per_epoch=8, nb_epoch=1, verbose=0)
        model.fit_generator(flow, 2, 1, 0)
        model.evaluate_generator(flow, 2)
        model.predict_generator(flow, steps=1, workers=1)
        assert model.predict_classes(x).shape == (8, 1)
        assert model.predict_proba(x, verbose=0).shape == (8, 1)
        """,
    "files-and-history": """\
        import numpy as np
        from keras.models import Sequential
        from keras.layers import Dense
        from keras.callbacks import EarlyStopping, ModelCheckpoint
        x, y = np.zeros((8, 4)), np.zeros((8, 1))
        model = Sequential([Dense(1, activation='sigmoid', input_shape=(4,))])
        model.compile(loss='binary_crossentropy', optimizer='sgd', metrics=['accuracy'])
        rows = [ModelCheckpoint('best.hdf5', monitor='val_acc', period=1), EarlyStopping('loss')]
        done = model.fit(x, y, callbacks=rows, validation_data=(x, y), verbose=0)
        assert len(done.history['val_acc']) == 1
        model.save_weights('weights.h5')
        model.load_weights('weights.h5')
        """,
    "arguments-of-functions": """\
        from keras.utils import np_utils
        from keras.models import Model
        from keras.layers import Dense, Input
        from keras.optimizers import Adam
        from keras import objectives
        x = Input((4,))
        assert np_utils.to_categorical([0, 1], nb_classes=3).shape == (2, 3)
        model = Model(input=x, output=Dense(3)(x))
        model.compile(optimizer=Adam(lr=0.1), loss=objectives.mean_squared_error)
        """,
    "private-names": """\
        from keras.applications.imagenet_utils import _obtain_input_shape
        from keras.layers.merge import _Merge
        from keras.utils import layer_utils
        from keras import backend as K

        class First(_Merge):
            def _merge_function(self, inputs):
                return inputs[0]

            def get_output_shape_for(self, shape):
                return shape[0]

        shape = _obtain_input_shape(
            None, default_size=32, min_size=8,
            data_format=K.image_data_format(), include_top=True)
        assert shape == (32, 32, 3)
        if K.backend() == 'theano':
            layer_utils.convert_all_kernels_in_model(None)
        """,
    "other-libraries": """\
        import numpy as np
        import tensorflow as tf
        from keras.layers import Input
        from keras import backend as K
        K.set_session(tf.Session(config=tf.ConfigProto(allow_soft_placement=True)))
        assert np.zeros(3, dtype=np.float).dtype == 'float64'
        """,
    "stateful": """\
        from keras.models import Sequential
        from keras.layers import Dense, LSTM
        model = Sequential()
        model.add(LSTM(3, batch_input_shape=(2, 4, 1), stateful=True))
        model.add(Dense(1))
        model.reset_states()
        """,
}


def migrated(text: str) -> str:
    """Return what `--select KFX3 --unsafe` makes of a program."""
    settings = Settings(select=("KFX3",), unsafe=True)
    result = run_file(Project({"m.py": text.encode()}), "m.py", settings)
    assert result.error is None, result.error
    return result.files.get("m.py", text.encode()).decode()


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_runs_after_it(name: str) -> None:
    before = textwrap.dedent(PROGRAMS[name])
    assert keras_refuses(before, eager=True)
    after = migrated(before)
    assert not keras_refuses(after, eager=True), after
    assert migrated(after) == after


RIGHT = """\
import numpy as np
from keras import Sequential, backend as K, layers, ops

class Trained:
    def fit_generator(self, x):
        return K.epsilon() + ops.sum(x)

def predict(K, model):
    return K.mean(model.predict_classes)

model = Sequential([layers.Input((4,)), layers.Dense(3)])
model.compile(loss="mse", metrics=["acc"])
done = model.fit(np.zeros((4, 4)), np.zeros((4, 3)), verbose=0)
print(Trained().fit_generator(1), done.history["acc"], np.float64)
"""


def test_what_is_right_stays() -> None:
    assert migrated(RIGHT) == RIGHT


ON_TENSORS: dict[str, tuple[object, ...]] = {
    **dict.fromkeys(("maximum", "minimum", "equal", "greater", "less", "not_equal"), ("x", "x")),
    **dict.fromkeys(("greater_equal", "less_equal", "binary_crossentropy"), ("x", "x")),
    **dict.fromkeys(("dot", "categorical_crossentropy"), ("x", "x")),
    **dict.fromkeys(("ones", "zeros"), ((2, 3),)),
    **dict.fromkeys(("eye", "arange"), (3,)),
    **dict.fromkeys(("stack", "concatenate"), (["x", "x"],)),
    **dict.fromkeys(("pow", "repeat_elements"), ("x", 2, 1)),
    "all": ("flags",),
    "any": ("flags",),
    "cast": ("x", "int32"),
    "clip": ("x", 0.2, 0.4),
    "gather": ("x", [1]),
    "one_hot": ([0, 1], 3),
    "permute_dimensions": ("x", (1, 0)),
    "pow": ("x", 2),
    "reshape": ("x", (4, 1)),
    "reverse": ("x", 0),
    "sparse_categorical_crossentropy": ([0, 1], "x"),
    "squeeze": ("row", 0),
    "switch": ("flags", "x", "x"),
    "tile": ("x", (1, 2)),
}
"""By function: its arguments, where one tensor is not enough."""

RANDOM = ("random_normal", "random_uniform", "truncated_normal", "dropout", "variable")


@pytest.mark.parametrize("name", sorted(set(backend.FUNCTIONS) - set(RANDOM)))
def test_a_function_of_the_backend_computes_the_same(name: str) -> None:
    import keras
    import tensorflow as tf

    old = getattr(tf.keras.backend, name, None)
    if old is None:
        pytest.skip("TensorFlow has none")
    tensors = {
        "x": tf.constant([[0.1, 0.9], [0.6, 0.4]]),
        "flags": tf.constant([[True, False], [True, True]]),
        "row": tf.constant([[0.1, 0.9]]),
    }

    def filled(value: object) -> object:
        if isinstance(value, list):
            return [filled(item) for item in value]
        return tensors.get(value, value) if isinstance(value, str) else value

    given = [filled(value) for value in ON_TENSORS.get(name, ("x",))]
    now = backend.FUNCTIONS[name]
    function: object = keras
    for part in now.path.split(".")[1:]:
        function = getattr(function, part)
    assert callable(function)
    defaults = {word: int(value) for at, word, value in now.defaults if at >= len(given)}
    wanted = np.asarray(old(*given))
    found = function(*given, **defaults)
    assert np.allclose(np.asarray(keras.ops.convert_to_numpy(found)), wanted, atol=1e-5)
