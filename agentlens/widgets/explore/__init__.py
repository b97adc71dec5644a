"""A log looked into by hand: one selection, and the answers that follow it."""
