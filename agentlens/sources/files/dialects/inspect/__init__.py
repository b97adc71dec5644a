"""The log files of Inspect."""
