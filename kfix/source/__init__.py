"""Reads a Keras program: syntax trees, an abstract interpreter, and the libraries that programs
use.
"""
