"""pandas: data frames by their rows and columns."""

from kfix.source.library import pandas_frames as _frames  # noqa: F401  (registers how they are made and picked from)
from kfix.source.library import pandas_groups as _groups  # noqa: F401  (registers groups and windows of rows)
from kfix.source.library import pandas_methods as _methods  # noqa: F401  (registers their methods)
