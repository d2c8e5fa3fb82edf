"""Programs that nobody would write, made from a seed: what `scripts/fuzz.py` and
`tests/test_fuzz.py` run.
"""
