"""Data that is put together in loops."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.commented import HEAD, check
from tests.source.data_files import make_files

pytest.importorskip("pandas")
pytest.importorskip("sklearn")

PROGRAMS = {
    "pictures and their numbers, shuffled": """
import os, random
data = []
for number, name in enumerate(['cat', 'dog']):
    for file in os.listdir('img/' + name):
        data.append([np.zeros((6, 8)), number])
random.shuffle(data)
x, y = [], []
for picture, label in data:
    x.append(picture)
    y.append(label)
m.fit(np.array(x), np.array(y))  # [(?, 6, 8), (?,)]
first, second = ([pair[n] for pair in data] for n in (0, 1))
m.fit(np.array(first), np.array(second))  # [(?, 6, 8), (?,)]
m.fit(np.array([picture for picture, _ in data[:5]]))  # (?, 6, 8)
m.fit(np.array(data[3][0]))  # (6, 8)
""",
    "loops in loops that are left in the middle": """
films = []
for film in range(40):
    frames = []
    for frame in range(60):
        frames.append(np.zeros((4, 5)))
    films.append(np.array(frames).reshape(60, -1))
m.fit(np.array(films))  # (?, 60, 20)
""",
    "lists whose elements are not alike": """
import os
things = [np.zeros(3), np.zeros((4, 2))]
place = len(os.listdir('img')) - 2
m.fit(things[place])  # ?
m.fit(np.array([things[place]]))  # ?
for file in os.listdir('img/cat'):
    things.append(np.zeros(5))
for thing in things:
    pass
m.fit(thing)  # ?
""",
    "windows of a file": """
data = np.loadtxt('n.csv', delimiter=',')
X, y = [], []
for i in range(10, len(data)):
    X.append(data[i-10:i, 0])
    y.append(data[i, 0])
X, y = np.array(X), np.array(y)
m.fit(X, y)  # [(?, 10), (?,)]
X = np.reshape(X, (X.shape[0], X.shape[1], 1))
m.fit(X, y)  # [(?, 10, 1), (?,)]
m.fit(np.zeros((2, X.shape[1])))  # (2, 10)
""",
    "windows of a length that is not known": """
data = np.loadtxt('n.csv', delimiter=',')
n, X = len(data) // 4, []
for i in range(len(data) - n):
    X.append(data[i:i+n, 0])
m.fit(np.array(X))  # (?, ?)
""",
    "windows of a known number of rows": """
df = pd.read_csv('n.csv', header=None)
train = df.iloc[:, 1:2].values
from sklearn.preprocessing import MinMaxScaler
sc = MinMaxScaler(feature_range=(0, 1))
scaled = sc.fit_transform(train)
X_train = []
y_train = []
for i in range(20, 45):
    X_train.append(scaled[i-20:i, 0])
    y_train.append(scaled[i, 0])
X_train, y_train = np.array(X_train), np.array(y_train)
X_train = np.reshape(X_train, (X_train.shape[0], X_train.shape[1], 1))
m.fit(X_train, y_train)  # [(25, 20, 1), (25,)]
""",
    "windows by a function, with a step": """
def create_dataset(dataset, look_back=1):
    dataX, dataY = [], []
    for i in range(len(dataset)-look_back-1):
        a = dataset[i:(i+look_back), 0]
        dataX.append(a)
        dataY.append(dataset[i + look_back, 0])
    return np.array(dataX), np.array(dataY)
df = pd.read_csv('n.csv', usecols=[1], header=None)
dataset = df.values.astype('float32')
train_size = int(len(dataset) * 0.67)
train, test = dataset[0:train_size,:], dataset[train_size:len(dataset),:]
trainX, trainY = create_dataset(train, 3)
m.fit(trainX, trainY)  # [(?, 3), (?,)]
trainX = np.reshape(trainX, (trainX.shape[0], 1, trainX.shape[1]))
m.fit(trainX, trainY)  # [(?, 1, 3), (?,)]
""",
    "windows until the rows end": """
def split_sequence(sequence, n_steps):
    X, y = list(), list()
    for i in range(len(sequence)):
        end_ix = i + n_steps
        if end_ix > len(sequence)-1:
            break
        seq_x, seq_y = sequence[i:end_ix], sequence[end_ix]
        X.append(seq_x)
        y.append(seq_y)
    return np.array(X), np.array(y)
raw_seq = [10, 20, 30, 40, 50, 60, 70, 80, 90]
X, y = split_sequence(raw_seq, 3)
m.fit(X, y)  # [(6, 3), (6,)]
X = X.reshape((X.shape[0], X.shape[1], 1))
m.fit(X, y)  # [(6, 3, 1), (6,)]
X, y = split_sequence(np.zeros((100, 2)), 3)
m.fit(X, y)  # [(97, 3, 2), (97, 2)]
""",
    "a test that is not known keeps a shape": """
x = np.zeros((20, 5, 5))
if len(x) > int(input.__name__ == 'q'):
    x = x / 255.
m.fit(x)  # (20, 5, 5)
""",
    "lists that a loop fills": """
images = []
labels = []
import os
for i, f in enumerate(sorted(os.listdir('img/cat'))):
    images.append(np.zeros((32, 32, 3)))
    labels.append(1)
X = np.array(images); Y = np.array(labels)
m.fit(X, Y)  # [(?, 32, 32, 3), (?,)]
m.fit(X.reshape(-1, 32*32*3))  # (?, 3072)
m.fit(np.expand_dims(np.array(labels), -1))  # (?, 1)
""",
    "elements that are picked": """
import random
memory = [(np.zeros((1, 4)), i % 3, np.ones((1, 4))) for i in range(50)]
batch = random.sample(memory, 8)
third = np.vstack([one[2] for one in batch])
m.fit(np.array([one[0] for one in batch]), third)  # [(8, 1, 4), (8, 4)]
m.fit(random.choice(memory)[0])  # (1, 4)
m.fit(np.zeros((2, random.choice([3, 4]))))  # (2, ?)
m.fit(random.choice([np.zeros((2, 3)), np.zeros((2, 4))]))  # ?
""",
    "many windows, in a function that makes two sets of them": """
def windows(rows, steps):
    xs, ys = [], []
    for i in range(steps, len(rows)):
        part = rows[i - steps:i, 0:3]
        xs.append(part)
        ys.append(rows[i, 0])
    return np.array(xs), np.array(ys)
rows = np.random.rand(5000, 4)
X, y = windows(rows[:4000], 12)
V, w = windows(rows[4000:], 12)
m.fit(X, y)  # [(?, 12, 3), (?,)]
m.fit(V, w)  # [(?, 12, 3), (?,)]
""",
    "films of pictures": """
films = []
for f in range(50):
    pictures = []
    for p in range(90):
        pictures.append(np.zeros((8, 8)))
    films.append(np.array(pictures))
    more = np.rollaxis(np.array(pictures), 0, 3)
m.fit(np.array(films))  # (?, 90, 8, 8)
m.fit(more)  # (8, 8, 90)
""",
    "rows of numbers, put into an array by a function": """
text = 'so many words that nobody reads them ' * 60
letters = sorted(set(text))
place = {c: i for i, c in enumerate(letters)}
rows = []
for i in range(0, len(text) - 40):
    rows.append([place[c] for c in text[i:i + 40]])
m.fit(np.reshape(rows, (len(rows), 40, 1)))  # (?, 40, 1)
m.fit(np.expand_dims(rows, axis=-1))  # (?, 40, 1)
m.fit(np.reshape([1, 2, 3, 4], (2, 2)))  # (2, 2)
m.fit(np.transpose([[1, 2, 3], [4, 5, 6]]))  # (3, 2)
""",
    "elements of arrays": """
x = np.zeros((5, 3)); y = np.ones(5)
pairs = [(a, b) for a, b in zip(x, y)]
m.fit(np.array([a for a, b in pairs]))  # (?, 3)
m.fit(np.array([b for a, b in zip(x, y)]))  # (?,)
q = np.array([a * 2 for i, a in enumerate(x)])
m.fit(q)  # (?, 3)
""",
}


@pytest.mark.parametrize("title", PROGRAMS)
def test_what_is_known_is_so(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    check(PROGRAMS[title], HEAD + "import pandas as pd\n")
