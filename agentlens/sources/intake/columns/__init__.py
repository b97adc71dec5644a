"""One list of a dialect's values becomes one typed column."""
