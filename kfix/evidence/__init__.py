"""Evidence: the errors that Keras gave, read as text.

Nothing in it is executed, and no path in it is opened.
"""
