"""The other kinds of file that a report becomes."""
