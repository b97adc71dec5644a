"""What the dialects of vendors have in common."""
