"""pandas: data frames by their rows and columns."""

from kfix.source.library import pandas_columns as _columns  # noqa: F401  (registers columns and figures)
from kfix.source.library import pandas_frames as _frames  # noqa: F401  (registers how frames are made)
from kfix.source.library import pandas_groups as _groups  # noqa: F401  (registers groups and windows of rows)
from kfix.source.library import pandas_methods as _methods  # noqa: F401  (registers methods that change frames)
from kfix.source.library import pandas_picking as _picking  # noqa: F401  (registers what is picked from frames)
