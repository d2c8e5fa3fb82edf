"""Data frames of pandas, and files of numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.source.commented import HEAD, check
from tests.source.data_files import make_files

pytest.importorskip("pandas")
pytest.importorskip("sklearn")

WITH_PANDAS = HEAD + "from sklearn.model_selection import train_test_split\nimport pandas as pd\n"

PROGRAMS = {
    "groups and windows": """
df = pd.DataFrame({'a': np.zeros(10), 'b': np.zeros(10), 'c': np.zeros(10)})
m.fit(df.rolling(3).mean())  # (10, 3)
m.fit(df.rolling(3)['a'].mean())  # (10,)
m.fit(df.rolling(3)[['a', 'c']].max().values)  # (10, 2)
m.fit(df[['a', 'b']].rolling(window=3).mean().dropna().values)  # (?, 2)
m.fit(df['a'].rolling(3).std())  # (10,)
m.fit(df.ewm(span=3).mean())  # (10, 3)
m.fit(df.expanding().sum())  # (10, 3)
m.fit(df.rolling(2).apply(np.max))  # (10, 3)
m.fit(df.groupby('a').mean())  # (?, 2)
m.fit(df.groupby(['a', 'b']).mean())  # (?, 1)
m.fit(df.groupby('a')[['b', 'c']].sum().values)  # (?, 2)
m.fit(df.groupby('a')['b'].sum())  # (?,)
m.fit(df.groupby('a').size().values)  # (?,)
m.fit(df.groupby('a', as_index=False).mean())  # (?, ?)
m.fit(df.groupby(df['a'] > 1).mean())  # (?, ?)
m.fit(df.groupby('a').transform('mean'))  # (10, 2)
m.fit(df.groupby('a')['b'].transform('mean'))  # (10,)
m.fit(df.groupby('a')[['b', 'c']].shift(1))  # (10, 2)
m.fit(df.groupby('a').cumcount())  # (10,)
""",
    "a file": """
df = pd.read_csv('d.csv')
m.fit(df)  # (?, ?)
m.fit(df[['c0', 'c1']])  # (?, 2)
m.fit(df['c0'])  # (?,)
m.fit(df.c0)  # (?,)
m.fit(df.drop(['y'], axis=1))  # (?, ?)
m.fit(df[['c0', 'c1']].values)  # (?, 2)
m.fit(df['c0'].values)  # (?,)
m.fit(df['y'].to_numpy())  # (?,)
m.fit(df[['c0', 'c1', 'c2']].to_numpy())  # (?, 3)
m.fit(df.iloc[:, 0:8])  # (?, 8)
m.fit(df.iloc[:, 0:8].values)  # (?, 8)
m.fit(df.iloc[:, -1])  # (?,)
m.fit(df.iloc[:, 3].values)  # (?,)
m.fit(df.iloc[:, [1, 2]])  # (?, 2)
m.fit(df.iloc[:10])  # (?, ?)
m.fit(df.iloc[0])  # (?,)
m.fit(df.iloc[:, :-1])  # (?, ?)
m.fit(df.iloc[:, 1:])  # (?, ?)
m.fit(df.loc[:, ['c0', 'c1']])  # (?, 2)
m.fit(df.loc[:, 'c0'])  # (?,)
m.fit(df.loc[:, 'c0':'c3'])  # (?, ?)
m.fit(df.loc[df['y'] > 0.5])  # (?, ?)
m.fit(df[df['y'] > 0.5])  # (?, ?)
m.fit(df[df.y > 0.5][['c0', 'c1']])  # (?, 2)
m.fit(df.values[:, 0:8])  # (?, 8)
m.fit(df.values[:, 8])  # (?,)
m.fit(df.values[:, 0:8].astype(float))  # (?, 8)
m.fit(df.head())  # (?, ?)
m.fit(df.head(3))  # (?, ?)
m.fit(df.tail(2))  # (?, ?)
m.fit(df.sample(frac=0.5))  # (?, ?)
m.fit(df.sample(n=7))  # (?, ?)
m.fit(df[['c0', 'c1']].sample(frac=1))  # (?, 2)
m.fit(df.dropna())  # (?, ?)
m.fit(df.fillna(0))  # (?, ?)
m.fit(df[['c0','c1']].fillna(0))  # (?, 2)
m.fit(df[['c0','c1']].dropna())  # (?, 2)
m.fit(df['label'].map({'a': 0, 'b': 1, 'c': 2}))  # (?,)
m.fit(df['label'].astype('category').cat.codes)  # (?,)
m.fit(df[['c0', 'y']].astype('float32'))  # (?, 2)
m.fit(df['y'].values.reshape(-1, 1))  # (?, 1)
m.fit(df[['y']].values)  # (?, 1)
m.fit(pd.get_dummies(df['label']))  # (?, ?)
m.fit(pd.get_dummies(df['label']).values)  # (?, ?)
m.fit(pd.get_dummies(df))  # (?, ?)
m.fit(df['c0'].apply(lambda v: v + 1))  # (?,)
m.fit(df['y'] > 0.5)  # (?,)
m.fit((df['y'] > 0.5).astype(int))  # (?,)
m.fit(df[['c0','c1']] / 255.)  # (?, 2)
m.fit(df[['c0','c1']] - df[['c0','c1']].mean())  # (?, 2)
m.fit(df['c0'] + df['c1'])  # (?,)
m.fit(np.array(df[['c0', 'c1']]))  # (?, 2)
m.fit(np.array(df['c0']))  # (?,)
m.fit(np.asarray(df['c0'].tolist()))  # ?
m.fit(df[['c0','c1']].T)  # (2, ?)
m.fit(df.reset_index(drop=True)[['c0']])  # (?, 1)
m.fit(df[0:10])  # (?, ?)
m.fit(df[:5]['c0'])  # (?,)
m.fit(df['y'][:10])  # (?,)
m.fit(df['y'][0:10].values)  # (?,)
m.fit(to_categorical(df['label'].map({'a':0,'b':1,'c':2})))  # (?, ?)
m.fit(to_categorical(df['label'].map({'a':0,'b':1,'c':2}), 3))  # (?, 3)
m.fit(np.zeros((3, df[['c0', 'c1']].shape[1])))  # (3, 2)
m.fit(np.zeros((3, len(df[['c0', 'c1']].columns))))  # (3, 2)
m.fit(df.iloc[:, 0:8].shape[1] * np.ones((2, 3)))  # (2, 3)
features = ['c0', 'c1', 'c2']
m.fit(df[features])  # (?, 3)
m.fit(df[features].values, df['y'].values)  # [(?, 3), (?,)]
X = df[features]
y = df['y']
a, b, c, d = train_test_split(X, y, test_size=0.2)
m.fit(a, c)  # [(?, 3), (?,)]
m.fit(a.values, c.values)  # [(?, 3), (?,)]
m.fit(a.values.reshape(a.shape[0], 1, a.shape[1]))  # (?, 1, 3)
from sklearn.preprocessing import StandardScaler
m.fit(StandardScaler().fit_transform(X))  # (?, 3)
m.fit(StandardScaler().fit_transform(a))  # (?, 3)
m.fit(np.expand_dims(a.values, -1))  # (?, 3, 1)
""",
    "columns that are named": """
df = pd.read_csv('d.csv', usecols=['c0', 'c1'])
m.fit(df)  # (?, 2)
m.fit(df.values)  # (?, 2)
df = pd.read_csv('d.csv', usecols=[0, 1, 2])
m.fit(df.values)  # (?, 3)
df = pd.read_csv('n.csv', header=None, names=list('abcdefghi'))
m.fit(df.values)  # (?, 9)
m.fit(df.drop('a', axis=1))  # (?, 8)
m.fit(df.drop(columns=['a', 'b']))  # (?, 7)
m.fit(df.drop(['a', 'b'], axis=1).values)  # (?, 7)
m.fit(df.drop(labels=['a'], axis='columns'))  # (?, 8)
m.fit(df.drop([0, 1]))  # (?, 9)
m.fit(df.drop(index=[0, 1]))  # (?, 9)
y = df.pop('i')
m.fit(df, y)  # [(?, 8), (?,)]
df['new'] = 1
m.fit(df)  # (?, 9)
df['new'] = df['a'] * 2
m.fit(df)  # (?, 9)
del df['new']
m.fit(df)  # (?, 8)
m.fit(df.iloc[:, :-1])  # (?, 7)
m.fit(df.iloc[:, 1:])  # (?, 7)
m.fit(df.loc[:, 'a':'c'])  # (?, 3)
m.fit(df.loc[:, df.columns != 'a'])  # ?
m.fit(df[df.columns[:3]])  # (?, 3)
m.fit(df[df.columns[1:]])  # (?, 7)
m.fit(df[[c for c in df.columns if c != 'a']])  # (?, 7)
m.fit(df.columns.drop('a'))  # ?
m.fit(df.assign(q=1))  # (?, 9)
m.fit(df.rename(columns={'a': 'A'}))  # (?, 8)
m.fit(df.describe())  # (?, ?)
m.fit(df.corr())  # (?, ?)
df.columns = ['x%d' % i for i in range(8)]
m.fit(df[['x0', 'x1']])  # (?, 2)
m.fit(df)  # (?, 8)
df.drop(['x0'], axis=1, inplace=True)
m.fit(df)  # (?, 7)
df.dropna(inplace=True)
m.fit(df)  # (?, 7)
df = df.drop('x1', axis=1)
m.fit(df)  # (?, 6)
df.insert(0, 'first', 1)
m.fit(df)  # (?, 7)
""",
    "a literal": """
df = pd.DataFrame({'a': [1,2,3], 'b': [4,5,6], 'y': [0,1,0]})
m.fit(df)  # (3, 3)
m.fit(df[['a', 'b']])  # (3, 2)
m.fit(df['a'])  # (3,)
m.fit(df.drop('y', axis=1), df['y'])  # [(3, 2), (3,)]
m.fit(df.drop(columns='y').values)  # (3, 2)
m.fit(df.values)  # (3, 3)
m.fit(df.shape[0] * np.ones((df.shape[0], df.shape[1])))  # (3, 3)
X = df.drop('y', axis=1)
y = df.pop('y')
m.fit(X, y)  # [(3, 2), (3,)]
m.fit(df)  # (3, 2)
m.fit(np.zeros((len(df), len(df.columns))))  # (3, 2)
m.fit(pd.get_dummies(df['a']))  # (3, ?)
m.fit(pd.concat([df, df]))  # (6, 2)
m.fit(pd.concat([df, df], axis=1))  # (3, 4)
m.fit(pd.DataFrame(np.zeros((5, 3))))  # (5, 3)
m.fit(pd.DataFrame(np.zeros((5, 3)), columns=['a', 'b', 'c']))  # (5, 3)
m.fit(pd.DataFrame(np.zeros((5, 3)), columns=['a', 'b', 'c'])[['a', 'b']])  # (5, 2)
m.fit(pd.DataFrame(data={'a': np.zeros(5)}))  # (5, 1)
m.fit(pd.DataFrame([[1,2],[3,4]]))  # (2, 2)
m.fit(pd.DataFrame([[1,2],[3,4]], columns=['a','b']))  # (2, 2)
m.fit(pd.Series([1,2,3]))  # (3,)
m.fit(pd.Series(np.zeros(4)).values)  # (4,)
m.fit(pd.DataFrame(np.zeros((5,3))).iloc[:, 0])  # (5,)
m.fit(pd.DataFrame(np.zeros((5,3)))[0])  # (5,)
""",
    "files of numbers": """
d = np.loadtxt('n.csv', delimiter=',')
m.fit(d[:, 0:8])  # (?, 8)
m.fit(d[:, 8])  # (?,)
m.fit(d[:, 0:8], d[:, 8])  # [(?, 8), (?,)]
m.fit(d[:, :-1])  # (?, ?)
X, y = d[:, 0:8], d[:, 8]
a, b, c, e = train_test_split(X, y)
m.fit(a, c)  # [(?, 8), (?,)]
m.fit(b, e)  # [(?, 8), (?,)]
d = np.genfromtxt('n.csv', delimiter=',')
m.fit(d[:, :4])  # (?, 4)
m.fit(d[:, 0:8].astype('float32'))  # (?, 8)
m.fit(d[1:, 2:5])  # (?, 3)
m.fit(d[:, 1])  # (?,)
m.fit(np.loadtxt('n.csv', delimiter=',', usecols=(0, 1, 2)))  # (?, 3)
m.fit(np.loadtxt('n.csv', delimiter=',', usecols=0))  # (?,)
a = np.load('a.npy')
m.fit(a)  # ?
m.fit(a[:, 0:3])  # ?
z = np.load('a.npz')
m.fit(z['x'], z['y'])  # [?, ?]
""",
    "a file that becomes arrays": """
dataframe = pd.read_csv('n.csv', header=None)
dataset = dataframe.values
X = dataset[:,0:4].astype(float)
Y = dataset[:,8]
m.fit(X, Y)  # [(?, 4), (?,)]
from sklearn.preprocessing import LabelEncoder
encoder = LabelEncoder()
encoder.fit((Y*3).astype(int))
encoded_Y = encoder.transform((Y*3).astype(int))
m.fit(X, encoded_Y)  # [(?, 4), (?,)]
dummy_y = to_categorical(encoded_Y)
m.fit(X, dummy_y)  # [(?, 4), (?, ?)]
m.fit(X.reshape((X.shape[0], X.shape[1], 1)))  # (?, 4, 1)
m.fit(np.reshape(X, (X.shape[0], 1, X.shape[1])))  # (?, 1, 4)
train = dataset[:30, :]
test = dataset[30:, :]
m.fit(train[:, :4], test[:, 4])  # [(?, 4), (?,)]
x = dataframe.iloc[:, :8]
x = (x - x.mean()) / x.std()
m.fit(x)  # (?, 8)
x = x.values
n = x.shape[1]
m.fit(np.zeros((2, n)))  # (2, 8)
""",
    "numbers for each column": """
df = pd.DataFrame({'a': [1., 2., 3.], 'b': [2., 3., 5.], 'c': ['x', 'y', 'x']})
n = df[['a', 'b']]
s = n.describe().transpose()
m.fit((n - s['mean']) / s['std'])  # (3, 2)
m.fit(n - df.describe().T['mean'])  # ?
m.fit(n - df.describe()['a'])  # ?
""",
    "values of columns": """
df = pd.DataFrame({'k': ['u', 'v', 'w', 'u'], 'n': [1, 2, 3, 4], 't': [0, 1, 1, 0]})
m.fit(pd.get_dummies(df, columns=['k']))  # (4, 5)
m.fit(pd.get_dummies(df, columns=['k', 't'], drop_first=True))  # (4, 4)
rest = df.drop('n', axis=1).copy()
m.fit(pd.get_dummies(df['k']), pd.get_dummies(rest, columns=['k']))  # [(4, 3), (4, 4)]
m.fit(pd.get_dummies(df, columns=['k']).drop('n', axis=1))  # (4, 4)
m.fit(pd.get_dummies(df[df['n'] > 1], columns=['k']))  # (?, ?)
df['k'] = 'z'
m.fit(pd.get_dummies(df, columns=['k']))  # (4, ?)
""",
}


@pytest.mark.parametrize("title", PROGRAMS)
def test_what_is_known_is_so(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    check(PROGRAMS[title], WITH_PANDAS)


def test_every_name_of_a_data_frame_is_known() -> None:
    import pandas

    from kfix.source.library.pandas_columns import OF_PANDAS

    public = {name for name in dir(pandas.DataFrame) if not name.startswith("_")}
    assert public <= set(OF_PANDAS.split()), "else `df.name` would be taken for a column"
