"""Real Keras as the last judge of a repair."""
