"""What the labels say that were kept apart, and what each look at them costs."""
