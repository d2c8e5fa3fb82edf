"""Seeded programs that compile, fit, evaluate and predict, judged by kfix and real Keras."""
