"""One question a file: the Result class, the verb, its private helpers."""
