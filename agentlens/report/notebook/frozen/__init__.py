"""A report becomes a notebook that nobody needs to run."""
