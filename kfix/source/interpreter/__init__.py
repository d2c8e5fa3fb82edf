"""An abstract interpreter that runs a program over abstract values."""
