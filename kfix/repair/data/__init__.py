"""Repairs of faults in the data, the labels and the calls of a model, by kind of fault."""
