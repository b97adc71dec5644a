"""A notebook becomes a report: run, read, and frozen for places that run nothing."""
