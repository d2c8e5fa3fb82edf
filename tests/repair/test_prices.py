from __future__ import annotations

import pathlib
import re

from kfix.repair import price_table, prices

ROOM = pathlib.Path(prices.__file__).parent


def test_every_row_is_there_once_and_gives_its_reason() -> None:
    rows = (*price_table.TABLE, *prices.rows_of_kinds())
    keys = [row.key for row in rows]
    assert len(keys) == len(set(keys))
    assert all(row.reason.endswith(".") for row in rows)
    assert all(row.cost > 0 for row in rows if row.key != "preferred")


def test_every_row_is_used() -> None:
    text = "\n".join(
        path.read_text() for path in ROOM.rglob("*.py") if path.name != "price_table.py"
    )
    used = set(re.findall(r'"([a-z0-9-]+)"', text)) | {
        "crop-pixel",
        "pad-pixel",
        "crop-border",
        "pad-border",
    }
    # A way to make a vector of a feature map has a row for each thing that matters.
    used |= {f"{way}-{word}" for way in ("flatten", "pool", "pool-max") for word in used}
    assert [row.key for row in price_table.TABLE if row.key not in used] == []


def test_what_is_preferred_over_what() -> None:
    price = prices.price
    assert price("flatten") < price("pool") < price("pool-max") < price("flatten-heavy")
    assert price("pool-heavy") < price("flatten-pretrained")
    assert price("sequences-off") < price("flatten-sequence")
    assert price("input-order") < price("same") < price("pool-size") < price("input-size")
    assert price("same") + price("crop") < price("pad") + 2 * price("pad-pixel")


def test_no_candidate_holds_a_price_of_its_own() -> None:
    """Numbers with a fraction in what makes candidates are prices, shares, or bounds with a name."""
    bare = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])")
    allowed = {"0.0", "0.05", "0.5", "1.0"}  # shares of a number among them
    found = [
        f"{path.name}: {line.strip()}"
        for path in (*(ROOM / "candidates").glob("*.py"), ROOM / "resize.py", ROOM / "axes.py")
        for line in path.read_text().splitlines()
        if set(bare.findall(line)) - allowed and not re.match(r"[A-Z_]+ = ", line)
    ]
    assert found == []
