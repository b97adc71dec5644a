"""What does it cost, against what anyone would do instead? `python -m benchmarks` runs all of it."""
