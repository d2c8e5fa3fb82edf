"""The search for the smallest edits that fix a model."""
