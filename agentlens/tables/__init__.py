"""The three tables of a log, and what may be done to them before any question is asked."""
