"""A call that makes data as one of another function."""

from __future__ import annotations

from typing import ClassVar, Literal

from kfix.edits.exchange_call import ExchangeCall
from kfix.edits.graph import GraphChanges


class ExchangeMaker(ExchangeCall):
    """The call at `site`, which makes data, becomes one of the function `name` with the arguments
    `kept`: `pad_sequences(x)` in the place of `np.array(x, dtype=object)`.
    """

    kind: ClassVar[str] = "exchange-maker"
    price_key: ClassVar[str] = "data-made"
    reach: ClassVar[Literal["model", "program", "data"]] = "data"

    def change(self, graph: GraphChanges) -> None:
        """Leave the model as it is."""
