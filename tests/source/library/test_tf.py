"""`tf.data`, and tensors that are data."""

from __future__ import annotations

import pytest

from tests.source.commented import check

PROGRAMS = {
    "tf.data": """
x = np.zeros((50, 4, 3), 'float32'); y = np.zeros((50,), 'int32')
ds = tf.data.Dataset.from_tensor_slices((x, y))
m.fit(ds)  # [(4, 3), ()]
m.fit(ds.batch(8))  # [(None, 4, 3), (None,)]
m.fit(ds.batch(8, drop_remainder=True))  # [(8, 4, 3), (8,)]
m.fit(ds.batch(batch_size=8, drop_remainder=True))  # [(8, 4, 3), (8,)]
m.fit(ds.shuffle(100).batch(8).prefetch(tf.data.AUTOTUNE))  # [(None, 4, 3), (None,)]
m.fit(ds.shuffle(100).repeat().batch(8).prefetch(1).cache())  # [(None, 4, 3), (None,)]
m.fit(ds.take(10).batch(8))  # [(None, 4, 3), (None,)]
m.fit(ds.skip(10).batch(8))  # [(None, 4, 3), (None,)]
m.fit(ds.batch(8).take(3))  # [(None, 4, 3), (None,)]
m.fit(ds.batch(8).unbatch().batch(4))  # [(None, 4, 3), (None,)]
m.fit(ds.map(lambda a, b: (a / 255, b)).batch(8))  # [(None, 4, 3), (None,)]
m.fit(ds.map(lambda a, b: (tf.expand_dims(a, -1), b)).batch(8))  # [(None, 4, 3, 1), (None,)]
given = ds.map(lambda a, b: (a[..., tf.newaxis], tf.one_hot(b, 10))).batch(8)
m.fit(given)  # [(None, 4, 3, 1), (None, 10)]
m.fit(ds.map(lambda a, b: a).batch(8))  # (None, 4, 3)
m.fit(ds.map(lambda a, b: (a, a)).batch(8))  # [(None, 4, 3), (None, 4, 3)]
def prep(a, b):
    a = tf.cast(a, tf.float32) / 255.
    a = tf.reshape(a, (-1,))
    return a, tf.one_hot(b, depth=5)
m.fit(ds.map(prep).batch(8))  # [(None, 12), (None, 5)]
m.fit(ds.map(prep, num_parallel_calls=tf.data.AUTOTUNE).batch(8))  # [(None, 12), (None, 5)]
m.fit(ds.batch(8).map(lambda a, b: (tf.reshape(a, (-1, 12)), b)))  # [(None, 12), (None,)]
given = ds.batch(8).map(lambda a, b: (a, keras.utils.to_categorical(b, 3)))
m.fit(given)  # [(None, 4, 3), (None, 3)]
m.fit(ds.cache().batch(8))  # [(None, 4, 3), (None,)]
m.fit(ds.filter(lambda a, b: b > 0).batch(8))  # [(None, 4, 3), (None,)]
m.fit(ds.concatenate(ds).batch(8))  # [(None, 4, 3), (None,)]
m.fit(ds.enumerate().map(lambda i, ab: ab[0]).batch(8))  # (None, 4, 3)
m.fit(ds.interleave(lambda a, b: tf.data.Dataset.from_tensors(a)).batch(3))  # (None, 4, 3)
""",
    "pictures in files": """
import tempfile, os
folder = tempfile.mkdtemp()
paths = [os.path.join(folder, f'{n}.png') for n in range(3)]
for path in paths:
    tf.io.write_file(path, tf.io.encode_png(np.zeros((20, 24, 3), 'uint8')))
def load(path, label=0):
    picture = tf.io.decode_png(tf.io.read_file(path), channels=3)
    picture = tf.image.random_flip_left_right(picture)
    return tf.image.resize(picture, [16, 18]), label
ds = tf.data.Dataset.from_tensor_slices((paths, [0, 1, 2]))
m.fit(ds.map(load).batch(2))  # [(None, 16, 18, 3), (None,)]
files = tf.data.Dataset.from_tensor_slices(os.listdir(folder))
m.fit(files.map(lambda name: load(folder + os.sep + name)[0]).batch(2))  # (None, 16, 18, 3)
given = ds.map(lambda path, n: (tf.image.convert_image_dtype(load(path)[0], tf.float32), n))
m.fit(given.batch(2))  # [(None, 16, 18, 3), (None,)]
def gray(path, n):
    picture = tf.image.decode_jpeg(tf.io.read_file(path), 1)
    return tf.image.resize_with_pad(picture, 8, 8), n
m.fit(ds.map(gray).batch(2))  # [(None, 8, 8, 1), (None,)]
def plain(path, n):
    return tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False), n
m.fit(ds.map(plain).batch(2))  # [(None, None, None, 3), (None,)]
def cropped(path, n):
    return tf.image.random_crop(plain(path, n)[0], (8, 8, 3)), n
m.fit(ds.map(cropped).batch(2))  # [(None, 8, 8, 3), (None,)]
picture = tf.io.decode_image(tf.io.read_file(paths[0]), 3, expand_animations=False)
picture = tf.image.resize(picture, (4, 5))
m.fit(picture[tf.newaxis])  # (1, 4, 5, 3)
""",
    "data sets of other kinds": """
m.fit(tf.data.Dataset.range(10))  # ()
m.fit(tf.data.Dataset.range(10).batch(2))  # (None,)
m.fit(tf.data.Dataset.from_tensor_slices(np.zeros((5,3))).batch(2))  # (None, 3)
m.fit(tf.data.Dataset.from_tensors(np.zeros((5,3))))  # (5, 3)
given = tf.data.Dataset.from_tensor_slices({'a': np.zeros((5,3)), 'b': np.zeros(5)}).batch(2)
m.fit(given)  # {a: (None, 3), b: (None,)}
given = tf.data.Dataset.from_tensor_slices(({'a': np.zeros((5,3)), 'b': np.zeros(5)},
    np.zeros(5))).batch(2)
m.fit(given)  # [{a: (None, 3), b: (None,)}, (None,)]
given = tf.data.Dataset.from_tensor_slices(((np.zeros((5,3)), np.zeros((5,2))),
    np.zeros(5))).batch(2)
m.fit(given)  # [[(None, 3), (None, 2)], (None,)]
m.fit(tf.data.Dataset.from_tensor_slices([1,2,3]).batch(2))  # (None,)
m.fit(tf.data.Dataset.from_tensor_slices([[1,2],[3,4]]).batch(2))  # (None, 2)
given = tf.data.Dataset.from_tensor_slices((np.zeros((5,3)), [1,2,3,4,5])).batch(2)
m.fit(given)  # [(None, 3), (None,)]
a = tf.data.Dataset.from_tensor_slices(np.zeros((5,3)))
b = tf.data.Dataset.from_tensor_slices(np.zeros((5,)))
m.fit(tf.data.Dataset.zip((a, b)).batch(2))  # [(None, 3), (None,)]
m.fit(tf.data.Dataset.zip(a, b).batch(2))  # [(None, 3), (None,)]
m.fit(tf.data.Dataset.zip(((a, a), b)).batch(2))  # [[(None, 3), (None, 3)], (None,)]
m.fit(a.zip(b))  # ?
m.fit(a.padded_batch(2))  # (None, 3)
m.fit(a.padded_batch(2, padded_shapes=(None,)))  # (None, None)
m.fit(a.padded_batch(2, padded_shapes=[7]))  # (None, 7)
m.fit(a.padded_batch(2, padded_shapes=([7]), drop_remainder=True))  # (2, 7)
m.fit(a.batch(2).batch(3))  # (None, None, 3)
m.fit(a.map(lambda r: (r[:2], r[2])).batch(2))  # [(None, 2), (None,)]
m.fit(a.map(lambda r: {'q': r}).batch(2))  # {q: (None, 3)}
for q in a.batch(2).take(1):
    pass
def gen():
    yield np.zeros(3), 1
given = tf.data.Dataset.from_generator(gen, output_types=(tf.float32, tf.int32),
    output_shapes=((3,), ()))
m.fit(given)  # [(3,), ()]
given = tf.data.Dataset.from_generator(gen, (tf.float32, tf.int32), ([3], [])).batch(2)
m.fit(given)  # [(None, 3), (None,)]
given = tf.data.Dataset.from_generator(gen, output_signature=(tf.TensorSpec(shape=(3,),
    dtype=tf.float32), tf.TensorSpec(shape=(), dtype=tf.int32))).batch(2)
m.fit(given)  # [(None, 3), (None,)]
given = tf.data.Dataset.from_generator(gen, output_signature=(tf.TensorSpec((None, 3),
    tf.float32), tf.TensorSpec(shape=()))).batch(2)
m.fit(given)  # [(None, None, 3), (None,)]
s = tf.data.Dataset.range(10).window(5, shift=1, drop_remainder=True).flat_map(lambda w: w.batch(5))
m.fit(s)  # (None,)
m.fit(s.map(lambda w: (w[:-1], w[-1:])).batch(2))  # [(None, None), (None, None)]
""",
    "tensors": """
m.fit(tf.zeros((3,4)))  # (3, 4)
m.fit(tf.ones([3,4]))  # (3, 4)
m.fit(tf.random.normal((3,4)))  # (3, 4)
m.fit(tf.random.normal(shape=(3,4)))  # (3, 4)
m.fit(tf.random.uniform((3,4), 0, 1))  # (3, 4)
m.fit(tf.constant([[1,2],[3,4]]))  # (2, 2)
m.fit(tf.constant(3.0, shape=(2,2)))  # (2, 2)
m.fit(tf.convert_to_tensor(np.zeros((3,2))))  # (3, 2)
m.fit(tf.cast(np.zeros((3,2)), tf.float32))  # (3, 2)
m.fit(tf.expand_dims(np.zeros((3,2)), -1))  # (3, 2, 1)
m.fit(tf.reshape(np.zeros((3,2)), (6,)))  # (6,)
m.fit(tf.one_hot([0,1,2], 10))  # (3, 10)
m.fit(tf.one_hot(np.zeros(5, 'int32'), depth=10))  # (5, 10)
m.fit(tf.concat([np.zeros((3,2)), np.zeros((3,2))], axis=-1))  # (3, 4)
m.fit(tf.stack([np.zeros(3), np.zeros(3)]))  # (2, 3)
m.fit(tf.range(10))  # (10,)
m.fit(tf.linspace(0., 1., 10))  # (10,)
m.fit(tf.eye(3))  # (3, 3)
m.fit(tf.fill([2,3], 9))  # (2, 3)
m.fit(tf.zeros_like(np.zeros((3,2))))  # (3, 2)
m.fit(tf.transpose(np.zeros((3,2))))  # (2, 3)
m.fit(tf.squeeze(np.zeros((3,1))))  # (3,)
m.fit(tf.image.resize(np.zeros((5, 20, 20, 3)), (32, 32)))  # (5, 32, 32, 3)
m.fit(tf.image.resize(np.zeros((20, 20, 3)), [32, 32]))  # (32, 32, 3)
m.fit(tf.image.rgb_to_grayscale(np.zeros((5, 20, 20, 3))))  # (5, 20, 20, 1)
m.fit(tf.keras.utils.to_categorical(np.zeros(5), 3))  # (5, 3)
m.fit(tf.random.normal([4]).numpy())  # (4,)
m.fit(tf.Variable(np.zeros((3,2))))  # (3, 2)
m.fit(tf.reduce_mean(np.zeros((3,2)), axis=1))  # (3,)
m.fit(tf.argmax(np.zeros((3,2)), axis=1))  # (3,)
m.fit(tf.matmul(np.zeros((3,2)), np.zeros((2,5))))  # (3, 5)
m.fit(tf.math.reduce_sum(np.zeros((3,2)), 0))  # (2,)
m.fit(tf.tile(np.zeros((3,2)), [2,1]))  # (6, 2)
m.fit(tf.pad(np.zeros((3,2)), [[0,0],[1,1]]))  # (3, 4)
m.fit(tf.split(np.zeros((6,2)), 3))  # [(2, 2), (2, 2), (2, 2)]
m.fit(tf.gather(np.zeros((6,2)), [0,1]))  # (2, 2)
m.fit(tf.image.resize_with_pad(np.zeros((20,20,3)), 32, 40))  # (32, 40, 3)
m.fit(tf.image.random_crop(np.zeros((20,20,3)), (8,8,3)))  # (8, 8, 3)
m.fit(tf.image.central_crop(np.zeros((20,20,3)), 0.5))  # ?
m.fit(keras.ops.zeros((3,2)))  # (3, 2)
m.fit(keras.random.normal((3,2)))  # (3, 2)
m.fit(keras.ops.convert_to_tensor([[1,2]]))  # (1, 2)
m.fit(keras.ops.arange(5))  # (5,)
""",
}


@pytest.mark.parametrize("title", PROGRAMS)
def test_what_is_known_is_so(title: str) -> None:
    check(PROGRAMS[title])
