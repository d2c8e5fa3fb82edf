"""kfix inside a notebook: `%load_ext kfix`, then `%kfix` and `%%kfix`.

IPython is not imported: it calls `kfix.load_ipython_extension` with its shell.
"""
