"""Files as exporters would have written them, always the same for a size."""
