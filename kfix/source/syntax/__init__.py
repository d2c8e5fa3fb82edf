"""Files as text and as libcst trees: scripts, notebooks, positions, and the guard in front of the
parser.
"""
