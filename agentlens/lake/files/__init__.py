"""Bytes on disk: parts, their check sums, manifests, and the steps that bring them there."""
