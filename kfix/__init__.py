"""kfix mends the shapes of Keras models in their source."""

__version__ = "0.1.0"
