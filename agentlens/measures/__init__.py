"""What a metric is, the built-in ones, and a metric over time."""
