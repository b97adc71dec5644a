"""One trace, whole: its steps in time, what was said, what went wrong, what was judged."""
