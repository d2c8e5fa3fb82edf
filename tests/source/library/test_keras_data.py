"""What Keras has for data: labels, sequences, folders of files, generators."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.report.formats import Run
from kfix.report.formats.json import render
from kfix.shapes import Tracer
from kfix.source.reader import read
from kfix.source.syntax.document import Document
from tests.source.commented import HEAD, MODEL, check, kfix_tells, text
from tests.source.data_files import make_files

PROGRAMS = {
    "to_categorical": """
y = np.array([0,1,2,1]); z = np.zeros((50, 1), 'int'); w = np.zeros((5,7),'int')
m.fit(to_categorical(y))  # (4, 3)
m.fit(to_categorical(y, 5))  # (4, 5)
m.fit(to_categorical(y, num_classes=5))  # (4, 5)
m.fit(to_categorical(z, 10))  # (50, 10)
m.fit(to_categorical(w, 10))  # (5, 7, 10)
m.fit(to_categorical([0,1,2,1]))  # (4, 3)
m.fit(to_categorical([0,1,2,1], num_classes=4))  # (4, 4)
given = keras.utils.to_categorical(np.random.randint(10, size=(1000, 1)), num_classes=10)
m.fit(given)  # (1000, 10)
given = keras.utils.to_categorical(np.random.randint(10, size=(1000, 1)), 10).astype('float32')
m.fit(given)  # (1000, 10)
m.fit(to_categorical(y)[:, 1])  # (4,)
m.fit(tf.keras.utils.to_categorical(y, 5))  # (4, 5)
m.fit(keras.utils.normalize(np.zeros((4,5))))  # (4, 5)
m.fit(tf.keras.utils.normalize(np.zeros((4,5)), axis=1))  # (4, 5)
n = to_categorical(y).shape[1]
m.fit(np.zeros((2, n)))  # (2, 3)
m.fit(np.zeros((2, int(np.max(y)) + 1)))  # (2, 3)
m.fit(np.zeros((2, len(np.unique(y)))))  # (2, 3)
""",
    "pad_sequences": """
m.fit(keras.utils.pad_sequences([[1,2],[3]], maxlen=10))  # (2, 10)
m.fit(keras.utils.pad_sequences([[1,2],[3]]))  # (2, 2)
m.fit(keras.utils.pad_sequences([[1,2],[3],[4,5,6]], maxlen=4, padding='post'))  # (3, 4)
m.fit(tf.keras.preprocessing.sequence.pad_sequences([[1,2],[3],[4,5,6]], 4))  # (3, 4)
m.fit(keras.utils.pad_sequences([np.zeros((3, 7)), np.zeros((5, 7))], maxlen=4))  # (2, 4, 7)
""",
    "series": """
from tensorflow.keras.preprocessing.sequence import TimeseriesGenerator, pad_sequences
data = np.zeros((100, 3)); t = np.zeros(100)
m.fit(TimeseriesGenerator(data, t, length=10, batch_size=16))  # [(None, 10, 3), (None,)]
given = TimeseriesGenerator(data, data, length=10, sampling_rate=2, batch_size=16)
m.fit(given)  # [(None, 5, 3), (None, 3)]
m.fit(TimeseriesGenerator(data, data, length=10, sampling_rate=3))  # [(None, 4, 3), (None, 3)]
m.fit(TimeseriesGenerator(np.zeros(100), np.zeros(100), length=10))  # [(None, 10), (None,)]
given = TimeseriesGenerator(np.zeros((100,1)), np.zeros((100,1)), 5, batch_size=1)
m.fit(given)  # [(None, 5, 1), (None, 1)]
m.fit(TimeseriesGenerator(data, t, 10, 4, 2))  # [(None, 3, 3), (None,)]
g = TimeseriesGenerator(data, t, length=10, batch_size=8)
m.fit(g[0][0][:, :, 0])  # (?, 10)
x, y = g[0]
given = keras.utils.timeseries_dataset_from_array(data, t, sequence_length=10)
m.fit(given)  # [(None, None, 3), (None,)]
given = keras.utils.timeseries_dataset_from_array(data, t, sequence_length=10, batch_size=None)
m.fit(given)  # [(None, 3), ()]
given = keras.utils.timeseries_dataset_from_array(data=data, targets=None, sequence_length=10)
m.fit(given)  # (None, None, 3)
given = keras.utils.timeseries_dataset_from_array(data[:-10], data[10:], 10, sampling_rate=2,
    batch_size=4)
m.fit(given)  # [(None, None, 3), (None, 3)]
given = tf.keras.preprocessing.timeseries_dataset_from_array(data, np.zeros((100,2)),
    sequence_length=10, sequence_stride=3)
m.fit(given)  # [(None, None, 3), (None, 2)]
""",
    "folders": """
m.fit(keras.utils.image_dataset_from_directory('img'))  # [(None, 256, 256, 3), (None,)]
given = keras.utils.image_dataset_from_directory('img', image_size=(32, 40), batch_size=4)
m.fit(given)  # [(None, 32, 40, 3), (None,)]
given = keras.utils.image_dataset_from_directory('img', image_size=(32, 40), batch_size=None)
m.fit(given)  # [(32, 40, 3), ()]
given = keras.utils.image_dataset_from_directory('img', label_mode='categorical',
    image_size=(32, 40))
m.fit(given)  # [(None, 32, 40, 3), (None, ?)]
given = keras.utils.image_dataset_from_directory('img2', label_mode='binary', image_size=(32,
    40))
m.fit(given)  # [(None, 32, 40, 3), (None, 1)]
given = keras.utils.image_dataset_from_directory('img', label_mode=None, image_size=(32, 40))
m.fit(given)  # (None, 32, 40, 3)
given = keras.utils.image_dataset_from_directory('img', labels=None, image_size=(32, 40))
m.fit(given)  # (None, 32, 40, 3)
given = keras.utils.image_dataset_from_directory('img', color_mode='grayscale',
    class_names=['cat','dog','fish'], label_mode='categorical')
m.fit(given)  # [(None, 256, 256, 1), (None, 3)]
given = keras.utils.image_dataset_from_directory('img', 'inferred', 'categorical', None, 'rgba',
    8, (20, 20))
m.fit(given)  # [(None, 20, 20, 4), (None, ?)]
given = tf.keras.preprocessing.image_dataset_from_directory('img', validation_split=0.2,
    subset='training', seed=1, image_size=(20, 20))
m.fit(given)  # [(None, 20, 20, 3), (None,)]
a, b = keras.utils.image_dataset_from_directory('img', validation_split=0.2, subset='both', seed=1,
                                                   image_size=(20, 20))
m.fit(a)  # [(None, 20, 20, 3), (None,)]
m.fit(b)  # [(None, 20, 20, 3), (None,)]
ds = keras.utils.image_dataset_from_directory('img', image_size=(32, 40))
m.fit(ds.map(lambda x, y: (x / 255, y)).cache().prefetch(2))  # [(None, 32, 40, 3), (None,)]
n = len(ds.class_names)
m.fit(np.zeros((2, n)))  # (2, ?)
m.fit(keras.utils.text_dataset_from_directory('txt'))  # [(None,), (None,)]
m.fit(keras.utils.text_dataset_from_directory('txt', batch_size=None))  # [(), ()]
given = keras.utils.text_dataset_from_directory('txt', label_mode='categorical')
m.fit(given)  # [(None,), (None, ?)]
m.fit(keras.utils.text_dataset_from_directory('txt', label_mode=None))  # (None,)
given = tf.keras.preprocessing.text_dataset_from_directory('txt', batch_size=4,
    validation_split=0.2, subset='training', seed=3)
m.fit(given)  # [(None,), (None,)]
vec = layers.TextVectorization(max_tokens=50, output_sequence_length=9)
tds = keras.utils.text_dataset_from_directory('txt')
vec.adapt(tds.map(lambda x, y: x))
m.fit(tds.map(lambda x, y: (vec(x), y)))  # [(None, 9), (None,)]
vec2 = layers.TextVectorization(max_tokens=50, output_mode='multi_hot')
vec2.adapt(np.array(['a b', 'c']))
m.fit(vec(np.array([['hi'], ['ho']])))  # (2, 9)
""",
    "ImageDataGenerator": """
from tensorflow.keras.preprocessing.image import ImageDataGenerator, img_to_array
from tensorflow.keras.preprocessing.image import load_img, array_to_img
g = ImageDataGenerator(rescale=1/255.)
m.fit(g.flow_from_directory('img'))  # [(None, 256, 256, 3), (None, ?)]
m.fit(g.flow_from_directory('img', target_size=(32, 40)))  # [(None, 32, 40, 3), (None, ?)]
m.fit(g.flow_from_directory('img', (32, 40)))  # [(None, 32, 40, 3), (None, ?)]
given = g.flow_from_directory('img', target_size=(32, 40), color_mode='grayscale',
    class_mode='sparse')
m.fit(given)  # [(None, 32, 40, 1), (None,)]
given = g.flow_from_directory('img2', target_size=(32, 40), class_mode='binary')
m.fit(given)  # [(None, 32, 40, 3), (None,)]
given = g.flow_from_directory('img', target_size=(32, 40), class_mode='input')
m.fit(given)  # [(None, 32, 40, 3), (None, 32, 40, 3)]
m.fit(g.flow_from_directory('img', target_size=(32, 40), class_mode=None))  # (None, 32, 40, 3)
given = g.flow_from_directory('img', target_size=(32, 40), classes=['cat', 'dog'])
m.fit(given)  # [(None, 32, 40, 3), (None, 2)]
given = g.flow_from_directory(directory='img', target_size=(32, 40), color_mode='rgba',
    batch_size=4)
m.fit(given)  # [(None, 32, 40, 4), (None, ?)]
given = g.flow_from_directory('img', (32, 40), 'grayscale', None, 'sparse', 4)
m.fit(given)  # [(None, 32, 40, 1), (None,)]
df = pd.read_csv('files.csv')
given = g.flow_from_dataframe(df, 'img', x_col='filename', y_col='class', target_size=(32, 40))
m.fit(given)  # [(None, 32, 40, 3), (None, ?)]
given = g.flow_from_dataframe(dataframe=df, directory='img', x_col='filename', y_col='class',
    target_size=(32, 40), class_mode='sparse')
m.fit(given)  # [(None, 32, 40, 3), (None,)]
given = g.flow_from_dataframe(df, 'img', 'filename', 'v', target_size=(32, 40),
    class_mode='raw')
m.fit(given)  # [(None, 32, 40, 3), (None,)]
given = g.flow_from_dataframe(df, 'img', 'filename', ['v', 'v'], target_size=(32, 40),
    class_mode='raw')
m.fit(given)  # [(None, 32, 40, 3), (None, 2)]
given = g.flow_from_dataframe(df, 'img', 'filename', 'class', target_size=(32, 40),
    class_mode='categorical', color_mode='grayscale')
m.fit(given)  # [(None, 32, 40, 1), (None, ?)]
given = g.flow_from_dataframe(df, 'img', 'filename', None, target_size=(32, 40),
    class_mode=None)
m.fit(given)  # (None, 32, 40, 3)
given = g.flow_from_dataframe(df, 'img', 'filename', 'class', target_size=(32, 40),
    class_mode='categorical', classes=['a','b','c'])
m.fit(given)  # [(None, 32, 40, 3), (None, 3)]
x = np.zeros((50, 8, 8, 3)); y = np.zeros((50, 10))
m.fit(g.flow(x, y))  # [(None, 8, 8, 3), (None, 10)]
m.fit(g.flow(x, y, batch_size=4))  # [(None, 8, 8, 3), (None, 10)]
m.fit(g.flow(x, batch_size=4))  # (None, 8, 8, 3)
m.fit(g.flow(x=x, y=y, batch_size=4))  # [(None, 8, 8, 3), (None, 10)]
m.fit(g.flow((x, np.zeros((50, 3))), y))  # [[(None, 8, 8, 3), (None, 3)], (None, 10)]
t = g.flow_from_directory('img', target_size=(32, 40))
n = t.num_classes
m.fit(np.zeros((2, n)))  # (2, ?)
m.fit(np.zeros((2, len(t.class_indices))))  # (2, ?)
a, b = next(t)
m.fit(np.zeros(t.image_shape))  # (32, 40, 3)
i = g.flow_from_directory('img', target_size=(32, 40), classes=['cat', 'dog'])
m.fit(np.zeros((2, i.num_classes)))  # (2, 2)
m.fit(np.zeros((2, len(i.class_indices))))  # (2, 2)
img = load_img('img/cat/0.png', target_size=(32, 40))
m.fit(img_to_array(img))  # (32, 40, 3)
m.fit(np.expand_dims(img_to_array(img), axis=0))  # (1, 32, 40, 3)
given = img_to_array(load_img('img/cat/0.png', color_mode='grayscale', target_size=(32, 40)))
m.fit(given)  # (32, 40, 1)
m.fit(img_to_array(load_img('img/cat/0.png')))  # (?, ?, 3)
m.fit(np.array(load_img('img/cat/0.png', target_size=(32, 40))))  # (32, 40, 3)
given = keras.utils.img_to_array(keras.utils.load_img('img/cat/0.png', target_size=(32, 40)))
m.fit(given)  # (32, 40, 3)
given = img_to_array(load_img('img/cat/0.png', target_size=(32, 40))).reshape((1,) + (32, 40,
    3))
m.fit(given)  # (1, 32, 40, 3)
m.fit(keras.applications.vgg16.preprocess_input(np.zeros((1, 224, 224, 3))))  # (1, 224, 224, 3)
batch = np.expand_dims(img_to_array(img), 0)
m.fit(keras.applications.resnet50.preprocess_input(batch))  # (1, 32, 40, 3)
d = ImageDataGenerator(validation_split=0.2)
tr = d.flow_from_directory('img', target_size=(150, 150), subset='training',
                           class_mode='categorical')
m.fit(tr)  # [(None, 150, 150, 3), (None, ?)]
""",
    "Tokenizer": """
from keras.src.legacy.preprocessing.text import Tokenizer
tok = Tokenizer(num_words=100)
tok.fit_on_texts(['a b c', 'd e'])
m.fit(tok.texts_to_matrix(['a b c', 'd e']))  # (2, 100)
m.fit(tok.texts_to_matrix(['a b c', 'd e'], mode='binary'))  # (2, 100)
m.fit(tok.sequences_to_matrix([[1],[2]], mode='binary'))  # (2, 100)
seqs = tok.texts_to_sequences(['a b c', 'd e'])
m.fit(keras.utils.pad_sequences(seqs, maxlen=6))  # (2, 6)
m.fit(np.zeros((2, len(tok.word_index) + 1)))  # (2, ?)
""",
}


@pytest.mark.parametrize("title", PROGRAMS)
def test_what_is_known_is_so(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("PIL")
    pytest.importorskip("pandas")
    make_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    check(PROGRAMS[title], HEAD + "import pandas as pd\n")


# Downloads are not made here: these are the shapes of Keras's documentation
# (https://keras.io/api/datasets/), which are those of the downloaded files.
DATA_SETS = {
    "mnist.load_data()": ["[(60000, 28, 28), (60000,)]", "[(10000, 28, 28), (10000,)]"],
    "fashion_mnist.load_data()": ["[(60000, 28, 28), (60000,)]", "[(10000, 28, 28), (10000,)]"],
    "cifar10.load_data()": ["[(50000, 32, 32, 3), (50000, 1)]", "[(10000, 32, 32, 3), (10000, 1)]"],
    "cifar100.load_data(label_mode='fine')": [
        "[(50000, 32, 32, 3), (50000, 1)]",
        "[(10000, 32, 32, 3), (10000, 1)]",
    ],
    "imdb.load_data(num_words=10000)": ["[?, (25000,)]", "[?, (25000,)]"],
    "imdb.load_data(maxlen=100)": ["[?, (?,)]", "[?, (?,)]"],
    "reuters.load_data(num_words=10000)": ["[?, (8982,)]", "[?, (2246,)]"],
    "reuters.load_data(test_split=0.3)": ["[?, (?,)]", "[?, (?,)]"],
    "boston_housing.load_data()": ["[(404, 13), (404,)]", "[(102, 13), (102,)]"],
    "boston_housing.load_data(test_split=0.5)": ["[(?, 13), (?,)]", "[(?, 13), (?,)]"],
    "california_housing.load_data()": ["[(16512, 8), (16512,)]", "[(4128, 8), (4128,)]"],
    "california_housing.load_data(version='small')": ["[(?, 8), (?,)]", "[(?, 8), (?,)]"],
}


@pytest.mark.parametrize("loaded", DATA_SETS)
def test_the_data_sets_of_keras(loaded: str) -> None:
    program = f"(x, y), (a, b) = keras.datasets.{loaded}\nm.fit(x, y)\nm.evaluate(a, b)\n"
    assert [text(one) for one in kfix_tells(program)] == DATA_SETS[loaded]


def test_classes_that_labels_do_not_tell() -> None:
    """Labels 1 and 5 are two values, and six classes."""
    assert [
        text(one)
        for one in kfix_tells("m.fit(to_categorical([1, 5]))\nm.fit(to_categorical([0, 1, 2]))\n")
    ] == [
        "(2, 6)",
        "(3, 3)",
    ]


def test_batches_of_a_generator() -> None:
    """One batch of a generator is an array of a size that nobody told."""
    program = """
flow = keras.preprocessing.image.ImageDataGenerator().flow(np.zeros((9, 4, 4, 1)), np.zeros(9))
x, y = flow.next()
m.fit(x, y)
m.fit(flow[0][0], flow[0][1])
x, y = next(flow)
m.fit(x, y)
"""
    assert [text(one) for one in kfix_tells(program)] == ["[(?, 4, 4, 1), (?,)]"] * 3


# By the catalog, https://www.tensorflow.org/datasets/catalog/: the package and its files are not
# asked for here.
CATALOG = {
    "m.fit(tfds.load('mnist', split='train', "
    "as_supervised=True).batch(8))": "[(None, 28, 28, 1), (None,)]",
    "m.fit(tfds.load('cifar10', "
    "split='train').batch(8))": "{image: (None, 32, 32, 3), label: (None,)}",
    "m.fit(tfds.load('mnist', split=['train', 'test'], "
    "as_supervised=True)[1])": "[(28, 28, 1), ()]",
    "m.fit(tfds.load('cats_vs_dogs', as_supervised=True)['train'])": "[(None, None, 3), ()]",
    "m.fit(tfds.load('mnist')['validation'])": "?",
    "m.fit(tfds.load('another', split='train'))": "?",
    "d, i = tfds.load('mnist', with_info=True)\n"
    "m.fit(np.zeros((2, i.features['label'].num_classes)))": "(2, 10)",
}


@pytest.mark.parametrize("program", CATALOG)
def test_data_sets_of_the_catalog(program: str) -> None:
    (found,) = kfix_tells("import tensorflow_datasets as tfds\n" + program)
    assert text(found) == CATALOG[program]


def test_every_call_is_noted_with_its_shapes_and_the_loss() -> None:
    program = """
x, y = np.zeros((9, 4)), np.zeros((9, 3))
m.compile("adam", loss="mse")
m.fit(x, y)
m.train_on_batch(x[:2], y[:2])
m.evaluate(x, y)
m.test_on_batch(x, y)
m.predict(x)
m.predict_on_batch(x)
m.fit_generator(tf.data.Dataset.from_tensor_slices((x, y)).batch(2))
m.fit({"a": x, "b": x[:, 0]}, y)
"""
    found = read(Document.load("m.py", (HEAD + MODEL + program).encode()), Tracer())
    assert [(fit.method, text(fit.x), text(fit.y)) for fit in found.fits] == [
        ("fit", "(9, 4)", "(9, 3)"),
        ("train_on_batch", "(2, 4)", "(2, 3)"),
        ("evaluate", "(9, 4)", "(9, 3)"),
        ("test_on_batch", "(9, 4)", "(9, 3)"),
        ("predict", "(9, 4)", "-"),
        ("predict_on_batch", "(9, 4)", "-"),
        ("fit_generator", "(None, 4)", "(None, 3)"),
        ("fit", "{a: (9, 4), b: (9,)}", "(9, 3)"),
    ]
    (compiled,) = found.compiles
    assert [(a.keyword, a.value) for a in compiled.arguments] == [(None, "adam"), ("loss", "mse")]
    assert {compiled.model, *(fit.model for fit in found.fits)} == {found.models[0].uid}


def test_the_json_has_named_inputs_by_their_names(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(
        HEAD + MODEL + "m.fit({'a': np.zeros((9, 4)), 'b': np.load('b.npy')}, [np.zeros(9)])\n"
    )
    report = json.loads(render(Run([run_file(Project(), str(path), Settings(search=False))])))
    (fit,) = report["files"][0]["models"][0]["fit"]
    assert (fit["method"], fit["x"], fit["y"], fit["line"]) == (
        "fit",
        {"a": [9, 4], "b": None},
        [[9]],
        8,
    )


def test_sounds_of_a_folder(tmp_path: Path) -> None:
    import wave

    import keras

    for name in "ab":
        (tmp_path / name).mkdir()
        with wave.open(str(tmp_path / name / "0.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(b"\0\0" * 60)
    for given in (
        {},
        {"output_sequence_length": 40},
        {"batch_size": None},
        {"label_mode": "categorical"},
    ):
        real = keras.utils.audio_dataset_from_directory(
            tmp_path, verbose=False, class_names=["a", "b"], **given
        )
        arguments = "".join(f", {name}={value!r}" for name, value in given.items())
        program = (
            "d = keras.utils.audio_dataset_from_directory('s', class_names=['a', "
            f"'b']{arguments})\nm.fit(d)\n"
        )
        assert kfix_tells(program) == [[tuple(spec.shape) for spec in real.element_spec]]
