"""Whether what was read before is still what Langfuse has."""
