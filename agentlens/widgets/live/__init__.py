"""What every live view shares: its state, its messages, its script, its fallback."""
