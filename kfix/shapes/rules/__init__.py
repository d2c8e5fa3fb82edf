"""The rules of Keras's layers: one module for each family, one rule for each layer."""
