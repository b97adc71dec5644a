"""Knobs for any verb: what changes when a choice is made otherwise."""
