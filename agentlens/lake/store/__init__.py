"""Rows on disk: which there are, which are the newest, and the commit that adds more."""
