"""The pipeline from bytes to a proven repair: diagnose, choose the model, repair, prove, suppress."""
