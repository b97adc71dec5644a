"""What is known at a setting, what is put aside, and what the view is told of it."""
