"""The files of a project: finding, reading and writing them, and the required Keras."""
