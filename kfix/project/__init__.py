"""The files of a project: which ones there are, reading and writing them, and the Keras that is required."""
