"""SciPy: what keeps the shape of an array."""

from __future__ import annotations

from kfix.source.library.signatures import function_row

function_row("scipy.stats.zscore", "a, axis=0, ddof=0, nan_policy='propagate'", "any[*a.shape]")
