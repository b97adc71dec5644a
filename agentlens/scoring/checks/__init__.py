"""Rules that every trace can be held against, for nothing and at once."""
