"""What is asked, what of that may be turned, and the cell that asks it."""
