"""A generator of broken Keras programs, and the judge of what kfix makes of them."""
