"""What the functions of libraries mean: one small function each, found by the dotted name it is registered under."""
