"""Langfuse by its API: what its rows say, and how they are fetched."""
