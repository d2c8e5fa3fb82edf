"""A model called on the batches of one source of data."""

from __future__ import annotations

from kfix.checks.called import Called, compiled_of
from tests.checks.subjects import subject

NET = """
    net = Sequential([Input((4,)), layers.Dense({units})])
    {calls}
"""


def called(calls: str, units: int = 3) -> Called:
    found = subject(NET.format(calls=calls, units=units))
    return Called(found, found.fits[-1], found.fits[-1].batches[-1])


def test_shapes_are_those_of_a_batch() -> None:
    found = called("net.predict(np.zeros((10, 4)), batch_size=8)")
    assert found.shapes == (8, 4)
    assert found.pairs == [((None, 4), (8, 4))]
    assert found.outputs_for(8) == [(8, 3)]
    assert found.outputs_for(2) == [(None, 3)]


def test_unknown_data_has_no_shapes() -> None:
    found = called("net.predict(np.load('x.npy'))")
    assert found.shapes is None
    assert found.traced is None
    assert found.outputs_for(None) == [(None, 3)]


def test_a_refusal_of_the_data_is_found() -> None:
    assert called("net.predict(np.zeros((8, 5)))").finding is not None
    assert called("net.predict(np.zeros((8, 4)))").finding is None


def test_the_call_of_compile_before_it_counts() -> None:
    first = "net.compile('sgd', 'mse')\n    net.fit(np.zeros((8, 4)), np.zeros((8, 3)))\n    "
    found = called(first + "net.compile('sgd', 'mae')").subject
    [record] = compiled_of(found.fits[0], found.program)
    assert record is found.program.compiles[0]


def test_validation_data_is_given_by_its_argument() -> None:
    data = "np.zeros((8, 4)), np.zeros((8, 3))"
    found = called(f"net.compile('sgd', 'mse')\n    net.fit({data}, validation_data=({data}))")
    assert found.method == "validation_data"
