"""What the calls of Keras mean in a program: layers, models, `compile` and `fit`."""
