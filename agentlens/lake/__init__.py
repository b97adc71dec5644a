"""Snapshots on disk: what was read, as it was known at any time."""

from agentlens.lake.lake import Lake

__all__ = ["Lake"]
