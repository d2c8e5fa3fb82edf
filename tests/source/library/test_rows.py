"""Rows of the table of signatures, each against the real library, with seeded random arguments.

A new row needs a line here: a call whose arguments are drawn, as {n} or {shape}
(`tests/source/library/evaluating.py` lists them).
"""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import pytest

from kfix.source.library import lookup
from kfix.source.library.signatures import Row
from tests.source.library.evaluating import assert_same, drawn, real_value, value_of

CASES = """
numpy.zeros({shape})
numpy.zeros({shape}, {dtype})
numpy.ones(shape={shape}, dtype={dtype})
numpy.empty({shape}, dtype={dtype})
numpy.full({shape}, 7, dtype={dtype})
numpy.eye({n})
numpy.eye({n}, {n}, 0, {dtype})
numpy.tri({n}, M={n})
numpy.identity({n}, {dtype})
numpy.linspace(0, 1, {n})
numpy.logspace(0, 1, {n})
numpy.geomspace(1, 2, num={n})
numpy.arange({n})
numpy.arange(1, {n})
numpy.arange(0.5, {n}, 0.25)
numpy.resize({matrix}, {shape})
numpy.fromfunction(lambda *indices: indices[0] * 1.0, ({n}, {n}))
numpy.digitize({matrix}, [0.5, 1.5])
numpy.interp({vector}, [0, 1], [0, 1])
numpy.searchsorted([0.5, 1.5], {matrix})
numpy.ones({shape}).astype({dtype})
numpy.ones({shape}).copy()
numpy.random.rand({n}, {n})
numpy.random.randn({n}, {n}, {n})
numpy.random.random(size={shape})
numpy.random.random_sample({shape})
numpy.random.sample({shape})
numpy.random.ranf({shape})
numpy.random.standard_normal({shape})
numpy.random.standard_cauchy({shape})
numpy.random.normal(0.0, 1.0, {shape})
numpy.random.normal({matrix}, 1.0)
numpy.random.normal({vector}, {matrix}[:, :1])
numpy.random.uniform(size={shape})
numpy.random.laplace(0.0, 1.0, {shape})
numpy.random.logistic(size={shape})
numpy.random.lognormal(0.0, 1.0, {shape})
numpy.random.gamma(2.0, size={shape})
numpy.random.beta(1.0, 2.0, {shape})
numpy.random.exponential(1.0, {shape})
numpy.random.rayleigh(size={shape})
numpy.random.triangular(0.0, 0.5, 1.0, {shape})
numpy.random.standard_gamma(2.0, {shape})
numpy.random.chisquare(2.0, size={shape})
numpy.random.standard_t({vector})
numpy.random.poisson(3.0, {shape})
numpy.random.geometric(0.5, {shape})
numpy.random.binomial(4, 0.5, {shape})
numpy.random.randint(0, 9, {shape})
numpy.random.randint(9, size={shape})
numpy.random.random_integers(1, 9, {shape})
numpy.random.multivariate_normal([0.0, 0.0], [[1.0, 0.0], [0.0, 1.0]], {shape})
numpy.random.dirichlet([1.0, 2.0, 3.0], {shape})
numpy.random.multinomial(5, [0.25, 0.75], {shape})
numpy.random.default_rng(0).normal(0.0, 1.0, {shape})
numpy.random.RandomState(0).binomial(4, 0.5, size={shape})
scipy.stats.zscore({matrix})
scipy.stats.zscore({vector}, 0, ddof=1)
scipy.stats.zscore([[1, 2], [3, 5]], axis=None)
sklearn.datasets.make_classification({n} * 10, n_classes=2)
sklearn.datasets.make_classification(n_samples={n} * 10, n_features={n} + 4)
sklearn.datasets.make_gaussian_quantiles(n_samples={n} * 10, n_features={n})
sklearn.datasets.make_moons({n})
sklearn.utils.class_weight.compute_class_weight(None, classes=numpy.arange({n}), y=range({n}))
sklearn.datasets.make_circles(n_samples={n} * 2)
sklearn.datasets.make_multilabel_classification({n}, {n}, n_classes={n})
sklearn.datasets.make_sparse_uncorrelated({n}, n_features={n} + 4)
sklearn.datasets.make_friedman1({n}, {n} + 4)
sklearn.datasets.make_friedman2({n})
sklearn.datasets.make_friedman3(n_samples={n})
sklearn.datasets.make_s_curve({n})
sklearn.datasets.make_swiss_roll({n})
sklearn.datasets.make_regression({n}, {n})
sklearn.datasets.make_regression(n_samples={n}, n_targets={n})
sklearn.preprocessing.scale({table})
sklearn.preprocessing.normalize({table})
sklearn.preprocessing.minmax_scale({table})
sklearn.preprocessing.robust_scale({table})
sklearn.preprocessing.maxabs_scale({table})
sklearn.preprocessing.StandardScaler().fit_transform({table})
sklearn.preprocessing.MinMaxScaler().fit(numpy.ones((4, 3))).transform(numpy.ones(({n}, 3)))
sklearn.preprocessing.StandardScaler().fit(numpy.eye(3)).inverse_transform(numpy.ones(({n}, 3)))
sklearn.decomposition.PCA(2).fit_transform({table})
sklearn.decomposition.TruncatedSVD(n_components=2).fit(numpy.eye(3)).transform(numpy.ones(({n}, 3)))
"""

UNKNOWN_BY_NATURE = """
folds.split  the number of rows depends on the data
numpy.load numpy.fromfile numpy.frombuffer numpy.memmap  they read files
array.view  the dtype may change the shape
skimage.io.imread cv2_film.read  they read files
words.fit_transform words.transform  the number of words depends on the texts
librosa.power_to_db librosa.amplitude_to_db librosa.db_to_power  librosa is not installed
librosa.db_to_amplitude librosa.feature.delta librosa.util.normalize  librosa is not installed
array.numpy array.toarray array.todense array.detach array.cpu  arrays of other libraries
generator.rand generator.randn generator.random_sample  as numpy.random
generator.sample generator.ranf  as numpy.random
generator.random_integers generator.standard_cauchy generator.standard_normal  as numpy.random
"""

NAMED = [line for line in CASES.splitlines() if line]
LIBRARIES = ("numpy", "scipy", "sklearn")
"""Those whose rows are called in `CASES`; their parameters are compared, too."""

WITHOUT_KERAS = (*LIBRARIES, "array", "generator", "scaler", "components", "words", "folds")


@pytest.mark.filterwarnings("ignore")  # of deprecated functions, and of data without variance
@pytest.mark.parametrize("case", NAMED)
def test_shapes_and_dtypes_are_those_of_the_library(case: str) -> None:
    pytest.importorskip(case.partition(".")[0])
    for seed in range(3):
        expression = drawn(case, seed)
        assert_same(value_of(expression), real_value(expression))


def rows(*heads: str) -> dict[str, Row]:
    """Return the rows of the table for functions of libraries and methods of kinds of object."""
    for head in (*LIBRARIES, "librosa", "skimage", "cv2", "keras", "tf", "stdlib"):
        lookup.function_of(f"{head}.anything")
    table = {**lookup.FUNCTIONS, **lookup.METHODS}
    return {
        name: row
        for name, row in table.items()
        if isinstance(row, Row) and name.partition(".")[0] in heads
    }


@pytest.mark.parametrize(
    "name", [name for name, row in rows(*WITHOUT_KERAS).items() if "[" in row.result]
)
def test_each_row_that_makes_an_array_has_a_case(name: str) -> None:
    if name in UNKNOWN_BY_NATURE.split():
        pytest.skip("its result depends on more than its arguments")
    function = name.partition(".")[0] in LIBRARIES
    called = f"{name}(" if function else f".{name.rpartition('.')[2]}("
    assert any(called in case for case in NAMED)


@pytest.mark.parametrize("name", list(rows(*LIBRARIES)))
def test_parameters_stand_where_the_library_has_them(name: str) -> None:
    assert_parameters(name, rows(*LIBRARIES)[name])


def assert_parameters(name: str, row: Row) -> None:
    """Assert that the positional parameters of a row are the first ones of the real function."""
    try:
        real = [*inspect.signature(_resolved(name)).parameters.values()]
    except (ImportError, AttributeError, ValueError, TypeError):
        pytest.skip("the installed library has no such function, or tells no parameters")
    if any(one.kind is inspect.Parameter.VAR_POSITIONAL for one in real):
        pytest.skip("the library tells no parameters")
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    positional = [one.name for one in real if one.kind in kinds]
    declared = row.parameters.positional
    assert declared == positional[: len(declared)]


def _resolved(name: str) -> Any:
    """Return the function of a dotted name; raises ImportError or AttributeError."""
    module, _, attribute = name.replace("tf.", "tensorflow.", 1).rpartition(".")
    try:
        return getattr(importlib.import_module(module), attribute)
    except ImportError:
        return getattr(_resolved(module), attribute)
