"""Pictures: read from files, resized, gathered in a loop, made arrays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.commented import HEAD, check, kfix_tells, text
from tests.source.data_files import make_files

PILLOW = {
    "what is known of a file": """
picture = Image.open('img/cat/0.png')
m.fit(np.array(picture))  # ?
m.fit(np.array(picture.convert('RGB')))  # (?, ?, 3)
m.fit(np.asarray(picture.convert('L')))  # (?, ?)
m.fit(np.array(picture.resize((8, 6))))  # ?
m.fit(np.array(picture.convert('RGB').resize((8, 6))))  # (6, 8, 3)
m.fit(np.array(picture.convert('RGBA').crop((1, 2, 7, 6))))  # (4, 6, 4)
""",
    "gathered in a loop over a folder": """
import os
x, y = [], []
for number, name in enumerate(['cat', 'dog']):
    for file in os.listdir('img/' + name):
        if not file.endswith('.png'):
            continue
        picture = Image.open('img/' + name + '/' + file).convert('RGB').resize((16, 12))
        x.append(np.array(picture))
        y.append(number)
m.fit(np.array(x), np.array(y))  # [(?, 12, 16, 3), (?,)]
""",
    "as Keras loads them": """
picture = keras.utils.load_img('img/cat/0.png', target_size=(12, 16))
m.fit(np.array(picture))  # (12, 16, 3)
m.fit(np.array([np.array(picture.convert('L'))]))  # (1, 12, 16)
m.fit(keras.utils.img_to_array(picture.convert('L')))  # (12, 16, 1)
m.fit(np.zeros(picture.size))  # (16, 12)
""",
    "by tf.data": """
files = tf.data.Dataset.list_files('img/*/*.png')
def load(path):
    picture = tf.io.decode_png(tf.io.read_file(path), channels=3)
    return tf.image.resize(picture, (12, 16)) / 255.
m.fit(files.map(load).batch(4))  # (None, 12, 16, 3)
decode = lambda path: tf.image.decode_png(tf.io.read_file(path), channels=1)
m.fit(files.map(decode))  # (None, None, 1)
def still(path):
    return tf.image.decode_image(tf.io.read_file(path), channels=3, expand_animations=False)
m.fit(files.map(still))  # (None, None, 3)
m.fit(files.map(lambda path: tf.io.decode_png(tf.io.read_file(path))))  # (None, None, None)
""",
    "turned and changed": """
picture = Image.fromarray(np.zeros((6, 8, 3), 'uint8'))
m.fit(np.array(picture.rotate(30)))  # (6, 8, 3)
m.fit(np.array(picture.rotate(30, expand=True)))  # (?, ?, 3)
m.fit(np.array(ImageOps.grayscale(picture)))  # (6, 8)
m.fit(np.array(ImageOps.fit(picture, (4, 3))))  # (3, 4, 3)
m.fit(np.array(ImageOps.mirror(picture)))  # (6, 8, 3)
m.fit(np.zeros((picture.width, picture.height)))  # (8, 6)
picture.thumbnail((4, 4))
m.fit(np.array(picture))  # (?, ?, 3)
""",
}


@pytest.mark.parametrize("title", PILLOW)
def test_pictures_of_pillow(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("PIL")
    pytest.importorskip("pandas")
    make_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    check(PILLOW[title], HEAD + "from PIL import Image, ImageOps\n")


# OpenCV and scikit-image are not needed here: the shapes are those of their documentation
# (https://docs.opencv.org/4.x/, https://scikit-image.org/docs/stable/api/).
OPENCV = {
    "cv2.imread('a.png')": "(?, ?, 3)",
    "cv2.imread('a.png', 0)": "(?, ?)",
    "cv2.imread('a.png', cv2.IMREAD_GRAYSCALE)": "(?, ?)",
    "cv2.imread('a.png', cv2.IMREAD_UNCHANGED)": "?",
    "cv2.resize(cv2.imread('a.png'), (8, 6))": "(6, 8, 3)",
    "cv2.resize(cv2.imread('a.png'), dsize=(8, 6), interpolation=cv2.INTER_AREA)": "(6, 8, 3)",
    "cv2.resize(np.zeros((9, 9, 1)), (8, 6))": "(6, 8)",
    "cv2.resize(cv2.imread('a.png'), None, fx=0.5, fy=0.5)": "(?, ?, 3)",
    "cv2.resize(unheard_of, (8, 6))": "?",
    "cv2.cvtColor(cv2.imread('a.png'), cv2.COLOR_BGR2RGB)": "(?, ?, 3)",
    "cv2.cvtColor(cv2.imread('a.png'), cv2.COLOR_BGR2GRAY)": "(?, ?)",
    "cv2.cvtColor(np.zeros((9, 8)), cv2.COLOR_GRAY2RGB)": "(9, 8, 3)",
    "cv2.cvtColor(np.zeros((9, 8)), a_code)": "?",
    "cv2.GaussianBlur(np.zeros((9, 8, 3)), (5, 5), 0)": "(9, 8, 3)",
    "cv2.Canny(np.zeros((9, 8, 3)), 10, 20)": "(9, 8)",
    "cv2.threshold(np.zeros((9, 8)), 127, 255, cv2.THRESH_BINARY)[1]": "(9, 8)",
    "cv2.warpAffine(np.zeros((9, 8, 3)), turn, (4, 5))": "(5, 4, 3)",
    "cv2.resize(cv2.VideoCapture('a.avi').read()[1], (8, 6))": "(6, 8, 3)",
    "transform.resize(cv2.imread('a.png'), (6, 8))": "(6, 8, 3)",
    "transform.resize(io.imread('a.png'), (6, 8))": "?",
    "transform.resize(io.imread('a.png'), (6, 8, 3))": "(6, 8, 3)",
    "transform.resize(io.imread('a.png', as_gray=True), (6, 8))": "(6, 8)",
    "color.rgb2gray(np.zeros((9, 8, 3)))": "(9, 8)",
    "color.gray2rgb(np.zeros((9, 8)))": "(9, 8, 3)",
}


@pytest.mark.parametrize("made", OPENCV)
def test_pictures_of_opencv_and_scikit_image(made: str) -> None:
    head = HEAD + "import cv2\nfrom skimage import color, io, transform\n"
    assert [text(one) for one in kfix_tells(f"m.fit({made})\n", head)] == [OPENCV[made]]


def test_what_only_some_turns_append_is_of_one_shape() -> None:
    program = """
import cv2, os
x = []
for file in os.listdir('faces'):
    picture = cv2.imread(file)
    try:
        if file.startswith('x'):
            x.append(cv2.resize(picture, (8, 6)))
        elif picture is not None:
            x.append(cv2.resize(picture, (8, 6)))
    except Exception as error:
        print(error)
m.fit(np.array(x))
"""
    assert [text(one) for one in kfix_tells(program)] == ["(?, 6, 8, 3)"]


def test_whatever_is_reshaped_has_the_shape_that_it_is_given() -> None:
    program = """
rows = []
for line in open('faces.csv'):
    rows.append(np.array(line.split(), 'float32'))
x = np.array(rows)
m.fit(x.reshape(x.shape[0], 6, 8, 1))
x = np.load('faces.npy')
m.fit(x.reshape(-1, 6, 8))
m.fit(np.reshape(x, (-1, 48)))
m.fit(np.load('faces.npz')['x'].astype('float32').reshape((len(x), 6, 8, 1)))
m.fit(x.reshape(size))
"""
    assert [text(one) for one in kfix_tells(program)] == [
        "(?, 6, 8, 1)",
        "(?, 6, 8)",
        "(?, 48)",
        "(?, 6, 8, 1)",
        "?",
    ]
