"""What a week is asked, and what of the answers a reader must know."""
