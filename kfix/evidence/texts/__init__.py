"""The texts of errors, by what they are about: one row for each."""
