"""Data of scikit-learn: its shapes as scikit-learn has them."""

from __future__ import annotations

import pytest

from tests.source.commented import HEAD, check

pytest.importorskip("sklearn")

PROGRAMS = {
    "columns of columns": """
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import PolynomialFeatures
x = np.zeros((10, 4))
m.fit(PolynomialFeatures(degree=3).fit_transform(x))  # (10, 35)
m.fit(PolynomialFeatures(2, include_bias=False).fit_transform(x))  # (10, 14)
m.fit(PolynomialFeatures(2, interaction_only=True).fit_transform(x))  # (10, 11)
m.fit(PolynomialFeatures(6, interaction_only=True).fit_transform(x))  # (10, 16)
q = PolynomialFeatures((2, 3))
q.fit(x)
m.fit(q.transform(x))  # (10, 31)
products = PolynomialFeatures((2, 3), interaction_only=True, include_bias=False)
m.fit(products.fit_transform(x))  # (10, 10)
m.fit(PolynomialFeatures(int(x.max()) + 1).fit_transform(x))  # ?
m.fit(SimpleImputer(strategy='mean').fit_transform(x))  # (10, 4)
m.fit(SimpleImputer(add_indicator=True).fit_transform(x))  # ?
""",
    "sets of labels, and words": """
from sklearn.preprocessing import LabelBinarizer, MultiLabelBinarizer
from sklearn.feature_extraction.text import CountVectorizer
tags = [('a', 'b'), ('c',), ()] * 4
sets = MultiLabelBinarizer()
m.fit(sets.fit_transform(tags))  # (12, 3)
m.fit(np.zeros((2, len(sets.classes_))), sets.transform([['a'], ['b']]))  # [(2, 3), (2, 3)]
m.fit(MultiLabelBinarizer(classes=[1, 2, 3, 4]).fit_transform([[1], [2]]))  # (2, 4)
m.fit(MultiLabelBinarizer().fit_transform([[str(i)] for i in np.arange(3)]))  # (?, ?)
words = CountVectorizer()
two = words.fit_transform(['red sun', 'blue sky'])
m.fit(two.toarray(), words.transform(['red']).toarray())  # [(2, ?), (1, ?)]
m.fit(LabelBinarizer().fit_transform(np.random.choice(['u', 'v', 'w'], 90)))  # (90, 3)
m.fit(to_categorical(np.random.choice([0, 1, 2], 90)))  # (90, 3)
""",
    "train_test_split": """
X = np.zeros((101, 4)); y = np.zeros(101)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2)
m.fit(X_train, y_train)  # [(80, 4), (80,)]
m.fit(X_test, y_test)  # [(21, 4), (21,)]
a, b, c, d = train_test_split(X, y)
m.fit(a, c)  # [(75, 4), (75,)]
m.fit(b, d)  # [(26, 4), (26,)]
a, b, c, d = train_test_split(X, y, test_size=0.33, random_state=42, stratify=None)
m.fit(a, d)  # [(67, 4), (34,)]
a, b = train_test_split(X, test_size=10)
m.fit(a, b)  # [(91, 4), (10, 4)]
a, b = train_test_split(X, train_size=0.8)
m.fit(a, b)  # [(80, 4), (21, 4)]
a, b = train_test_split(X, train_size=50)
m.fit(a, b)  # [(50, 4), (51, 4)]
a, b = train_test_split(X, train_size=0.5, test_size=0.2)
m.fit(a, b)  # [(50, 4), (21, 4)]
a, b = train_test_split(X, train_size=50, test_size=20)
m.fit(a, b)  # [(50, 4), (20, 4)]
a, b = train_test_split(X, train_size=50, test_size=0.2)
m.fit(a, b)  # [(50, 4), (21, 4)]
a, b, c, d, e, f = train_test_split(X, y, np.arange(101), test_size=0.3)
m.fit(a, c)  # [(70, 4), (70,)]
m.fit(e, f)  # [(70,), (31,)]
parts = train_test_split(X, y, test_size=0.3)
m.fit(parts[0], parts[2])  # [(70, 4), (70,)]
tr, te = train_test_split(list(range(10)), test_size=0.3)
m.fit(np.array(tr), np.array(te))  # [(?,), (?,)]
tr, te = train_test_split([1,2,3,4], test_size=0.5)
m.fit(np.array(tr), np.array(te))  # [(?,), (?,)]
tr, te = train_test_split(range(20), test_size=0.25)
m.fit(np.array(tr), np.array(te))  # [(?,), (?,)]
tr, te = train_test_split(np.arange(len(X)), test_size=0.25)
m.fit(X[tr], X[te])  # [(75, 4), (26, 4)]
""",
    "a data set in a bunch": """
from sklearn import datasets, preprocessing, model_selection
iris = datasets.load_iris()
X, y = iris.data, iris.target
m.fit(X, y)  # [(150, 4), (150,)]
m.fit(iris['data'], iris['target'])  # [(150, 4), (150,)]
m.fit(X[:, :2], y)  # [(150, 2), (150,)]
m.fit(to_categorical(y))  # (150, 3)
n = len(np.unique(y))
m.fit(np.zeros((3, n)))  # (3, 3)
m.fit(np.zeros(len(set(y))))  # ?
m.fit(np.zeros((len(iris.feature_names), len(iris.target_names))))  # (4, 3)
X_train, X_test, y_train, y_test = model_selection.train_test_split(
    X, to_categorical(y), test_size=0.2)
m.fit(X_train, y_train)  # [(120, 4), (120, 3)]
sc = preprocessing.StandardScaler()
X_train = sc.fit_transform(X_train)
X_test = sc.transform(X_test)
m.fit(X_train, X_test)  # [(120, 4), (30, 4)]
m.fit(preprocessing.scale(X))  # (150, 4)
m.fit(preprocessing.normalize(X))  # (150, 4)
m.fit(preprocessing.minmax_scale(X))  # (150, 4)
""",
    "data sets": """
from sklearn.datasets import *
from sklearn.preprocessing import *
X, y = load_iris(return_X_y=True)
m.fit(X, y)  # [(150, 4), (150,)]
X, y = load_wine(return_X_y=True)
m.fit(X, y)  # [(178, 13), (178,)]
X, y = load_breast_cancer(return_X_y=True)
m.fit(X, y)  # [(569, 30), (569,)]
X, y = load_digits(return_X_y=True)
m.fit(X, y)  # [(1797, 64), (1797,)]
d = load_digits()
m.fit(d.images, d.target)  # [(1797, 8, 8), (1797,)]
m.fit(d.data)  # (1797, 64)
X, y = load_diabetes(return_X_y=True)
m.fit(X, y)  # [(442, 10), (442,)]
X, y = load_digits(n_class=4, return_X_y=True)
m.fit(X, y)  # [?, ?]
X, y = load_linnerud(return_X_y=True)
m.fit(X, y)  # [(20, 3), (20, 3)]
d = load_iris(as_frame=True)
m.fit(d.frame)  # (150, 5)
m.fit(d.data, d.target)  # [(150, 4), (150,)]
X, y = make_classification(n_samples=200, n_features=7, n_classes=3, n_informative=4)
m.fit(X, y)  # [(200, 7), (200,)]
X, y = make_classification()
m.fit(X, y)  # [(100, 20), (100,)]
X, y = make_classification(500, 10)
m.fit(X, y)  # [(500, 10), (500,)]
X, y = make_regression(n_samples=200, n_features=7)
m.fit(X, y)  # [(200, 7), (200,)]
X, y = make_regression(n_samples=200, n_features=7, n_targets=3)
m.fit(X, y)  # [(200, 7), (200, 3)]
X, y = make_regression()
m.fit(X, y)  # [(100, 100), (100,)]
X, y = make_blobs(n_samples=200, centers=3, n_features=2)
m.fit(X, y)  # [(200, 2), (200,)]
X, y = make_blobs(1000, centers=4)
m.fit(X, y)  # [(1000, 2), (1000,)]
X, y = make_blobs()
m.fit(X, y)  # [(100, 2), (100,)]
X, y = make_moons(n_samples=100, noise=0.1)
m.fit(X, y)  # [(100, 2), (100,)]
X, y = make_moons(200)
m.fit(X, y)  # [(200, 2), (200,)]
X, y = make_circles(n_samples=100)
m.fit(X, y)  # [(100, 2), (100,)]
X, y = make_multilabel_classification(n_samples=100, n_features=10, n_classes=3)
m.fit(X, y)  # [(100, 10), (100, 3)]
X, y = make_friedman1(n_samples=100, n_features=10)
m.fit(X, y)  # [(100, 10), (100,)]
X, y = make_swiss_roll(n_samples=100)
m.fit(X, y)  # [(100, 3), (100,)]
X, y = make_gaussian_quantiles(n_samples=100, n_features=3)
m.fit(X, y)  # [(100, 3), (100,)]
X, y = make_s_curve(50)
m.fit(X, y)  # [(50, 3), (50,)]
""",
    "scaling and encoding": """
from sklearn.preprocessing import *
X = np.zeros((30, 4)); y = np.array([0,1,2]*10); col = np.zeros((30,1))
m.fit(StandardScaler().fit_transform(X))  # (30, 4)
m.fit(MinMaxScaler(feature_range=(0,1)).fit_transform(X))  # (30, 4)
m.fit(RobustScaler().fit(X).transform(X))  # (30, 4)
m.fit(MaxAbsScaler().fit_transform(X))  # (30, 4)
m.fit(Normalizer().fit_transform(X))  # (30, 4)
m.fit(QuantileTransformer(n_quantiles=5).fit_transform(X))  # (30, 4)
m.fit(PowerTransformer().fit_transform(X))  # (30, 4)
m.fit(MinMaxScaler().fit_transform(col.reshape(-1, 1)))  # (30, 1)
sc = MinMaxScaler()
sc.fit(X)
m.fit(sc.transform(X))  # (30, 4)
m.fit(sc.inverse_transform(X))  # (30, 4)
le = LabelEncoder()
y2 = le.fit_transform(y)
m.fit(y2)  # (30,)
m.fit(le.transform(y))  # (30,)
le.fit(y)
m.fit(np.zeros(len(le.classes_)))  # (3,)
m.fit(to_categorical(y2))  # (30, 3)
m.fit(to_categorical(y2, num_classes=3))  # (30, 3)
labels = LabelEncoder().fit_transform(['a','b','c','a'])
m.fit(labels)  # (4,)
m.fit(to_categorical(labels))  # (4, 3)
lb = LabelBinarizer()
m.fit(lb.fit_transform(y))  # (30, 3)
m.fit(lb.transform(y))  # (30, 3)
lb2 = LabelBinarizer().fit(y)
m.fit(lb2.transform(y))  # (30, 3)
m.fit(LabelBinarizer().fit_transform([0,1,1,0]))  # (4, 1)
m.fit(LabelBinarizer().fit_transform(['a','b','c']))  # (3, 3)
oh = OneHotEncoder(sparse_output=False)
m.fit(oh.fit_transform(y.reshape(-1, 1)))  # (30, 3)
m.fit(OneHotEncoder().fit_transform(y.reshape(-1,1)).toarray())  # (30, 3)
m.fit(OneHotEncoder().fit_transform(y[:, np.newaxis]).toarray())  # (30, 3)
m.fit(OrdinalEncoder().fit_transform(col))  # (30, 1)
m.fit(PolynomialFeatures(2).fit_transform(X))  # (30, 15)
m.fit(MultiLabelBinarizer().fit_transform([[1,2],[3]]))  # (2, 3)
m.fit(Binarizer().fit_transform(X))  # (30, 4)
from sklearn.impute import SimpleImputer
m.fit(SimpleImputer().fit_transform(np.ones((5,3))))  # (5, 3)
from sklearn.decomposition import PCA
m.fit(PCA(n_components=2).fit_transform(X))  # (30, 2)
m.fit(PCA(2).fit_transform(X))  # (30, 2)
from sklearn.utils import shuffle
m.fit(shuffle(X))  # (30, 4)
a, b = shuffle(X, y)
m.fit(a, b)  # [(30, 4), (30,)]
a, b = shuffle(X, y, random_state=0)
m.fit(a, b)  # [(30, 4), (30,)]
from sklearn.utils import class_weight, resample
from sklearn.model_selection import KFold, StratifiedKFold
kf = KFold(n_splits=5)
""",
    "a column of one-hot rows": """
from sklearn.datasets import load_iris
from sklearn.preprocessing import OneHotEncoder, StandardScaler
iris = load_iris()
x_ = iris.data
y_ = iris.target.reshape(-1, 1)
encoder = OneHotEncoder(sparse_output=False)
y = encoder.fit_transform(y_)
m.fit(x_, y)  # [(150, 4), (150, 3)]
train_x, test_x, train_y, test_y = train_test_split(x_, y, test_size=0.20)
m.fit(train_x, train_y)  # [(120, 4), (120, 3)]
""",
    "folds": """
from sklearn.model_selection import KFold, StratifiedKFold
X = np.zeros((30, 4)); y = np.arange(30) % 3
for train, test in KFold(n_splits=3).split(X):
    pass
m.fit(X[train], y[test])  # [(?, 4), (?,)]
for fold, (train, test) in enumerate(StratifiedKFold(n_splits=3, shuffle=True).split(X, y)):
    pass
m.fit(X[train], y[train])  # [(?, 4), (?,)]
""",
}


@pytest.mark.parametrize("title", PROGRAMS)
def test_what_is_known_is_so(title: str) -> None:
    check(PROGRAMS[title], HEAD + "from sklearn.model_selection import train_test_split\n")
