"""What Keras refuses of `compile`, `fit`, `evaluate`, …: structures, names, shapes.

Each module follows the function of Keras that its docstring names, on shapes in place of tensors.
What is refused raises `Refused`, what cannot be judged raises `NotKnown`. Measured on Keras 3.15
with TensorFlow.
"""
