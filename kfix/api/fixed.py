"""A result of a search as the API returns it."""

from __future__ import annotations

from kfix.api.conversion import models_of, repair_of
from kfix.api.results import Fixed
from kfix.engine.results import FileResult
from kfix.report.changes import program_text


def fixed_of(result: FileResult) -> Fixed:
    """Return a result with its text after the repairs that were made."""
    made = tuple(
        repair_of(model_result.applied)
        for model_result in result.models
        if model_result.applied is not None
    )
    text = program_text(result.files.get(result.path, result.data))
    return Fixed(
        result.path,
        models_of(result),
        tuple(result.notes),
        result,
        text,
        result.diff,
        made,
    )
