"""The panels of the explorer, each the answer of one verb about the selection."""
