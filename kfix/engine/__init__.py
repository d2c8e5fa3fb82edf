"""The pipeline from bytes to a proven repair: diagnose, choose a model, repair, prove, suppress."""
