"""Sizes of vocabularies that are written out."""

from __future__ import annotations

import pytest

from tests.source.as_keras import check

PROGRAMS = {
    "vocabulary size given": """
vectorize = layers.TextVectorization(output_sequence_length=6, vocabulary=["a", "b", "c"])
model = Sequential([Input((1,), dtype="string"), vectorize,
                    Embedding(vectorize.vocabulary_size(), 4), LSTM(3)])
""",
    "vocabulary of a lookup": """
lookup = layers.StringLookup(vocabulary=["red", "green", "blue"])
inputs = Input((1,), dtype="string")
x = lookup(inputs)
x = Embedding(lookup.vocabulary_size(), 8)(x)
model = Model(inputs, Flatten()(x))
""",
    "len of get_vocabulary": """
lookup = layers.StringLookup(vocabulary=["red", "green", "blue"], num_oov_indices=2)
inputs = Input((1,), dtype="string")
x = Embedding(len(lookup.get_vocabulary()), 8)(lookup(inputs))
model = Model(inputs, Flatten()(x))
""",
}


@pytest.mark.parametrize("case", PROGRAMS)
def test_as_keras(case: str) -> None:
    check(PROGRAMS[case])
