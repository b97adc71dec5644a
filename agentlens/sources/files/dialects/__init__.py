"""The file dialects, one a module."""
