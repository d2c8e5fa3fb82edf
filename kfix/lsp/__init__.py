"""The language server `kfix server`: diagnostics, repairs, shapes in the editor.

Only this package imports pygls, and only `kfix server` imports this package.
"""
