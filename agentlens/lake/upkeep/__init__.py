"""What is taken out of a lake again, and whether all that is left is whole."""
