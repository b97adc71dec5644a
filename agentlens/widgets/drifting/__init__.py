"""Two windows on a timeline, and what drifted between them."""
