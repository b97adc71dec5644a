"""What happens in the demo: traffic, steps, quality, times and what users do about it."""
