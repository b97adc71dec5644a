"""Bytes into records: archives, compression, and the forms of text and tables."""
