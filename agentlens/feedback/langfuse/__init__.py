"""What goes back to Langfuse, so that each piece is there exactly once?"""
