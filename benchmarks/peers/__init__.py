"""How do other libraries do the same work? Each in an environment of its own, from files on disk."""
