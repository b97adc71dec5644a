"""From a source into the lake, and from the lake's rows to a log."""
